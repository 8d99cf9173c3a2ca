"""Corrected slices of a segmentation in Slicer's scene, for the presenter: a part of ``interfaces.Scene``."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import slicer
from slicer.i18n import tr as _

from MuscleSegLib.anatomy import is_left
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import segments_of
from MuscleSegLib.scene import corrected_slices as tags
from MuscleSegLib.scene.automatic import automatic_of, description_of
from MuscleSegLib.scene.muscle_masks import center_in_slice
from MuscleSegLib.scene.recognition import region_in, segments_in
from MuscleSegLib.scene.segmentations import labels_of as labels_of
from MuscleSegLib.scene.segmentations import names_by_value as names_by_value
from MuscleSegLib.scene.views import jump_to, slice_in_view
from MuscleSegLib.scene.volumes import geometry_of
from MuscleSegLib.volume import Volume
from MuscleSegLib.volume import write_labels as write_label_file

VolumeNode = slicer.vtkMRMLScalarVolumeNode
SegmentationNode = slicer.vtkMRMLSegmentationNode


def write_labels(labels: Volume, path: Path) -> None:
    """Write label values, [k, j, i] uint8, in a format without names."""
    write_label_file(labels, path, segments=())


def write_corrected(segmentation: SegmentationNode, scan: VolumeNode, region: str, path: Path) -> None:
    """Write the muscles of a region on the grid of their scan, with their corrected slices; nothing tells a patient.

    Args:
        segmentation: The muscles.
        scan: Their scan.
        region: "thigh" or "calf".
        path: A name that ends with .seg.nrrd.

    Raises:
        MuscleSegError: No slice was corrected, the place cannot be written to, or as for ``corrected_slices``.
    """
    corrected = corrected_slices(segmentation, scan, values=list(names_by_value(segmentation)))
    if not any(corrected.values()):
        message = _("No slice of {name} was corrected or marked as right: nothing could be learned from it.")
        raise MuscleSegError(message.format(name=segmentation.GetName()))
    labels, description = labels_of(segmentation, scan), description_of(segmentation)
    two_legs = any(map(is_left, corrected)) or (description is not None and description.two_legs)
    texts = tags.texts_of_corrected(labels, corrected)
    segments = segments_of(region, two_legs=two_legs, drawn=texts)
    present = [segment for segment in segments if segment.value in corrected]
    array = np.where(np.isin(labels.array, [segment.value for segment in present]), labels.array, 0)
    write_label_file(Volume(array.astype(np.uint8), labels.geometry), path, segments=present)


def network_of(segmentation: SegmentationNode) -> str:
    """Return the name of the network that drew a segmentation; "" where unknown."""
    description = description_of(segmentation)
    return description.network.partition(" ")[0] if description is not None else ""


def corrected_slices(
    segmentation: SegmentationNode, scan: VolumeNode, *, values: Sequence[int] | None = None
) -> dict[int, list[int]]:
    """Return the slices, along the scan's third axis, in which a person corrected muscles or marked them as right.

    Args:
        segmentation: The muscles.
        scan: Their scan.
        values: Label values of the muscles; those with corrected slices where None.

    Raises:
        MuscleSegError: The segmentation was drawn on another grid, or a transform is not linear.
    """
    return tags.corrected_slices_of(segmentation, scan, values=values, automatic=_automatic(segmentation))


def mark_slice(segmentation: SegmentationNode, muscle: int, scan: VolumeNode, index: int, *, is_right: bool) -> None:
    """Mark a slice of a muscle as right, or not.

    Raises:
        MuscleSegError: As for ``corrected_slices``.
    """
    tags.mark_slice(segmentation, muscle, scan, index, is_right=is_right, automatic=_automatic(segmentation))


def put_propagated(
    segmentation: SegmentationNode,
    before: Volume,
    after: Volume,
    given: Mapping[int, Sequence[int]],
    *,
    scan: VolumeNode,
) -> dict[int, list[int]]:
    """Put propagated muscles into a segmentation, and return the slices that were drawn anew by label value.

    Raises:
        MuscleSegError: A muscle was changed meanwhile, or as for ``corrected_slices``.
    """
    automatic = _automatic(segmentation)
    return tags.put_propagated(segmentation, before, after, given, reference=scan, automatic=automatic)


def shown_slice(scan: VolumeNode) -> int | None:
    """Return the slice, along the scan's third axis, that a view shows; None where no view shows any."""
    return slice_in_view(geometry_of(scan))


def show_slice(segmentation: SegmentationNode, muscle: int, scan: VolumeNode, index: int) -> None:
    """Go to a muscle in a slice of the scan.

    Raises:
        MuscleSegError: There is no such muscle, or a transform is not linear.
    """
    jump_to(center_in_slice(segmentation, muscle, scan, index))


def _automatic(segmentation: SegmentationNode) -> Volume | None:
    """Return the network's labels; None without any, or where they are of muscles of another region."""
    description = description_of(segmentation)
    is_of_region = description is None or description.region == region_in(segments_in(segmentation))
    return automatic_of(segmentation) if is_of_region else None
