"""Choice of maps, proposed by their names and DICOM headers, and of their units; no Qt, no Slicer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from MuscleSegLib.biomarkers import MAP_UNITS, MapUnit
from MuscleSegLib.translatable import _
from MuscleSegPanel.interfaces import Node, Scene, View, errors_shown

if TYPE_CHECKING:
    from MuscleSegPanel.parameters import Parameters

ROLES = ("ff", "fat", "water", "mtr", "t2")
"""Parameters for maps, and for the images of the fat fraction."""

_ABOUT_UNIT = re.compile(rf"--({'|'.join(MAP_UNITS)})-unit")
"""Option in the library's sentences on the unit of a map."""


class MapChoices:
    """Maps and units in the parameters, and the message of their section."""

    def __init__(self, view: View, scene: Scene) -> None:
        self._view, self._scene = view, scene
        self._message_images: tuple[Node | None, ...] = ()  # the images that the message is of
        self._is_refused = False

    def enabled(self, parameters: Parameters) -> frozenset[str]:
        """Return the names of the parameters that can be set: units of chosen maps, and the overlay."""
        maps = {name: getattr(parameters, name) for name in MAP_UNITS}
        # A computed fat fraction is in percent.
        units = {unit_of(name) for name, node in maps.items() if node is not None and not self._scene.sources_of(node)}
        return frozenset(units | ({"overlay"} if parameters.ff is not None and parameters.scan is not None else set()))

    def refuse_unit(self, sentence: str) -> None:
        """Show a sentence on a map's unit beside the units; other sentences are ignored."""
        if _ABOUT_UNIT.search(sentence):
            self._is_refused = True
            self._view.warn(sentence, section="maps")

    def allow_units(self) -> None:
        """Clear the sentence on units, since other inputs are measured."""
        if self._is_refused:
            self._is_refused = False
            self._view.tell("", section="maps")

    def follow(self, parameters: Parameters, changed: Collection[str], *, replaced: Iterable[str]) -> None:
        """Do what follows from changed parameters.

        Args:
            parameters: Present choices.
            changed: Names of the parameters that changed.
            replaced: Maps in place of which others, or none, are chosen: their units are theirs no longer.
        """
        images = parameters.ff, parameters.fat, parameters.water
        if not set(ROLES).isdisjoint(changed) and self._message_images != images:
            self._view.tell("", section="maps")
        for name in map(unit_of, replaced):
            setattr(parameters, name, type(getattr(parameters, name)).AUTOMATIC)
        if not {"ff", "fat", "water"}.isdisjoint(changed):
            self._compute(parameters)

    def propose(self, parameters: Parameters, *, among: Sequence[Node] | None = None) -> None:
        """Fill the roles without a map, with these volumes only, if any are given."""
        proposals = self._scene.proposed_maps()
        for role in ROLES:
            is_meant = among is None or any(proposals.get(role) is node for node in among)
            if getattr(parameters, role) is None and role in proposals and is_meant:
                setattr(parameters, role, proposals[role])

    def show_overlay(self, parameters: Parameters) -> None:
        """Show the fat fraction over the scan in the unit of the table, or the stated one before; or remove it."""
        unit, stated = self._view.map_units.get("ff"), parameters.ff_unit.value
        if unit is None and stated:
            unit = MapUnit(stated, MAP_UNITS["ff"][stated], is_assumed=False, reason="stated")
        if parameters.scan is not None:
            with errors_shown(self._view, "maps"):
                self._scene.show_overlay(parameters.scan, parameters.ff if parameters.overlay else None, unit=unit)

    def _compute(self, parameters: Parameters) -> None:
        """Compute the fat fraction of the fat and the water image where no other map is chosen."""
        fat, water, ff = parameters.fat, parameters.water, parameters.ff
        sources = self._scene.sources_of(ff)
        if fat is None or water is None or (ff is not None and not sources):
            return
        if sources == f"{fat.GetID()} {water.GetID()}":
            return
        with errors_shown(self._view, "maps"):
            ff = parameters.ff = self._scene.computed_fat_fraction(fat, water, ff)
            self._message_images = ff, fat, water
            sentence = _("The fat fraction was computed from {fat} and {water}.")
            self._view.tell(sentence.format(fat=fat.GetName(), water=water.GetName()), section="maps")


def unit_of(name: str) -> str:
    """Return the name of the parameter with a map's unit."""
    return f"{name}_unit"
