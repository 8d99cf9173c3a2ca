"""Leg volumes of digital people: complete tissue maps drawn by the phantom."""

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side
from MuscleSegLib.phantom import LABELED, Plane, Tissue, digital_legs
from MuscleSegLib.training.legs.adductors import ADDUCTOR
from MuscleSegLib.training.legs.leg_tissues import (
    CANVAS,
    CORTEX,
    FINE,
    INNER_FAT,
    MARROW,
    OTHER_MUSCLES,
    PIXEL_MM,
    SKIN,
    SUBCUTANEOUS_FAT,
    UNNAMED_MUSCLES,
    VESSEL,
    Codes,
)
from MuscleSegLib.training.legs.leg_volume import LegVolume

SLICE_MM = 8.0
FIELD_OF_VIEW_MM = 460.0  # both legs

_CODES = {
    **{code: int(code) for code in LABELED},
    Tissue.OTHER_MUSCLE: OTHER_MUSCLES[0],
    Tissue.SUBCUTANEOUS_FAT: SUBCUTANEOUS_FAT,
    Tissue.INTERMUSCULAR_FAT: INNER_FAT,
    Tissue.FASCIA: INNER_FAT,  # a pixel's width at most
    Tissue.SKIN: SKIN,
    Tissue.CORTEX: CORTEX,
    Tissue.MARROW: MARROW,
    Tissue.ARTERY: VESSEL,
    Tissue.VEIN: VESSEL,
    Tissue.NERVE: OTHER_MUSCLES[1],
    Tissue.TENDON: CORTEX,
}


def phantom_leg_volume(region: str, seed: int, side: Side, *, whole_adductor: bool) -> LegVolume:
    """Return the leg volume of a digital person, a left leg mirrored.

    Args:
        region: "thigh" or "calf".
        seed: Seed of the person.
        side: Side of the leg.
        whole_adductor: Whether a thigh's adductor, which is whole here, is labeled. Otherwise it is ignored.
    """
    legs = digital_legs(region, seed=seed)
    slices = int(legs.length_mm // SLICE_MM)
    heights = (np.arange(slices) - (slices - 1) / 2) * SLICE_MM
    across = np.arange(-FIELD_OF_VIEW_MM / 2, FIELD_OF_VIEW_MM / 2, PIXEL_MM / FINE)
    canvases = [_leg_canvas(legs.plane(z, across[None, :], across[:, None]), side) for z in heights]
    tissues = np.stack(canvases)[None]
    if region == "thigh" and not whole_adductor:
        tissues[tissues == ADDUCTOR] = UNNAMED_MUSCLES[0]
    return LegVolume(f"phantom-{seed}-{side}", f"phantom-{seed}", tissues, SLICE_MM)


def _leg_canvas(plane: Plane, side: Side) -> Codes:
    """Cut a leg out of a plane and center it on a canvas."""
    is_leg = (plane.tissues != Tissue.AIR) & (plane.is_left == (side is Side.LEFT))
    table = np.zeros(256, np.uint8)
    for tissue, code in _CODES.items():
        table[tissue] = code
    codes = np.where(is_leg, table[plane.tissues], 0)
    if side is Side.LEFT:
        codes, is_leg = codes[:, ::-1], is_leg[:, ::-1]
    canvas = np.zeros((CANVAS * FINE, CANVAS * FINE), np.uint8)
    rows, columns = (_around_middle(is_leg.any(axis=axis)) for axis in (1, 0))
    inside = np.ix_((rows >= 0) & (rows < len(codes)), (columns >= 0) & (columns < codes.shape[1]))
    canvas[inside] = codes[np.ix_(rows[inside[0].ravel()], columns[inside[1].ravel()])]
    return canvas


def _around_middle(filled: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the indices of a canvas around the middle of a filled range, [pixel]; they may reach beyond its ends."""
    places = np.flatnonzero(filled)
    middle = (int(places[0]) + int(places[-1])) // 2 if len(places) else len(filled) // 2
    return np.arange(CANVAS * FINE) + middle - CANVAS * FINE // 2
