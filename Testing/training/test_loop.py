import csv
import importlib.util
import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from MuscleSegLib.bundle import read_bundle
from MuscleSegLib.errors import Canceled, MuscleSegError
from MuscleSegLib.progress import silent
from MuscleSegLib.training import Trainer, write_bundle
from MuscleSegLib.training.loss_module import area_loss


def in_3d(configuration, architecture="unet3d", **network):
    return replace(
        configuration,
        architecture=architecture,
        network=network or {"channels": (4, 8), "slice_poolings": 1},
        input=replace(configuration.input, context_mm=(0.0,), slice_mm=24.0, slices=4, size=32),
        optimization=replace(configuration.optimization, batch=2, iterations=2, validate_every=2),
    )


def weights(trainer: Trainer) -> torch.Tensor:
    values = [*trainer.average.state_dict().values(), *trainer.network.state_dict().values()]
    return torch.cat([value.flatten() for value in values])


def at_iteration(number: int, action):
    def progress(fraction: float, message: str) -> None:
        if message.startswith(f"iteration {number},"):
            action()

    return progress


def cancel() -> None:
    raise Canceled


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("number", [2, 4])
@pytest.mark.slow
def test_a_run_that_is_canceled_between_validations_and_goes_on_ends_as_one_that_was_not(a_trainer, number):
    whole = a_trainer("whole")
    assert whole.run(silent)
    with pytest.raises(Canceled):
        a_trainer("stopped").run(at_iteration(number, cancel))

    resumed = a_trainer("stopped")
    resumed.load()
    assert resumed.done == number
    assert resumed.run(silent)

    assert torch.equal(weights(resumed), weights(whole))


@pytest.mark.slow
def test_dropout_is_resumed_exactly_too(a_trainer, a_configuration):
    """TransUNet's transformer drops features at random."""
    small = {"stem": 8, "channels": (8, 8, 16), "blocks": (1, 1, 1), "hidden": 16, "layers": 1, "heads": 2, "grid": 4}
    network = {**small, "decoder": (16, 8, 8, 8)}
    plan = replace(a_configuration.optimization, iterations=3, validate_every=3)
    configuration = replace(a_configuration, architecture="transunet", network=network, optimization=plan)
    whole = a_trainer("whole", configuration)
    assert whole.run(silent)
    with pytest.raises(Canceled):
        a_trainer("stopped", configuration).run(at_iteration(1, cancel))

    resumed = a_trainer("stopped", configuration)
    resumed.load()
    assert resumed.run(silent)

    assert torch.equal(weights(resumed), weights(whole))


def coarse_at_first(configuration, iterations):
    return replace(configuration, optimization=replace(configuration.optimization, coarse_iterations=iterations))


@pytest.mark.slow
def test_the_first_iterations_see_half_the_resolution(a_trainer, a_configuration):
    trainer = a_trainer("coarse", coarse_at_first(a_configuration, 3))
    seen = []
    trainer.network.register_forward_pre_hook(lambda _, images: seen.append(images[0].shape[-1]))

    assert trainer.run(silent)

    assert seen == [32, 32, 32, 64, 64]


@pytest.mark.slow
def test_validation_sees_what_was_trained_on_and_patience_waits_for_whole_images(a_trainer, a_configuration):
    plan = replace(a_configuration.optimization, validate_every=1, patience=1, coarse_iterations=3, learning_rate=0.0)
    trainer = a_trainer("coarse", replace(a_configuration, optimization=plan))
    seen = []
    trainer.average.register_forward_pre_hook(lambda _, images: seen.append(images[0].shape[-1]))

    assert trainer.run(silent)

    batches = len(trainer.validation)
    assert trainer.done == 5, "nothing gets better without learning: one validation to compare with, and one more"
    assert seen == [32] * 3 * batches + [64] * 2 * batches


