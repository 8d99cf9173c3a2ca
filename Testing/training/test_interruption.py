"""Interruption of training: by Ctrl-C, a signal or the time limit, and going on as if nothing had been."""

import os
import signal
from dataclasses import replace

import pytest
import torch

from MuscleSegLib.errors import Canceled, MuscleSegError
from MuscleSegLib.progress import silent
from Testing.training.runs import at_iteration, coarse_at_first, weights


def cancel() -> None:
    raise Canceled


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def assert_resumes_exactly(a_trainer, configuration, *, canceled_after):
    """Check that a run which is canceled after so many iterations ends with the weights of one that was not."""
    whole = a_trainer("whole", configuration)
    assert whole.run(silent)
    with pytest.raises(Canceled):
        a_trainer("stopped", configuration).run(at_iteration(canceled_after, cancel))

    resumed = a_trainer("stopped", configuration)
    resumed.load()
    assert resumed.run(silent)

    assert torch.equal(weights(resumed), weights(whole))


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
    assert_resumes_exactly(a_trainer, configuration, canceled_after=1)


@pytest.mark.slow
def test_a_run_that_is_canceled_before_images_are_whole_ends_as_one_that_was_not(a_trainer, a_configuration):
    configuration = coarse_at_first(a_configuration, 3)
    assert_resumes_exactly(a_trainer, configuration, canceled_after=2)


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
