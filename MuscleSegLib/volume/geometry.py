"""Geometry of an image: its voxel grid in the patient."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _

GRID_TOLERANCE_MM = 0.01
"""Largest displacement of a corner voxel between equal grids. NIfTI keeps positions as 32-bit floats, with errors of
about 3e-5 mm half a meter from the origin and more after a quaternion; muscle MRI has no voxels below 0.3 mm."""

ORTHOGONAL_TOLERANCE = 1e-4
"""Largest cosine between orthogonal voxel axes: rounding in DICOM's decimal strings and 32-bit floats, 0.006
degrees."""

_DIRECTIONS = ("RL", "AP", "SI")
_EDGES = ((0, 1), (0, 2), (1, 2))


@dataclass(frozen=True, eq=False)
class Geometry:
    """A voxel grid in the patient: numbers of voxels and their positions.

    Two geometries are compared with ``is_close``; ``==`` asks whether they are one object.

    Attributes:
        shape: Numbers of voxels in the order [k, j, i] (slice, row, column) of the arrays that lie on the grid.
        affine: 4x4 float64, read-only; maps the column (i, j, k, 1) to millimeters in RAS, voxel centers to points.

    Raises:
        MuscleSegError: A size is below one, or the affine is not a finite, invertible 4x4 affine matrix.
    """

    shape: tuple[int, int, int]
    affine: NDArray[np.float64]

    def __post_init__(self) -> None:
        shape = tuple(int(size) for size in self.shape)
        if len(shape) != 3 or min(shape) < 1:
            message = _("A volume needs at least one voxel in each of three directions, not {shape}: give a 3D image.")
            raise MuscleSegError(message, shape=shape)
        affine = np.array(self.affine, dtype=np.float64)
        if not _is_affine(affine):
            message = _(
                "The position of the image in the patient is not usable (its affine matrix is not finite and "
                "invertible): export the image again from the scanner or PACS."
            )
            raise MuscleSegError(message)
        affine.flags.writeable = False
        object.__setattr__(self, "shape", shape)
        object.__setattr__(self, "affine", affine)

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distances between neighboring voxel centers along i, j and k, in millimeters."""
        i, j, k = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(i), float(j), float(k)

    @property
    def voxel_volume_mm3(self) -> float:
        """Volume of one voxel in cubic millimeters."""
        return float(abs(np.linalg.det(self.affine[:3, :3])))

    @property
    def axis_codes(self) -> str:
        """Three letters: the direction in the patient toward which i, j and k increase.

        R, L, A, P, S and I are right, left, anterior, posterior, superior and inferior. Oblique axes get the nearest
        directions that are distinct.
        """
        cosines = self.affine[:3, :3] / np.linalg.norm(self.affine[:3, :3], axis=0)

        def closeness(worlds: tuple[int, ...]) -> float:
            return float(sum(abs(cosines[world, voxel]) for voxel, world in enumerate(worlds)))

        nearest = max(itertools.permutations(range(3)), key=closeness)
        return "".join(_DIRECTIONS[world][int(cosines[world, voxel] < 0)] for voxel, world in enumerate(nearest))

    @property
    def is_orthogonal(self) -> bool:
        """Whether the voxel axes are at right angles, as SimpleITK and the file formats need."""
        cosines = self.affine[:3, :3] / np.linalg.norm(self.affine[:3, :3], axis=0)
        return bool(np.abs(cosines.T @ cosines - np.eye(3)).max() <= ORTHOGONAL_TOLERANCE)

    def world_from_index(self, ijk: ArrayLike) -> NDArray[np.float64]:
        """Map voxel indices to points in the patient.

        Args:
            ijk: (..., 3) indices in the order i, j, k; fractions lie between voxel centers.

        Returns:
            (..., 3) points in RAS millimeters.
        """
        return np.asarray(ijk, dtype=np.float64) @ self.affine[:3, :3].T + self.affine[:3, 3]

    def index_from_world(self, ras_mm: ArrayLike) -> NDArray[np.float64]:
        """Map points in the patient to voxel indices.

        Args:
            ras_mm: (..., 3) points in RAS millimeters.

        Returns:
            (..., 3) indices in the order i, j, k, with fractions.
        """
        inverse = np.asarray(np.linalg.inv(self.affine), dtype=np.float64)
        return np.asarray(ras_mm, dtype=np.float64) @ inverse[:3, :3].T + inverse[:3, 3]

    def is_close(self, other: "Geometry", *, tolerance_mm: float = GRID_TOLERANCE_MM) -> bool:
        """Return whether two grids have equal shapes and voxel positions within ``tolerance_mm``."""
        return self.shape == other.shape and self.distance_mm(other) <= tolerance_mm

    def distance_mm(self, other: "Geometry") -> float:
        """Return the largest distance between voxels of equal indices in two grids, in millimeters."""
        # A voxel's displacement is affine in its index, so that it is largest at a corner.
        corners = _box_corners(self.shape, margin=0.0)
        shifts = self.world_from_index(corners) - other.world_from_index(corners)
        return float(np.linalg.norm(shifts, axis=-1).max())

    def permuted(self, axes: Sequence[int]) -> "Geometry":
        """Return the grid of arrays with their axes permuted, as by ``numpy.transpose``.

        Args:
            axes: Array axes in their new order: 0 is k, 1 is j and 2 is i.
        """
        affine = self.affine.copy()
        affine[:3, :3] = affine[:3, [2 - axis for axis in reversed(axes)]]  # column c belongs to array axis 2 - c
        return Geometry((self.shape[axes[0]], self.shape[axes[1]], self.shape[axes[2]]), affine)

    def flipped(self, axes: Iterable[int]) -> "Geometry":
        """Return the grid of arrays reversed along axes, as by ``numpy.flip``.

        Args:
            axes: Array axes: 0 is k, 1 is j and 2 is i.
        """
        old_from_new = np.eye(4)
        for axis in axes:
            column = 2 - axis
            old_from_new[column, column], old_from_new[column, 3] = -1.0, self.shape[axis] - 1
        return Geometry(self.shape, self.affine @ old_from_new)

    def squared(self) -> "Geometry":
        """Return the nearest grid with voxel axes at right angles, about the same center.

        The directions are the orthogonal ones nearest to this grid's (its polar decomposition: N. J. Higham, SIAM J.
        Sci. Stat. Comput. 7 (1986) 1160-1174); the spacing stays.
        """
        spacing = np.linalg.norm(self.affine[:3, :3], axis=0)
        left, _, right = np.linalg.svd(self.affine[:3, :3] / spacing)
        affine = self.affine.copy()
        affine[:3, :3] = left @ right * spacing
        center = (np.array(self.shape[::-1]) - 1) / 2
        affine[:3, 3] = self.world_from_index(center) - affine[:3, :3] @ center
        return Geometry(self.shape, affine)

    def overlaps(self, other: "Geometry") -> bool:
        """Return whether the boxes of voxels (to the voxels' outer faces) share a part of space, oblique or not.

        Two boxes are apart exactly when they are apart along the normal of a face of one of them or along a direction
        perpendicular to an edge of each (separating axis theorem). Boxes that only touch do not overlap.
        """
        edges, other_edges = self.affine[:3, :3].T, other.affine[:3, :3].T
        directions = [np.cross(box_edges[a], box_edges[b]) for box_edges in (edges, other_edges) for a, b in _EDGES]
        directions += [np.cross(edge, other_edge) for edge in edges for other_edge in other_edges]
        corners = self.world_from_index(_box_corners(self.shape, margin=0.5))
        other_corners = other.world_from_index(_box_corners(other.shape, margin=0.5))
        return not any(_apart(corners, other_corners, direction) for direction in directions)


