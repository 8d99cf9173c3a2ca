"""What a network leaves behind: specks and holes."""

import numpy as np
from numpy.typing import NDArray

SMALLEST_PIECE = 0.05  # of a muscle's largest piece; a smaller one is a speck


def without_specks(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Drop a muscle's specks and fill its holes.

    Args:
        labels: One leg, [k, j, i].

    Returns:
        The same labels, where each muscle keeps its largest piece and every piece at least ``SMALLEST_PIECE`` as large,
        and background that a muscle encloses within a slice is that muscle's.

    """
    from scipy import ndimage

    out = np.zeros_like(labels)
    touching = np.ones((3, 3, 3), dtype=bool)
    for code, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is None:
            continue
        muscle = labels[box] == code
        pieces, _ = ndimage.label(muscle, touching)
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        kept = np.isin(pieces, np.flatnonzero(sizes >= max(1, SMALLEST_PIECE * sizes.max())))
        filled = np.stack([ndimage.binary_fill_holes(slice_) for slice_ in kept])
        out[box][kept | (filled & (labels[box] == 0))] = code
    return out
