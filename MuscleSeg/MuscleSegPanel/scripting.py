"""Functions of ``MuscleSegLogic`` for scripts: segmenting and measuring by the panel's rules, without its widgets."""

import itertools
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TypeVar

import qt
import slicer
from slicer.i18n import tr as _

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.biomarkers import Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import AUTO
from MuscleSegLib.scene.segmentations import labels_of
from MuscleSegLib.scene.table_nodes import fill_table
from MuscleSegLib.scene.volumes import voxels_digest
from MuscleSegPanel import dependencies, slicer_scene
from MuscleSegPanel.exports import export_table
from MuscleSegPanel.interfaces import Answer
from MuscleSegPanel.jobs import Jobs, SegmentationRequest
from MuscleSegPanel.measuring import Inputs, table_in_steps
from MuscleSegPanel.parameters import Device, Legs
from MuscleSegPanel.process import ProcessClient
from MuscleSegPanel.segmenting import put_into_scene
from MuscleSegPanel.slicer_scene import computed_fat_fraction, measured_region, require_together
from MuscleSegPanel.steps import at_once

ChoiceT = TypeVar("ChoiceT", Device, Legs)
ResultT = TypeVar("ResultT")
VolumeNode = slicer.vtkMRMLScalarVolumeNode

_log = logging.getLogger("MuscleSeg")


def segment(request: SegmentationRequest) -> slicer.vtkMRMLSegmentationNode:
    """Segment a scan in a worker process of its own, and return when its muscles are in the scene.

    Slicer's window works meanwhile. Notes about the result are written to the log.

    Raises:
        MuscleSegError: The scan cannot be segmented, a package is missing, or Slicer was closed meanwhile.
    """

    def put(answer: Answer) -> slicer.vtkMRMLSegmentationNode:
        node = put_into_scene(request, answer, slicer_scene)
        for note in answer["notes"]:
            _log.warning(note)
        return node

    return done_by_worker(lambda jobs, **handlers: jobs.segment(request, **handlers), put)


def done_by_worker(begin: Callable[..., None], put: Callable[[Answer], ResultT]) -> ResultT:
    """Let a worker process of its own do a job, and return what ``put`` makes of its answer.

    Args:
        begin: Begins the job, given ``Jobs`` and the handlers of its methods.
        put: Called with the answer, while the worker's files are there.

    Raises:
        MuscleSegError: The job failed, a package is missing, or Slicer was closed meanwhile.
    """
    if sentence := dependencies.what_is_missing():
        raise MuscleSegError(sentence)
    jobs = Jobs(ProcessClient(), slicer_scene)
    return waited_for(partial(begin, jobs), put, stop=jobs.stop)


def waited_for(begin: Callable[..., None], put: Callable[[Answer], ResultT], *, stop: Callable[[], None]) -> ResultT:
    """Begin a job, wait for its end while Slicer's window works, and return what ``put`` makes of its answer.

    Args:
        begin: Begins the job, given its handlers by name.
        put: Called with the answer, while the worker's files are there.
        stop: Ends the job's process.

    Raises:
        MuscleSegError: The job failed, or Slicer was closed meanwhile.
    """
    result: Future[ResultT] = Future()
    loop = qt.QEventLoop()

    def done(answer: Answer) -> None:
        try:  # now, since the file of labels goes when this returns
            result.set_result(put(answer))
        except Exception as error:
            result.set_exception(error)
        loop.quit()

    def fail(sentence: str) -> None:
        result.set_exception(MuscleSegError(sentence))
        loop.quit()

    try:
        begin(progress=lambda *_: None, done=done, failed=fail, canceled=loop.quit)
        loop.exec_()
    finally:
        stop()
    if not result.done():
        raise MuscleSegError(_("Slicer was closed while the muscles were drawn."))
    return result.result()


def request_of(
    scan: slicer.vtkMRMLScalarVolumeNode,
    segmentation: slicer.vtkMRMLSegmentationNode | None,
    *,
    companions: Sequence[VolumeNode] = (),
    region: str,
    network: str | Path | None,
    device: str,
    legs: str | int,
) -> SegmentationRequest:
    """Return a script's request to segment, its words checked.

    Raises:
        MuscleSegError: A word is none of those that there are, a node is of another kind, or a companion is not of the
            scan.
    """
    require_kind(scan, slicer.vtkMRMLScalarVolumeNode, "volumeNode")
    for companion in companions:
        require_kind(companion, slicer.vtkMRMLScalarVolumeNode, "companions")
        require_together(scan, companion)
    if segmentation is not None:
        require_kind(segmentation, slicer.vtkMRMLSegmentationNode, "segmentationNode")
    _require_region(region)
    if network is not None and region == AUTO:
        message = _("A network belongs to one region: give region 'thigh' or 'calf' with a network, or 'auto' alone.")
        raise MuscleSegError(message)
    return SegmentationRequest(
        scan=scan,
        segmentation=segmentation,
        region=region,
        network=str(network or ""),
        device=choice(Device, "device", device).value,
        legs=choice(Legs, "legs", legs).value,
        voxels=voxels_digest(scan),
        companions={node: voxels_digest(node) for node in companions},
    )


