"""Drawings of a region's anatomy: chains of disks, and outlines, at a few levels along the limb.

Millimeters throughout, of a right leg: x runs to lateral and y to anterior. A structure is a chain of disks: each row
of its table is a level and each ``(x, y, radius)`` a disk, joined to the next one by a band. One disk is a vessel, two
are an oval, three or more a muscle that wraps a bone. A radius below zero is a structure that does not reach this
level: it ends where its interpolated radius passes zero. The drawings are the files of the folder ``drawings``.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from MuscleSegLib.phantom.tissues import Tissue

BELLY = 0.12
"""Relative excess of the radius in the middle of an oval muscle over its table's."""

Levels = Sequence[Sequence[Sequence[float]]]
"""[level, disk, (x, y, radius)]."""

ANGLES = 360
"""Number of angles of a polar outline, the first of which is lateral."""


@dataclass(frozen=True)
class Structure:
    """A structure that fills the space inside the fascia with its neighbors.

    Attributes:
        name: Anatomical name.
        tissue: Tissue code. Two structures may be one labeled muscle, as the heads of biceps femoris.
        levels: Disks at each level.
        septum_mm: Half of the septum between it and its neighbors.
    """

    name: str
    tissue: Tissue
    levels: Levels
    septum_mm: float


@dataclass(frozen=True)
class Tube:
    """A structure drawn over all others: vessel, nerve, tendon, membrane."""

    name: str
    tissue: Tissue
    levels: Levels


@dataclass(frozen=True)
class Bone:
    """A bone and the thickness of its cortex at each level."""

    name: str
    levels: Levels
    cortex_mm: Sequence[float]


@dataclass(frozen=True)
class Drawing:
    """Anatomy of a region of the limb.

    Attributes:
        heights_mm: Heights of the levels, from 0 for the lowest.
        structures: Structures that fill the space inside the fascia.
        tubes: Vessels, nerves, tendons and membranes.
        bones: Bones and their cortex.
        fascia: Outlines of the deep fascia, [level, corner, (x, y)], counterclockwise from lateral; a smooth closed
            curve runs through the corners.
        fat_mm: Thickness of the subcutaneous fat, [level, direction]: at equal angles, counterclockwise from lateral.
    """

    heights_mm: Sequence[float]
    structures: Sequence[Structure]
    tubes: Sequence[Tube]
    bones: Sequence[Bone]
    fascia: Sequence[Sequence[Sequence[float]]]
    fat_mm: Sequence[Sequence[float]]

    @classmethod
    def read(cls, region: str) -> "Drawing":
        """Read a region's drawing."""
        file = Path(__file__).parent / "drawings" / f"{region}.json"
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            heights_mm=content["heights_mm"],
            structures=[Structure(**part | {"tissue": Tissue[part["tissue"]]}) for part in content["structures"]],
            tubes=[Tube(**part | {"tissue": Tissue[part["tissue"]]}) for part in content["tubes"]],
            bones=[Bone(**part) for part in content["bones"]],
            fascia=content["fascia"],
            fat_mm=content["fat_mm"],
        )


Curve = Callable[[float], NDArray[np.float64]]
"""Function from height in millimeters to interpolated numbers."""


@dataclass(frozen=True)
class Curves:
    """A drawing as smooth functions of height.

    Attributes:
        length_mm: Height of the highest level.
        structures: Disks of each structure by name, [disk, (x, y, radius)].
        tubes: Disks of each tube by name, [disk, (x, y, radius)].
        bones: Disks of each bone by name, [disk, (x, y, radius)].
        cortex_mm: Thickness of each bone's cortex by name.
        fascia_mm: Radius of the fascia's outline at ``ANGLES`` angles.
        fat_mm: Thickness of the subcutaneous fat at the same angles.
    """

    length_mm: float
    structures: Mapping[str, Curve]
    tubes: Mapping[str, Curve]
    bones: Mapping[str, Curve]
    cortex_mm: Mapping[str, Curve]
    fascia_mm: Curve
    fat_mm: Curve


def curves(drawing: Drawing) -> Curves:
    """Return a drawing as functions of height: monotone between its levels, constant beyond its ends."""
    from scipy.interpolate import PchipInterpolator

    heights = drawing.heights_mm

    def curve(levels: ArrayLike) -> Curve:
        spline = PchipInterpolator(heights, np.asarray(levels, dtype=np.float64))
        return lambda height: np.asarray(spline(np.clip(height, heights[0], heights[-1])))

    return Curves(
        length_mm=heights[-1],
        structures={
            structure.name: curve([_rounded(chain) for chain in structure.levels]) for structure in drawing.structures
        },
        tubes={tube.name: curve(tube.levels) for tube in drawing.tubes},
        bones={bone.name: curve(bone.levels) for bone in drawing.bones},
        cortex_mm={bone.name: curve(bone.cortex_mm) for bone in drawing.bones},
        fascia_mm=curve([_polar(corners) for corners in drawing.fascia]),
        fat_mm=curve([_around(thicknesses) for thicknesses in drawing.fat_mm]),
    )


def _rounded(chain: ArrayLike) -> NDArray[np.float64]:
    """Return a chain with disks in between, so that it bends smoothly; a chain of two bulges."""
    from scipy.interpolate import CubicSpline

    disks = np.asarray(chain, dtype=np.float64)
    if len(disks) == 2:
        middle = disks.mean(axis=0)
        middle[2] += BELLY * abs(middle[2])
        disks = np.stack([disks[0], middle, disks[1]])
    places = np.arange(len(disks))
    return np.asarray(CubicSpline(places, disks, bc_type="natural")(np.linspace(0, places[-1], 2 * places[-1] + 1)))


def _polar(corners: ArrayLike) -> NDArray[np.float64]:
    """Return the radius, at ``ANGLES`` angles, of the smooth closed curve through corners."""
    from scipy.interpolate import CubicSpline

    points = np.asarray(corners, dtype=np.float64)
    closed = np.concatenate([points, points[:1]])
    # Chord lengths to the power 0.5: no loops where corners are unevenly spaced.
    places = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T) ** 0.5)])
    x, y = CubicSpline(places, closed, bc_type="periodic")(np.linspace(0, places[-1], 8 * ANGLES)).T
    angles = np.arctan2(y, x) % (2 * np.pi)
    order = np.argsort(angles)
    even_angles = np.arange(ANGLES) * (2 * np.pi / ANGLES)
    return np.asarray(np.interp(even_angles, angles[order], np.hypot(x, y)[order], period=2 * np.pi))


def _around(values: ArrayLike) -> NDArray[np.float64]:
    """Return values at equal angles as values at ``ANGLES`` angles, smoothly and without overshoot."""
    from scipy.interpolate import PchipInterpolator

    numbers = np.asarray(values, dtype=np.float64)
    step = ANGLES / numbers.size
    places = np.arange(-2, numbers.size + 3) * step
    return np.asarray(
        PchipInterpolator(places, np.take(numbers, range(-2, numbers.size + 3), mode="wrap"))(range(ANGLES))
    )
