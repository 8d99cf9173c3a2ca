"""Slices of a muscle that a person corrected or marked as right, and the tag of its segment that tells them.

The tag (``inference.drawn_slices``) holds each slice as a program drew it. It goes back with an undo, and along with
a file or a scene. A slice that a person marks as right gets a checksum that no slice has; one that is not right after
all gets that of what is drawn in it now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import slicer
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.drawn_slices import DRAWN, corrected_slices, drawn_slices
from MuscleSegLib.scene.layers import labels_on, on_grid
from MuscleSegLib.scene.muscle_masks import change_masks, mask_of
from MuscleSegLib.scene.recognition import TAGS, tag_of
from MuscleSegLib.scene.segmentations import names_by_value, segments_by_value
from MuscleSegLib.scene.volumes import geometry_of
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Geometry, Volume

_RIGHT = "00000000"
"""Checksum of a slice that a person marked as right."""

_NOWHERE = "none"
"""Tag of a muscle that no program drew, since an empty tag is as good as none."""

Given = Mapping[int, Sequence[int]]


def keep_drawn(
    node: slicer.vtkMRMLSegmentationNode,
    labels: Volume,
    *,
    reference: slicer.vtkMRMLScalarVolumeNode,
    values: Sequence[int] | None = None,
) -> None:
    """Remember muscles as a program drew them.

    Args:
        node: The segmentation.
        labels: Label values, [k, j, i] uint8.
        reference: The segmented image.
        values: Label values of the muscles; all of the segmentation where None.

    Raises:
        MuscleSegError: A transform is not linear.
    """
    texts = drawn_slices(on_grid(labels.array, labels.geometry, geometry_of(reference)))
    for value in segments_by_value(node) if values is None else values:
        _set_drawn(node, value, texts.get(value, ""))


def keep_drawn_nowhere(node: slicer.vtkMRMLSegmentationNode, value: int) -> None:
    """Remember that no program drew a muscle, which was added to be drawn by hand."""
    _set_drawn(node, value, "")


def corrected_slices_of(
    node: slicer.vtkMRMLSegmentationNode,
    reference: slicer.vtkMRMLScalarVolumeNode,
    *,
    values: Sequence[int] | None = None,
    automatic: Volume | None = None,
) -> dict[int, list[int]]:
    """Return the slices, along the image's third axis, in which a person corrected muscles or marked them as right.

    In a segmentation that no program is known to have drawn, these are the slices that hold the muscle.

    Args:
        node: The segmentation.
        reference: The segmented image.
        values: Label values of the muscles; those with corrected slices where None.
        automatic: Labels of the network, [k, j, i], for muscles without the tag; None without any.

    Raises:
        MuscleSegError: The segmentation was drawn on another grid, or a transform is not linear.
    """
    grid = _grid_of(node, reference)
    identities = segments_by_value(node)
    by_muscle = {}
    for value in identities if values is None else values:
        if value in identities:
            mask = labels_on(grid, node, {identities[value]: value})
            by_muscle[value] = corrected_slices(mask, value, _drawn_text(node, value, grid, automatic))
    return by_muscle if values is not None else {value: slices for value, slices in by_muscle.items() if slices}


def mark_slice(
    node: slicer.vtkMRMLSegmentationNode,
    value: int,
    reference: slicer.vtkMRMLScalarVolumeNode,
    index: int,
    *,
    is_right: bool,
    automatic: Volume | None = None,
) -> None:
    """Mark a slice of a muscle as right, or as not right though it was corrected.

    Args:
        node: The segmentation.
        value: Label value of the muscle.
        reference: The segmented image.
        index: Slice along the image's third axis.
        is_right: Whether the muscle is right there.
        automatic: As for ``corrected_slices_of``.

    Raises:
        MuscleSegError: There is no such muscle, or as for ``corrected_slices_of``.
    """
    grid = _grid_of(node, reference)
    entries = _entries(_drawn_text(node, value, grid, automatic))
    present = _checksums(mask_of(node, value, reference).array, value)
    _set_entry(entries, index, _RIGHT if is_right else present.get(index))
    _set_drawn(node, value, _text_of(entries))


def texts_of_corrected(labels: Volume, corrected: Given) -> dict[int, str]:
    """Return the texts by which a file tells the corrected slices of each muscle, by label value.

    Args:
        labels: Label values, [k, j, i] uint8 on the image's grid.
        corrected: Corrected slices by label value, of all muscles.
    """
    texts = drawn_slices(labels.array)
    by_muscle = {value: _entries(texts.get(value, "")) for value in {*texts, *corrected}}
    for value, slices in corrected.items():
        by_muscle[value] |= dict.fromkeys(slices, _RIGHT)
    return {value: _text_of(entries) or _NOWHERE for value, entries in by_muscle.items()}


def put_propagated(
    node: slicer.vtkMRMLSegmentationNode,
    before: Volume,
    after: Volume,
    given: Given,
    *,
    reference: slicer.vtkMRMLScalarVolumeNode,
    automatic: Volume | None = None,
) -> dict[int, list[int]]:
    """Put propagated muscles into a segmentation: these alone change, in the slices that were drawn anew.

    The given slices count as corrected, and those that were drawn anew as a program's. Of what other muscles have
    gained meanwhile nothing is taken.

    Args:
        node: The segmentation.
        before: Label values, [k, j, i] uint8 on the image's grid, that were propagated.
        after: Label values after propagation.
        given: Slices along the image's third axis in which each muscle was given, by label value.
        reference: The segmented image.
        automatic: As for ``corrected_slices_of``.

    Returns:
        Slices that were drawn anew, by label value.

    Raises:
        MuscleSegError: A muscle is gone or has been changed since it was propagated, or as for ``corrected_slices_of``.
    """
    grid = _grid_of(node, reference)
    masks = {value: mask_of(node, value, reference).array for value in given}
    _require_unchanged(node, masks, before)
    others = _others(node, grid, given)
    filled = {value: _filled(before, after, value, slices) for value, slices in given.items()}
    lost, gained = {}, {}
    for value, mask in masks.items():
        wanted = mask.copy()
        wanted[filled[value]] = (after.array[filled[value]] == value) & ~others[filled[value]]
        lost[value], gained[value] = Volume(mask & ~wanted, grid), Volume(wanted & ~mask, grid)
    entries = {value: _entries(_drawn_text(node, value, grid, automatic)) for value in given}
    change_masks(node, lost=lost, gained=gained)
    for value, slices in given.items():
        present = _checksums(mask_of(node, value, reference).array, value)
        for index in filled[value]:
            _set_entry(entries[value], index, present.get(index))
        for index in slices:
            if entries[value].get(index) == present.get(index):
                entries[value][index] = _RIGHT
        _set_drawn(node, value, _text_of(entries[value]))
    return filled


def _require_unchanged(
    node: slicer.vtkMRMLSegmentationNode, masks: Mapping[int, NDArray[np.bool_]], before: Volume
) -> None:
    """Check that muscles are as in a label map, in which another muscle may lie over them."""
    for value, mask in masks.items():
        if (mask & (before.array == 0)).any() or (~mask & (before.array == value)).any():
            muscle = names_by_value(node)[value]
            message = _("{muscle} was changed meanwhile: nothing was drawn. Start it again.")
            raise MuscleSegError(message, muscle=muscle)


def _others(node: slicer.vtkMRMLSegmentationNode, grid: Geometry, given: Given) -> NDArray[np.bool_]:
    """Return the mask, [k, j, i] bool, of the muscles that are not given."""
    others = {identity: 1 for value, identity in segments_by_value(node).items() if value not in given}
    return labels_on(grid, node, others) > 0


def _filled(before: Volume, after: Volume, value: int, given: Sequence[int]) -> list[int]:
    """Return the slices in which a muscle was drawn anew."""
    changed = np.flatnonzero(((before.array == value) != (after.array == value)).any(axis=(1, 2)))
    return sorted(set(changed.tolist()) - set(given))


def _grid_of(node: slicer.vtkMRMLSegmentationNode, reference: slicer.vtkMRMLScalarVolumeNode) -> Geometry:
    drawn_on, grid = node.GetNodeReference(node.GetReferenceImageGeometryReferenceRole()), geometry_of(reference)
    if drawn_on not in (None, reference) and not geometry_of(drawn_on).is_close(grid):
        message = _(
            "{node} was drawn on {drawn_on}, which has other slices than {scan}: choose {drawn_on} as the scan."
        )
        scan = reference.GetName()
        raise MuscleSegError(message, node=node.GetName(), drawn_on=drawn_on.GetName(), scan=scan)
    return grid


def _drawn_text(node: slicer.vtkMRMLSegmentationNode, value: int, grid: Geometry, automatic: Volume | None) -> str:
    segment = node.GetSegmentation().GetSegment(segments_by_value(node).get(value, ""))
    text = tag_of(segment, TAGS + DRAWN) if segment is not None else ""
    if text or automatic is None:
        return text
    placed = on_grid(np.where(automatic.array == value, automatic.array, 0), automatic.geometry, grid)
    return drawn_slices(placed).get(value, "")


def _set_drawn(node: slicer.vtkMRMLSegmentationNode, value: int, text: str) -> None:
    identity = segments_by_value(node).get(value)
    if identity is not None:
        node.GetSegmentation().GetSegment(identity).SetTag(TAGS + DRAWN, text or _NOWHERE)


def _checksums(mask: NDArray[np.bool_], value: int) -> dict[int, str]:
    """Return the checksum of each slice that holds a muscle, [k, j, i] bool."""
    return _entries(drawn_slices(mask.astype(np.uint8) * np.uint8(value)).get(value, ""))


def _entries(text: str) -> dict[int, str]:
    pairs = (entry.partition(":") for entry in text.split())
    return {int(index): checksum for index, _colon, checksum in pairs if index.isdecimal() and checksum}


def _set_entry(entries: dict[int, str], index: int, checksum: str | None) -> None:
    if checksum is None:
        entries.pop(index, None)
    else:
        entries[index] = checksum


def _text_of(entries: Mapping[int, str]) -> str:
    return " ".join(f"{index}:{checksum}" for index, checksum in sorted(entries.items()))
