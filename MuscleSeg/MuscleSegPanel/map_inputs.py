"""Section *Maps*: units of the chosen maps, and the overlay; the maps are chosen in the parameter node's selectors."""

from collections.abc import Callable, Container

from MuscleSegPanel.map_choices import unit_of
from MuscleSegPanel.message import Message


class MapsSection:
    """Widgets of the maps."""

    def __init__(self, ui: object, *, on_propose: Callable[[], None]) -> None:
        self.message = Message(ui.mapsMessage, ui.mapsSection)
        self._overlay = ui.overlayCheckBox
        self._selectors = {"ff": ui.ffUnitSelector, "mtr": ui.mtrUnitSelector, "t2": ui.t2UnitSelector}
        ui.proposeButton.connect("clicked()", on_propose)

    def enable(self, names: Container[str]) -> None:
        """Enable the widgets of the named parameters: units, and the overlay."""
        for name, selector in self._selectors.items():
            selector.enabled = unit_of(name) in names
        self._overlay.enabled = "overlay" in names
