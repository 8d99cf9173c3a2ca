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
    assert trainer.balancing.volumes.as_scanned == 1.0


def test_finished_weights_differ_from_the_average_in_the_background_s_bias_alone(a_trainer):
    trainer = a_trainer("run")
    assert trainer.balancing is trainer.validation  # nobody digital was scanned
    trainer.run(silent)
    before = {name: value.clone() for name, value in trainer.average.module.state_dict().items()}

    finished = trainer.finished_weights()

    changed = [name for name, value in finished.items() if not torch.equal(value, before[name])]
    assert changed == ["head.bias"]
    assert torch.equal(finished["head.bias"][1:], before["head.bias"][1:])
    for name, value in trainer.average.module.state_dict().items():  # what goes on is as it was
        assert torch.equal(value, before[name])
