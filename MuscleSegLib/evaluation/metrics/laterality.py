"""Laterality: legs whose labels are exchanged, and mirror images."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import mean
from typing import Literal

import numpy as np

from MuscleSegLib.anatomy import Side, is_left, side_value, value_without_side
from MuscleSegLib.evaluation.metrics.overlap import dice
from MuscleSegLib.volume import Volume

GOOD_DSC = 0.8
"""A mean DSC from which on nothing is suspected: legs are too unlike their mirror image for that."""

CLEARLY_BETTER = 0.2
"""Least rise of the mean DSC when sides are exchanged."""

GOOD_MIRRORED_DSC = 0.7
"""Least mean DSC of a mirror image: that of a bad result can rise by chance, as legs are alike."""

_WORDS = {
    "swapped": "the labels of the right and the left leg are exchanged",
    "mirrored": "the labels are a mirror image of the reference, right for left",
}


@dataclass(frozen=True)
class Swap:
    """Error of the sides.

    Attributes:
        kind: "swapped" where the two legs have each other's labels, "mirrored" where the whole picture is mirrored.
        dsc: Mean over the reference's muscles, as it is.
        dsc_without: The same with the sides put right.
    """

    kind: Literal["swapped", "mirrored"]
    dsc: float
    dsc_without: float

    def __str__(self) -> str:
        """Return a sentence on the exchanged muscles."""
        return (
            f"Left and right: {_WORDS[self.kind]} (mean DSC {self.dsc:.2f}, put right {self.dsc_without:.2f}); check "
            "the sides of both."
        )


def swap_of(labels: Volume, reference: Volume) -> Swap | None:
    """Return the likely error of the sides of a segmentation; None where there seems to be none.

    Args:
        labels: [k, j, i] our labels of a region: the left leg's muscles are the code + 100.
        reference: [k, j, i] label map on the same grid.

    Raises:
        MuscleSegError: The two are not on the same grid.
    """
    before = _mean_dice(labels, reference)
    if before is None or before >= GOOD_DSC or not labels.array.any():
        return None
    swaps = [
        Swap(kind, before, after)
        for kind, changed in _alternatives(labels)
        if (after := _mean_dice(changed, reference)) is not None
    ]
    best = max(swaps, key=lambda swap: swap.dsc_without)
    least = GOOD_MIRRORED_DSC if best.kind == "mirrored" else 0.0
    return best if best.dsc_without >= max(before + CLEARLY_BETTER, least) else None


def _mean_dice(labels: Volume, reference: Volume) -> float | None:
    overlap = dice(labels, reference)
    return mean(overlap.values()) if overlap else None


def _alternatives(labels: Volume) -> Iterator[tuple[Literal["swapped", "mirrored"], Volume]]:
    """Yield labels, [k, j, i], with exchanged sides, mirrored, and both."""
    array = labels.array
    as_left = np.where(array > 0, side_value(array, Side.LEFT), 0)
    other = np.where(is_left(array), value_without_side(array), as_left).astype(array.dtype)
    yield "swapped", replace(labels, array=other)
    sideways = 2 - next(n for n, code in enumerate(labels.geometry.axis_codes) if code in "RL")
    for codes in (array, other):
        yield "mirrored", replace(labels, array=np.flip(codes, sideways))
