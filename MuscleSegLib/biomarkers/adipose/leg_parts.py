"""Outline of the leg, its fascia and its bones, estimated from the images and the muscles' labels.

No network takes part, and so these are estimates:

- the leg is the part that gives signal;
- the deep fascia runs a little outside of the convex hull, slice by slice, of the muscles of a leg. That is too tight
  where muscles have wasted away from it or are not in the labels, and too wide where the fascia is hollow;
- a bone is a dark ring under the skin, its cortex, with all inside it. Toward its ends, where the cortex is
  thinner than a voxel, marrow passes for fat between muscles.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEG_SIGNAL = 0.3
"""Share of the muscles' median signal from which on a voxel is taken to be leg: air has a tenth at most."""

DARK_SIGNAL = 0.4
"""Share of the muscles' median signal below which a voxel under the skin is taken to be cortex, tendon or vessel."""

RING_GAP_MM = 3.0
"""Gap in a dark ring up to which it is closed: one voxel of partial volume."""

FASCIA_MM = 0.9
"""Distance of the fascia from the outermost voxels of muscle: muscle that fills less than half of its voxels, the
membrane, and some fat under it. On digital thighs their hull alone gives 15 to 36 % too much SAT."""

SKIN_MM = 4.0
"""Thickness of the skin: dark voxels nearer to the air are air in part."""

LEAST_BONE_CM2 = 0.5
"""The thinnest bone, a fibula, has twice the cross section."""

Mask = NDArray[np.bool_]
Floats = NDArray[np.floating[Any]]


def leg_mask(signal: Floats, muscle: Mask) -> Mask:
    """Return [k, j, i] the mask of the legs.

    Args:
        signal: [k, j, i] of fat and water together, finite.
        muscle: [k, j, i] mask of all labeled muscle.
    """
    from scipy import ndimage

    if not muscle.any():
        return np.zeros(signal.shape, np.bool_)
    bright = signal > LEG_SIGNAL * float(np.median(signal[muscle]))
    cross = np.zeros((3, 3, 3), np.bool_)
    cross[1] = ndimage.generate_binary_structure(2, 1)
    cleaned = ndimage.binary_opening(bright, cross)
    filled = np.stack([ndimage.binary_fill_holes(plane) for plane in cleaned]) | muscle
    parts, _ = ndimage.label(filled)
    parts_with_muscle = np.unique(parts[muscle])
    mask: Mask = np.isin(parts, parts_with_muscle[parts_with_muscle > 0])
    return mask


def inside_fascia(muscle: Mask, pixel_mm: tuple[float, float]) -> Mask:
    """Return [k, j, i] the mask inside the fascia of one leg.

    Args:
        muscle: [k, j, i] mask of all labeled muscle of the leg.
        pixel_mm: Distance of rows and of columns.
    """
    from scipy import ndimage

    reach_mm = FASCIA_MM + min(pixel_mm) / 2  # from the centers of the outermost voxels
    inside = np.zeros_like(muscle)
    for k in np.flatnonzero(muscle.any(axis=(1, 2))):
        inside[k] = ndimage.distance_transform_edt(~_hull(muscle[k]), sampling=pixel_mm) <= reach_mm
    return inside


def bones(signal: Floats, muscle: Mask, leg: Mask, pixel_mm: tuple[float, float]) -> Mask:
    """Return [k, j, i] the mask of bone, cortex and marrow, slice by slice.

    Args:
        signal: [k, j, i] of fat and water together, finite.
        muscle: [k, j, i] mask of all labeled muscle.
        leg: [k, j, i] mask of the legs with their skin: the shin's bone lies right under it.
        pixel_mm: Distance of rows and of columns.
    """
    from scipy import ndimage

    if not muscle.any():
        return muscle
    dark = _deep(leg, pixel_mm) & ~muscle & (signal < DARK_SIGNAL * float(np.median(signal[muscle])))
    reach = _disk(RING_GAP_MM / 2, pixel_mm)
    least = LEAST_BONE_CM2 * 100 / (pixel_mm[0] * pixel_mm[1])
    bone = np.zeros_like(muscle)
    for k in np.flatnonzero(dark.any(axis=(1, 2))):
        closed = ndimage.binary_closing(np.pad(dark[k], max(reach.shape)), reach)
        filled = ndimage.binary_fill_holes(closed)
        parts, count = ndimage.label(filled)
        sizes = np.bincount(parts.ravel(), minlength=count + 1)
        marrow = np.bincount(parts.ravel(), (filled & ~closed).ravel(), minlength=count + 1)
        ring = np.flatnonzero((sizes >= least) & (marrow > 0))
        margin = max(reach.shape)
        bone[k] = np.isin(parts, ring[ring > 0])[margin:-margin, margin:-margin]
    return bone & ~muscle