def test_a_run_that_weighs_areas_has_that_loss_besides(a_trainer, a_configuration):
    losses = []
    for weight in (0.0, 3.0):
        plan = replace(a_configuration.optimization, area_weight=weight)
        trainer = a_trainer(f"weight-{weight:.0f}", replace(a_configuration, optimization=plan))
        batch = trainer.training[0]
        areas = area_loss(trainer.network(batch.images), batch.targets)
        trainer.run(silent, minutes=0)
        losses += trainer.losses

    # 10 %: a run computes in bfloat16 where it can
    assert losses[1] - losses[0] == pytest.approx(3.0 * float(areas.detach()), rel=0.1)


@pytest.mark.slow
def test_the_learning_rate_falls_once_images_are_whole(a_trainer, a_configuration):
    trainer = a_trainer("coarse", coarse_at_first(a_configuration, 3))
    rates = []
    trainer.run(lambda *_: rates.append(trainer.optimizer.param_groups[0]["lr"]))

    assert rates == pytest.approx([0.002, 0.002, 0.002, 0.001, 0.0])


@pytest.mark.slow
def test_a_run_that_is_canceled_before_images_are_whole_ends_as_one_that_was_not(a_trainer, a_configuration):
    configuration = coarse_at_first(a_configuration, 3)
    whole = a_trainer("whole", configuration)
    assert whole.run(silent)
    with pytest.raises(Canceled):
        a_trainer("stopped", configuration).run(at_iteration(2, cancel))

    resumed = a_trainer("stopped", configuration)
    resumed.load()
    assert resumed.run(silent)

    assert torch.equal(weights(resumed), weights(whole))


def test_ctrl_c_ends_a_run_that_can_go_on(a_trainer):
    trainer = a_trainer("interrupted")

    assert not trainer.run(at_iteration(2, press_ctrl_c))

    assert trainer.done == 2
    assert trainer.checkpoint.exists()


def test_a_signal_that_ends_the_loader_s_process_too_ends_a_run_that_can_go_on(a_trainer, monkeypatch):
    trainer = a_trainer("terminated")

    def loader(batches, **_options):
        yield batches[0]
        os.kill(os.getpid(), signal.SIGTERM)
        message = "DataLoader worker (pid(s) 7) exited unexpectedly"
        raise RuntimeError(message)

    monkeypatch.setattr("MuscleSegLib.training.loop.DataLoader", loader)

    assert not trainer.run(silent)

    assert trainer.done == 1
    assert trainer.checkpoint.exists()


def test_the_time_limit_ends_a_run_that_can_go_on(a_trainer):
    trainer = a_trainer("limited")

    assert not trainer.run(silent, minutes=0)
    assert trainer.done == 1
    assert trainer.checkpoint.exists()


def test_a_run_of_another_configuration_is_not_gone_on_with(a_trainer, a_configuration):
    a_trainer("run").save()

    with pytest.raises(MuscleSegError, match="started with another configuration"):
        a_trainer("run", replace(a_configuration, seed=8)).load()


def test_a_run_goes_on_under_another_name(a_trainer, a_configuration):
    a_trainer("run").save()

    a_trainer("run", replace(a_configuration, name="other")).load()


def test_nobody_is_both_trained_on_and_validated_with(a_trainer):
    trainer = a_trainer("split")

    assert {leg_volume.person for leg_volume in trainer.training.volumes.legs} == {"P"}
    assert {leg_volume.person for leg_volume in trainer.validation.volumes.legs} == {"Q"}


@pytest.mark.slow
def test_training_teaches(a_trainer, a_configuration):
    """A hundred small batches of one leg are enough to find its large muscle."""
    plan = replace(a_configuration.optimization, iterations=100, validate_every=100, warm_up=5, learning_rate=0.005)
    data, network = replace(a_configuration.data, volumes=60), {"channels": (8, 16, 32, 32)}
    trainer = a_trainer("taught", replace(a_configuration, optimization=plan, data=data, network=network))
    trainer.run(silent)

    assert trainer.validate()[8 - 1] > 0.5