def start_on(source: Geometry, target: Geometry) -> NDArray[np.int_] | None:
    """Return the index (k, j, i) of the first voxel of ``source`` in ``target``, continued without end, [3] int.

    None where the two grids do not share their voxels.
    """
    start = np.rint(target.index_from_world(source.affine[:3, 3]))
    shifted = target.affine.copy()
    shifted[:3, 3] = target.world_from_index(start)
    return start.astype(int)[::-1] if source.is_close(Geometry(source.shape, shifted)) else None


def _is_affine(matrix: NDArray[np.float64]) -> bool:
    if matrix.shape != (4, 4) or not np.isfinite(matrix).all():
        return False
    lengths = np.linalg.norm(matrix[:3, :3], axis=0)
    if lengths.min() == 0.0:
        return False
    # Unit columns, so that the answer does not depend on the size of the voxels.
    flatness = abs(np.linalg.det(matrix[:3, :3] / lengths))
    return bool(flatness > ORTHOGONAL_TOLERANCE and np.array_equal(matrix[3], (0.0, 0.0, 0.0, 1.0)))


def _box_corners(shape: tuple[int, int, int], *, margin: float) -> NDArray[np.float64]:
    ends = [(-margin, size - 1 + margin) for size in reversed(shape)]
    return np.array(list(itertools.product(*ends)), dtype=np.float64)


def _apart(corners: NDArray[np.float64], others: NDArray[np.float64], direction: NDArray[np.float64]) -> bool:
    length = np.linalg.norm(direction)
    if length < np.finfo(np.float64).eps:  # parallel edges span no direction
        return False
    projected, others_projected = corners @ (direction / length), others @ (direction / length)
    return bool(
        projected.max() <= others_projected.min() + GRID_TOLERANCE_MM
        or others_projected.max() <= projected.min() + GRID_TOLERANCE_MM
    )
