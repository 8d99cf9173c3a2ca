import pytest
import torch

from MuscleSegLib.networks import build

PLACE, ROW = 0.304, 30


@pytest.fixture
def a_network():
    """Three muscles, of which training saw the first two at 30 % of the limb, and all three at 80 %."""
    torch.manual_seed(0)
    network = build("spatial-channel-unet", in_channels=2, out_channels=4, channels=(8, 16)).eval()
    seen = torch.tensor([[True, False, False], [False, True, False], [True, True, True]])
    network.observe(torch.tensor([PLACE, PLACE, 0.8]), seen)
    return network


def slice_at(place):
    image = torch.randn(1, 2, 16, 16)
    image[:, 1] = place
    return image


def prefer(network, muscle, logit):
    """Make the U-Net give a muscle the same logit everywhere."""
    with torch.no_grad():
        network.unet.head.weight[muscle] = 0
        network.unet.head.bias[muscle] = logit


@pytest.mark.parametrize("place", [PLACE, 0.8, 0.5])
def test_a_muscle_wins_within_its_extent_and_nowhere_else(place, a_network):
    prefer(a_network, 3, 1e9)

    wins = a_network(slice_at(place)).argmax(dim=1) == 3

    assert wins.all() if place != PLACE else not wins.any()


def test_a_closed_muscle_leaves_losses_finite(a_network):
    logits = a_network(slice_at(PLACE))

    assert logits.isfinite().all()
    assert torch.softmax(logits, dim=1)[:, 3].max() == 0


def test_before_training_every_muscle_can_be_everywhere():
    network = build("spatial-channel-unet", in_channels=2, out_channels=4, channels=(8, 16))

    assert network.extent.shape == (101, 3)
    assert network.extent.dtype == torch.bool
    assert network.extent.all()


def test_what_was_seen_at_a_place_adds_up_and_places_never_seen_stay_open(a_network):
    others = torch.ones(101, dtype=torch.bool)
    others[ROW] = False

    assert a_network.extent[ROW].tolist() == [True, True, False]
    assert a_network.extent[others].all()


def test_a_gate_that_learned_to_close_takes_a_muscle_away_and_one_that_opened_changes_nothing(a_network):
    image = slice_at(0.8)
    unet_logits = a_network.unet(image[:, :1])
    with torch.no_grad():
        a_network.gate.weight[0, 80] = -50
        a_network.gate.weight[1, 80] = 50
        a_network.gate.weight[2] = 0
        a_network.gate.bias[2] = 0

    gated = a_network(image)

    assert torch.softmax(gated, dim=1)[:, 1].max() < 1e-9
    torch.testing.assert_close(gated[:, [0, 2]], unet_logits[:, [0, 2]])
    torch.testing.assert_close(gated[:, 3], unet_logits[:, 3] + torch.tensor(0.5).log())


def test_each_slice_of_a_batch_is_gated_by_its_own_place(a_network):
    prefer(a_network, 3, 1e9)

    wins = a_network(torch.cat([slice_at(PLACE), slice_at(0.8)])).argmax(dim=1) == 3

    assert wins.flatten(1).any(dim=1).tolist() == [False, True]


@pytest.mark.parametrize(("place", "row"), [(0.0, 0), (0.004, 0), (0.006, 1), (1.0, 100), (1.2, 100)])
def test_a_place_is_rounded_to_percent(place, row):
    network = build("spatial-channel-unet", in_channels=2, out_channels=2, channels=(4, 4))
    network.observe(torch.tensor([place]), torch.tensor([[True]]))

    assert network.observed.nonzero().tolist() == [[row]]


def test_extents_are_part_of_the_weights(a_network):
    fresh = build("spatial-channel-unet", in_channels=2, out_channels=4, channels=(8, 16))
    fresh.load_state_dict(a_network.state_dict())

    assert torch.equal(fresh.extent, a_network.extent)
    assert torch.equal(fresh.observed, a_network.observed)
