"""Legs and configurations small enough to train on within a test."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from MuscleSegLib.training import Configuration, read_configuration
from MuscleSegLib.training.stacks import Stack
from MuscleSegLib.training.tissues import CANVAS, INNER_FAT, MARROW, SUBCUTANEOUS_FAT, disk

CENTER = np.array([CANVAS / 2, CANVAS / 2])


@pytest.fixture
def a_configuration(project_root: Path) -> Configuration:
    """The configuration of the shipped network, with one slice instead of five and a few small batches."""
    path = project_root / "Resources" / "Networks" / "thigh-unet2d-small" / "configs" / "train.toml"
    configuration = read_configuration(path)
    return replace(
        configuration,
        input=replace(configuration.input, size=64, context_mm=(-24.0, 0.0, 24.0)),
        data=replace(configuration.data, sources={"made": 1.0}, validation_people=("Q",)),
        optimization=replace(configuration.optimization, iterations=4, batch=2, warm_up=1, validate_every=2),
    )


@pytest.fixture
def make_stack() -> Callable[[str], Stack]:
    """Make a leg of four slices: vastus intermedius (8) around a femur, biceps femoris (2) to the right and behind."""

    def make(person: str) -> Stack:
        tissues = np.zeros((CANVAS, CANVAS), np.uint8)
        tissues[disk(CENTER, 45)] = SUBCUTANEOUS_FAT
        tissues[disk(CENTER, 38)] = INNER_FAT
        tissues[disk(CENTER, 22)] = 8
        tissues[disk(CENTER, 8)] = MARROW
        tissues[disk(CENTER + [-27, 10], 8)] = 2
        return Stack(f"{person}-right", person, np.repeat(tissues[None, None], 4, axis=1), 24.0)

    return make
