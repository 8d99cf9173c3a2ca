"""Tissue codes of a synthetic leg, and completion of a label map with the tissues that it lacks.

Label maps label muscles alone. Images show skin, fat, bone, vessels and other muscles as well, and a network that was
never trained on them labels them as muscles. Here they are invented around the labels, slice by slice, with one set of
random proportions a leg, on canvases of ``PIXEL_MM`` square pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PIXEL_MM = 1.5
CANVAS = 160  # pixels: 240 mm, a large thigh with its subcutaneous fat
FINE = 2
"""Factor by which pixels of a synthesized leg are finer than those of its image, whose border pixels are mixtures.
``deformation.finer`` and the average in ``contrasts`` are made for two."""

AIR = 0
MUSCLES = range(1, 17)  # classes of the largest label set, the fine one of the thigh
SUBCUTANEOUS_FAT = 17
INNER_FAT = 18
CORTEX = 19
MARROW = 20
VESSEL = 21
SKIN = 22
OTHER_MUSCLES = range(23, 31)  # eight neighbors that may differ in intensity and infiltration
UNNAMED_MUSCLES = range(31, 39)  # neighbors that may be one of the muscles without a label
TISSUES = 39

# in real scans only, which are not synthesized
UNLABELED = 39  # tissue of the leg outside the labels, and so none of the muscles
UNCERTAIN = 40  # tissue of the leg that may be a muscle without a label
CODES = 41

BONE = 255  # in label maps only: split here into cortex and marrow
VASTI = (8, 9, 10)

Codes = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Femur:
    """Femoral shaft of a leg.

    Attributes:
        centers: Center (row, column) in each slice, [slice, 2].
        radii: Radius in each slice in pixels, [slice].
    """

    centers: NDArray[np.float64]
    radii: NDArray[np.float64]


@dataclass(frozen=True)
class Proportions:
    """Random proportions of a leg's invented tissues.

    Attributes:
        fascia_gap: Distance of the fascia from the labels, in millimeters.
        fat_thickness: Thickness of the subcutaneous fat, in millimeters.
        fat_eccentricity: Relative variation of that thickness around the leg.
        fat_direction: Direction of the thickest fat, in radians.
        cortex_share: Thickness of the cortex as a share of the bone's radius.
        has_skin: Whether skin is drawn.
        muscle_share: Probability that a gap between the labels is filled with muscle.
        splits: Maximum number of muscles in a gap.
        vessels: Maximum number of vessels in a slice.
    """

    fascia_gap: float
    fat_thickness: float
    fat_eccentricity: float
    fat_direction: float
    cortex_share: float
    has_skin: bool
    muscle_share: float
    splits: int
    vessels: int

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Proportions":
        """Draw the proportions of a leg, thin or fat."""
        return cls(
            fascia_gap=rng.uniform(1, 4),
            fat_thickness=rng.uniform(2, 9) if rng.random() < 0.5 else rng.uniform(6, 32),
            fat_eccentricity=rng.uniform(0, 0.45),
            fat_direction=rng.uniform(0, 2 * np.pi),
            cortex_share=rng.uniform(0.25, 0.5),
            has_skin=rng.random() < 0.5,
            muscle_share=rng.uniform(0.5, 1.0),
            splits=int(rng.integers(1, 5)),
            vessels=int(rng.integers(1, 5)),
        )


def distance_mm(mask: Mask) -> NDArray[np.float64]:
    """Return each pixel's distance to the nearest pixel outside a mask, [row, column], in millimeters; 0 outside."""
    from scipy.ndimage import distance_transform_edt

    return np.asarray(distance_transform_edt(mask)) * PIXEL_MM