def _deep(leg: Mask, pixel_mm: tuple[float, float]) -> Mask:
    """Return [k, j, i] the mask of a leg, [k, j, i], without its skin."""
    from scipy import ndimage

    deep = np.zeros_like(leg)
    for k in np.flatnonzero(leg.any(axis=(1, 2))):
        padded = np.pad(leg[k], 1)  # a leg that the image cuts has no skin there, but its bones are no rings either
        deep[k] = (ndimage.distance_transform_edt(padded, sampling=pixel_mm) > SKIN_MM)[1:-1, 1:-1]
    return deep


def nearest_marker(markers: NDArray[np.integer[Any]], mask: Mask) -> NDArray[np.integer[Any]]:
    """Return [k, j, i] the marker that is nearest in the slice to each voxel of a mask; 0 elsewhere.

    Args:
        markers: [k, j, i] numbers above 0, else 0.
        mask: [k, j, i] voxels that get a marker.
    """
    from scipy import ndimage

    nearest = np.zeros_like(markers)
    for k in np.flatnonzero(markers.any(axis=(1, 2))):
        values = np.unique(markers[k])
        if len(values[values > 0]) == 1:
            nearest[k] = np.where(mask[k], values.max(), 0)
            continue
        rows, columns = ndimage.distance_transform_edt(markers[k] == 0, return_distances=False, return_indices=True)
        nearest[k] = np.where(mask[k], markers[k][rows, columns], 0)
    return nearest


def separate_legs(muscle: Mask, across: int) -> NDArray[np.uint8]:
    """Return [k, j, i] 1 and 2 in the muscles of two legs whose labels have no side, or 1 in those of a single leg.

    The legs are separated by a plane between them, in the middle third of all muscle, that hardly meets any.

    Args:
        muscle: [k, j, i] mask of all labeled muscle.
        across: The array axis along which the legs lie side by side.
    """
    legs = muscle.astype(np.uint8)
    counts = np.count_nonzero(muscle, axis=tuple({0, 1, 2} - {across}))
    filled = np.flatnonzero(counts)
    if not filled.size:
        return legs
    first, length = int(filled[0]), int(filled[-1] - filled[0] + 1)
    middle = counts[first + length // 3 : first + length - length // 3]
    if middle.size and middle.min() < 0.02 * counts.max():
        # Of several such planes the middle plane.
        plane = first + length // 3 + int(np.median(np.flatnonzero(middle == middle.min())))
        beyond = [slice(None)] * 3
        beyond[across] = slice(plane, None)
        legs[tuple(beyond)] *= 2
    return legs


def _hull(mask: Mask) -> Mask:
    """Return [j, i] the convex hull of a mask, [j, i]."""
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
    hull_mask = np.zeros_like(mask)
    hull_mask[low[0] : high[0], low[1] : high[1]] = inside
    return hull_mask


def _disk(radius_mm: float, pixel_mm: tuple[float, float]) -> Mask:
    reach = [int(np.ceil(radius_mm / size)) for size in pixel_mm]
    rows, columns = np.ogrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    disk: Mask = np.hypot(rows * pixel_mm[0], columns * pixel_mm[1]) <= max(radius_mm, *pixel_mm)
    return disk
