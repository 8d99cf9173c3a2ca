"""What a run's weights become when it is done."""

from dataclasses import replace

import numpy as np
import torch

from MuscleSegLib.progress import silent
from MuscleSegLib.training import Trainer
from MuscleSegLib.training.tissues import CANVAS


def test_finished_weights_are_balanced_on_the_scans_of_digital_people(a_configuration, make_stack, tmp_path):
    held_out = a_configuration.data.validation_people[0]
    scanned = replace(make_stack("phantom-5"), images=np.ones((1, 4, CANVAS, CANVAS), np.float16))
    people = {"made": [make_stack("somebody else"), make_stack(held_out), scanned]}

    trainer = Trainer(a_configuration, people, tmp_path, cache=tmp_path / "cache")

    assert [stack.person for stack in trainer.validation.volumes.stacks] == [held_out]
    assert [stack.person for stack in trainer.balancing.volumes.stacks] == ["phantom-5"]
    shown = trainer.balancing.volumes[0]
    assert shown.images.shape == (4, a_configuration.input.size, a_configuration.input.size)  # all slices, uncut
    assert shown.spacing_mm == scanned.spacing_mm


def test_finished_weights_differ_from_the_average_in_the_last_bias_alone(a_trainer):
    trainer = a_trainer("run")
    assert trainer.balancing is trainer.validation  # nobody digital was scanned
    trainer.run(silent)
    before = {name: value.clone() for name, value in trainer.average.module.state_dict().items()}

    finished = trainer.finished_weights()

    changed = [name for name, value in finished.items() if not torch.equal(value, before[name])]
    assert changed == ["head.bias"]
    for name, value in trainer.average.module.state_dict().items():  # what goes on is as it was
        assert torch.equal(value, before[name])
