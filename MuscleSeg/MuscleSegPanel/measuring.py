"""The numbers of the chosen segmentation, kept up to date while somebody corrects it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import qt
import slicer
from slicer.i18n import tr as _

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation import CorrectedTable
from MuscleSegLib.scene.automatic import automatic_of, confidence_of
from MuscleSegLib.scene.observing import SegmentObserver
from MuscleSegLib.scene.segmentations import labels_of, segments_by_value
from MuscleSegLib.scene.volumes import volume_of
from MuscleSegLib.volume import Volume

SETTLED_MS = 300
"""After an edit, until it is measured: painting and undo tell of many in one go."""

MAPS = ("ff", "mtr", "t2")


@dataclass(frozen=True)
class Inputs:
    """What is measured.

    Attributes:
        scan: The image whose grid the labels lie on.
        segmentation: The muscles.
        region: Which ones they are.
        maps: Nodes by the names of ``MAPS``, those that there are.
        fat_water: The fat and the water image that "ff" was made of, or None.

    """

    scan: slicer.vtkMRMLScalarVolumeNode
    segmentation: slicer.vtkMRMLSegmentationNode
    region: str
    maps: dict[str, slicer.vtkMRMLScalarVolumeNode]
    fat_water: tuple[slicer.vtkMRMLScalarVolumeNode, slicer.vtkMRMLScalarVolumeNode] | None


class Measuring:
    """A measured segmentation that is watched for edits."""

    def __init__(
        self,
        *,
        on_measured: Callable[[], None],
        on_edited: Callable[[tuple[int, ...]], None],
        on_error: Callable[[str], None],
    ) -> None:
        """Measure nothing yet.

        Args:
            on_measured: Called when there is a new table, or none any more.
            on_edited: Called with the label values that were measured again.
            on_error: Called with a sentence where something cannot be measured.

        """
        self.inputs: Inputs | None = None
        self.table: CorrectedTable | None = None
        self._on_measured, self._on_edited, self._on_error = on_measured, on_edited, on_error
        self._observer: SegmentObserver | None = None
        self._timer = qt.QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)  # once for all muscles of an edit
        self._timer.connect("timeout()", self.update)

    def measure(self, inputs: Inputs | None) -> None:
        """Measure all muscles anew; nothing where there is no input."""
        self.pause()
        self.inputs, self.table = inputs, None
        if inputs is not None:
            try:
                self.table = _table_of(inputs)
            except MuscleSegError as error:
                self._on_error(str(error))
        self._on_measured()
        self.watch()

    def watch(self) -> None:
        """Follow edits from now on."""
        if self.table is None or self._observer is not None:
            return
        self._observer = SegmentObserver(
            self.inputs.segmentation,
            on_edit=lambda _value: self._timer.start(),
            on_change=lambda: self._timer.start(),
            later=lambda look: qt.QTimer.singleShot(SETTLED_MS, look),
        )

    def pause(self) -> None:
        """Follow edits no longer; ``update`` finds what was edited meanwhile."""
        self._timer.stop()
        if self._observer is not None:
            self._observer.stop()
        self._observer = None

    def update(self) -> None:
        """Measure again what was edited since."""
        if self.table is None or self.inputs is None:
            return
        try:
            values = self.table.update(self.labels())
        except MuscleSegError as error:
            self._on_error(str(error))
        else:
            self._on_edited(values)

    def labels(self) -> Volume:
        """Return the labels as they are now, on the scan's grid."""
        return labels_of(self.inputs.segmentation, self.inputs.scan)


def _table_of(inputs: Inputs) -> CorrectedTable:
    if not segments_by_value(inputs.segmentation):
        message = _("{name} holds no muscles of MuscleSeg: press Segment, or choose another segmentation.")
        raise MuscleSegError(message.format(name=inputs.segmentation.GetName()))
    scan = volume_of(inputs.scan)
    labels = labels_of(inputs.segmentation, inputs.scan)
    return CorrectedTable(
        replace(labels, patient=scan.patient, frame_of_reference=scan.frame_of_reference),
        scheme(inputs.region),
        automatic=automatic_of(inputs.segmentation),
        maps={name: volume_of(node) for name, node in inputs.maps.items()},
        fat_water=tuple(volume_of(node) for node in inputs.fat_water) if inputs.fat_water else None,
        confidence=confidence_of(inputs.segmentation),
    )
