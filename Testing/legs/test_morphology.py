import numpy as np
import pytest
from scipy import ndimage

from MuscleSegLib.legs.morphology import box_of, filled, large_pieces, largest_piece, opened


@pytest.fixture(params=[0, 1, 2, 3])
def a_mask(request):
    """Blobs with holes, some of which are cut by the edge of the slice."""
    noise = np.random.default_rng(request.param).normal(size=(61, 74))
    return ndimage.gaussian_filter(noise, 2.0 + request.param / 2) > -0.02


def test_holes_are_filled_as_by_scipy(a_mask):
    assert np.array_equal(filled(a_mask), ndimage.binary_fill_holes(a_mask))


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_masks_are_opened_as_by_scipy(a_mask, steps):
    assert np.array_equal(opened(a_mask, steps), ndimage.binary_opening(a_mask, iterations=steps))


def test_the_box_holds_all_of_a_mask_and_no_more(a_mask):
    left = a_mask & (np.arange(74) < 40)

    assert ndimage.find_objects(left.astype(int)) == [box_of(left)]


def test_nothing_has_no_box():
    assert box_of(np.zeros((3, 4), bool)) is None


def test_pieces_are_kept_by_their_size():
    mask = np.zeros((9, 20), bool)
    mask[1:5, 1:6], mask[6:8, 1:4], mask[2, 10:15] = True, True, True  # 20, 6 and 5 pixels

    assert large_pieces(mask, share=0.25, smallest=2).sum() == 26
    assert large_pieces(mask, share=0.1, smallest=5).sum() == 26
    assert large_pieces(mask, share=0.1, smallest=4).sum() == 31
    assert largest_piece(mask).sum() == 20
