"""Where the leg ends, where its fascia runs and where its bones are, told from the images and the muscles' labels.

No network takes part, and so these are estimates:

- the leg is what gives signal;
- the deep fascia runs a little outside of the convex hull, slice by slice, of the muscles of a leg. That is too tight
  where muscles have wasted away from it or are not in the labels, and too wide where the fascia is hollow;
- a bone is a dark ring under the skin, its cortex, with all that is in it. Toward its ends, where the cortex is
  thinner than a voxel, marrow passes for fat between muscles.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEG_SIGNAL = 0.3
"""Share of the muscles' median signal from which on a voxel is taken to be leg: air has a tenth at most."""

DARK_SIGNAL = 0.4
"""Share of it below which a voxel inside the fascia is taken to be cortex, or tendon, or vessel."""

RING_GAP_MM = 3.0
"""A gap in a dark ring that is narrower than this is closed: one voxel of partial volume."""

FASCIA_MM = 0.9
"""How far outside of the outermost voxels of muscle the fascia is taken to run: muscle that fills less than half of its
voxels, the membrane, and some fat under it. On digital thighs their hull alone gives 15 to 36 % too much SAT."""

SKIN_MM = 4.0
"""What lies nearer to the air is skin, and what is dark there is air in part."""

LEAST_BONE_CM2 = 0.5
"""The thinnest bone, a fibula, has twice the cross section."""

Mask = NDArray[np.bool_]
Floats = NDArray[np.floating[Any]]


def leg_mask(signal: Floats, muscle: Mask) -> Mask:
    """Return [k, j, i] where the legs are.

    Args:
        signal: [k, j, i] of fat and water together, finite.
        muscle: [k, j, i] where there is any labeled muscle.

    """
    from scipy import ndimage

    if not muscle.any():
        return np.zeros(signal.shape, np.bool_)
    bright = signal > LEG_SIGNAL * float(np.median(signal[muscle]))
    plane = np.zeros((3, 3, 3), np.bool_)
    plane[1] = ndimage.generate_binary_structure(2, 1)
    cleaned = ndimage.binary_opening(bright, plane)
    filled = np.stack([ndimage.binary_fill_holes(one) for one in cleaned]) | muscle
    parts, _ = ndimage.label(filled)
    kept = np.unique(parts[muscle])
    mask: Mask = np.isin(parts, kept[kept > 0])
    return mask


def inside_fascia(muscle: Mask, pixel_mm: tuple[float, float]) -> Mask:
    """Return [k, j, i] what lies inside the fascia of one leg.

    Args:
        muscle: [k, j, i] where there is any labeled muscle of the leg.
        pixel_mm: Distance of rows and of columns.

    """
    from scipy import ndimage

    reach_mm = FASCIA_MM + min(pixel_mm) / 2  # from the centers of the outermost voxels
    found = np.zeros_like(muscle)
    for k in np.flatnonzero(muscle.any(axis=(1, 2))):
        found[k] = ndimage.distance_transform_edt(~_hull(muscle[k]), sampling=pixel_mm) <= reach_mm
    return found


def bones(signal: Floats, muscle: Mask, leg: Mask, pixel_mm: tuple[float, float]) -> Mask:
    """Return [k, j, i] where there is bone, cortex and marrow, in each slice.

    Args:
        signal: [k, j, i] of fat and water together, finite.
        muscle: [k, j, i] where there is any labeled muscle.
        leg: [k, j, i] the legs with their skin, in which bones are looked for: the shin's lies under the skin.
        pixel_mm: Distance of rows and of columns.

    """
    from scipy import ndimage

    if not muscle.any():
        return muscle
    dark = _deep(leg, pixel_mm) & ~muscle & (signal < DARK_SIGNAL * float(np.median(signal[muscle])))
    reach = _disk(RING_GAP_MM / 2, pixel_mm)
    least = LEAST_BONE_CM2 * 100 / (pixel_mm[0] * pixel_mm[1])
    found = np.zeros_like(muscle)
    for k in np.flatnonzero(dark.any(axis=(1, 2))):
        closed = ndimage.binary_closing(np.pad(dark[k], max(reach.shape)), reach)
        filled = ndimage.binary_fill_holes(closed)
        parts, count = ndimage.label(filled)
        sizes = np.bincount(parts.ravel(), minlength=count + 1)
        marrow = np.bincount(parts.ravel(), (filled & ~closed).ravel(), minlength=count + 1)
        ring = np.flatnonzero((sizes >= least) & (marrow > 0))
        margin = max(reach.shape)
        found[k] = np.isin(parts, ring[ring > 0])[margin:-margin, margin:-margin]
    return found & ~muscle


