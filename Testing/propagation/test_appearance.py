"""Appearance of muscles: which class a pixel looks like."""

import numpy as np
import pytest

from MuscleSegLib.propagation.appearance import LEAST, Appearance


@pytest.fixture
def two_muscles():
    """Images of a dark and a bright muscle side by side, in gray surroundings, and the muscles' shares."""
    rng = np.random.default_rng(3)
    levels = np.full((64, 64), 0.5, np.float32)
    levels[16:48, 12:30], levels[16:48, 34:52] = 0.1, 0.9
    images = levels + rng.normal(size=(3, 64, 64)).astype(np.float32) * 0.03
    shares = np.stack([levels < 0.3, levels > 0.7]).astype(np.float32)
    return images, shares


@pytest.mark.parametrize(("column", "expected"), [(20, 1), (42, 2), (6, 0)])
def test_a_pixel_looks_like_the_class_with_its_brightness(two_muscles, column, expected):
    images, shares = two_muscles
    appearance = Appearance([images], {0: shares, 2: shares})

    assert appearance.log_likelihood(1)[:, 32, column].argmax() == expected


def test_no_look_alone_rules_a_muscle_out(two_muscles):
    images, shares = two_muscles

    ratio = Appearance([images], {0: shares}).log_likelihood(1)

    assert ratio.max(axis=0) == pytest.approx(0)
    assert ratio.min() >= LEAST


def test_a_muscle_of_few_pixels_looks_like_the_others_on_average(two_muscles):
    images, shares = two_muscles
    shares = np.concatenate([shares, np.zeros((1, 64, 64), np.float32)])
    shares[2, 2, 2] = 1

    ratio = Appearance([images], {0: shares}).log_likelihood(1)

    assert ratio[3] == pytest.approx(ratio[:3].mean(axis=0))


def test_slices_without_any_muscle_tell_nothing(two_muscles):
    images, shares = two_muscles

    assert not Appearance([images], {0: shares * 0}).log_likelihood(1).any()


def test_several_images_count_alike(two_muscles):
    images, shares = two_muscles
    both = Appearance([images, 1 - images], {0: shares}).log_likelihood(1)
    each = [Appearance([image], {0: shares}).log_likelihood(1) for image in (images, 1 - images)]

    assert both == pytest.approx(np.mean(each, axis=0))