def convex_hull(mask: Mask) -> Mask:
    """Return the filled convex hull of a mask, [row, column], or the mask itself of fewer than three pixels."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        hull = ConvexHull(np.argwhere(mask))
    except (QhullError, ValueError):  # fewer than three pixels, or all in a line
        return mask.copy()
    inside = np.ones(mask.shape, dtype=bool)
    rows, columns = np.ogrid[: mask.shape[0], : mask.shape[1]]
    for row_normal, column_normal, offset in hull.equations:
        inside &= row_normal * rows + column_normal * columns + offset <= 1e-9
    return inside


def disk(center: NDArray[np.float64], radius: float) -> Mask:
    """Return the mask of a disk on a canvas, [CANVAS, CANVAS], with its center, (row, column), and radius in pixels."""
    rows, columns = np.ogrid[:CANVAS, :CANVAS]
    return np.asarray((rows - center[0]) ** 2 + (columns - center[1]) ** 2 <= radius**2)


def find_femur(codes: Codes, spacing_mm: float, around: Sequence[int] = VASTI) -> Femur | None:
    """Find the femoral shaft in a label map without bones, as the hole between the vasti.

    Args:
        codes: Muscle codes, [slice, row, column].
        spacing_mm: Spacing of the slices.
        around: Codes of the muscles around the shaft; of all muscles of a calf for the tibia.

    Returns:
        Shaft in every slice, on a line through the holes; None where fewer than three slices show it.
    """
    from scipy.stats import theilslopes

    holes = []
    for k, slice_codes in enumerate(codes):
        quadriceps = np.isin(slice_codes, around)
        if quadriceps.sum() * PIXEL_MM**2 < 500:
            continue
        depth = np.where(convex_hull(quadriceps), distance_mm(slice_codes == 0), 0)
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        if depth.max() > 6:
            holes.append((k, row, column, min(depth.max(), 16) / PIXEL_MM))
    if len(holes) < 3:
        return None
    k, row, column, radius = np.asarray(holes, dtype=float).T
    slices = np.arange(len(codes))
    lines = [theilslopes(values, k) for values in (row, column)]
    centers = np.stack([line.slope * slices + line.intercept for line in lines], axis=1)
    # a hole near the line is the better estimate
    near = np.hypot(row - centers[k.astype(int), 0], column - centers[k.astype(int), 1]) * PIXEL_MM < 12
    centers[k[near].astype(int)] = np.stack([row, column], axis=1)[near]
    labeled = np.flatnonzero((codes > 0).any(axis=(1, 2)))
    # the shaft widens to the condyles over the last 60 mm above the knee and to the trochanter above the vasti
    below = np.clip(1 - (slices - labeled[0]) * spacing_mm / 60, 0, 1)
    above = np.clip((slices - k.max()) * spacing_mm / 60, 0, 1)
    return Femur(centers, float(np.median(radius)) * (1 + 1.4 * below + 0.6 * above))


def complete(codes: Codes, femur: Femur | None, proportions: Proportions, rng: np.random.Generator) -> Codes:
    """Invent the tissues around the labels of a leg that its map lacks.

    Args:
        codes: Muscle codes, and ``BONE`` and ``OTHER_MUSCLES`` where labeled, [slice, row, column], on canvases, from
            the knee up.
        femur: Shaft to draw; None where the map has bones.
        proportions: Proportions of this leg.
        rng: Source of randomness of this leg.

    Returns:
        Tissue codes, [slice, row, column].
    """
    envelopes = _envelopes(codes, femur, proportions)
    drift = rng.uniform(0.85, 1.2, size=2)  # the fat grows or thins from knee to hip
    out = np.zeros_like(codes)
    for k in range(len(codes)):
        thickness = proportions.fat_thickness * np.interp(k, [0, len(codes)], drift)
        bone = codes[k] == BONE
        if femur is not None:
            bone |= disk(femur.centers[k], femur.radii[k]) & (codes[k] == 0)
        out[k] = _complete_slice(codes[k], envelopes[k], bone, thickness, proportions, rng)
    return out


def _envelopes(codes: Codes, femur: Femur | None, proportions: Proportions) -> list[Mask]:
    """Return the mask inside the fascia lata of each slice: around the labels, never narrower further up.

    Labels end below the groin, where the leg is still as thick as at its thickest.
    """
    areas = (codes > 0).sum(axis=(1, 2))
    thickest = int(areas.argmax())
    envelopes: list[Mask] = []
    for k, slice_codes in enumerate(codes):
        core = slice_codes > 0
        if femur is not None:
            core = core | disk(femur.centers[k], femur.radii[k] * 1.15)
        envelope = _dilate(convex_hull(core), proportions.fascia_gap)
        if femur is not None and k > thickest:
            envelope = envelope | envelopes[-1]
        envelopes.append(envelope)
    return envelopes


def _dilate(mask: Mask, millimeters: float) -> Mask:
    return distance_mm(~mask) <= millimeters


def _complete_slice(
    codes: Codes, envelope: Mask, bone: Mask, thickness: float, proportions: Proportions, rng: np.random.Generator
) -> Codes:
    rows, columns = np.ogrid[:CANVAS, :CANVAS]
    angle = np.arctan2(rows - CANVAS / 2, columns - CANVAS / 2)
    reach = thickness * (1 + proportions.fat_eccentricity * np.cos(angle - proportions.fat_direction))
    outside = distance_mm(~envelope)
    out = np.where(outside <= reach, SUBCUTANEOUS_FAT, AIR).astype(np.uint8)
    if proportions.has_skin:
        out[(outside <= reach) & (outside > reach - 1.2 * PIXEL_MM)] = SKIN
    out[envelope] = INNER_FAT
    is_labeled = (codes > 0) & (codes != BONE)
    _add_muscles(out, envelope & ~is_labeled & ~bone, proportions, rng)
    _add_vessels(out, proportions, rng)
    depth = distance_mm(bone)
    out[bone] = np.where(depth <= proportions.cortex_share * min(depth.max(initial=0), 12), CORTEX, MARROW)[bone]
    out[is_labeled] = codes[is_labeled]
    return out


def _add_muscles(out: Codes, free: Mask, proportions: Proportions, rng: np.random.Generator) -> None:
    """Fill most of the room between fascia and labels with unlabeled muscles."""
    from scipy.ndimage import label

    rooms, count = label(distance_mm(free) > 2.5)
    for number in range(1, count + 1):
        room = rooms == number
        area = room.sum() * PIXEL_MM**2
        # a narrow room is mostly fat around vessels and nerves; a wide one is a muscle
        if area < 90 or rng.random() > proportions.muscle_share * (0.35 if area < 350 else 1.0):
            continue
        belly = (distance_mm(~room) < 1.6) & free
        seeds = rng.permutation(np.argwhere(belly))[: proportions.splits]
        owner = np.argmin([np.hypot(*(np.indices(belly.shape) - s[:, None, None])) for s in seeds], axis=0)
        for piece, code in enumerate(rng.choice(np.asarray(OTHER_MUSCLES), size=len(seeds), replace=False)):
            out[belly & (owner == piece)] = code


def _add_vessels(out: Codes, proportions: Proportions, rng: np.random.Generator) -> None:
    """Add vessels and nerves, round and 3 to 10 mm wide, in the fat between the muscles."""
    places = np.argwhere(out == INNER_FAT)
    if len(places) == 0:
        return
    for place in rng.permutation(places)[: proportions.vessels]:
        vessel = disk(place.astype(float), rng.uniform(1.0, 3.2)) & np.isin(out, (INNER_FAT, *OTHER_MUSCLES))
        out[vessel] = VESSEL
