"""Proposals of the slice to draw next: the one whose drawing would help most."""

from collections.abc import Collection, Mapping

REACH = 4
"""Number of slices that a drawn slice helps at most."""


def ranked_slices(doubts: Mapping[int, float], given: Collection[int]) -> list[int]:
    """Return slices, the one first whose drawing takes away the most doubt, its own and that of slices nearby.

    A slice's doubt shrinks with its distance to the nearest given slice.

    Args:
        doubts: Pixels expected to be wrong by slice.
        given: Slices that are given; they are not proposed.
    """
    distance = {index: min([REACH, *(abs(index - other) for other in given)]) for index in doubts}

    def gain(candidate: int) -> float:
        nearer = {index: min(distance[index], abs(index - candidate)) for index in doubts}
        return sum(doubts[index] * (1 - nearer[index] / distance[index]) for index in doubts if distance[index])

    gains = {index: gain(index) for index in doubts if index not in given}
    return sorted((index for index in gains if gains[index] > 0), key=lambda index: -gains[index])