def test_training_that_gets_no_better_ends_with_its_best_weights(a_trainer, a_configuration, monkeypatch):
    """Of the scores 0.1, 0.3, 0.2, 0.2 the second is the best; with a patience of 2 the fourth is the last."""
    plan = replace(a_configuration.optimization, iterations=9, validate_every=1, patience=2)
    trainer = a_trainer("patient", replace(a_configuration, optimization=plan))
    scores = iter([0.1, 0.3, 0.2, 0.2, 0.9])
    seen = []

    def validate() -> list[float]:
        seen.append(weights(trainer)[: trainer.average.state_dict()["module.head.weight"].numel()].clone())
        return [next(scores)] * 10

    monkeypatch.setattr(trainer, "validate", validate)

    assert trainer.run(silent)
    assert trainer.done == 4
    assert torch.equal(weights(trainer)[: len(seen[1])], seen[1])


@pytest.mark.parametrize(
    ("architecture", "network"),
    [
        ("unet3d", {"channels": (4, 8), "slice_poolings": 1}),
        ("attention-res-vnet-cascade", {"channels": (4, 8), "convolutions": (1, 1), "slice_poolings": 1}),
    ],
)
@pytest.mark.slow
def test_three_dimensional_networks_are_trained(a_trainer, a_configuration, architecture, network):
    trainer = a_trainer("3d", in_3d(a_configuration, architecture, **network))
    before = weights(trainer)

    assert trainer.run(silent)
    assert not torch.equal(weights(trainer), before)
    assert weights(trainer).isfinite().all()


@pytest.mark.slow
def test_a_network_that_wants_to_know_is_told_which_muscles_were_seen_where(a_trainer, a_configuration):
    """The tests' legs have the muscles 2 and 8 in all slices, and no others."""
    wanted = replace(a_configuration.input, has_place=True)
    network = {"channels": (4, 8)}
    configuration = replace(a_configuration, architecture="spatial-channel-unet", input=wanted, network=network)
    trainer = a_trainer("places", configuration)

    trainer.run(silent)

    assert trainer.network.observed.any()
    possible = trainer.network.extent[trainer.network.observed].any(dim=0)
    assert (possible.nonzero().flatten() + 1).tolist() == [2, 8]


@pytest.mark.slow
def test_the_log_has_a_line_for_each_validation_and_none_twice(a_trainer):
    trainer = a_trainer("logged")
    trainer.run(silent)
    again = a_trainer("logged")
    again.done = 4
    again.log.forget_after(4)
    again.log.write(5, 1.0, 0.5, [0.25] * 9 + [float("nan")])

    with (trainer.checkpoint.parent / "log.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [line["iteration"] for line in lines] == ["3", "5"]
    assert lines[1]["dsc_mean"] == "0.2500"
    assert lines[1]["dsc_10"] == ""


@pytest.mark.skipif(importlib.util.find_spec("tensorboard") is None, reason="TensorBoard is not installed")
@pytest.mark.slow
def test_tensorboard_is_written_where_it_is_installed(a_trainer):
    trainer = a_trainer("board")
    trainer.run(silent)

    assert list((trainer.checkpoint.parent / "tensorboard").glob("events*"))


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.slow
def test_a_finished_run_becomes_a_bundle_that_loads(
    a_trainer, a_configuration, configuration_file, tmp_path, project_root, dimensions
):
    configuration = a_configuration if dimensions == 2 else in_3d(a_configuration)
    trainer = a_trainer("run", configuration)
    trainer.run(silent)

    write_bundle(tmp_path / "bundle", trainer, configuration_file)

    bundle = read_bundle(tmp_path / "bundle")
    expected = trainer.finished_weights()
    for name, value in bundle.load().state_dict().items():
        assert torch.allclose(value.float(), expected[name].float(), rtol=1e-3, atol=1e-3), name
    assert bundle.metadata.input == configuration.input.leg
    shipped = project_root / "Resources" / "Networks" / "thigh-unet2d-small"
    written = {path.relative_to(tmp_path / "bundle") for path in (tmp_path / "bundle").rglob("*.*")}
    assert written == {path.relative_to(shipped) for path in shipped.rglob("*.*")} - {Path("docs/README.md")}
    # A shipped bundle has been measured, and a new one has not.
    keys, new_keys = (
        set(json.loads((folder / "configs" / "metadata.json").read_text())) for folder in (shipped, bundle.folder)
    )
    assert new_keys == keys - {"eval_metrics"}
