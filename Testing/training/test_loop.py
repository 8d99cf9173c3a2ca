import csv
import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from MuscleSegLib.bundle import read_bundle
from MuscleSegLib.progress import silent
from MuscleSegLib.training import write_bundle
from MuscleSegLib.training.loss_module import area_loss
from Testing.training.runs import coarse_at_first, in_3d, weights


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
