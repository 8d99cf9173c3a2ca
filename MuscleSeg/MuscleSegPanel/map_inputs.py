"""Section *Maps*: volumes of the maps, proposed by their names and DICOM headers."""

import re
from collections.abc import Callable, Iterable, Sequence

import slicer
from slicer.i18n import tr as _

from MuscleSegLib.biomarkers import MAP_UNITS, MapUnit
from MuscleSegLib.maps import fat_fraction
from MuscleSegLib.scene.map_nodes import proposed_maps, show_overlay
from MuscleSegLib.scene.volumes import add_volume, fill_volume, has_voxels, volume_of
from MuscleSegPanel.message import Message
from MuscleSegPanel.parameters import UNITS, Parameters

ROLES = ("ff", "fat", "water", "mtr", "t2")
"""Parameters for maps, and for the images of the fat fraction."""

_ABOUT_UNIT = re.compile(rf"--({'|'.join(UNITS)})-unit")
"""Option in the library's sentences on the unit of a map."""

_COMPUTED = "MuscleSeg.ComputedFrom"
"""Attribute of a fat fraction that was computed here: the IDs of its fat and its water image."""


class MapsSection:
    """Maps, chosen in the parameter node's selectors."""

    def __init__(self, ui: object, *, on_propose: Callable[[], None]) -> None:
        self.message = Message(ui.mapsMessage, ui.mapsSection)
        self._ui = ui
        self._message_images: tuple[slicer.vtkMRMLScalarVolumeNode, ...] = ()  # the images that the message is of
        self._selectors = {"ff": ui.ffUnitSelector, "mtr": ui.mtrUnitSelector, "t2": ui.t2UnitSelector}
        self._is_refused = False
        ui.proposeButton.connect("clicked()", on_propose)

    def show(self, parameters: Parameters) -> None:
        """Enable the overlay with a scan and a fat fraction, and the units of chosen maps."""
        for name, selector in self._selectors.items():
            node = getattr(parameters, name)
            selector.enabled = node is not None and not is_computed(node)  # which is in percent
        self._ui.overlayCheckBox.enabled = parameters.ff is not None and parameters.scan is not None

    def refuse_unit(self, sentence: str) -> None:
        """Show a sentence on a map's unit beside the units; other sentences are ignored."""
        if _ABOUT_UNIT.search(sentence):
            self._is_refused = True
            self.message.warn(sentence)

    def allow_units(self) -> None:
        """Clear the sentence on units, since other inputs are measured."""
        if self._is_refused:
            self._is_refused = False
            self.message.tell("")

    def forget_units(self, parameters: Parameters, names: Iterable[str]) -> None:
        """Reset the units of maps, since other maps are chosen."""
        for name in names:
            setattr(parameters, unit_of(name), UNITS[name].AUTOMATIC)

    def propose(self, parameters: Parameters, *, among: Sequence[slicer.vtkMRMLScalarVolumeNode] | None = None) -> None:
        """Fill the selectors that are empty, with these volumes only, if any are given."""
        proposals = proposed_maps(scalar_volumes())  # the scan too, which may be the water image of the pair
        for role in ROLES:
            is_meant = among is None or any(proposals.get(role) is node for node in among)
            if getattr(parameters, role) is None and role in proposals and is_meant:
                setattr(parameters, role, proposals[role])

    def forget_images(self, parameters: Parameters) -> None:
        """Clear the message on images that are no longer chosen."""
        if self._message_images != (parameters.ff, parameters.fat, parameters.water):
            self.message.tell("")

    def compute(self, parameters: Parameters) -> None:
        """Compute the fat fraction of the fat and the water image where no other map is chosen."""
        fat, water, ff = parameters.fat, parameters.water, parameters.ff
        if fat is None or water is None or (ff is not None and not is_computed(ff)):
            return
        if ff is not None and ff.GetAttribute(_COMPUTED) == _images_of(fat, water):
            return
        with self.message.instead_of_errors():
            ff = parameters.ff = computed_fat_fraction(fat, water, ff)
            self._message_images = ff, fat, water
            sentence = _("The fat fraction was computed from {fat} and {water}.")
            self.message.tell(sentence.format(fat=fat.GetName(), water=water.GetName()))

    def show_overlay(self, parameters: Parameters, unit: MapUnit | None) -> None:
        """Show the fat fraction over the scan, or remove it.

        Args:
            parameters: Choices in the panel.
            unit: Unit in which the fat fraction was measured; None before the measurement.

        """
        stated = parameters.ff_unit.value
        if unit is None and stated:
            unit = MapUnit(stated, MAP_UNITS["ff"][stated], is_assumed=False, reason="stated")
        if parameters.scan is not None:
            with self.message.instead_of_errors():
                show_overlay(parameters.scan, parameters.ff if parameters.overlay else None, unit=unit)


def computed_fat_fraction(
    fat: slicer.vtkMRMLScalarVolumeNode,
    water: slicer.vtkMRMLScalarVolumeNode,
    ff: slicer.vtkMRMLScalarVolumeNode | None = None,
) -> slicer.vtkMRMLScalarVolumeNode:
    """Compute the fat fraction of a fat and a water image.

    Args:
        fat: Of a Dixon acquisition.
        water: Of the same.
        ff: A node that was computed before, to be filled anew; None for a new one.

    Raises:
        MuscleSegError: The images do not belong together.

    """
    computed = fat_fraction(volume_of(fat), volume_of(water))
    if ff is None:
        ff = add_volume(computed, _("Fat fraction (%)"))
    else:
        fill_volume(ff, computed)
    ff.SetAttribute(_COMPUTED, _images_of(fat, water))
    return ff


def _images_of(fat: slicer.vtkMRMLScalarVolumeNode, water: slicer.vtkMRMLScalarVolumeNode) -> str:
    return f"{fat.GetID()} {water.GetID()}"


def scalar_volumes() -> list[slicer.vtkMRMLScalarVolumeNode]:
    """Return the scene's images and maps; label maps are none, nor are volumes without voxels."""
    nodes = slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")
    return [node for node in nodes if not node.IsA("vtkMRMLLabelMapVolumeNode") and has_voxels(node)]


def unit_of(name: str) -> str:
    """Return the name of the parameter with a map's unit."""
    return f"{name}_unit"


def is_computed(ff: slicer.vtkMRMLScalarVolumeNode | None) -> bool:
    """Return whether a fat fraction was computed here, so that it lies on the grid of its two images."""
    return ff is not None and bool(ff.GetAttribute(_COMPUTED))
