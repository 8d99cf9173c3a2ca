"""Registration of slices whose displacement is known, because it was made."""

import numpy as np
import pytest
from scipy import ndimage

from MuscleSegLib.errors import Canceled
from MuscleSegLib.propagation.registration import compose, register, warp


@pytest.fixture
def slice_of_blobs():
    rng = np.random.default_rng(5)
    return ndimage.gaussian_filter(rng.normal(size=(96, 96)), 4).astype(np.float32) * 8 + 0.5


@pytest.mark.parametrize("shift", [(0, 0), (3, -2), (-4, 1), (2.5, 2.5)])
def test_a_shifted_slice_is_laid_over_the_other(slice_of_blobs, shift):
    moving = ndimage.shift(slice_of_blobs, shift, order=3, mode="nearest")

    displacement = register(slice_of_blobs, moving, lambda: None)

    inner = displacement[:, 20:-20, 20:-20]
    assert inner.mean(axis=(1, 2)) == pytest.approx(shift, abs=0.3)
    assert np.abs(warp(moving[None], displacement)[0] - slice_of_blobs)[20:-20, 20:-20].mean() < 0.02


def test_maps_are_taken_from_where_the_displacement_points():
    maps = np.arange(20, dtype=np.float32).reshape(1, 4, 5)
    down_by_one = np.stack([np.ones((4, 5)), np.zeros((4, 5))]).astype(np.float32)

    assert warp(maps, down_by_one)[0, :3].tolist() == maps[0, 1:].tolist()


def test_two_steps_are_one_displacement(slice_of_blobs):
    first, second = (
        np.ones((2, 96, 96), np.float32) * np.array(step, np.float32)[:, None, None] for step in [(2, 1), (-5, 3)]
    )

    assert compose(first, second)[:, 48, 48].tolist() == [-3, 4]
    in_two = warp(warp(slice_of_blobs[None], first), second)
    at_once = warp(slice_of_blobs[None], compose(first, second))
    assert in_two[:, 10:-10, 10:-10] == pytest.approx(at_once[:, 10:-10, 10:-10], abs=1e-6)


def test_registration_stops_when_asked_to(slice_of_blobs):
    def stop():
        raise Canceled

    with pytest.raises(Canceled):
        register(slice_of_blobs, slice_of_blobs, stop)


@pytest.mark.parametrize("shape", [(64, 96), (32, 32), (96, 40)])
def test_any_shape_of_slice_is_registered(shape):
    slice_ = ndimage.gaussian_filter(np.random.default_rng(1).normal(size=shape), 3).astype(np.float32)

    assert register(slice_, slice_, lambda: None) == pytest.approx(0, abs=0.05)