def _deep(leg: Mask, pixel_mm: tuple[float, float]) -> Mask:
    """Return [k, j, i] what lies deeper than the skin."""
    from scipy import ndimage

    deep = np.zeros_like(leg)
    for k in np.flatnonzero(leg.any(axis=(1, 2))):
        padded = np.pad(leg[k], 1)  # a leg that the image cuts has no skin there, but its bones are no rings either
        deep[k] = (ndimage.distance_transform_edt(padded, sampling=pixel_mm) > SKIN_MM)[1:-1, 1:-1]
    return deep


def nearest(markers: NDArray[np.integer[Any]], where: Mask) -> NDArray[np.integer[Any]]:
    """Return [k, j, i] the marker, above 0, that is nearest in the slice to each voxel of ``where``; 0 elsewhere."""
    from scipy import ndimage

    found = np.zeros_like(markers)
    for k in np.flatnonzero(markers.any(axis=(1, 2))):
        values = np.unique(markers[k])
        if len(values[values > 0]) == 1:
            found[k] = np.where(where[k], values.max(), 0)
            continue
        rows, columns = ndimage.distance_transform_edt(markers[k] == 0, return_distances=False, return_indices=True)
        found[k] = np.where(where[k], markers[k][rows, columns], 0)
    return found


def legs_apart(muscle: Mask, across: int) -> NDArray[np.uint8]:
    """Return [k, j, i] 1 and 2 in the muscles of two legs whose labels have no side, or 1 in those of one leg.

    The legs are told apart by a plane between them, in the middle third of all muscle, that hardly meets any.

    Args:
        muscle: [k, j, i] where there is any labeled muscle.
        across: The array axis along which the legs lie side by side.

    """
    found = muscle.astype(np.uint8)
    counts = np.count_nonzero(muscle, axis=tuple({0, 1, 2} - {across}))
    there = np.flatnonzero(counts)
    if not there.size:
        return found
    first, length = int(there[0]), int(there[-1] - there[0] + 1)
    middle = counts[first + length // 3 : first + length - length // 3]
    if middle.size and middle.min() < 0.02 * counts.max():
        # Of several such planes the one in the middle of them.
        plane = first + length // 3 + int(np.median(np.flatnonzero(middle == middle.min())))
        beyond = [slice(None)] * 3
        beyond[across] = slice(plane, None)
        found[tuple(beyond)] *= 2
    return found


def _hull(mask: Mask) -> Mask:
    from scipy.spatial import ConvexHull, QhullError

    points = np.argwhere(mask).astype(np.float64)
    try:
        hull = ConvexHull(points)
    except QhullError:  # fewer than three voxels, or all of them in a line
        return mask
    low, high = points.min(axis=0).astype(int), points.max(axis=0).astype(int) + 1
    rows, columns = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]), indexing="ij")
    inside = np.ones(rows.shape, np.bool_)
    for a, b, offset in hull.equations:
        inside &= a * rows + b * columns + offset <= 1e-9
    found = np.zeros_like(mask)
    found[low[0] : high[0], low[1] : high[1]] = inside
    return found


def _disk(radius_mm: float, pixel_mm: tuple[float, float]) -> Mask:
    reach = [int(np.ceil(radius_mm / size)) for size in pixel_mm]
    rows, columns = np.ogrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    disk: Mask = np.hypot(rows * pixel_mm[0], columns * pixel_mm[1]) <= max(radius_mm, *pixel_mm)
    return disk
