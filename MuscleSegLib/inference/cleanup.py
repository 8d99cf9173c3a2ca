"""What a network leaves behind: specks, islands and holes."""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.bundle import without_holes

SMALLEST_PIECE = 0.05  # of a muscle's largest piece; a smaller one is a speck
STEEPEST = 0.5  # way that a muscle goes sideways over the way that it goes along the limb: sartorius has about 0.4
LONGEST_STEP_MM = 8.0  # sideways from slice to slice: with thick slices, more would join what lies side by side

Labels = NDArray[np.uint8]


def repaired(labels: Labels, spacing_mm: tuple[float, float, float]) -> Labels:
    """Drop specks and fill holes, so that a speck inside another muscle becomes that muscle's.

    Nothing is dropped for being apart alone: a muscle may be cut in two by the field of view, and two legs may carry
    the same labels.

    Args:
        labels: [k, j, i], with k along the limb.
        spacing_mm: Of i, j and k.

    Returns:
        The same labels, where each keeps its largest piece and every piece at least ``SMALLEST_PIECE`` as large, and
        small holes that a label encloses within a slice are that label's.

    """
    from scipy import ndimage

    kept = np.zeros_like(labels)
    boxes = ndimage.find_objects(labels)
    for code, box in enumerate(boxes, start=1):
        if box is not None:
            kept[box][_without_specks(labels[box] == code, spacing_mm)] = code
    return without_holes(kept, spacing_mm[0] * spacing_mm[1])


def _without_specks(muscle: NDArray[np.bool_], spacing_mm: tuple[float, float, float]) -> NDArray[np.bool_]:
    from scipy import ndimage

    pieces, number = ndimage.label(muscle, np.ones((3, 3, 3), dtype=bool))
    if number == 1:
        return muscle
    wholes = _joined(pieces, number, spacing_mm)
    sizes = np.bincount(wholes[pieces.ravel()], minlength=number + 1)
    sizes[wholes[0]] = 0
    large = np.flatnonzero(sizes >= max(1, SMALLEST_PIECE * sizes.max()))
    return np.asarray(np.isin(wholes[pieces], large) & muscle)


def _joined(pieces: NDArray[np.int32], number: int, spacing_mm: tuple[float, float, float]) -> NDArray[np.intp]:
    """Return a number for each piece that those share which go on from one slice to the next.

    A thin muscle that runs obliquely through thick slices touches itself nowhere.
    """
    from scipy import ndimage

    step_mm = min(STEEPEST * spacing_mm[2], LONGEST_STEP_MM)
    wholes = np.arange(number + 1)
    for below, above in zip(pieces, pieces[1:], strict=False):
        if not (below.any() and above.any()):
            continue
        away, nearest = ndimage.distance_transform_edt(
            below == 0, sampling=(spacing_mm[1], spacing_mm[0]), return_indices=True
        )
        near = (above > 0) & (away <= step_mm)
        pairs = np.stack([below[nearest[0][near], nearest[1][near]], above[near]], axis=1)
        for one, other in np.unique(pairs, axis=0):
            wholes[wholes == wholes[other]] = wholes[one]
    return wholes
