"""Region of a scan, asked of the worker when a scan is chosen whose region nobody knows; no Qt, no Slicer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from MuscleSegLib.anatomy import LOWER_LIMB
from MuscleSegLib.inference import AUTO
from MuscleSegLib.translatable import _
from MuscleSegPanel.interfaces import Answer, Node, Scene, View, errors_shown
from MuscleSegPanel.jobs import Jobs

if TYPE_CHECKING:
    from MuscleSegPanel.parameters import Parameters


class RegionSearch:
    """The question, and the answer in the parameters that are shown when it comes."""

    def __init__(self, jobs: Jobs, view: View, scene: Scene, parameters: Callable[[], Parameters | None]) -> None:
        """Ask nothing yet.

        Args:
            jobs: The worker's.
            view: For the section *Scan*, where the answer is told.
            scene: Slicer's.
            parameters: Returns those that are shown now.
        """
        self._jobs, self._view, self._scene, self._parameters = jobs, view, scene, parameters

    def start(self, parameters: Parameters, *, is_installed: bool) -> None:
        """Ask for the chosen scan's region, unless a segmentation tells it, or the packages for it are missing."""
        scan = parameters.scan
        if self._scene.region_of(parameters.segmentation):
            return
        if not is_installed:
            self._view.tell(_("Choose the region: finding it needs the packages named at the top."), section="scan")
            return
        with errors_shown(self._view, "scan"):
            self._view.tell(_("Finding out which region it is …"), section="scan")
            self._jobs.find_region(
                scan,
                lambda answer: self._on_region(scan, answer),
                lambda sentence: self._on_no_region(scan, sentence),
            )

    def _on_region(self, scan: Node, answer: Answer) -> None:
        parameters = self._parameters()
        if parameters is None or parameters.scan is not scan:
            return  # somebody chose another scan meanwhile
        self._view.tell("", section="scan")
        if parameters.region:
            return  # somebody chose one meanwhile
        is_sure = answer["is_sure"] and answer["region"] != LOWER_LIMB
        if answer["region"] == LOWER_LIMB:
            self._view.tell(
                _("Thigh and calf are in the scan: both are segmented, each by its network."), section="scan"
            )
        elif not is_sure:
            self._view.tell(_("The region is not sure: each slice is looked at, or choose it."), section="scan")
        parameters.region_is_found = is_sure
        parameters.region = answer["region"] if is_sure else AUTO

    def _on_no_region(self, scan: Node, sentence: str) -> None:
        parameters = self._parameters()
        if parameters is not None and parameters.scan is scan:
            self._view.warn(sentence, section="scan")
