"""The digital thigh: an object whose anatomy and tissue values are known at every point, scanned on any axial grid."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import LEFT_OFFSET, Side
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.phantom import signals
from MuscleSegLib.phantom.leg import Leg, draw_legs
from MuscleSegLib.phantom.section import Codes, Floats
from MuscleSegLib.phantom.tissues import MUSCLES, of_muscle
from MuscleSegLib.volume import Geometry, Volume

FULL_SCALE = 1000.0
"""Signal of pure fat (in a water image of pure water), so that images fit 16-bit integers as a scanner's do."""

NOISE = 0.012
"""SD of the noise in either channel of an image, relative to that signal."""

SUBSAMPLES = 2
"""Points per voxel along i and along j: where tissues meet a voxel is a mixture."""

LEAST_PROTONS = 0.2
"""Of a voxel that is all soft tissue: with less signal a map has no value, and holds 0 as a scanner's does."""

AXIAL_TOLERANCE = 1e-6
"""Largest change of height, in millimeters a voxel, that counts as none."""

Quantity = Callable[[Codes, Floats], Floats]


@dataclass(frozen=True)
class Plane:
    """What lies at the points of one slice, each array [row, column].

    Attributes:
        tissues: ``Tissue`` codes.
        fat_percent: Fat fraction.
        is_left: Whether the point is in the left leg.

    """

    tissues: Codes
    fat_percent: Floats
    is_left: NDArray[np.bool_]


@dataclass(frozen=True)
class DigitalThigh:
    """One or both thighs of somebody who does not exist. ``digital_thigh`` makes one.

    Every method that takes a grid raises ``MuscleSegError`` unless its slices are axial. A slice is what lies at its
    middle: neither its thickness nor an acquisition is simulated. Maps are free of noise.

    Attributes:
        seed: What it was made from; also the seed of the noise.
        legs: The right one, or the right and the left one.

    """

    seed: int
    legs: tuple[Leg, ...]

    def truth(self) -> dict[int, dict[str, float]]:
        """Return what each muscle's mean is, but for chance in its streaks, by the muscle's label value.

        Returns:
            "fat_percent", "mtr_percent" and "t2_ms" for each of the values that ``labels`` uses.

        """
        means: dict[int, dict[str, float]] = {}
        for leg in self.legs:
            offset = LEFT_OFFSET if leg.side is Side.LEFT else 0
            for muscle in MUSCLES:
                properties = of_muscle(leg.infiltration[muscle].fat_percent)
                means[int(muscle) + offset] = {
                    name: getattr(properties, name) for name in ("fat_percent", "mtr_percent", "t2_ms")
                }
        return means

    def labels(self, geometry: Geometry) -> Volume:
        """Return the muscles at the voxel centers, uint8: their codes, + 100 in the left leg."""
        array = np.zeros(geometry.shape, np.uint8)
        for k, plane in enumerate(self._planes(geometry, subsamples=1)):
            is_muscle = (plane.tissues >= MUSCLES[0]) & (plane.tissues <= MUSCLES[-1])
            array[k] = np.where(is_muscle, plane.tissues + np.uint8(LEFT_OFFSET) * plane.is_left, 0)
        return Volume(array, geometry, description="digital thigh: muscles")

    def anatomy(self, geometry: Geometry) -> Volume:
        """Return a T1-weighted magnitude image, int16: fat bright, muscle gray, with coil shading and noise."""
        return self._image(geometry, signals.t1_weighted, "T1-weighted", stream=1)

    def fat_image(self, geometry: Geometry) -> Volume:
        """Return the fat image of a Dixon acquisition, int16, with coil shading and noise."""
        return self._image(geometry, signals.fat, "fat", stream=2)

    def water_image(self, geometry: Geometry) -> Volume:
        """Return the water image of a Dixon acquisition, int16, with coil shading and noise."""
        return self._image(geometry, signals.water, "water", stream=3)

    def fat_fraction(self, geometry: Geometry) -> Volume:
        """Return the proton-density fat fraction in percent, float32, 0 outside the legs."""
        return self._map(geometry, signals.fat_percent, "fat fraction, percent")

    def mtr(self, geometry: Geometry) -> Volume:
        """Return the magnetization transfer ratio in percent, float32, 0 outside the legs."""
        return self._map(geometry, signals.mtr_percent, "MTR, percent")

    def t2(self, geometry: Geometry) -> Volume:
        """Return the transverse relaxation time of water and fat together in ms, float32, 0 outside the legs."""
        return self._map(geometry, signals.t2_ms, "T2, ms")

    def _image(self, geometry: Geometry, quantity: Quantity, name: str, *, stream: int) -> Volume:
        shading = signals.Shading.draw(np.random.default_rng([self.seed, 0]))  # one coil for all images
        rng = np.random.default_rng([self.seed, stream])
        array = np.zeros(geometry.shape, np.int16)
        for k, plane in enumerate(self._planes(geometry, subsamples=SUBSAMPLES)):
            signal = _averaged(quantity(plane.tissues, plane.fat_percent))
            signal *= shading.at(*_points(geometry, k, subsamples=1))
            real, imaginary = rng.normal(0, NOISE, (2, *signal.shape))
            array[k] = np.rint(FULL_SCALE * np.hypot(signal + real, imaginary))
        return Volume(array, geometry, description=f"digital thigh: {name}")

    def _map(self, geometry: Geometry, quantity: Quantity, name: str) -> Volume:
        array = np.zeros(geometry.shape, np.float32)
        for k, plane in enumerate(self._planes(geometry, subsamples=SUBSAMPLES)):
            protons = signals.protons(plane.tissues)
            weighted, weight = _averaged(protons * quantity(plane.tissues, plane.fat_percent)), _averaged(protons)
            has_signal = weight >= LEAST_PROTONS
            array[k][has_signal] = weighted[has_signal] / weight[has_signal]
        return Volume(array, geometry, description=f"digital thigh: {name}")

    def _planes(self, geometry: Geometry, *, subsamples: int) -> Iterator[Plane]:
        if np.abs(geometry.affine[2, :2]).max() > AXIAL_TOLERANCE:
            message = "The digital thigh is made in axial slices: give a grid whose rows and columns are horizontal."
            raise MuscleSegError(message)
        return (self._plane(*_points(geometry, k, subsamples=subsamples)) for k in range(geometry.shape[0]))

    def _plane(self, x: Floats, y: Floats, z: float) -> Plane:
        plane = Plane(np.zeros(x.shape, np.uint8), np.zeros(x.shape, np.float32), np.zeros(x.shape, np.bool_))
        for leg in self.legs:
            box = _box(leg.near(x, y, z))
            tissues = leg.tissues(x[box], y[box], z)
            fat = leg.fat_percent(tissues, x[box], y[box], z)
            is_here = tissues > 0
            plane.tissues[box][is_here] = tissues[is_here]
            plane.fat_percent[box][is_here] = fat[is_here]
            plane.is_left[box][is_here] = leg.side is Side.LEFT
        return plane


