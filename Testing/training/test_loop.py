import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from MuscleSegLib.bundle import read_bundle
from MuscleSegLib.errors import Cancelled, MuscleSegError
from MuscleSegLib.progress import silent
from MuscleSegLib.training import Trainer, read_configuration, write_bundle
from MuscleSegLib.training.batches import Batches


@pytest.fixture
def a_trainer(a_configuration, make_stack, tmp_path):
    def make(folder: str) -> Trainer:
        output = tmp_path / folder
        output.mkdir(exist_ok=True)
        return Trainer(a_configuration, {"made": [make_stack("P"), make_stack("Q")]}, output)

    return make


def weights(trainer: Trainer) -> torch.Tensor:
    return torch.cat([value.flatten() for value in trainer.average.state_dict().values()])


def stop_after(iterations: int):
    def progress(fraction: float, message: str) -> None:
        if message.startswith(f"iteration {iterations},"):
            raise Cancelled

    return progress


def test_a_stopped_run_that_goes_on_ends_as_one_that_was_not_stopped(a_trainer):
    whole = a_trainer("whole")
    assert whole.run(silent)
    with pytest.raises(Cancelled):
        a_trainer("stopped").run(stop_after(3))

    resumed = a_trainer("stopped")
    resumed.load()
    assert resumed.done == 2
    assert resumed.run(silent)

    assert torch.equal(weights(resumed), weights(whole))


def test_the_time_limit_ends_a_run_that_can_go_on(a_trainer):
    trainer = a_trainer("limited")

    assert not trainer.run(silent, minutes=0)
    assert trainer.done == 2
    assert trainer.checkpoint.exists()


def test_nobody_is_both_trained_on_and_validated_with(a_trainer):
    trainer = a_trainer("split")

    assert {stack.person for stack in trainer.training.stacks} == {"P"}
    assert {stack.person for stack in trainer.validation.stacks} == {"Q"}


def test_batch_n_is_the_same_whenever_it_is_made(a_configuration, make_stack):
    stacks = {"made": [make_stack("P")]}
    first, again = (Batches(stacks, a_configuration, stream=0, count=9)[5] for _ in range(2))

    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])


def test_training_teaches(a_configuration, make_stack, tmp_path):
    """Sixty small batches of one leg are enough to find its large muscle."""
    plan = replace(a_configuration.optimization, iterations=60, batch=8, validate_every=60, warm_up=5)
    configuration = replace(a_configuration, optimization=plan)
    trainer = Trainer(configuration, {"made": [make_stack("P"), make_stack("Q")]}, tmp_path)
    trainer.run(silent)

    assert trainer.validate()[8 - 1] > 0.5


def test_a_finished_run_becomes_a_bundle_that_loads(a_trainer, project_root, tmp_path):
    trainer = a_trainer("run")
    trainer.run(silent)
    configuration = project_root / "Resources" / "Networks" / "thigh-unet2d-small" / "configs" / "train.toml"

    write_bundle(tmp_path / "bundle", trainer, configuration)

    bundle = read_bundle(tmp_path / "bundle")
    expected = trainer.average.module.state_dict()
    for name, value in bundle.load().state_dict().items():
        assert torch.allclose(value.float(), expected[name].float(), rtol=1e-3, atol=1e-3), name
    assert bundle.metadata.input.context_mm == (-24.0, 0.0, 24.0)
    shipped = configuration.parent.parent
    written = {path.relative_to(tmp_path / "bundle") for path in (tmp_path / "bundle").rglob("*.*")}
    assert written == {path.relative_to(shipped) for path in shipped.rglob("*.*")} - {Path("docs/README.md")}
    # A shipped bundle has been measured, and a new one has not.
    keys, new_keys = (
        set(json.loads((one / "configs" / "metadata.json").read_text())) for one in (shipped, bundle.folder)
    )
    assert new_keys == keys - {"eval_metrics"}


def test_a_misspelled_entry_of_a_configuration_is_named(project_root, tmp_path):
    text = (project_root / "Resources" / "Networks" / "thigh-unet2d-small" / "configs" / "train.toml").read_text()
    path = tmp_path / "train.toml"
    path.write_text(text.replace("learning_rate", "learning_speed"))

    with pytest.raises(MuscleSegError, match="learning_rate is missing, learning_speed is unknown"):
        read_configuration(path)


def test_a_configuration_that_is_not_toml_is_refused(tmp_path):
    path = tmp_path / "train.toml"
    path.write_text("= nothing")

    with pytest.raises(MuscleSegError, match="not valid TOML"):
        read_configuration(path)
