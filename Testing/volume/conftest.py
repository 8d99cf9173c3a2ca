"""Grids in every orientation."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

SPACING_MM = (0.75, 1.25, 6.0)
ORIGIN_MM = (-31.25, 17.5, 402.75)


def rotation(axis: int, degrees: float) -> NDArray[np.float64]:
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    first, second = (other for other in range(3) if other != axis)
    matrix = np.eye(3)
    matrix[[first, second], [first, second]] = cosine
    matrix[first, second], matrix[second, first] = -sine, sine
    return matrix


def _affine(order: Sequence[int], signs: Sequence[int], degrees: float) -> NDArray[np.float64]:
    turn = rotation(0, degrees) @ rotation(1, degrees / 2)
    matrix = np.eye(4)
    matrix[:3, :3] = turn @ np.eye(3)[:, list(order)] * np.array(signs) * SPACING_MM
    matrix[:3, 3] = ORIGIN_MM
    return matrix


_EVERY_WAY = [
    (order, signs, degrees)
    for order in itertools.permutations(range(3))
    for signs in itertools.product((1, -1), repeat=3)
    for degrees in (0.0, 20.0)
]


@pytest.fixture(params=_EVERY_WAY, ids=lambda way: f"{way[0]}{way[1]}{way[2]:g}".replace(" ", ""))
def any_affine(request: pytest.FixtureRequest) -> NDArray[np.float64]:
    """An affine to RAS: each of 48 ways to lay three axes along the patient's, straight and turned by 20 degrees."""
    return _affine(*request.param)


@pytest.fixture
def oblique_affine() -> NDArray[np.float64]:
    """A left-handed affine to RAS, turned by 20 and 10 degrees."""
    return _affine((0, 1, 2), (-1, -1, -1), 20.0)


@pytest.fixture
def voxels() -> NDArray[np.int16]:
    """A [k, j, i] array of 3 x 4 x 5 numbers that are all different."""
    return np.arange(60, dtype=np.int16).reshape(3, 4, 5)