def digital_thigh(*, seed: int = 0, legs: Literal[1, 2] = 2) -> DigitalThigh:
    """Make a digital thigh: size, girth, posture and the fat in each muscle are drawn, healthy to moderately ill.

    Args:
        seed: The same one gives the same thigh.
        legs: One is a right leg in the middle of the field of view; its labels have no side.

    """
    return DigitalThigh(seed, draw_legs(np.random.default_rng(seed), legs))


def _points(geometry: Geometry, k: int, *, subsamples: int) -> tuple[Floats, Floats, float]:
    """Return x and y, [row, column] each, of a slice's points in the patient, and the height of all of them."""
    _, rows, columns = geometry.shape
    j, i = ((np.arange(size * subsamples) + 0.5) / subsamples - 0.5 for size in (rows, columns))
    first_row = geometry.world_from_index(np.stack(np.broadcast_arrays(i, 0.0, k), axis=-1))
    column_steps = np.outer(j, geometry.affine[:3, 1])
    x, y = (first_row[:, axis] + column_steps[:, axis, None] for axis in (0, 1))
    return x.astype(np.float32), y.astype(np.float32), float(first_row[0, 2])


def _averaged(values: Floats) -> NDArray[Any]:
    """Average the subsamples: [rows * SUBSAMPLES, columns * SUBSAMPLES] becomes [rows, columns]."""
    rows, columns = (size // SUBSAMPLES for size in values.shape)
    return np.asarray(values.reshape(rows, SUBSAMPLES, columns, SUBSAMPLES).mean(axis=(1, 3)))


def _box(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and columns that hold all of the mask."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return slice(0), slice(0)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
