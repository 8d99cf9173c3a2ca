"""Adductor longus and brevis where nobody named them.

The 11-muscle maps name the adductor magnus alone. Whoever learns the whole adductor from maps that have it must not be
taught by the others that longus and brevis are none: where they may lie, those teach nothing.
"""

import numpy as np

from MuscleSegLib.training.legs.tissues import Codes, Mask, convex_hull

ADDUCTOR = 1
AROUND = (ADDUCTOR, 3, 5, 10)  # gracilis, sartorius and vastus medialis enclose longus and brevis with the magnus


ABOVE_MM = 50.0  # of the magnus as the maps name it, longus and brevis end at the pubis


def may_be_adductor(codes: Codes, spacing_mm: float) -> Mask:
    """Return where adductor longus and brevis may lie: between the muscles that enclose them, and above those.

    Args:
        codes: Thigh codes [slice, row, column] of one leg, from the knee up; the adductor is the magnus.
        spacing_mm: Between slices.

    Returns:
        [slice, row, column]; in it are the enclosing muscles' own gaps, and none of the labeled pixels.

    """
    out = np.zeros(codes.shape, dtype=bool)
    with_magnus = np.flatnonzero((codes == ADDUCTOR).any(axis=(1, 2)))
    if len(with_magnus) == 0:
        return out
    highest = int(with_magnus[-1] + ABOVE_MM // spacing_mm)
    for k in range(with_magnus[0], min(highest + 1, len(codes))):
        out[k] = convex_hull(np.isin(codes[k], AROUND))
        if k > with_magnus[-1]:  # maps stop naming muscles below the groin, where longus and brevis go on
            out[k] |= out[k - 1]
    return np.asarray(out & (codes == 0))
