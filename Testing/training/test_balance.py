import pytest
import torch
from torch import nn

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks import ARCHITECTURES, build
from MuscleSegLib.training.balance import background_offset, balance, last_bias
from MuscleSegLib.training.synthesis import IGNORED


@pytest.fixture
def answers():
    """Two batches whose network calls far too much a muscle: of 2,000 pixels 600 are."""
    generator = torch.Generator().manual_seed(3)
    logits = torch.randn(2, 4, 3, 10, 25, generator=generator)
    logits[:, :, 1:] += 1.0
    targets = (torch.rand(2, 4, 10, 25, generator=generator) < 0.3).to(torch.uint8)
    return list(zip(logits, targets, strict=True))


def called_muscle(answers, offset):
    background = torch.tensor([offset, 0.0, 0.0])[:, None, None]
    return sum(int((((logits + background).argmax(dim=1) > 0) & (t != IGNORED)).sum()) for logits, t in answers)


def test_as_many_pixels_become_muscle_as_are(answers):
    wanted = sum(int((targets > 0).sum()) for _, targets in answers)

    assert called_muscle(answers, 0.0) > 2 * wanted
    assert called_muscle(answers, background_offset(answers)) == wanted


def test_a_bias_that_acts_by_half_is_changed_again(answers):
    """As the cascade's, whose background has another network's share in it."""
    bias = torch.zeros(3)
    wanted = sum(int((targets > 0).sum()) for _, targets in answers)
    halved = torch.tensor([0.5, 0.0, 0.0])

    balance(bias, lambda: [(logits + (halved * bias)[:, None, None], targets) for logits, targets in answers])

    once = background_offset(answers) / 2
    now = float(bias[0]) / 2
    assert abs(called_muscle(answers, now) - wanted) < abs(called_muscle(answers, once) - wanted) / 2
    assert bias[1:].tolist() == [0.0, 0.0]


def test_what_nobody_knows_does_not_count(answers):
    for _, targets in answers:
        targets[:, :5] = IGNORED
    wanted = sum(int(((targets > 0) & (targets != IGNORED)).sum()) for _, targets in answers)

    assert called_muscle(answers, background_offset(answers)) == wanted


@pytest.mark.parametrize("code", [0, 1, IGNORED])
def test_without_muscles_or_without_anything_else_nothing_is_changed(answers, code):
    assert background_offset([(logits, torch.full_like(targets, code)) for logits, targets in answers]) == 0.0


SMALLEST = {
    "unet2d-small": {"channels": (4, 8)},
    "unet2d": {"channels": (4, 8)},
    "unet3d": {"channels": (4, 8), "slice_poolings": 1},
    "attention-unet": {"channels": (4, 8)},
    "spatial-channel-unet": {"channels": (4, 8)},
    "hrnet": {"channels": (4, 8, 12, 16), "modules": (1, 1, 1, 1), "blocks": 1},
    "transunet": dict(ARCHITECTURES["transunet"].small),
    "attention-res-vnet-cascade": dict(ARCHITECTURES["attention-res-vnet-cascade"].small),
}


@pytest.mark.parametrize("name", SMALLEST)
def test_the_bias_found_moves_muscles_against_the_background_and_not_each_other(name):
    """Of every architecture that comes with weights. The cascade's background has another network's share in it."""
    torch.manual_seed(0)
    network = build(name, in_channels=1 + (name == "spatial-channel-unet"), out_channels=5, **SMALLEST[name]).eval()
    image = torch.rand(1, 1 + (name == "spatial-channel-unet"), *[16] * ARCHITECTURES[name].dimensions)
    with torch.inference_mode():
        before = network(image)
        dict(network.named_parameters())[last_bias(network, 5)][0] += 0.75
        change = network(image) - before

    against_background = change[:, 1:] - change[:, :1]
    assert torch.allclose(against_background, against_background[:, :1].expand(-1, 4, *image.shape[2:]), atol=1e-4)
    if name == "attention-res-vnet-cascade":
        assert against_background.min() > -0.75
        assert against_background.max() < 0.0
    else:
        assert torch.allclose(against_background, torch.tensor(-0.75), atol=1e-4)


def test_a_network_without_such_a_layer_is_told(answers):
    with pytest.raises(MuscleSegError, match="Sequential has no last layer with a bias for each of 7 classes"):
        last_bias(nn.Sequential(nn.Conv2d(1, 7, 1, bias=False), nn.Conv2d(7, 3, 1)), 7)
