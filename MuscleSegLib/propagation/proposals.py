"""Proposals of the slice to draw next: the one whose drawing would help most."""

from collections.abc import Collection, Mapping

REACH = 8
"""Number of slices that a drawn slice helps at most."""


def ranked_slices(doubts: Mapping[int, float], given: Collection[int]) -> list[int]:
    """Return slices, the one first whose drawing takes away the most doubt, its own and that of slices nearby.

    A slice's doubt is taken to shrink as its distances a and b to the given slices on either side do: as a b / (a + b),
    the variance of a random walk between two known places.

    Args:
        doubts: Pixels expected to be wrong by slice.
        given: Slices that are given; they are not proposed.
    """
    distances = {index: _distance(index, given) for index in doubts}

    def gain(candidate: int) -> float:
        drawn = {*given, candidate}
        return sum(
            doubts[index] * (1 - _distance(index, drawn) / distance)
            for index, distance in distances.items()
            if distance
        )

    gains = {index: gain(index) for index in doubts if index not in given}
    return sorted((index for index in gains if gains[index] > 0), key=lambda index: -gains[index])


def _distance(index: int, given: Collection[int]) -> float:
    """Return the distance of a slice to the given slices on both sides together, ``REACH`` where there are none."""
    below = min((index - other for other in given if other <= index), default=None)
    above = min((other - index for other in given if other >= index), default=None)
    if below is None or above is None:
        return min(REACH, *(distance for distance in (below, above, REACH) if distance is not None))
    return below * above / (below + above) if below + above else 0.0
