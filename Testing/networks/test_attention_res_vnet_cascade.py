import pytest
import torch

WHOLE_MUSCLE, FAT = 1, 2


def favor(network, channel, logit):
    """Make a network give one of its classes a logit everywhere, and the others 0."""
    torch.nn.init.zeros_(network.head.weight)
    torch.nn.init.zeros_(network.head.bias)
    with torch.no_grad():
        network.head.bias[channel] = logit


@pytest.fixture
def a_cascade(a_network):
    return a_network("attention-res-vnet-cascade").eval()


@pytest.fixture
def volume(noise):
    return noise(5, 19, 21)


def test_it_answers_with_probabilities(a_cascade, volume):
    torch.testing.assert_close(a_cascade(volume).exp().sum(dim=1), torch.ones(2, 5, 19, 21))


def test_a_muscle_is_as_probable_as_whole_muscle_times_itself_in_it(a_cascade, volume):
    favor(a_cascade.compartments, WHOLE_MUSCLE, torch.tensor(2.0).log())  # 2 of 4
    favor(a_cascade.muscles, 3, torch.tensor(10.0).log())  # 10 of 20, the others 1 of 20 each

    probabilities = a_cascade(volume).exp()[0, :, 2, 9, 9]

    muscle = 0.5 * 0.05
    expected = [1 - 0.25 - 9 * muscle, muscle, muscle, 0.25, *[muscle] * 7]
    torch.testing.assert_close(probabilities, torch.tensor(expected))


def test_no_muscle_is_found_in_subcutaneous_fat_however_sure_the_second_network_is(a_cascade, volume):
    favor(a_cascade.compartments, FAT, 60.0)
    favor(a_cascade.muscles, 3, 50.0)

    logits = a_cascade(volume)

    assert (logits.argmax(dim=1) == 0).all()
    assert logits.isfinite().all()


def test_the_second_network_sees_the_volume_and_the_first_ones_probabilities(a_cascade, volume):
    seen = []
    a_cascade.muscles.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))

    compartments, _ = a_cascade.compartments_and_muscles(volume)

    torch.testing.assert_close(seen[0], torch.cat([volume, compartments.softmax(dim=1)], dim=1))


def test_its_stages_are_compartments_and_the_muscles_that_it_answers_with(a_cascade, volume):
    compartments, muscles = a_cascade.compartments_and_muscles(volume)

    assert compartments.shape == (2, 3, 5, 19, 21)
    assert torch.equal(muscles, a_cascade(volume))
