"""Significance of a change against measurement error, adjusted for the number of muscles."""

from collections.abc import Mapping
from typing import TypeVar

SIGNIFICANT_P = 0.05

KeyT = TypeVar("KeyT")


def p_of_change(size: float, sem: float, freedom: float) -> float:
    """Return the two-sided P of a change that large or larger by measurement error alone.

    The difference of two measurements has the standard deviation sqrt(2) * SEM. As the SEM is itself an estimate, their
    ratio follows Student's t with its degrees of freedom: of two repeats of both legs (2 degrees), a change must exceed
    4.30 and not 1.96 of these standard deviations to have a P below 0.05.

    Args:
        size: Of the change, 0 or more.
        sem: Standard error of measurement, in the same unit. Where it is 0, every change is significant.
        freedom: Its degrees of freedom; may be infinite.
    """
    from scipy.stats import t

    if sem == 0:
        return 0.0 if size > 0 else 1.0
    return float(2 * t.sf(size / (2**0.5 * sem), freedom))


def holm_adjusted(ps: Mapping[KeyT, float]) -> dict[KeyT, float]:
    """Return P values adjusted for their number: any of those without a change is below 0.05 in 5 % at most.

    Holm, Scand J Stat 1979;6:65-70. It holds whichever of the changes are correlated, as those of neighbors are.
    """
    adjusted: dict[KeyT, float] = {}
    least = 0.0
    for remaining, key in zip(range(len(ps), 0, -1), sorted(ps, key=lambda key: ps[key]), strict=True):
        least = max(least, min(1.0, remaining * ps[key]))
        adjusted[key] = least
    return adjusted
