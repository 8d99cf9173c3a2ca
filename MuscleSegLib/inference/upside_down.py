"""Exchange of head and foot, detected by the order of the muscles along the limb."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import value_without_side
from MuscleSegLib.translatable import _

UPPER: Mapping[str, tuple[int, ...]] = MappingProxyType({"thigh": (1,), "calf": (3, 4)})
"""Muscles with a high center: the adductor; gastrocnemius."""

LOWER: Mapping[str, tuple[int, ...]] = MappingProxyType({"thigh": (2, 6), "calf": (6,)})
"""Muscles with a lower center: biceps femoris and semimembranosus; soleus."""

REVERSED: Mapping[str, float] = MappingProxyType({"thigh": -0.12, "calf": -0.04})
"""Height of the upper muscles over the lower ones, as a share of the slices with muscle, below which a note is due.

On thighs the share is 0.2 to 0.45, and mostly -0.15 to -0.45 where head and foot are exchanged; on calves 0.04 to 0.3,
and -0.3 to 0.3, so that some exchanged calves are not detected (``Testing/benchmarks/field_of_view.md``, by the fast
networks; the defaults have -0.07 on a real calf turned over and 0.19 on the same upright).
"""

FEWEST_SLICES = 5
LEAST_VOXELS = 200


def note_of_order(labels: NDArray[np.uint8], region: str, name: str) -> tuple[str, ...]:
    """Return a note where the muscles lie upside down, or nothing.

    Args:
        labels: Label values, [k, j, i], canonical: those of a thigh or a calf, or of both, whose thigh then counts.
        region: "thigh" or "calf".
        name: Name of the image.
    """
    side = value_without_side(labels)
    filled = np.flatnonzero(side.any(axis=(1, 2)))
    if len(filled) < FEWEST_SLICES:
        return ()
    counts = [np.isin(side, codes[region]).sum(axis=(1, 2)) for codes in (UPPER, LOWER)]
    if min(count.sum() for count in counts) < LEAST_VOXELS:
        return ()
    upper, lower = (np.average(np.arange(len(side)), weights=count) for count in counts)
    if (upper - lower) / (filled[-1] - filled[0] + 1) > REVERSED[region]:
        return ()
    note = _("Head and foot seem to be exchanged in {image}, and with them the sides: check its orientation.")
    return (note.format(image=name),)
