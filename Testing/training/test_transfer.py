from dataclasses import replace

import pytest
import torch

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.progress import silent
from MuscleSegLib.training import Trainer, write_bundle


@pytest.fixture
def train(a_configuration, make_leg_volume, tmp_path):
    def make(folder: str, **changed) -> Trainer:
        output = tmp_path / folder
        output.mkdir(exist_ok=True)
        configuration = replace(a_configuration, **changed)
        return Trainer(
            configuration, {"made": [make_leg_volume("P"), make_leg_volume("Q")]}, output, cache=tmp_path / "cache"
        )

    return make


@pytest.fixture(scope="module")
def a_bundle(a_configuration, configuration_file, make_leg_volume, tmp_path_factory):
    """A bundle and the run that it was made of, which no test changes."""
    folder = tmp_path_factory.mktemp("first")
    leg_volumes = {"made": [make_leg_volume("P"), make_leg_volume("Q")]}
    trainer = Trainer(a_configuration, leg_volumes, folder, cache=folder / "cache")
    trainer.run(silent)
    write_bundle(folder / "bundle", trainer, configuration_file)
    return folder / "bundle", trainer


@pytest.mark.slow
def test_training_starts_with_another_network_s_weights(train, a_bundle):
    """The bundle holds the finished weights in half precision."""
    folder, first = a_bundle

    weights = train("second", start=(str(folder),), seed=8).network.state_dict()

    for name, value in first.finished_weights().items():
        assert torch.equal(weights[name], value.half().to(value.dtype) if value.is_floating_point() else value)


@pytest.mark.slow
def test_a_network_for_other_muscles_keeps_its_own_last_layer(train, a_bundle):
    folder, first = a_bundle

    weights = train("calf", start=(str(folder),), region="calf").network.state_dict()

    same = first.average.module.state_dict()
    alike = [name for name, value in weights.items() if value.shape == same[name].shape]
    assert 0 < len(weights) - len(alike) <= 2  # its weights and its biases
    assert all(torch.allclose(weights[name].float(), same[name].float(), atol=1e-3) for name in alike)


@pytest.mark.slow
def test_a_run_that_goes_on_keeps_its_own_weights(train, a_bundle):
    folder, _ = a_bundle
    trainer = train("second", start=(str(folder),), seed=8)
    trainer.run(silent)
    trainer.save()

    again = train("second", start=(str(folder),), seed=8)
    again.load()

    for before, after in zip(trainer.network.state_dict().values(), again.network.state_dict().values(), strict=True):
        assert torch.equal(before, after)


@pytest.mark.slow
def test_a_u_net_starts_a_network_that_holds_one(train, a_bundle, a_configuration):
    """The Spatial-Channel U-Net is a U-Net and gates on what it answers."""
    folder, first = a_bundle
    placed = replace(a_configuration.input, has_place=True)

    network = train("gated", architecture="spatial-channel-unet", input=placed, start=(str(folder),)).network

    finished = first.finished_weights()
    assert all(
        torch.equal(value, finished[name].half().to(value.dtype)) for name, value in network.unet.named_parameters()
    )


@pytest.mark.slow
def test_a_bundle_starts_the_part_of_a_paired_network_that_it_fits(train, a_bundle, a_configuration):
    folder, first = a_bundle
    volumes = replace(a_configuration.input, context_mm=(0.0,), slice_mm=20.0, slices=4, has_place=False)
    channels = list(a_configuration.network["channels"])
    neighbors = list(range(len(a_configuration.input.context_mm)))
    sizes = {"channels": channels, "planar": 1, "slice_channels": channels, "neighbors": neighbors}

    pair = {"architecture": "paired-unet", "input": volumes, "network": sizes}
    network, random = (train(name, **pair, start=start).network for name, start in [("p", (str(folder),)), ("q", ())])

    finished = first.finished_weights()
    assert all(
        torch.equal(value, finished[name].half().to(value.dtype)) for name, value in network.slices.named_parameters()
    )
    assert all(map(torch.equal, network.volumes.parameters(), random.volumes.parameters()))


@pytest.mark.slow
def test_weights_of_another_architecture_are_refused(train, a_bundle):
    folder, _ = a_bundle

    with pytest.raises(MuscleSegError, match="its network is of another architecture"):
        train("third", architecture="attention-unet", start=(str(folder),), network={})
