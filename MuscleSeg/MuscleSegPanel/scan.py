"""The section *Scan*: which image, which region, how many legs."""

import functools
from collections.abc import Callable

import qt
from slicer.i18n import tr as _

from MuscleSegPanel.message import Message
from MuscleSegPanel.parameters import AUTOMATIC_REGION, Parameters


def region_words() -> dict[str, str]:
    """Return what the regions are called in the panel."""
    return {AUTOMATIC_REGION: _("Automatic"), "thigh": _("Thigh"), "calf": _("Calf")}


class ScanSection:
    """The regions as buttons, of which one is pressed as soon as the region is known."""

    def __init__(self, ui: object, on_region: Callable[[str], None]) -> None:
        self.message = Message(ui.scanMessage)
        self._buttons: dict[str, qt.QPushButton] = {
            AUTOMATIC_REGION: ui.automaticButton,
            "thigh": ui.thighButton,
            "calf": ui.calfButton,
        }
        for region, button in self._buttons.items():
            button.connect("clicked()", functools.partial(on_region, region))

    def show(self, parameters: Parameters) -> None:
        """Show the region, and whether it was found or chosen."""
        words = region_words()
        for region, button in self._buttons.items():
            is_it = parameters.region == region
            is_found = is_it and parameters.region_is_found
            button.checked = is_it
            button.text = _("{region} (found)").format(region=words[region]) if is_found else words[region]
