import numpy as np
import pytest
import torch

from MuscleSegLib.training.synthesis import Noise, normalize, synthesize
from MuscleSegLib.training.tissues import AIR


@pytest.fixture(scope="module")
def noise():
    return Noise.draw(torch.Generator().manual_seed(0), count=8)


@pytest.fixture
def tissues(make_stack):
    """Two legs of three slices."""
    return torch.from_numpy(np.stack([make_stack("P").tissues[0, :3]] * 2))


def test_one_seed_makes_one_image_and_another_seed_another(tissues, noise):
    first, again, other = (synthesize(tissues, noise, 96, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))

    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[0], other[0])


def test_images_and_targets_have_the_size_that_is_asked_for(tissues, noise):
    images, targets = synthesize(tissues, noise, 96, torch.Generator().manual_seed(0))

    assert images.shape == (2, 3, 96, 96)
    assert targets.shape == (2, 96, 96)


def test_the_target_holds_the_muscles_of_the_middle_slice_and_nothing_else(tissues, noise):
    tissues[:, 0] = 3
    tissues[:, 2] = 4

    _, targets = synthesize(tissues, noise, 160, torch.Generator().manual_seed(0))

    assert set(targets.unique().tolist()) == {0, 2, 8}


def test_a_target_lies_where_its_muscle_is_drawn(tissues, noise):
    """A muscle alone in air is what is bright in the image, wherever the leg was turned and bent to."""
    tissues[tissues != 8] = AIR
    overlaps = []
    for seed in range(6):
        images, targets = synthesize(tissues, noise, 160, torch.Generator().manual_seed(seed))
        for image, target in zip(images[:, 1], targets, strict=True):
            bright, muscle = image > image[target > 0].mean() / 2, target > 0
            overlaps.append(float(2 * (bright & muscle).sum() / (bright.sum() + muscle.sum())))

    assert np.median(overlaps) > 0.85


def test_a_tissue_s_brightness_says_nothing_about_which_muscle_it_is(tissues, noise):
    """Over many draws each of the two muscles is the brighter one about as often."""
    brighter = []
    for seed in range(60):
        images, targets = synthesize(tissues, noise, 96, torch.Generator().manual_seed(seed))
        for image, target in zip(images[:, 1], targets, strict=True):
            if (target == 2).sum() > 20:
                brighter.append(bool(image[target == 2].mean() > image[target == 8].mean()))

    assert 0.25 < np.mean(brighter) < 0.75


def test_normalizing_makes_the_leg_s_bright_tissue_one():
    image = torch.zeros(1, 1, 40, 40)
    image[..., :20] = torch.linspace(0, 500, 20)
    leg = image > 0

    normalized = normalize(image, leg)

    assert normalized[leg].quantile(0.98) == pytest.approx(1.0, abs=0.03)


def test_a_slice_of_air_stays_empty():
    assert normalize(torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 8, 8, dtype=torch.bool)).abs().max() == 0
