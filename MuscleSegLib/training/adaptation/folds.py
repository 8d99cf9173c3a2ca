"""Folds: which slices of which legs a training leaves out, so that it can be judged by them."""

from collections.abc import Sequence

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.adaptation.case_legs import CaseLeg
from MuscleSegLib.training.adaptation.cases import Mask
from MuscleSegLib.translatable import _

MOST_FOLDS = 3
"""Largest number of trainings with something left out: of more scans, each leaves out several."""

Fold = tuple[Mask, ...]
"""Slices that a training leaves out, [k] of each leg."""


def folds_of(legs: Sequence[CaseLeg]) -> tuple[list[Fold], str]:
    """Return the folds, in which every counted slice is left out once, and what they are made of.

    Whole scans are left out where there are several, else one leg of two, else every other slice of the leg.

    Raises:
        MuscleSegError: A single slice of a single leg is labeled.
    """
    scans = list(dict.fromkeys(leg.case.digest for leg in legs))
    if len(scans) > 1:
        count = min(len(scans), MOST_FOLDS)
        groups = [scans.index(leg.case.digest) % count for leg in legs]
        return _whole_legs(legs, groups, count), _("scans")
    if len(legs) > 1:
        return _whole_legs(legs, list(range(len(legs))), len(legs)), _("legs")
    places = np.flatnonzero(legs[0].counted & (legs[0].labels > 0).any(axis=(1, 2)))
    if len(places) < 2:
        message = _(
            "A single slice of one leg is corrected in {labels}, and none is left to tell whether the network became "
            "better: correct another slice."
        )
        raise MuscleSegError(message, labels=legs[0].case.name)
    every_other = np.zeros_like(legs[0].counted)
    every_other[places[::2]] = True
    return [(every_other,), (legs[0].counted & ~every_other,)], _("slices")


def _whole_legs(legs: Sequence[CaseLeg], groups: Sequence[int], count: int) -> list[Fold]:
    pairs = list(zip(legs, groups, strict=True))
    return [
        tuple(leg.counted if group == fold else np.zeros_like(leg.counted) for leg, group in pairs)
        for fold in range(count)
    ]
