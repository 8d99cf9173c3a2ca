"""Split of people into training and validation: every person is on one side."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.legs import LegVolume


def held_out_people(people: Iterable[str], configuration: Configuration) -> frozenset[str]:
    """Return the validation people: those named, or fold ``fold`` of ``folds``, dealt by the seed."""
    data = configuration.data
    if not data.folds:
        return frozenset(data.validation_people)
    dealt = np.random.default_rng(configuration.seed).permutation(sorted(set(people)))
    return frozenset(dealt[data.fold :: data.folds].tolist())


def split(
    leg_volumes: Mapping[str, Sequence[LegVolume]], configuration: Configuration
) -> tuple[tuple[list[LegVolume], list[float]], tuple[list[LegVolume], list[float]]]:
    """Split the legs into training and validation, each with the legs' shares of the volumes.

    Raises:
        MuscleSegError: One side of the split is empty.
    """
    sources = configuration.data.sources
    held_out = held_out_people((leg.person for name in sources for leg in leg_volumes[name]), configuration)
    parts: list[tuple[list[LegVolume], list[float]]] = []
    for is_held_out in (False, True):
        legs, shares = [], []
        for name, share in sources.items():
            legs_of_side = [leg for leg in leg_volumes[name] if (leg.person in held_out) is is_held_out]
            legs += legs_of_side
            shares += [share / len(legs_of_side) for _ in legs_of_side]
        if not legs:
            purpose = "validate with" if is_held_out else "train on"
            message = f"Nobody is left to {purpose}: check validation_people, or fold and folds, in the configuration."
            raise MuscleSegError(message)
        parts.append((legs, shares))
    return parts[0], parts[1]


DIGITAL = "phantom-"
"""Beginning of the names of digital people."""


def digital_scans(leg_volumes: Iterable[LegVolume]) -> list[LegVolume]:
    """Return the legs of digital people with scans.

    They serve to calibrate biases where a configuration has no ``sized_phantoms``: synthesized images have artifacts
    that no single scan has, and labels of real scans may be wrong. People of the training set are among them, since the
    few validation people do not represent all.
    """
    return [leg for leg in leg_volumes if leg.images is not None and leg.person.startswith(DIGITAL)]
