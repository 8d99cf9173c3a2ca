"""Propagation for scripts, by the rules of the panel and without its widgets."""

import logging
from collections.abc import Mapping, Sequence

import slicer
from slicer.i18n import tr as _

from MuscleSegLib.bundle import Metadata, available_bundles
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.propagation import given_for_all
from MuscleSegPanel import slicer_scene
from MuscleSegPanel.interfaces import Answer
from MuscleSegPanel.parameters import Device
from MuscleSegPanel.propagated import helping_network, put_into_scene
from MuscleSegPanel.propagation_request import PropagationRequest
from MuscleSegPanel.scripting import VolumeNode, choice, done_by_worker, no_choice, require_kind, scan_of

_log = logging.getLogger("MuscleSeg")


def propagate(request: PropagationRequest) -> dict[str, list[int]]:
    """Carry muscles in a worker process of its own, and return the slices drawn anew by the name of the segment.

    Notes about the result are written to the log.

    Raises:
        MuscleSegError: The muscles cannot be carried, a package is missing, or Slicer was closed meanwhile.
    """

    def put(answer: Answer) -> dict[str, list[int]]:
        filled = put_into_scene(request, answer, slicer_scene)
        for note in answer["notes"]:
            _log.warning(note)
        names = slicer_scene.names_by_value(request.segmentation)
        return {names[value]: list(slices) for value, slices in filled.items()}

    return done_by_worker(lambda jobs, **handlers: jobs.propagate(request, **handlers), put)


def request_of(
    segmentation: slicer.vtkMRMLSegmentationNode,
    scan: VolumeNode | None,
    *,
    slices: Sequence[int] | None,
    muscles: Sequence[str] | None,
    network: str | None,
    device: str,
    companions: Sequence[VolumeNode],
    beyond: int,
) -> PropagationRequest:
    """Return a script's request to carry muscles, its words checked.

    Raises:
        MuscleSegError: No slice is given or corrected, a name or word is none of those that there are, a node is of
            another kind, or a companion is not of the scan.
    """
    scan = scan_of(segmentation, scan)
    for companion in companions:
        require_kind(companion, slicer.vtkMRMLScalarVolumeNode, "companions")
        slicer_scene.require_together(scan, companion)
    helping = _helping(segmentation, network)
    return PropagationRequest(
        scan=scan,
        segmentation=segmentation,
        labels=slicer_scene.labels_of(segmentation, scan),
        given=_given(segmentation, scan, slices, _values(segmentation, muscles)),
        network=helping.name if helping is not None else "",
        region=helping.region if helping is not None else "thigh",
        device=choice(Device, "device", device).value,
        voxels=slicer_scene.voxels_digest(scan),
        companions={node: slicer_scene.voxels_digest(node) for node in companions},
        beyond=beyond,
    )


def _given(
    segmentation: slicer.vtkMRMLSegmentationNode,
    scan: VolumeNode,
    slices: Sequence[int] | None,
    values: Sequence[int] | None,
) -> Mapping[int, Sequence[int]]:
    if slices is not None:
        return given_for_all(slicer_scene.labels_of(segmentation, scan), list(slices), values)
    corrected = slicer_scene.corrected_slices(segmentation, scan, values=values)
    given = {value: indices for value, indices in corrected.items() if indices}
    if not given:
        message = _("{name} has no corrected slice of these muscles: correct one, or give slices.")
        raise MuscleSegError(message.format(name=segmentation.GetName()))
    return given


def _values(segmentation: slicer.vtkMRMLSegmentationNode, muscles: Sequence[str] | None) -> list[int] | None:
    if muscles is None:
        return None
    values = {name: value for value, name in slicer_scene.names_by_value(segmentation).items()}
    for name in muscles:
        if name not in values:
            message = no_choice("muscles", name, list(values))
            raise MuscleSegError(message)
    return [values[name] for name in muscles]


def _helping(segmentation: slicer.vtkMRMLSegmentationNode, network: str | None) -> Metadata | None:
    """Return the network that helps.

    Raises:
        MuscleSegError: The muscles' region has no network of that name for single legs.
    """
    if network == "":
        return None
    region = slicer_scene.region_of(segmentation)
    networks = [bundle.metadata for bundle in available_bundles().bundles]
    wanted = [slicer_scene.network_of(segmentation)] if network is None else [network]
    helping = helping_network(region, wanted, networks, default=network is None)
    if helping is None and network is not None:
        names = [each.name for each in networks if each.region == region and not each.is_fine and each.takes_companions]
        message = no_choice("network", network, [*names, ""])
        raise MuscleSegError(message)
    return helping
