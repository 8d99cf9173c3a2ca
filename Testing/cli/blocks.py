"""Label maps and fat maps of blocks, for what compares scans: in files, and how its tables are read again."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.volume import Geometry, Volume, write_volume

GRID = Geometry((8, 20, 40), np.diag([3.0, 3.0, 10.0, 1.0]))


def calf(*, high: int = 7, fat: float = 10.0) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return labels of two muscles in each leg up to a slice, and a fat map: so much in slice 0, and 2 more a slice."""
    array = np.zeros(GRID.shape, np.uint8)
    array[1:high, 2:9, 3:12], array[1:5, 11:17, 5:9] = 6, 4
    array[1:high, 2:9, 24:33], array[1:5, 11:17, 30:36] = 106, 104
    map_array = np.broadcast_to(fat + 2.0 * np.arange(GRID.shape[0])[:, None, None], GRID.shape)
    return array, np.array(map_array, np.float32)


def save(path: Path, array: NDArray[np.generic]) -> Path:
    """Write an array on the grid, and the folders that it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_volume(Volume(array, GRID), path)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table that was written for a spreadsheet."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))
