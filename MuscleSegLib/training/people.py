"""Who is learned from and who is validated with: every person is on one side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.stacks import Stack


def held_out_people(people: Iterable[str], configuration: Configuration) -> frozenset[str]:
    """Return whom to validate with: those that are named, or fold ``fold`` of ``folds``; the seed deals the folds."""
    data = configuration.data
    if not data.folds:
        return frozenset(data.validation_people)
    dealt = np.random.default_rng(configuration.seed).permutation(sorted(set(people)))
    return frozenset(dealt[data.fold :: data.folds].tolist())


def split(
    stacks: Mapping[str, Sequence[Stack]], configuration: Configuration
) -> tuple[tuple[list[Stack], list[float]], tuple[list[Stack], list[float]]]:
    """Part the legs into those to train on and those to validate with, each with its share of the volumes.

    Raises:
        MuscleSegError: Nobody is left on one of the sides.

    """
    held_out = held_out_people((stack.person for source in stacks.values() for stack in source), configuration)
    parts: list[tuple[list[Stack], list[float]]] = []
    for is_held_out in (False, True):
        legs, shares = [], []
        for name, source in stacks.items():
            mine = [stack for stack in source if (stack.person in held_out) is is_held_out]
            legs += mine
            shares += [configuration.data.sources[name] / len(mine) for _ in mine]
        if not legs:
            purpose = "validate with" if is_held_out else "train on"
            message = f"Nobody is left to {purpose}: check validation_people, or fold and folds, in the configuration."
            raise MuscleSegError(message)
        parts.append((legs, shares))
    return parts[0], parts[1]


Part = tuple[list[Stack], list[float]]
"""Legs, and the share of the volumes of each."""

DIGITAL = "phantom-"
"""What the names of digital people begin with."""


class Scans(NamedTuple):
    """Legs, and the configuration to show them with."""

    part: Part
    shown: Configuration


def digital_scans(parts: tuple[Part, Part], configuration: Configuration) -> Scans | None:
    """Return the scans of digital people, as they were scanned; None where nobody was.

    They show how large a network draws muscles: images that are synthesized have faults that no single scan has, and
    labels of real scans are not known to be right. People who were learned from are among them. The few to validate
    with say little of all people, and how large muscles are drawn in a person was found to be the same whether he was
    learned from or not.
    """
    everybody = [both for part in parts for both in zip(*part, strict=True)]
    scanned = [
        (stack, share) for stack, share in everybody if stack.images is not None and stack.person.startswith(DIGITAL)
    ]
    if not scanned:
        return None
    shown = replace(configuration, data=replace(configuration.data, as_scanned=1.0))
    return Scans(([stack for stack, _ in scanned], [share for _, share in scanned]), shown)
