"""Search for the region of a scan by the worker, when a scan of unknown region is chosen."""

from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from MuscleSegLib.anatomy import LOWER_LIMB
from MuscleSegPanel import dependencies, inputs
from MuscleSegPanel.jobs import Answer, Jobs
from MuscleSegPanel.message import Message
from MuscleSegPanel.parameters import AUTOMATIC_REGION, Parameters


class RegionSearch:
    """The question, and the answer in the parameters that are shown when it comes."""

    def __init__(self, jobs: Jobs, message: Message, parameters: Callable[[], Parameters | None]) -> None:
        """Ask nothing yet.

        Args:
            jobs: The worker's.
            message: Where it is said what was answered.
            parameters: Returns those that are shown now.

        """
        self._jobs, self._message, self._parameters = jobs, message, parameters

    def start(self) -> None:
        """Ask for the chosen scan's region, unless a segmentation tells it."""
        parameters = self._parameters()
        scan = parameters.scan
        if inputs.region_of(parameters.segmentation):
            return
        if dependencies.missing():
            self._message.tell(_("Choose the region: finding it needs the packages named at the top."))
            return
        with self._message.instead_of_errors():
            self._message.tell(_("Finding out which region it is …"))
            self._jobs.find_region(
                scan,
                lambda answer: self._on_region(scan, answer),
                lambda sentence: self._on_no_region(scan, sentence),
            )

    def _on_region(self, scan: slicer.vtkMRMLScalarVolumeNode, answer: Answer) -> None:
        parameters = self._parameters()
        if parameters is None or parameters.scan is not scan:
            return  # somebody chose another scan meanwhile
        self._message.tell("")
        if parameters.region:
            return  # somebody chose one meanwhile
        is_sure = answer["is_sure"] and answer["region"] != LOWER_LIMB
        if answer["region"] == LOWER_LIMB:
            self._message.tell(_("Thigh and calf are in the scan: both are segmented, each by its network."))
        elif not is_sure:
            self._message.tell(_("The region is not sure: each slice is looked at, or choose it."))
        parameters.region_is_found = is_sure
        parameters.region = answer["region"] if is_sure else AUTOMATIC_REGION

    def _on_no_region(self, scan: slicer.vtkMRMLScalarVolumeNode, sentence: str) -> None:
        parameters = self._parameters()
        if parameters is not None and parameters.scan is scan:
            self._message.warn(sentence)
