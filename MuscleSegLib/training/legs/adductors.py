"""Unlabeled adductor longus and brevis: pixels that may belong to them.

The 11-muscle maps label the adductor magnus alone. A network that learns the whole adductor from maps of all three must
not learn from the 11-muscle maps that longus and brevis are background: pixels that may be theirs are ignored.
"""

import numpy as np

from MuscleSegLib.training.legs.leg_tissues import Codes, Mask, convex_hull

ADDUCTOR = 1
AROUND = (ADDUCTOR, 3, 5, 10)  # gracilis, sartorius and vastus medialis enclose longus and brevis with the magnus
ABOVE_MM = 50.0  # height of the pubis, where longus and brevis end, above the labeled magnus


def may_be_adductor(codes: Codes, spacing_mm: float) -> Mask:
    """Return the mask of possible adductor longus and brevis: between the muscles that enclose them, and above those.

    Args:
        codes: Thigh codes of a leg, [slice, row, column], from the knee up; the adductor is the magnus.
        spacing_mm: Spacing of the slices.

    Returns:
        Mask, [slice, row, column], with the gaps of the enclosing muscles and without labeled pixels.
    """
    out = np.zeros(codes.shape, dtype=bool)
    with_magnus = np.flatnonzero((codes == ADDUCTOR).any(axis=(1, 2)))
    if len(with_magnus) == 0:
        return out
    highest = int(with_magnus[-1] + ABOVE_MM // spacing_mm)
    for k in range(with_magnus[0], min(highest + 1, len(codes))):
        out[k] = convex_hull(np.isin(codes[k], AROUND))
        if k > with_magnus[-1]:  # labels end below the groin, where longus and brevis go on
            out[k] |= out[k - 1]
    return np.asarray(out & (codes == 0))
