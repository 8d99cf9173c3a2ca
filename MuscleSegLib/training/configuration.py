"""What a training run is told: a TOML file, read into frozen values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from MuscleSegLib.errors import MuscleSegError

PHANTOM = "phantom"
"""The source that is not a folder."""


@dataclass(frozen=True)
class InputConfiguration:
    """The network's input; see ``bundle.LegInput``. ``size`` is rows and columns of a training image."""

    size: int
    context_mm: tuple[float, ...]


@dataclass(frozen=True)
class DataConfiguration:
    """What is learned from.

    Attributes:
        sources: Folders of label maps, or ``PHANTOM`` for digital legs, each with its share of the training slices.
        validation_people: Kept out of training.
        variants: How often each leg's missing tissues are invented.
        phantoms: How many digital people there are; they are called "phantom-0" and so on.

    """

    sources: Mapping[str, float]
    validation_people: tuple[str, ...]
    variants: int
    phantoms: int


@dataclass(frozen=True)
class OptimizationConfiguration:
    """AdamW with a linear warm-up and a cosine decay; ``averaging`` is the decay of the weights' moving average."""

    iterations: int
    batch: int
    learning_rate: float
    weight_decay: float
    warm_up: int
    averaging: float
    validate_every: int


@dataclass(frozen=True)
class Configuration:
    """One training run; ``notes``, ``training_data`` and ``licence`` are what its bundle will say of itself."""

    name: str
    region: str
    architecture: str
    seed: int
    notes: tuple[str, ...]
    training_data: str
    licence: str
    input: InputConfiguration
    data: DataConfiguration
    optimization: OptimizationConfiguration


def read_configuration(path: Path) -> Configuration:
    """Read a training configuration.

    Raises:
        MuscleSegError: The file is missing, is not TOML, or lacks or misspells an entry.

    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"The training configuration {path} cannot be read ({error.strerror}): check the name."
        raise MuscleSegError(message) from error
    except tomllib.TOMLDecodeError as error:
        message = f"The training configuration {path} is not valid TOML: {error}."
        raise MuscleSegError(message) from error
    sections: dict[str, type] = {
        "input": InputConfiguration,
        "data": DataConfiguration,
        "optimization": OptimizationConfiguration,
    }
    values = dict(content)
    for name, section in sections.items():
        values[name] = _fill(section, content.get(name, {}), f"[{name}] of {path}")
    configuration: Configuration = _fill(Configuration, values, str(path))
    return configuration


def _fill(section: type, values: Mapping[str, Any], where: str) -> Any:  # noqa: ANN401 - an instance of ``section``
    wanted = {field.name for field in fields(section)}
    wrong = [f"{name} is missing" for name in sorted(wanted - set(values))]
    wrong += [f"{name} is unknown" for name in sorted(set(values) - wanted)]
    if wrong:
        message = f"The training configuration {where} cannot be used: {', '.join(wrong)}."
        raise MuscleSegError(message)
    return section(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
