"""Who is learned from and who is validated with: every person is on one side."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.legs.label_maps import Stack


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
    sources = configuration.data.sources
    held_out = held_out_people((stack.person for name in sources for stack in stacks[name]), configuration)
    parts: list[tuple[list[Stack], list[float]]] = []
    for is_held_out in (False, True):
        legs, shares = [], []
        for name, share in sources.items():
            mine = [stack for stack in stacks[name] if (stack.person in held_out) is is_held_out]
            legs += mine
            shares += [share / len(mine) for _ in mine]
        if not legs:
            purpose = "validate with" if is_held_out else "train on"
            message = f"Nobody is left to {purpose}: check validation_people, or fold and folds, in the configuration."
            raise MuscleSegError(message)
        parts.append((legs, shares))
    return parts[0], parts[1]


DIGITAL = "phantom-"
"""What the names of digital people begin with."""


def digital_scans(stacks: Iterable[Stack]) -> list[Stack]:
    """Return the legs of digital people that were scanned.

    They show how large a network draws muscles, where a configuration has no ``sized_phantoms``: images that are
    synthesized have faults that no single scan has, and labels of real scans are not known to be right. People who were
    learned from are among them, since the few to validate with say little of all people.
    """
    return [stack for stack in stacks if stack.images is not None and stack.person.startswith(DIGITAL)]
