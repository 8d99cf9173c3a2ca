"""Measurements of the chosen segmentation, kept up to date while somebody corrects it."""

import importlib
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import qt
import slicer
from numpy.typing import NDArray
from slicer.i18n import tr as _

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import comparable
from MuscleSegLib.review import CorrectedTable, has_parts
from MuscleSegLib.scene.automatic import automatic_of, confidence_of, description_of
from MuscleSegLib.scene.layers import on_grid
from MuscleSegLib.scene.map_volumes import map_of
from MuscleSegLib.scene.missing_values import (
    file_to_restore,
    is_restored,
    restore_from,
    stored_in,
    without_surrounding,
)
from MuscleSegLib.scene.observing import SegmentObserver
from MuscleSegLib.scene.segmentations import labels_of, segments_by_value
from MuscleSegLib.scene.volumes import volume_of
from MuscleSegLib.volume import Volume
from MuscleSegPanel.steps import Steps, Work, in_thread

SETTLED_MS = 300
"""Delay from an edit to its measurement: painting and undo cause many events at once."""

MAPS = ("ff", "mtr", "t2")


@dataclass(frozen=True)
class Inputs:
    """Nodes to be measured.

    Attributes:
        scan: Scan, whose grid is that of the labels.
        segmentation: Muscles.
        region: Region of the muscles.
        maps: Map nodes by the names of ``MAPS``.
        fat_water: Fat and water image of a computed "ff", or None.
        units: Stated units of the maps' values, by map.
    """

    scan: slicer.vtkMRMLScalarVolumeNode
    segmentation: slicer.vtkMRMLSegmentationNode
    region: str
    maps: dict[str, slicer.vtkMRMLScalarVolumeNode]
    fat_water: tuple[slicer.vtkMRMLScalarVolumeNode, slicer.vtkMRMLScalarVolumeNode] | None
    units: Mapping[str, str] = field(default_factory=dict)


class Measuring:
    """Measured segmentation, watched for edits. It is measured in steps, while Slicer's window works."""

    def __init__(
        self,
        *,
        on_measured: Callable[[], None],
        on_edited: Callable[[tuple[int, ...]], None],
        on_error: Callable[[str], None],
        on_busy: Callable[[bool], None],
    ) -> None:
        """Measure nothing yet.

        Args:
            on_measured: Called when there is a new table, or none any more.
            on_edited: Called with the label values of the muscles measured again.
            on_error: Called with a sentence where something cannot be measured.
            on_busy: Called when a measurement of more than a moment begins, and when it ends.
        """
        self.inputs: Inputs | None = None
        self.table: CorrectedTable | None = None
        self.parents: CorrectedTable | None = None  # of the muscles that fine ones are parts of, where it is wanted
        self._is_by_parent = False
        self._on_measured, self._on_edited = on_measured, on_edited
        self._on_error, self._on_busy = on_error, on_busy
        self._steps = Steps(self._fail, on_end=lambda: on_busy(False))
        self._observer: SegmentObserver | None = None
        self._timer = qt.QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)  # once for all muscles of an edit
        self._timer.connect("timeout()", self.update)

    @property
    def is_busy(self) -> bool:
        """Whether something is being measured."""
        return self._steps.is_busy

    def measure(self, inputs: Inputs | None) -> None:
        """Measure all muscles anew; nothing without inputs.

        The table of the same segmentation stays until the new table is there, and so does the choice in it.
        """
        self.pause()
        self._steps.stop()
        is_same = inputs is not None and self.inputs is not None and _drawn(inputs) == _drawn(self.inputs)
        self.inputs = inputs
        if not is_same and self.table is not None:
            self.table = self.parents = None
            self._on_measured()
        self._on_busy(inputs is not None)
        if inputs is None:
            self._on_measured()
        else:
            self._steps.run(self._measured(inputs))

    def watch(self) -> None:
        """Follow edits from now on."""
        if self.inputs is None or self._observer is not None:
            return
        self._observer = SegmentObserver(
            self.inputs.segmentation,
            on_edit=lambda _value: self._timer.start(),
            on_change=lambda: self._timer.start(),
            later=lambda look: qt.QTimer.singleShot(SETTLED_MS, look),
        )

    def pause(self) -> None:
        """Follow edits no longer; ``update`` measures edits made meanwhile."""
        self._timer.stop()
        if self._observer is not None:
            self._observer.stop()
        self._observer = None

    def update(self) -> None:
        """Measure the edited muscles again; a running measurement ends first, and then does so itself."""
        if self.inputs is None or self.is_busy:
            return
        if self.table is None:
            self.measure(self.inputs)  # it was refused, and may have been put right
        else:
            self._steps.run(self._updated())

    def use(self, work: Callable[[], Work]) -> None:
        """Do work with the table, which stays unchanged until the work has ended.

        Edits are measured before the work, and edits made meanwhile after it.

        Args:
            work: Work, begun when all edits are measured, and closed where other inputs are to be measured.
        """
        self._steps.run(self._used(work))

    def set_by_parent(self, is_on: bool) -> None:
        """Measure the muscles that fine ones are parts of beside them, or no longer."""
        self._is_by_parent = is_on
        if not is_on:
            self.parents = None
        if self.table is not None:
            self._on_busy(is_on)
            self._steps.run(self._measured_on(self._regrouped()))

    def stop(self) -> None:
        """Stop measuring and following edits."""
        self.pause()
        self._steps.stop()

    def labels(self) -> Volume:
        """Return the present label values, [k, j, i] uint8, on the scan's grid."""
        return labels_of(self.inputs.segmentation, self.inputs.scan)

    def _measured(self, inputs: Inputs) -> Generator[None, None, None]:
        self.table, self.parents = (yield from table_in_steps(inputs)), None
        yield from self._measured_on(self._regrouped())

    def _measured_on(self, work: Work) -> Generator[None, None, None]:
        yield from work
        yield
        self.watch()
        yield from self._updated()  # what was edited meanwhile

    def _regrouped(self) -> Generator[None, None, None]:
        """Measure by parent where that is wanted, and there is a parent."""
        if self._is_by_parent and has_parts(self.table.rows()):
            parents = self.table.by_parent()
            yield from parents.steps()
            self.parents = parents
        self._on_measured()

    def _updated(self) -> Generator[None, None, None]:
        labels = self.labels()
        values = yield from self.table.updates(labels)
        if self.parents is not None:
            yield from self.parents.updates(self.table.merged(labels))
        self._on_edited(values)

    def _used(self, work: Callable[[], Work]) -> Work:
        yield from self._updated()
        yield from work()
        yield from self._updated()

    def _fail(self, sentence: str) -> None:
        """Report an error, and drop the table, which would be of other inputs."""
        self.pause()
        self.table = self.parents = None
        self._on_measured()
        self._on_error(sentence)
        self.watch()  # somebody may put it right


