"""Propagated muscles on their way into the scene, and what of them is given; no Qt, no Slicer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from MuscleSegLib.bundle import Metadata
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume, read_labels
from MuscleSegPanel.interfaces import Answer, Node, Scene
from MuscleSegPanel.propagation_request import PropagationRequest

if TYPE_CHECKING:
    from MuscleSegPanel.parameters import Parameters


def request_of(
    parameters: Parameters, given: Mapping[int, Sequence[int]], scene: Scene, networks: Iterable[Metadata]
) -> PropagationRequest:
    """Return the request to propagate given slices, as things are chosen now.

    The network that drew the muscles helps, or else the chosen one, or none where it is for whole scans or for another
    region.

    Args:
        parameters: What is chosen: a scan and a segmentation.
        given: Slices by label value.
        scene: Slicer's.
        networks: All networks.

    Raises:
        MuscleSegError: An image has no voxels, or a transform is not linear.
    """
    segmentation = parameters.segmentation
    wanted = [scene.network_of(segmentation), parameters.network]
    network = helping_network(scene.region_of(segmentation), wanted, networks)
    helping: dict[str, Any] = {"region": network.region, "network": network.name} if network is not None else {}
    companions = [parameters.companion] if parameters.companion is not None else []
    return PropagationRequest(
        scan=parameters.scan,
        segmentation=segmentation,
        labels=scene.labels_of(segmentation, parameters.scan),
        given=given,
        **helping,
        device=parameters.device.value,
        voxels=scene.voxels_digest(parameters.scan),
        companions={node: scene.voxels_digest(node) for node in companions},
    )


def helping_network(
    region: str, wanted: Sequence[str], networks: Iterable[Metadata], *, default: bool = True
) -> Metadata | None:
    """Return the network that helps: the first of the wanted names that there is, or the region's default.

    Args:
        region: Region of the muscles.
        wanted: Names of networks.
        networks: All networks; those of a region begin with its default.
        default: Whether the default network helps where there is none of the wanted ones.

    Returns:
        None where there is none, or where it is for whole scans, which cannot help.
    """
    of_region = [network for network in networks if network.region == region and not network.is_fine]
    by_name = {network.name: network for network in of_region}
    names = [*wanted, *(network.name for network in of_region[:1] if default)]
    network = next((by_name[name] for name in names if name in by_name), None)
    return network if network is not None and network.takes_companions else None


def put_into_scene(
    request: PropagationRequest,
    answer: Answer,
    scene: Scene,
    *,
    save_for_undo: Callable[[Node], None] = lambda _: None,
) -> Mapping[int, Sequence[int]]:
    """Put propagated muscles into their segmentation, and return the slices that were drawn anew by label value.

    Raises:
        MuscleSegError: Scan or segmentation have gone or changed meanwhile, or the labels cannot be read.
    """
    if not scene.is_present(request.scan) or not scene.is_present(request.segmentation):
        raise MuscleSegError(_("The scan or its muscles were removed meanwhile: nothing was drawn."))
    after, _segments = read_labels(answer["output"])
    geometry = scene.geometry_of(request.scan)
    if geometry.shape != after.array.shape or request.voxels not in ("", scene.voxels_digest(request.scan)):
        raise MuscleSegError(_("The scan was changed meanwhile: nothing was drawn. Start it again."))
    before = Volume(request.labels.array, geometry)
    save_for_undo(request.segmentation)
    placed = Volume(after.array, geometry)
    return scene.put_propagated(request.segmentation, before, placed, request.given, scan=request.scan)


def runs_of(slices: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and the last of each run of neighbors among ascending slices."""
    runs: list[tuple[int, int]] = []
    for index in slices:
        if runs and index == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], index
        else:
            runs.append((index, index))
    return runs


def in_words(slices: Sequence[int]) -> str:
    """Return ascending slices as in "3–5, 8"."""
    return ", ".join(run_in_words(*run) for run in runs_of(slices))


def run_in_words(first: int, last: int) -> str:
    """Return a run of slices as in "3–5" or "8"."""
    return f"{first}–{last}" if last > first else str(first)


def drawn_in(labels: Volume, given: Mapping[int, Sequence[int]]) -> dict[int, Sequence[int]]:
    """Return the muscles that are in one of their given slices."""
    return {value: slices for value, slices in given.items() if (labels.array[list(slices)] == value).any()}
