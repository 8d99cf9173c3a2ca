"""Choice of an image that is segmented together with the scan, such as fat beside water; no Qt, no Slicer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from MuscleSegLib.errors import MuscleSegError
from MuscleSegPanel.interfaces import Node, Scene, View

if TYPE_CHECKING:
    from MuscleSegPanel.parameters import Parameters


class CompanionChoice:
    """The scan's companion in the parameters, and what is said of one that does not fit."""

    def __init__(self, view: View, scene: Scene) -> None:
        self._view, self._scene = view, scene
        self._is_refused = False

    def propose(self, parameters: Parameters, *, among: Sequence[Node] | None = None) -> None:
        """Choose the other image of the scan's Dixon pair where none is chosen, out of these only, if any are given."""
        proposals = self._scene.proposed_maps()
        other = _other_of_pair(parameters.scan, proposals.get("fat"), proposals.get("water"))
        is_meant = among is None or any(other is node for node in among)
        if parameters.companion is None and other is not None and is_meant and not self._reason(parameters.scan, other):
            parameters.companion = other

    def follow(self, parameters: Parameters, changed: Collection[str]) -> None:
        """Take a chosen image back that is not of the scan, and say why."""
        if {"scan", "companion"}.isdisjoint(changed) or parameters.scan is None or parameters.companion is None:
            return
        if reason := self._reason(parameters.scan, parameters.companion):
            parameters.companion = None
            self._view.warn(reason, section="scan")
        elif self._is_refused:
            self._view.tell("", section="scan")
        self._is_refused = bool(reason)

    def _reason(self, scan: Node, companion: Node) -> str:
        """Return why an image cannot be segmented with the scan, "" where it can."""
        try:
            self._scene.require_together(scan, companion)
        except MuscleSegError as error:
            return error.message
        return ""


def _other_of_pair(scan: Node | None, fat: Node | None, water: Node | None) -> Node | None:
    if scan is None:
        return None
    return water if scan is fat else fat if scan is water else None
