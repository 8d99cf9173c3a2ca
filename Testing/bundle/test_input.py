import pytest

from MuscleSegLib.bundle import LegInput, context_slices


@pytest.fixture
def a_spec():
    return LegInput(pixel_mm=1.5, context_mm=(-72.0, -24.0, 0.0, 24.0, 72.0), bright_quantile=0.98)


def test_neighbors_lie_as_far_as_they_should_whatever_the_slice_distance(a_spec):
    assert a_spec.context(50, 100, 6.0).tolist() == [38, 46, 50, 54, 62]
    assert a_spec.context(8, 16, 24.0).tolist() == [5, 7, 8, 9, 11]


def test_the_end_slice_is_repeated_beyond_the_ends(a_spec):
    assert a_spec.context(0, 16, 24.0).tolist() == [0, 0, 0, 1, 3]
    assert a_spec.context(15, 16, 24.0).tolist() == [12, 14, 15, 15, 15]


def test_a_single_slice_is_its_own_neighbor(a_spec):
    assert a_spec.context(0, 1, 10.0).tolist() == [0, 0, 0, 0, 0]


def test_slices_thicker_than_an_offset_still_have_the_next_one_as_neighbor():
    assert context_slices((-24.0, 0.0, 24.0), 5, 10, 60.0).tolist() == [4, 5, 6]
