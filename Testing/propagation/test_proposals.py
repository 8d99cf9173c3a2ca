"""Which slice to draw next."""

import pytest

from MuscleSegLib.propagation.proposals import ranked_slices


def test_the_doubtful_slice_far_from_any_given_one_comes_first():
    doubts = {0: 0, 1: 5, 2: 5, 3: 5, 4: 0, 5: 1, 6: 1, 7: 1, 8: 0}

    assert ranked_slices(doubts, {0, 4, 8})[0] == 2


@pytest.mark.parametrize("given", [{0}, {3}, {0, 5}, {0, 1, 2, 3, 4, 5}])
def test_given_slices_are_not_proposed(given):
    ranked = ranked_slices(dict.fromkeys(range(6), 2.0), given)

    assert not given & set(ranked)
    assert len(ranked) == 6 - len(given)


def test_without_given_slices_doubt_and_neighbors_decide():
    assert ranked_slices({0: 1, 1: 9, 2: 8, 3: 1, 4: 1}, set())[0] in (1, 2)


def test_slices_without_doubt_around_are_not_proposed():
    assert ranked_slices({0: 0.0, 1: 0.0, 2: 0.0}, {0}) == []
