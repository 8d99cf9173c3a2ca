"""Invented half of a pelvis above a thigh, without any labeled muscle.

Label maps end below the groin, and scans do not. A network that was never trained on a hip, a bladder or a gluteus
labels them adductor. Their true shape does not matter: tissue of every brightness and shape as background, in a body as
wide as half a pelvis, suffices.
"""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.training.legs.leg_tissues import (
    AIR,
    CANVAS,
    CORTEX,
    INNER_FAT,
    MARROW,
    OTHER_MUSCLES,
    PIXEL_MM,
    SKIN,
    SUBCUTANEOUS_FAT,
    VESSEL,
    Codes,
    disk,
)

SHARES = {INNER_FAT: 0.3, VESSEL: 0.08, CORTEX: 0.04, SKIN: 0.03}
"""Shares of the pieces of a pelvis by tissue: fat, fluid, bone, organs; the others are muscles."""

DRIFT = 0.25  # millimeters that a piece moves sideways per millimeter up


def pelvis(hip: NDArray[np.float64], slices: int, spacing_mm: float, rng: np.random.Generator) -> Codes:
    """Invent the right half of a pelvis.

    Args:
        hip: Center of the femur's head on the canvas, (row, column).
        slices: Number of slices.
        spacing_mm: Spacing of the slices.
        rng: Source of randomness.

    Returns:
        Tissue codes, [slice, CANVAS, CANVAS], cut off at the midline, which is at lower columns than the hip.
    """
    midline = hip[1] - rng.uniform(55, 95) / PIXEL_MM
    center = np.array([hip[0] + rng.uniform(-15, 20) / PIXEL_MM, midline])
    half_axes = np.array([rng.uniform(80, 125), rng.uniform(145, 200)]) / PIXEL_MM
    fat = rng.uniform(4, 30) / PIXEL_MM
    head = rng.uniform(20, 30) / PIXEL_MM
    pieces = int(rng.integers(14, 45))
    places = center + (rng.random((pieces, 2)) * 2 - 1) * half_axes
    tissues = _draw_tissues(pieces, rng)
    body = _ellipse(center, half_axes) & (np.arange(CANVAS) >= midline)
    inside = body & _ellipse(center, half_axes - fat)
    bone = disk(hip, head) & inside
    out = np.zeros((slices, CANVAS, CANVAS), np.uint8)
    out[:, body] = SUBCUTANEOUS_FAT
    for slice_ in out:
        places = places + rng.normal(size=places.shape) * DRIFT * spacing_mm / PIXEL_MM
        slice_[inside] = _mosaic(places, tissues)[inside]
    out[:, bone] = MARROW
    out[:, bone & ~disk(hip, head - 2)] = CORTEX
    return out


def _draw_tissues(pieces: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    muscle = 1 - sum(SHARES.values())
    kinds = rng.choice([*SHARES, AIR], size=pieces, p=[*SHARES.values(), muscle])
    return np.where(kinds == AIR, rng.choice(np.asarray(OTHER_MUSCLES), size=pieces), kinds).astype(np.uint8)


def _ellipse(center: NDArray[np.float64], half_axes: NDArray[np.float64]) -> NDArray[np.bool_]:
    rows, columns = np.ogrid[:CANVAS, :CANVAS]
    inside = ((rows - center[0]) / half_axes[0]) ** 2 + ((columns - center[1]) / half_axes[1]) ** 2 <= 1
    return np.asarray(inside)


def _mosaic(places: NDArray[np.float64], tissues: NDArray[np.uint8]) -> Codes:
    """Return the tissue of the nearest place for each pixel, and fat where two places are about as near."""
    from scipy.spatial import KDTree

    pixels = np.indices((CANVAS, CANVAS)).reshape(2, -1).T
    distances, nearest = KDTree(places).query(pixels, k=2)
    codes = np.where(np.diff(distances, axis=1)[:, 0] < 1.5, INNER_FAT, tissues[nearest[:, 0]])
    return np.asarray(codes.reshape(CANVAS, CANVAS).astype(np.uint8))
