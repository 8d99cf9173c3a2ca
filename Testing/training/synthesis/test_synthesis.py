import numpy as np
import pytest
import torch

from MuscleSegLib.training.legs.leg_tissues import AIR, INNER_FAT, MARROW, UNCERTAIN, UNLABELED, UNNAMED_MUSCLES
from MuscleSegLib.training.synthesis.fields import NoiseTextures
from MuscleSegLib.training.synthesis.synthesis import (
    IGNORED,
    SUBCUTANEOUS,
    WHOLE_MUSCLE,
    field_of_view,
    normalize,
    rescan,
    synthesize,
)


@pytest.fixture(scope="module")
def noise():
    return NoiseTextures.draw(np.random.default_rng(0), count=8)


@pytest.fixture
def tissues(make_leg_volume):
    """A leg of three slices."""
    return torch.from_numpy(make_leg_volume("P").tissues[0, :3].copy())


def drawn(tissues, noise, seed, size=96):
    return synthesize(tissues, 24.0, noise, size, np.random.default_rng(seed))


def test_one_seed_makes_one_volume_and_another_seed_another(tissues, noise):
    first, again, other = (drawn(tissues, noise, seed) for seed in (1, 1, 2))

    assert torch.equal(first.images, again.images)
    assert torch.equal(first.targets, again.targets)
    assert not torch.equal(first.images, other.images)


def test_images_targets_and_compartments_have_the_size_that_is_asked_for(tissues, noise):
    volume = drawn(tissues, noise, 0)

    for array in (volume.images, volume.targets, volume.compartments):
        assert array.shape == (3, 96, 96)
    assert volume.images.min() >= 0
    assert volume.images.max() <= 2


def test_each_slice_s_target_holds_its_own_muscles_and_nothing_else(tissues, noise):
    tissues[0] = 3
    tissues[2] = 4

    targets = drawn(tissues, noise, 0, size=160).targets

    assert set(targets[0].unique().tolist()) <= {0, 3}
    assert set(targets[1].unique().tolist()) == {0, 2, 8}
    assert set(targets[2].unique().tolist()) <= {0, 4}


def test_what_nobody_named_is_ignored(tissues, noise):
    tissues[tissues == 2] = UNNAMED_MUSCLES[3]

    targets = drawn(tissues, noise, 0, size=160).targets

    assert set(targets.unique().tolist()) == {0, 8, IGNORED}


def test_compartments_are_what_lies_in_the_fascia_without_bone_and_the_fat_around_it(tissues, noise):
    """Of the made leg: muscles and the fat between them; the ring of fat outside; neither the marrow."""
    for code, compartment in ((8, WHOLE_MUSCLE), (INNER_FAT, WHOLE_MUSCLE), (MARROW, 0), (11, SUBCUTANEOUS)):
        alone = torch.where(tissues == code, code, AIR).to(torch.uint8)

        assert set(drawn(alone, noise, 3).compartments.unique().tolist()) <= {0, compartment}


def test_a_target_lies_where_its_muscle_is_drawn(tissues, noise):
    """A muscle alone in air is what is bright in the image, wherever the leg was turned and bent to."""
    tissues[tissues != 8] = AIR
    overlaps = []
    for seed in range(12):
        volume = drawn(tissues, noise, seed, size=160)
        for image, target in zip(volume.images, volume.targets, strict=True):
            bright, muscle = image > image[target > 0].mean() / 2, target > 0
            overlaps.append(float(2 * (bright & muscle).sum() / (bright.sum() + muscle.sum())))

    assert np.median(overlaps) > 0.85


@pytest.mark.slow
def test_a_tissue_s_brightness_says_nothing_about_which_muscle_it_is(tissues, noise):
    """Over many draws each of the two muscles is the brighter one about as often."""
    brighter = []
    for seed in range(80):
        volume = drawn(tissues, noise, seed)
        image, target = volume.images[1], volume.targets[1]
        if (target == 2).sum() > 20:
            brighter.append(bool(image[target == 2].mean() > image[target == 8].mean()))

    assert 0.25 < np.mean(brighter) < 0.75


def test_a_real_scan_keeps_its_labels_where_they_are_and_teaches_nothing_where_they_are_silent(tissues, noise):
    """Of a scan whose only bright tissue is muscle 8, that is what is bright, or dark in a negative."""
    codes = torch.where(tissues == 8, 8, torch.where(tissues > 0, UNLABELED, AIR)).to(torch.uint8)
    codes[:, :, :70][codes[:, :, :70] == UNLABELED] = UNCERTAIN
    image = torch.where(codes == 8, 1.0, torch.where(codes == AIR, 0.0, 0.3))[None]
    overlaps = []
    for seed in range(12):
        volume = rescan(image, codes, 24.0, noise, 128, np.random.default_rng(seed))
        assert set(volume.targets.unique().tolist()) == {0, 8, IGNORED}
        leg = volume.compartments > 0
        bright = volume.images > (volume.images[volume.targets == 8].mean() + volume.images[leg].mean()) / 2
        teaching, muscle = bright & leg, volume.targets == 8
        overlaps.append(float(2 * (teaching & muscle).sum() / (teaching.sum() + muscle.sum())))

    assert np.median(overlaps) > 0.8


def test_a_cropped_field_of_view_ends_in_a_straight_line_across_the_leg():
    leg = torch.zeros(2, 40, 40, dtype=torch.bool)
    leg[:, 10:30, 10:30] = True
    for seed in range(20):
        seen = field_of_view(leg, np.random.default_rng(seed))

        assert (seen == seen[:1]).all() or (seen == seen[:, :1]).all()
        assert (seen & leg[0]).sum() >= 400 * 0.65  # a third of the leg's width is lost at most


def test_normalizing_makes_the_leg_s_bright_tissue_one():
    image = torch.zeros(1, 1, 40, 40)
    image[..., :20] = torch.linspace(0, 500, 20)
    leg = image > 0

    normalized = normalize(image, leg)

    assert normalized[leg].quantile(0.98) == pytest.approx(1.0, abs=0.03)


def test_a_slice_of_air_stays_empty():
    assert normalize(torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 8, 8, dtype=torch.bool)).abs().max() == 0
