import pytest
import torch
from torch import nn

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks import ARCHITECTURES, build
from MuscleSegLib.training.bias_calibration import LARGEST_OFFSET, calibrate_bias, last_bias, muscle_offsets
from MuscleSegLib.training.synthesis import IGNORED

SIZE = 64
ROW, COLUMN = torch.meshgrid(torch.arange(1.0 * SIZE), torch.arange(1.0 * SIZE), indexing="ij")


def distance(row, column):
    """Of each pixel from a place."""
    return torch.hypot(ROW - row, COLUMN - column)


def answer(*muscles):
    """One slice: the background's logit is 0, a muscle's what is given."""
    return torch.stack([torch.zeros(SIZE, SIZE), *muscles])[None]


def balanced(answers):
    bias = torch.zeros(answers[0][0].shape[1])
    calibrate_bias(
        bias, lambda: [(logits + bias.view(-1, *[1] * (logits.dim() - 2)), targets) for logits, targets in answers]
    )
    return bias


@pytest.fixture
def two_disks():
    """Two muscles of a radius of 8 and 12 pixels, of which the network draws one too large by 1, the other too small.

    A logit is the distance from the border that the network draws.
    """
    small, large = distance(14.3, 14.4), distance(40.3, 40.2)
    targets = torch.zeros(SIZE, SIZE, dtype=torch.uint8)
    targets[small < 8], targets[large < 12] = 1, 2
    return answer(9 - small, 11 - large), targets[None]


def test_each_muscle_is_moved_to_its_own_border(two_disks):
    assert balanced([two_disks]).tolist() == pytest.approx([0, -1, 1], abs=0.1)


def test_slices_of_a_block_count_alike(two_disks):
    logits, targets = two_disks
    block = torch.stack([logits[0], logits[0]], dim=1)[None], torch.stack([targets[0], targets[0]])[None]

    assert balanced([block]).tolist() == pytest.approx([0, -1, 1], abs=0.1)


def test_two_muscles_side_by_side_share_their_border():
    """What one gives up the other one gets: an oblique border, which the network has two columns too far left."""
    place = COLUMN + 0.13 * ROW
    both = answer(32 - place, place - 32) - torch.tensor([99.0, 0, 0])[:, None, None]

    bias = balanced([(both, torch.where(place < 34, 1, 2).to(torch.uint8)[None])])

    assert float(bias[1] - bias[2]) / 2 == pytest.approx(34 - 32, abs=0.1)


def test_what_inference_fills_is_part_of_a_muscle():
    """A septum that it does not spare is made up for all around: pi 12^2 less the pi 2^2 of the hole."""
    away = distance(30.2, 30.4)
    ring = (away < 12) & (away >= 2)

    bias = balanced([(answer(torch.minimum(12 - away, away - 2)), ring.to(torch.uint8)[None])])

    assert float(bias[1]) == pytest.approx((12**2 - 2**2) ** 0.5 - 12, abs=0.05)


def test_what_is_lost_between_pixels_is_made_up_for():
    """All pixels are right; but where a sure outside meets an unsure inside, interpolation draws the border inward."""
    inside = distance(30.2, 30.4) < 12

    bias = balanced([(answer(torch.where(inside, 1.0, -5.0)), inside.to(torch.uint8)[None])])

    assert 0.3 < float(bias[1]) < 2.5


def test_a_bias_that_acts_by_half_is_changed_again(two_disks):
    """As the cascade's, whose background has another network's share in it."""
    logits, targets = two_disks
    bias = torch.zeros(3)

    calibrate_bias(bias, lambda: [(logits + 0.5 * bias[:, None, None], targets)])

    assert bias.tolist() == pytest.approx([0, -2, 2], abs=0.3)


def test_what_nobody_knows_does_not_count(two_disks):
    """Half of a disk is unknown, and there the network is far off."""
    logits, targets = two_disks
    logits[0, 1, :, :14] -= 5
    targets[0, :, :14] = IGNORED

    assert float(balanced([(logits, targets)])[1]) == pytest.approx(-1, abs=0.15)


@pytest.mark.parametrize("code", [0, IGNORED])
def test_a_muscle_that_is_not_there_is_not_changed(two_disks, code):
    logits, targets = two_disks
    targets[targets == 1] = code

    assert balanced([(logits, targets)]).tolist() == pytest.approx([0, 0, 1], abs=0.1)


def test_a_muscle_that_the_network_does_not_know_is_not_forced(two_disks):
    logits, targets = two_disks
    logits[:, 1] = -20

    assert balanced([(logits, targets)])[1] == pytest.approx(LARGEST_OFFSET)


def test_without_anything_to_compare_with_it_is_told():
    with pytest.raises(MuscleSegError, match="there are no legs to compare them with"):
        muscle_offsets([])


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
def test_the_bias_found_moves_one_muscle_against_all_others(name):
    """Of every architecture that comes with weights. The cascade's background has another network's share in it."""
    torch.manual_seed(0)
    network = build(name, in_channels=1 + (name == "spatial-channel-unet"), out_channels=5, **SMALLEST[name]).eval()
    image = torch.rand(1, 1 + (name == "spatial-channel-unet"), *[16] * ARCHITECTURES[name].dimensions)
    with torch.inference_mode():
        before = network(image)
        dict(network.named_parameters())[last_bias(network, 5)][3] += 0.75
        change = network(image) - before

    against_others = change[:, 3:4] - change[:, [0, 1, 2, 4]]
    if name == "attention-res-vnet-cascade":
        assert against_others.max() < 0.75 + 1e-4
        assert against_others.min() > 0.0
    else:
        assert torch.allclose(against_others, torch.tensor(0.75), atol=1e-4)


def test_a_network_without_such_a_layer_is_told():
    with pytest.raises(MuscleSegError, match="Sequential has no last layer with a bias for each of 7 classes"):
        last_bias(nn.Sequential(nn.Conv2d(1, 7, 1, bias=False), nn.Conv2d(7, 3, 1)), 7)
