"""Unit in which the values of a map are plausible.

Fat, which surrounds muscles, fixes the scale of a fat fraction: it has 75 percent and more. MTR and T2 of muscle lie in
ranges that do not overlap in percent and fractions, or in milliseconds and seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from MuscleSegLib.biomarkers.unit_sample import Floats, UnitSample
from MuscleSegLib.translatable import _

FEWEST_AROUND, MANY_AROUND = 200, 5000
"""Voxels around muscles from which on they are used, and from which on a map is not of muscles alone."""

FEWEST_INSIDE = 20
"""Voxels in muscles from which on their spread is used."""

FAT_OF_FAT = (75.0, 110.0)
"""Percent: fat fraction of fat, T1 weighting and noise counted in."""

_BEYOND_FAT = (-12.0, 112.0)
"""Percent: only noise goes beyond, and as often below as above."""

_SHARE_OF_FAT = 0.03
"""Of the tissue around muscles that has to be fat: a lean person's is a quarter and more."""

FAT_OF_MUSCLES = (-20.0, 110.0)
"""Percent: median of the fat fraction in muscles, of which most cannot be more than all fat."""

_HIGHEST_FAT = 125.0
"""Percent: exceeded by no more than a hundredth of muscles' voxels, with noise."""

_HIGHEST_FRACTION, _CLEAR_FRACTION = 1.15, 0.6
"""Of a map of fractions in muscles: exceeded by no more than a hundredth; and a median up to which it can be nothing
else. A lean map in percent has a median of 1 and more."""

MTR_OF_MUSCLES, _HIGHEST_MTR = (1.0, 70.0), 80.0
"""Percent: median in muscles, low where fat has replaced them (fat has none); and exceeded by no tissue."""

_MOST_ABOVE = 0.15
"""Share of the tissue around that noise may put above ``_HIGHEST_MTR``."""

T2_OF_MUSCLES, _LOWEST_T2 = (10.0, 120.0), 10.0
"""Milliseconds: median in muscles, healthy 30 to 45, longer with edema and fat; and the least without noise."""

_MOST_BELOW = 0.1
"""Share of muscles' voxels that noise may put below ``_LOWEST_T2``."""

_SHORTER_AROUND = 0.6
"""T2 of the surroundings, mostly fat, over that of muscle: fat's is the longer one, and an MTR of fat is near 0."""


@dataclass(frozen=True)
class Proposal:
    """Unit that the values of a map let assume.

    Attributes:
        unit: The unit; None where the values are plausible in none, or in two.
        why: Description of the values, as part of a sentence.
    """

    unit: str | None
    why: str


def propose_unit(map_name: str, sample: UnitSample, units: Mapping[str, float], *, is_described: bool) -> Proposal:
    """Return the unit that the values of a map are plausible in.

    Args:
        map_name: "ff", "mtr" or "t2".
        sample: The map's values.
        units: Factors to percent or milliseconds by unit, the standard one first.
        is_described: Whether the file says that it is such a map.
    """
    if not sample.muscles.size:
        return Proposal(next(iter(units)), _("there is no value in the muscles"))
    if map_name == "ff":
        return _ff_proposal(sample, units, is_described)
    is_plausible = {"mtr": _is_mtr, "t2": _is_t2}[map_name]
    unit = next((name for name, factor in units.items() if is_plausible(sample, factor)), None)
    return Proposal(unit, _median_words(sample))


def _ff_proposal(sample: UnitSample, units: Mapping[str, float], is_described: bool) -> Proposal:
    possible = {name: factor for name, factor in units.items() if not (sample.is_whole and name == "fraction")}
    around = sample.around
    if around.size >= FEWEST_AROUND:
        scores = {name: _fat_around(around * factor) for name, factor in possible.items()}
        best = max(scores, key=lambda name: scores[name])
        if scores[best] >= _SHARE_OF_FAT:
            is_muscle = _is_within(np.median(sample.muscles) * units[best], FAT_OF_MUSCLES)
            why = _("{median}, and what is around the muscles goes up to about {value}")
            why = why.format(median=_median_words(sample), value=f"{np.percentile(around, 95):.3g}")
            return Proposal(best if is_muscle else None, why)
        if around.size >= MANY_AROUND and not is_described:
            return Proposal(None, _("there is no fat around the muscles, or it has no such fat fraction"))
    return _ff_proposal_in_muscles(sample, possible)


def _fat_around(percent: Floats) -> float:
    """Return the share of voxels, (n,), that is fat, less the share that no noise puts above it."""
    (low, high), (least, most) = FAT_OF_FAT, _BEYOND_FAT
    fat = np.mean((percent > low) & (percent < high))
    beyond = float(np.mean(percent > most)) - float(np.mean(percent < least))
    return float(fat) - max(0.0, beyond)


def _ff_proposal_in_muscles(sample: UnitSample, units: Mapping[str, float]) -> Proposal:
    """Return the unit that a map of muscles alone lets assume."""
    middle, high = np.percentile(sample.muscles, (50, 99))
    why = _median_words(sample)
    if "fraction" in units and high <= _HIGHEST_FRACTION:
        if middle <= _CLEAR_FRACTION or sample.muscles.size < FEWEST_INSIDE:
            return Proposal("fraction", why)
        return Proposal(None, _("{median}: lean muscles in percent, or fatty ones in fractions").format(median=why))
    for name, factor in units.items():
        is_high = sample.muscles.size >= FEWEST_INSIDE and high * factor > _HIGHEST_FAT
        if _is_within(middle * factor, FAT_OF_MUSCLES) and not is_high:
            return Proposal(name, why)
    return Proposal(None, why)


def _is_mtr(sample: UnitSample, factor: float) -> bool:
    if sample.around.size >= FEWEST_AROUND and np.mean(sample.around * factor > _HIGHEST_MTR) > _MOST_ABOVE:
        return False
    return _is_within(np.median(sample.muscles) * factor, MTR_OF_MUSCLES)


def _is_t2(sample: UnitSample, factor: float) -> bool:
    positive = sample.muscles[sample.muscles > 0] * factor
    if not positive.size or np.mean(positive < _LOWEST_T2) > _MOST_BELOW:
        return False
    middle = float(np.median(positive))
    if sample.around.size >= FEWEST_AROUND and np.median(sample.around) * factor < _SHORTER_AROUND * middle:
        return False
    return _is_within(middle, T2_OF_MUSCLES)


def _is_within(value: float, limits: tuple[float, float]) -> bool:
    return bool(limits[0] <= value <= limits[1])


def _median_words(sample: UnitSample) -> str:
    return _("half of the muscles' voxels are {median} or more").format(median=f"{np.median(sample.muscles):.3g}")
