import numpy as np
import pytest
import torch

from MuscleSegLib.networks import ARCHITECTURES, build
from MuscleSegLib.training.loss_module import MUSCLE_PIXELS, SMALL_PIXELS, LossModule, area_loss, dice_cross_entropy
from MuscleSegLib.training.synthesis import IGNORED


@pytest.fixture
def logits():
    return torch.randn(2, 4, 3, 8, 8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def targets():
    return torch.randint(0, 4, (2, 3, 8, 8), generator=torch.Generator().manual_seed(1)).to(torch.uint8)


def test_the_loss_is_monai_s_where_everything_is_known(logits, targets):
    from monai.losses.dice import DiceCELoss

    expected = DiceCELoss(to_onehot_y=True, softmax=True, batch=True)(logits, targets[:, None].long())

    assert dice_cross_entropy(logits, targets) == pytest.approx(float(expected), rel=1e-5)


def test_an_even_guess_costs_what_it_should():
    """Two classes, each in half of the pixels, guessed with 0.5: cross-entropy ln 2, Dice 2 * 0.25 / 1 = 0.5."""
    targets = torch.tensor([[[0, 1]]], dtype=torch.uint8)

    loss = dice_cross_entropy(torch.zeros(1, 2, 1, 2), targets)

    assert loss == pytest.approx(np.log(2) + 0.5, rel=1e-5)


def test_what_is_ignored_changes_neither_loss_nor_gradient(logits, targets):
    targets[:, :, :4] = IGNORED
    logits.requires_grad_()
    loss = dice_cross_entropy(logits, targets)
    loss.backward()

    cropped_loss = dice_cross_entropy(logits.detach()[:, :, :, 4:], targets[:, :, 4:])
    assert float(loss.detach()) == pytest.approx(float(cropped_loss), rel=1e-5)
    assert logits.grad[:, :, :, :4].abs().max() == 0
    assert logits.grad[:, :, :, 4:].abs().max() > 0


def test_a_batch_of_which_nothing_is_known_teaches_nothing(logits, targets):
    logits.requires_grad_()
    loss = dice_cross_entropy(logits, torch.full_like(targets, IGNORED))
    loss.backward()

    assert float(loss.detach()) == pytest.approx(0.0, abs=1e-6)
    assert logits.grad.abs().max() == 0


@pytest.mark.parametrize("name", ["attention-res-vnet-cascade", "hrnet", "spatial-channel-unet", "unet3d"])
def test_every_kind_of_network_learns(name):
    """In stages, in branches that are called stages too, with the slice's place, and in three dimensions."""
    architecture = ARCHITECTURES[name]
    network = build(name, in_channels=2 if architecture.dimensions == 2 else 1, out_channels=11, **architecture.small)
    spatial = (16,) * architecture.dimensions
    images = torch.rand(2, 2 if architecture.dimensions == 2 else 1, *spatial)
    targets = torch.randint(0, 11, (2, *spatial)).to(torch.uint8)

    loss = LossModule(network, classes=11, has_bfloat16=False)(images, targets, targets % 3)
    loss.backward()

    assert 0 < float(loss.detach()) < np.inf
    assert all(value.grad is not None for value in network.parameters())


def certain(labels, classes=3):
    """Return logits that leave no doubt."""
    return 100.0 * torch.nn.functional.one_hot(labels.long(), classes).movedim(-1, 1)


@pytest.mark.parametrize(("more", "cost"), [(0, 0.0), (2, 2**2 / (2 * SMALL_PIXELS)), (12, 12 - SMALL_PIXELS / 2)])
def test_an_area_costs_what_it_is_too_large_by(more, cost):
    """One of two muscles in one of two slices: the mean is over the four."""
    targets = torch.zeros(2, 8, 8, dtype=torch.uint8)
    targets[0, 2, :4] = 1
    prediction = targets.clone()
    prediction[0].view(-1)[40 : 40 + more] = 1

    assert area_loss(certain(prediction), targets) == pytest.approx(cost / 4 / MUSCLE_PIXELS, abs=1e-6)


def test_an_area_in_the_wrong_place_is_right_and_one_in_the_wrong_slice_is_not():
    targets = torch.zeros(1, 2, 8, 8, dtype=torch.uint8)
    targets[0, 0, :4] = 1

    assert area_loss(certain(targets.flip(2)), targets) == pytest.approx(0.0, abs=1e-6)
    assert area_loss(certain(targets.flip(1)), targets) > 0.01


def test_an_ignored_pixel_has_no_area(logits, targets):
    targets[:, :, :4] = IGNORED

    cropped_loss = area_loss(logits[:, :, :, 4:], targets[:, :, 4:])
    assert area_loss(logits, targets) == pytest.approx(float(cropped_loss), rel=1e-5)


def test_a_loss_module_weighs_areas_as_it_is_told():
    network = torch.nn.Conv2d(1, 3, 1)
    images, targets = torch.rand(2, 1, 8, 8), torch.randint(0, 3, (2, 8, 8)).to(torch.uint8)
    without, with_areas = (
        LossModule(network, classes=3, has_bfloat16=False, area_weight=weight)(images, targets, targets)
        for weight in (0.0, 2.0)
    )

    expected = 2.0 * float(area_loss(network(images), targets).detach())
    assert float((with_areas - without).detach()) == pytest.approx(expected, rel=1e-4)