def drawn_by_network(inputs: Inputs) -> Volume | None:
    """Return the network's labels, [k, j, i] uint8; None without any, or where they are of another region.

    With muscles copied from a segmentation of the other region, a segmentation is of both regions, in which the calf
    has other values than in the network's labels.
    """
    description = description_of(inputs.segmentation)
    is_of_region = description is None or description.region == inputs.region
    return automatic_of(inputs.segmentation) if is_of_region else None


def _drawn(inputs: Inputs) -> tuple[slicer.vtkMRMLNode | str, ...]:
    return inputs.scan, inputs.segmentation, inputs.region


def table_in_steps(inputs: Inputs) -> Generator[None, None, CorrectedTable]:
    """Measure in steps, and return the table.

    Raises:
        MuscleSegError: There are no muscles, or they or a map cannot be measured.
    """
    if not segments_by_value(inputs.segmentation):
        message = _("{name} holds no muscles of MuscleSeg: press Segment, or choose another segmentation.")
        raise MuscleSegError(message.format(name=inputs.segmentation.GetName()))
    yield from in_thread(partial(importlib.import_module, "scipy.ndimage"))  # which takes long the first time
    for node in (*inputs.maps.values(), *(inputs.fat_water or ())):
        path = file_to_restore(node)
        stored = (yield from in_thread(partial(stored_in, path))) if path is not None else None
        if stored is not None:
            restore_from(node, stored)
        yield
    scan = volume_of(inputs.scan)
    labels = labels_of(inputs.segmentation, inputs.scan)
    maps, remarks = {}, []
    for name, node in inputs.maps.items():
        maps[name] = yield from _map_in_steps(name, node, labels, remarks)
    fat_water = comparable([volume_of(node) for node in inputs.fat_water]) if inputs.fat_water else None
    if fat_water is not None:
        maps["ff"] = _made_of(maps["ff"], fat_water[0])
    table = CorrectedTable(
        replace(labels, patient=scan.patient, frame_of_reference=scan.frame_of_reference),
        scheme(inputs.region),
        automatic=drawn_by_network(inputs),
        maps=maps,
        fat_water=tuple(fat_water) if fat_water else None,
        confidence=confidence_of(inputs.segmentation),
        units=inputs.units,
        remarks=remarks,
        in_steps=True,
    )
    yield
    yield from table.steps()
    return table


def _map_in_steps(
    name: str, node: slicer.vtkMRMLScalarVolumeNode, labels: Volume, remarks: list[str]
) -> Generator[None, None, Volume]:
    """Return a map, [k, j, i], and add a remark where zeros were taken for missing values."""
    volume = map_of(node)
    yield
    if name == "t2" or is_restored(node):  # 0 is no possible value of T2
        return volume
    changed = yield from in_thread(lambda: without_surrounding(volume, _inside(labels, volume)))
    if changed is not volume:
        words = _("Zeros around the body in the {name} map were taken for missing values, which Slicer reads as 0.")
        remarks.append(words.format(name=name.upper()))
    return changed


def _made_of(ff: Volume, fat: Volume) -> Volume:
    """Return a computed fat fraction, [k, j, i] in percent, with its unit and the fat image's headers."""
    return replace(
        ff,
        description="fat fraction (%)",
        patient=fat.patient,
        frame_of_reference=fat.frame_of_reference,
        thickness_mm=fat.thickness_mm,
        unit="%",
    )


def _inside(labels: Volume, volume: Volume) -> NDArray[np.bool_]:
    """Return the mask, [k, j, i] bool, of a map's voxels with their centers in a muscle."""
    return on_grid(labels.array, labels.geometry, volume.geometry) > 0
