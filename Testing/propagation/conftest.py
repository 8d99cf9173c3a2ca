"""A digital thigh with its true labels, and the labels of some of its slices."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume


@pytest.fixture(scope="session")
def thigh(plain_scan) -> tuple[Volume, Volume]:
    """Nine slices of both thighs, 15 mm apart, stored as scanners do, and their labels."""
    affine = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 15, -60], [0, 0, 0, 1]])
    return plain_scan(digital_legs("thigh", seed=2, fat_fraction=10), Geometry((9, 113, 173), affine))


@pytest.fixture(scope="session")
def drawn_in(thigh) -> Callable[[Sequence[int]], Volume]:
    """Labels of some slices of the thigh, 0 in the others."""

    def labels(slices: Sequence[int]) -> Volume:
        _, truth = thigh
        array = np.zeros_like(truth.array)
        array[list(slices)] = truth.array[list(slices)]
        return Volume(array, truth.geometry)

    return labels
