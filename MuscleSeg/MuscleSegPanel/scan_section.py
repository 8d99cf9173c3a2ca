"""Section *Scan*: image, region, number of legs."""

import functools
from collections.abc import Callable

import qt
from slicer.i18n import tr as _

from MuscleSegLib.inference import AUTO
from MuscleSegPanel.message import Message
from MuscleSegPanel.parameters import Parameters


def region_words() -> dict[str, str]:
    """Return the names of the regions in the panel."""
    return {AUTO: _("Automatic"), "thigh": _("Thigh"), "calf": _("Calf")}


class ScanSection:
    """Buttons of the regions; that of the region is pressed as soon as it is known."""

    def __init__(self, ui: object, on_region: Callable[[str], None]) -> None:
        self.message = Message(ui.scanMessage)
        self._companion_label, self._companion_selector = ui.companionLabel, ui.companionSelector
        self._buttons: dict[str, qt.QPushButton] = {
            AUTO: ui.automaticButton,
            "thigh": ui.thighButton,
            "calf": ui.calfButton,
        }
        for region, button in self._buttons.items():
            button.connect("clicked()", functools.partial(on_region, region))

    def show(self, parameters: Parameters, *, can_have_companion: bool) -> None:
        """Show the region, whether it was found or chosen, and whether another image can be segmented with the scan."""
        self._companion_selector.enabled = can_have_companion
        for widget in (self._companion_label, self._companion_selector):
            widget.visible = parameters.scan is not None
        words = region_words()
        for region, button in self._buttons.items():
            is_it = parameters.region == region
            is_found = is_it and parameters.region_is_found
            button.checked = is_it
            button.text = _("{region} (found)").format(region=words[region]) if is_found else words[region]
