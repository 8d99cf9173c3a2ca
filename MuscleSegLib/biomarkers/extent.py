"""Extent of a muscle on the labels' own grid: volume, area in each slice, and whether the image cuts it off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.volume import Geometry

_MM3_PER_CM3 = 1000.0
_MM2_PER_CM2 = 100.0


@dataclass(frozen=True)
class Extent:
    """Size of a muscle.

    Attributes:
        volume_cm3: Area times the distance between slice centers, or times the slices' thickness if asked for.
        area_cm2: (slices,) cross section in each slice of the label map, 0 where the muscle is not.
        is_cut: Whether the muscle is in the first or last slice or at the image's edge, so that it may go on beyond.
    """

    volume_cm3: float
    area_cm2: NDArray[np.float64]
    is_cut: bool


class LimbAxis:
    """The axis along the limb: the normal of the labels' slices, upward.

    Attributes:
        normal: (3,) unit vector in RAS.
        low_mm: Position of the lower outer face of the labels' image.
        high_mm: Position of the upper one.
    """

    def __init__(self, geometry: Geometry) -> None:
        """Take the limb to be as long as the labels' image, from the outer face of one end slice to the other's.

        Args:
            geometry: The labels' grid, slices first.
        """
        self._geometry = geometry
        affine = geometry.affine[:3, :3]
        normal = np.cross(affine[:, 0], affine[:, 1])
        normal /= np.linalg.norm(normal)
        self.normal = normal if normal[2] >= 0 else -normal
        ends = geometry.world_from_index([[0, 0, -0.5], [0, 0, geometry.shape[0] - 0.5]]) @ self.normal
        self.low_mm, self.high_mm = float(ends.min()), float(ends.max())

    def position_mm(self, ras_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (...,) positions of (..., 3) points: z in RAS for axial slices."""
        return np.asarray(ras_mm @ self.normal, dtype=np.float64)

    def slice_position_mm(self, number: int) -> float:
        """Return the position of a slice of the labels, by its number from 0."""
        return float(self.position_mm(self._geometry.world_from_index((0, 0, number))))

    def percent(self, position_mm: float) -> float:
        """Return a position in percent of the imaged length, 0 at the lower end."""
        return 100 * (position_mm - self.low_mm) / (self.high_mm - self.low_mm)


def extent_of(
    mask: NDArray[np.bool_], first: tuple[int, int, int], geometry: Geometry, *, thickness_mm: float | None
) -> Extent:
    """Return the extent of a muscle.

    Args:
        mask: [k, j, i] mask of the muscle, in a box with the whole of it.
        first: Indices k, j, i of the box's first voxel in the label map.
        geometry: Of the label map, slices first.
        thickness_mm: Of its slices, to leave gaps out of the volume; None counts the gaps in.
    """
    counts = np.zeros(geometry.shape[0])
    counts[first[0] : first[0] + len(mask)] = np.count_nonzero(mask, axis=(1, 2))
    slice_mm = geometry.spacing_mm[2] if thickness_mm is None else thickness_mm
    pixel_mm2 = geometry.voxel_volume_mm3 / geometry.spacing_mm[2]
    filled = [np.flatnonzero(mask.any(axis=tuple({0, 1, 2} - {axis}))) + first[axis] for axis in range(3)]
    is_cut = any(
        place[0] == 0 or place[-1] == size - 1 for place, size in zip(filled, geometry.shape, strict=True) if place.size
    )
    return Extent(float(counts.sum() * pixel_mm2 * slice_mm / _MM3_PER_CM3), counts * pixel_mm2 / _MM2_PER_CM2, is_cut)
