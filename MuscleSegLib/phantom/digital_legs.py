"""Digital legs with known anatomy, fat and edema at every point."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, side_value
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.phantom.build import DRAWINGS
from MuscleSegLib.phantom.leg import DigitalLeg
from MuscleSegLib.phantom.physique import draw_legs
from MuscleSegLib.phantom.tissues import LABELED

LEAST_FAT, MOST_FAT = 1.0, 80.0
"""Bounds of the mean fat fraction, in percent."""


@dataclass(frozen=True)
class Plane:
    """Tissue, fat and edema at the points of one axial plane, each array [row, column].

    Attributes:
        tissues: ``Tissue`` codes.
        fat: Proton-density fat fraction, 0 to 1.
        edema: 0 none to 1 severe; it raises the T2 of water.
        is_left: Mask of the left leg.
    """

    tissues: NDArray[np.uint8]
    fat: NDArray[np.float32]
    edema: NDArray[np.float32]
    is_left: NDArray[np.bool_]


@dataclass(frozen=True)
class DigitalLegs:
    """Thighs or calves of a digital person, one or both, made by ``digital_legs``.

    Coordinates are RAS millimeters around the object's middle.

    Attributes:
        region: "thigh" or "calf".
        seed: Seed of the random generator.
        legs: The right one, or the right and the left one.
    """

    region: str
    seed: int
    legs: tuple[DigitalLeg, ...]

    @property
    def length_mm(self) -> float:
        """Length from the lowest plane, at ``-length_mm / 2``, to the highest; the anatomy is constant beyond them."""
        return self.legs[0].length_mm

    def plane(self, z_mm: float, x_mm: NDArray[np.floating], y_mm: NDArray[np.floating]) -> Plane:
        """Return tissue, fat and edema at the points of a plane.

        Args:
            z_mm: Height of all points, superior.
            x_mm: [row, column] to the right in the patient, or a shape that broadcasts to it with that of ``y_mm``.
            y_mm: [row, column] anterior, or a shape that broadcasts to it.
        """
        x, y = (np.asarray(a, np.float32) for a in np.broadcast_arrays(x_mm, y_mm))
        plane = Plane(
            np.zeros(x.shape, np.uint8),
            np.zeros(x.shape, np.float32),
            np.zeros(x.shape, np.float32),
            np.zeros(x.shape, np.bool_),
        )
        for leg in self.legs:
            left, right, back, front = leg.box_mm(z_mm)
            box = _box((x > left) & (x < right) & (y > back) & (y < front))
            leg_plane = leg.plane(x[box], y[box], z_mm)
            body = leg_plane.tissues > 0
            plane.tissues[box][body] = leg_plane.tissues[body]
            plane.fat[box][body] = leg_plane.fat[body]
            plane.edema[box][body] = leg_plane.edema[body]
            plane.is_left[box][body] = leg.side is Side.LEFT
        return plane

    def fat_percent(self) -> dict[int, float]:
        """Return the mean fat fraction of each labeled muscle, in percent, by its value in a label map.

        It is the mean over all points of the muscle between the lowest and the highest plane.
        """
        return {
            side_value(int(tissue), leg.side): 100 * leg.infiltration[tissue].fat_fraction
            for leg in self.legs
            for tissue in LABELED
            if tissue in leg.infiltration
        }


def digital_legs(region: str, *, seed: int, legs: Literal[1, 2] = 2, fat_fraction: float | None = None) -> DigitalLegs:
    """Make digital legs of a random person: size, proportions, posture and disease are drawn from a population.

    Args:
        region: "thigh" or "calf".
        seed: Seed of the random generator; equal seeds give equal legs.
        legs: Number of legs; one is a right leg in the middle of the field of view.
        fat_fraction: Mean of the labeled muscles' fat fractions, in percent: 2 is healthy, 60 is severely ill. None
            draws it from the population of Hostin et al., J Magn Reson Imaging 2023;58:1826-1835.

    Raises:
        MuscleSegError: There is no such region, or such a fat fraction cannot be made.
    """
    if region not in DRAWINGS:
        raise MuscleSegError(f"There are no digital legs of the region {region!r}: choose {' or '.join(DRAWINGS)}.")
    if fat_fraction is not None and not LEAST_FAT <= fat_fraction <= MOST_FAT:
        message = f"A mean fat fraction of {fat_fraction} % cannot be made: choose {LEAST_FAT:g} to {MOST_FAT:g} %."
        raise MuscleSegError(message)
    return DigitalLegs(region, seed, draw_legs(np.random.default_rng(seed), region, legs, fat_fraction))


def _box(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the bounding box of a mask, [row, column], as slices of rows and columns."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return slice(0), slice(0)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
