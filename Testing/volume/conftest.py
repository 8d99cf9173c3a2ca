"""Grids in every orientation, and a small segmentation."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from MuscleSegLib.volume import Geometry, Volume, write_labels
from Testing.volume.segmentations import SEGMENTS

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


@pytest.fixture
def labels(oblique_affine: NDArray[np.float64]) -> Volume:
    """Two muscles of a few voxels in an oblique grid."""
    array = np.zeros((3, 4, 5), np.uint8)
    array[1, 2, 0:2] = 6
    array[2, 3, 4] = 106
    return Volume(array, Geometry((3, 4, 5), oblique_affine))


@pytest.fixture
def saved(tmp_path: Path, labels: Volume) -> Path:
    """Write them as a segmentation of Slicer's."""
    path = tmp_path / "labels.seg.nrrd"
    write_labels(labels, path, segments=SEGMENTS, description="MuscleSeg 0.1: calf")
    return path


@pytest.fixture
def affine():
    """A radiological affine, turned by 20 and 10 degrees."""
    matrix = np.eye(4)
    matrix[:3, :3] = rotation(0, 20.0) @ rotation(1, 10.0) @ np.diag([-2.2, -2.2, 20.0])
    matrix[:3, 3] = 90.0, 75.0, -120.0
    return matrix
