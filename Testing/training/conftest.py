"""Legs and configurations small enough to train on within a test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from MuscleSegLib.training import Configuration, Trainer, read_configuration
from MuscleSegLib.training.legs import LegVolume
from MuscleSegLib.training.legs.leg_tissues import CANVAS, INNER_FAT, MARROW, SUBCUTANEOUS_FAT, disk

CENTER = np.array([CANVAS / 2, CANVAS / 2])


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Compute in one thread: the same numbers each time, and no slower on networks as small as these."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def configuration_file() -> Path:
    """A run of a few small batches."""
    return Path(__file__).with_name("train.toml")


@pytest.fixture(scope="session")
def a_configuration(configuration_file: Path) -> Configuration:
    return read_configuration(configuration_file)


@pytest.fixture(scope="session")
def make_leg_volume() -> Callable[[str], LegVolume]:
    """Make a leg of four slices: vastus intermedius (8) around a femur, biceps femoris (2) to the right and behind."""

    def make(person: str) -> LegVolume:
        tissues = np.zeros((CANVAS, CANVAS), np.uint8)
        tissues[disk(CENTER, 45)] = SUBCUTANEOUS_FAT
        tissues[disk(CENTER, 38)] = INNER_FAT
        tissues[disk(CENTER, 22)] = 8
        tissues[disk(CENTER, 8)] = MARROW
        tissues[disk(CENTER + [-27, 10], 8)] = 2
        return LegVolume(f"{person}-right", person, np.repeat(tissues[None, None], 4, axis=1), 24.0)

    return make


@pytest.fixture
def a_trainer(
    a_configuration: Configuration, make_leg_volume: Callable[..., LegVolume], tmp_path: Path
) -> Callable[..., Trainer]:
    """Make a run in a folder of its name, with one person to train on and one to validate with."""

    def make(folder: str, configuration: Configuration = a_configuration) -> Trainer:
        output = tmp_path / folder
        output.mkdir(exist_ok=True)
        leg_volumes = {"made": [make_leg_volume("P"), make_leg_volume("Q")]}
        return Trainer(configuration, leg_volumes, output, cache=tmp_path / "cache")

    return make