def inputs_of(
    segmentation: slicer.vtkMRMLSegmentationNode,
    scan: slicer.vtkMRMLScalarVolumeNode | None,
    *,
    region: str,
    maps: Mapping[str, slicer.vtkMRMLScalarVolumeNode | None],
    units: Mapping[str, str | None],
) -> Inputs:
    """Return a script's request to measure, its words checked.

    Args:
        segmentation: The muscles.
        scan: Whose grid the labels lie on; the one that the segmentation was drawn on where None.
        region: As in the panel, for segments whose names do not tell it.
        maps: By "ff", "fat", "water", "mtr" and "t2"; "fat" and "water" become a fat fraction, a node of its own.
        units: By the map, None where its file or its values tell.

    Raises:
        MuscleSegError: A word is none of those that there are, a node is of another kind, or one is missing.
    """
    scan = scan_of(segmentation, scan)
    _require_region(region)
    given = {name: node for name, node in maps.items() if node is not None}
    for name, node in {"volumeNode": scan, **given}.items():
        require_kind(node, slicer.vtkMRMLScalarVolumeNode, name)
    _require_each_its_node(given)
    stated = {name: unit for name, unit in units.items() if unit}
    for name in (name for name in stated if name not in given):
        raise MuscleSegError(_("{name}_unit is the unit of {name}, which is not given.").format(name=name))
    measured, fat_water = _with_fat_fraction(given)
    return Inputs(scan, segmentation, measured_region(segmentation, region), measured, fat_water, stated)


def scan_of(segmentation: slicer.vtkMRMLSegmentationNode, scan: VolumeNode | None) -> VolumeNode:
    """Return the scan of a segmentation: the given one, or else the one that it was drawn on.

    Raises:
        MuscleSegError: A node is of another kind, or nothing tells the scan.
    """
    require_kind(segmentation, slicer.vtkMRMLSegmentationNode, "segmentationNode")
    if scan is None:
        scan = segmentation.GetNodeReference(segmentation.GetReferenceImageGeometryReferenceRole())
    if scan is None:
        message = _("{name} does not tell which scan it was drawn on: give volumeNode.")
        raise MuscleSegError(message.format(name=segmentation.GetName()))
    require_kind(scan, slicer.vtkMRMLScalarVolumeNode, "volumeNode")
    return scan


def _with_fat_fraction(
    given: Mapping[str, VolumeNode],
) -> tuple[dict[str, VolumeNode], tuple[VolumeNode, VolumeNode] | None]:
    """Return the maps, a fat fraction among them where fat and water are given, and these two."""
    maps = dict(given)
    fat, water = maps.pop("fat", None), maps.pop("water", None)
    if (fat is None) != (water is None) or (fat is not None and "ff" in maps):
        message = _("The fat fraction is either ff, or made of both fat and water: give one map or two images.")
        raise MuscleSegError(message)
    if fat is None or water is None:
        return maps, None
    return {"ff": computed_fat_fraction(fat, water), **maps}, (fat, water)


def measure(inputs: Inputs, *, output: Path | None = None, with_patient: bool = True) -> slicer.vtkMRMLTableNode:
    """Measure, and return the panel's numbers in a new table node.

    Args:
        inputs: Inputs of the measurement.
        output: A file for all that was measured and where it comes from, as the panel exports it; None for no file.
        with_patient: Whether the PatientID stands in that file.

    Raises:
        MuscleSegError: Something cannot be measured, or the file cannot be written.
    """
    table = at_once(table_in_steps(inputs))
    if output is not None:
        labels = labels_of(inputs.segmentation, inputs.scan)
        at_once(export_table(output, inputs, table, labels, with_patient=with_patient))
    name = slicer.mrmlScene.GenerateUniqueName(_("Muscles"))
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", name)
    fill_table(node, [live.row for live in table.rows()], Row)
    return node


def require_kind(node: object, kind: type[slicer.vtkMRMLNode], name: str) -> None:
    """Check that a script's node is of a kind.

    Raises:
        MuscleSegError: It is not.
    """
    if not isinstance(node, kind):
        message = _("{name} has to be a {kind}, and is {value!r}.")
        raise MuscleSegError(message.format(name=name, kind=kind.__name__, value=node))


def _require_region(region: str) -> None:
    names = [*(each.name for each in REGIONS), AUTO]
    if region not in names:
        message = no_choice("region", region, names)
        raise MuscleSegError(message)


def _require_each_its_node(nodes: Mapping[str, slicer.vtkMRMLScalarVolumeNode]) -> None:
    for (name, node), (other_name, other) in itertools.combinations(nodes.items(), 2):
        if node is other:
            message = _("{node} is given as {name} and as {other}: give each its own volume.")
            raise MuscleSegError(message.format(node=node.GetName(), name=name, other=other_name))


def choice(kind: type[ChoiceT], name: str, value: object) -> ChoiceT:
    """Return the choice of which a script gave the value.

    Raises:
        MuscleSegError: There is none.
    """
    for each in kind:
        if each.value == value and type(each.value) is type(value):  # True equals 1, and is no number of legs
            return each
    raise MuscleSegError(no_choice(name, value, [each.value for each in kind]))


def no_choice(name: str, value: object, choices: Sequence[object]) -> str:
    """Return the sentence on a word of a script that is none of those that there are."""
    message = _("{name} cannot be {value!r}: it is one of {choices}.")
    return message.format(name=name, value=value, choices=", ".join(map(repr, choices)))
