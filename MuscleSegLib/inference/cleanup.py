"""Cleanup of predicted labels: remove small components, fill holes."""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.bundle import without_holes

SMALLEST_PIECE = 0.05  # of a muscle's largest component; smaller ones are specks
STEEPEST = 0.5  # sideways course of a muscle over its course along the limb: sartorius has about 0.4
LONGEST_STEP_MM = 8.0  # sideways from slice to slice: with thick slices, more would join neighboring muscles

Labels = NDArray[np.uint8]


def clean_labels(labels: Labels, spacing_mm: tuple[float, float, float]) -> Labels:
    """Remove small components and fill holes; a speck inside another muscle becomes part of that muscle.

    No component is removed for its distance alone: the field of view may cut a muscle in two, and two legs may have
    the same labels.

    Args:
        labels: Muscle codes, [k, j, i], with k along the limb.
        spacing_mm: Spacing of i, j and k.

    Returns:
        Labels, [k, j, i]: each label's largest component and those at least ``SMALLEST_PIECE`` as large, with the
        small holes filled that a label encloses in a slice.
    """
    from scipy import ndimage

    cleaned = np.zeros_like(labels)
    boxes = ndimage.find_objects(labels)
    for code, box in enumerate(boxes, start=1):
        if box is not None:
            cleaned[box][_without_specks(labels[box] == code, spacing_mm)] = code
    return without_holes(cleaned, spacing_mm[0] * spacing_mm[1])


def _without_specks(muscle: NDArray[np.bool_], spacing_mm: tuple[float, float, float]) -> NDArray[np.bool_]:
    from scipy import ndimage

    pieces, number = ndimage.label(muscle, np.ones((3, 3, 3), dtype=bool))
    if number == 1:
        return muscle
    wholes = _joined(pieces, number, spacing_mm)
    sizes = np.bincount(wholes, weights=np.bincount(pieces.ravel()), minlength=number + 1)
    sizes[wholes[0]] = 0
    is_large = (sizes >= max(1, SMALLEST_PIECE * sizes.max()))[wholes]
    is_large[0] = False
    return np.asarray(is_large[pieces])


def _joined(pieces: NDArray[np.int32], number: int, spacing_mm: tuple[float, float, float]) -> NDArray[np.intp]:
    """Return for each component the number of the course that it belongs to from slice to slice, [component].

    The components of a thin muscle that runs obliquely through thick slices do not touch.
    """
    from scipy import ndimage

    step_mm = min(STEEPEST * spacing_mm[2], LONGEST_STEP_MM)
    wholes = np.arange(number + 1)
    present = [np.flatnonzero(np.bincount(slice_.ravel(), minlength=1)[1:]) + 1 for slice_ in pieces]
    for k, (below, above) in enumerate(zip(pieces, pieces[1:], strict=False)):
        if not (len(present[k]) and len(present[k + 1])):
            continue
        if len(np.unique(wholes[np.concatenate(present[k : k + 2])])) == 1:  # joined already
            continue
        away, nearest = ndimage.distance_transform_edt(
            below == 0, sampling=(spacing_mm[1], spacing_mm[0]), return_indices=True
        )
        near = (above > 0) & (away <= step_mm)
        pairs = np.stack([below[nearest[0][near], nearest[1][near]], above[near]], axis=1)
        for lower, upper in np.unique(pairs, axis=0):
            wholes[wholes == wholes[upper]] = wholes[lower]
    return wholes
