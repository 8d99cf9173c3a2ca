"""Shapes, contrasts and scanners: each piece of the synthesis by a number that can be worked out by hand."""

import numpy as np
import pytest
import torch

from MuscleSegLib.training.legs.leg_tissues import CODES, INNER_FAT, UNLABELED
from MuscleSegLib.training.synthesis.artifacts import rician, ring, thicken_slices
from MuscleSegLib.training.synthesis.contrasts import CONTRASTS, draw_septa
from MuscleSegLib.training.synthesis.fields import NoiseTextures
from MuscleSegLib.training.synthesis.mixing import infiltrate
from MuscleSegLib.training.synthesis.shapes import reshape_muscles, swollen, wasted


@pytest.fixture
def square():
    """A muscle (4) of 10 x 10 pixels in fat, in one slice."""
    tissues = torch.full((1, 30, 30), INNER_FAT)
    tissues[:, 10:20, 10:20] = 4
    return tissues


def test_a_muscle_wastes_from_its_surface(square):
    """Two pixels less on each side of 10 x 10 are 6 x 6."""
    is_wasted = torch.zeros(CODES, dtype=torch.bool)
    is_wasted[4] = True

    thin = wasted(square, is_wasted, 2)

    assert (thin == 4).sum() == 36
    assert (thin[:, 12:18, 12:18] == 4).all()


def test_a_muscle_that_is_not_chosen_stays(square):
    nothing = torch.zeros(CODES, dtype=torch.bool)

    assert torch.equal(wasted(square, nothing, 2), square)
    assert torch.equal(swollen(square, nothing, 2), square)


def test_a_muscle_swells_into_fat_and_not_into_its_neighbor(square):
    """Two pixels more on each side of 10 x 10 are 14 x 14, but on the side of the bone (13), which stays."""
    square[:, :, 20:] = 13
    is_swollen = torch.zeros(CODES, dtype=torch.bool)
    is_swollen[4] = True

    thick = swollen(square, is_swollen, 2)

    assert (thick == 4).sum() == 14 * 12
    assert (thick == 13).sum() == (square == 13).sum()


def test_some_legs_waste_and_some_swell(square):
    """Of a muscle of 100 pixels: a single slice is never shortened, so nothing else changes its size."""
    sizes = {int((reshape_muscles(square, 8.0, np.random.default_rng(seed)) == 4).sum()) for seed in range(60)}

    assert min(sizes) < 100 < max(sizes)
    assert 100 in sizes


def test_muscles_are_shortened_at_an_end_and_never_in_the_middle():
    tissues = torch.full((9, 8, 8), 6)
    shortened = 0
    for seed in range(40):
        slices = (reshape_muscles(tissues.clone(), 8.0, np.random.default_rng(seed)) == 6).flatten(1).any(dim=1)
        assert slices[2:7].all()
        shortened += not slices.all()

    assert shortened > 0


def test_a_plane_between_two_muscles_takes_as_much_of_each():
    """Two muscles side by side in fat: where they touch, both lose the same; towards the fat, neither does."""
    tissues = torch.full((1, 12, 12), INNER_FAT)
    tissues[:, 3:9, 2:6], tissues[:, 3:9, 6:10] = 4, 7
    parts = torch.full((2, *tissues.shape), 0.5)
    drawn = 0
    for seed in range(30):
        change = (draw_septa(parts, tissues, 1.0, np.random.default_rng(seed)) - parts).abs()
        assert torch.equal(change, change.flip(-1))
        assert not change[..., :5].any()
        assert not change[..., :3, :].any()
        drawn += bool((change[..., 3:9, 5:7] > 0).all())

    assert 15 < drawn < 30  # unseen in a quarter of the legs


def test_the_shares_of_the_contrasts_add_up_to_one():
    assert sum(contrast.share for contrast in CONTRASTS) == pytest.approx(1.0)


def test_thick_slices_are_averages_of_their_neighbors():
    """With half of each neighbor: (0 + 0.5 * 4) / 2 = 1 and 4 / 2 = 2; the end slice is its own neighbor."""
    image = torch.tensor([0.0, 0.0, 4.0, 0.0]).reshape(4, 1, 1)

    assert thicken_slices(image, 0.5).flatten().tolist() == [0.0, 1.0, 2.0, 1.0]


def test_ringing_overshoots_an_edge_by_nine_percent():
    """Gibbs: the partial Fourier sum of a step overshoots by 8.9 % of its height."""
    image = torch.ones(1, 1, 512)
    image[..., 128:384] = 2.0

    overshoot = ring(image, 0.25).max() - 2.0

    assert overshoot == pytest.approx(0.089, abs=0.015)


def test_noise_in_air_has_rayleigh_s_mean_and_adds_little_to_signal():
    """The mean magnitude of complex noise is sd * sqrt(pi / 2); of a strong signal A it is A + sd^2 / (2 A)."""
    rng = np.random.default_rng(0)

    assert rician(torch.zeros(4, 128, 128), 0.1, rng).mean() == pytest.approx(0.1 * np.sqrt(np.pi / 2), rel=0.02)
    assert rician(torch.ones(4, 128, 128), 0.1, rng).mean() == pytest.approx(1.005, abs=0.002)


def test_added_fat_brings_muscle_towards_the_signal_of_what_is_no_muscle():
    """On a fat and water pair, fat (1, 0) outside: infiltrated muscle keeps fat + water = 1, since both do."""
    tissues = torch.full((1, 32, 32), UNLABELED)
    tissues[:, 8:24, 8:24] = 4
    fat = (tissues == UNLABELED).float()
    noise = NoiseTextures.draw(np.random.default_rng(0), count=4)
    most = 0.0
    for seed in range(5):
        images = infiltrate(torch.stack([fat, 1 - fat]), tissues, noise, np.random.default_rng(seed))

        assert images.sum(dim=0) == pytest.approx(1.0, abs=1e-5)
        assert torch.equal(images[0][tissues == UNLABELED], fat[tissues == UNLABELED])
        most = max(most, float(images[0][tissues == 4].mean()))

    assert most > 0.1
