"""Voxel fractions: the part of each voxel of a map that a muscle fills, with labels and map on different grids.

A map is measured on its own grid: its values are never interpolated, since interpolation mixes muscle with the fat
around it. The muscle is carried over: its fraction of each voxel of the map is the part of the voxel's slice, as thick
as the slice is, that lies in the muscle's shape (``biomarkers.coverage.shape``). On the labels' own grid, however its
axes are stored, that is the labels themselves.

Within a plane the overlap of rectangles is exact where the axes of the two grids are parallel; where they are turned
against each other, and through the thickness of a slice, it is counted in points.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.biomarkers.coverage.shape import ONE_VOXEL, Floats, Shape
from MuscleSegLib.volume import Geometry

PLANES_PER_LABEL_SLICE = 6
"""Planes through a slice of a map, for each spacing of the labels' slices that it is thick."""

POINTS_PER_PIXEL = 3
"""Points along each side of a voxel that is turned, for each pixel of the labels that it is wide."""

MOST_POINTS = 8
"""Points along one side of a voxel, and a third of the planes through it: enough for any fraction."""

LEAST_FRACTION = 0.02
"""Of a voxel: those with less of a muscle say nothing of it."""

_PARALLEL = 1e-6  # of a voxel over the whole map: what inverting an affine leaves

_ON_OUTLINE_MM = 1e-4
"""Depth up to which a point is on the outline, which is no part of the muscle: interpolated distances are often 0, and
32-bit floats leave a little more or less of it."""

_STEP_DIGITS, _START_DIGITS = 6, 4
"""Decimals of a step and a start in voxels that 32-bit floats keep of affines in mm, half a meter from the origin."""


@dataclass(frozen=True)
class VoxelFractions:
    """The voxels that a muscle is in, and its fraction of each.

    Attributes:
        index: (n,) places in the map's array when it is laid out flat, with its axes along those of the labels.
        fraction: (n,) part of each voxel that the muscle fills, above ``LEAST_FRACTION`` to 1.
    """

    index: NDArray[np.intp]
    fraction: Floats


class Grid:
    """A map's grid beside that of the labels.

    Attributes:
        shape: [k, j, i] of the map.
        is_same: Whether it is the labels' own grid.
        is_parallel: Whether the axes of the two grids are parallel.
        matrix: 4x4, from indices i, j, k of the map to those of the labels.
        filled: Thickness of the map's slices over the distance of their centers, at most 1.
        pixel: Width of a voxel of the map, in pixels of the labels where those are smaller, else 1.
        planes: Planes through each slice of the map in which the muscle's shape is looked up.
    """

    def __init__(self, labels: Geometry, of_map: Geometry, *, thickness_mm: float | None = None) -> None:
        """Set the two grids side by side.

        Args:
            labels: The labels' grid, slices first.
            of_map: The map's grid, with its axes along those of the labels.
            thickness_mm: Of the map's slices; the rest of their spacing is a gap. None stands for no gap.
        """
        self.shape = of_map.shape
        self.is_same = of_map.is_close(labels)
        # Index i, j, k of the labels from that of the map.
        self.matrix = np.eye(4) if self.is_same else _rounded(np.linalg.inv(labels.affine) @ of_map.affine)
        self.pixel = max(1.0, *(of_map.spacing_mm[axis] / labels.spacing_mm[axis] for axis in (0, 1)))
        self.filled = 1.0 if thickness_mm is None else min(thickness_mm / of_map.spacing_mm[2], 1.0)
        turned = np.abs(self.matrix[:3, :3] - np.diag(np.diag(self.matrix)[:3])).max() * max(of_map.shape)
        self.is_parallel = bool(turned < _PARALLEL * max(of_map.shape))
        thick = abs(self.matrix[2, 2]) * self.filled
        planes = np.clip(np.ceil(PLANES_PER_LABEL_SLICE * thick - _PARALLEL), 1, 3 * MOST_POINTS)
        self.planes = 1 if self.is_same else int(planes)

    def is_like(self, other: "Grid") -> bool:
        """Return whether a muscle has the same fractions of the voxels of both."""
        same = self.shape == other.shape and self.filled == other.filled
        return same and bool(np.allclose(self.matrix, other.matrix, rtol=0, atol=_PARALLEL))

    def voxel_fractions(self, shape: Shape, *, grown_by_voxels: tuple[float, ...] = (0,)) -> tuple[VoxelFractions, ...]:
        """Return a muscle's fraction of each voxel that it is in.

        Args:
            shape: The muscle's.
            grown_by_voxels: Shift of the outline outward for each result, in steps of ``ONE_VOXEL`` of the labels.
        """
        levels = [_ON_OUTLINE_MM - ONE_VOXEL * shape.pixel_mm * grown for grown in grown_by_voxels]
        fractions_in = self._exact if self.is_parallel else self._counted
        box = self._box(shape)
        if not all(len(side) for side in box):
            return (VoxelFractions(np.empty(0, np.intp), np.empty(0, np.float32)),) * len(levels)
        k, j, i = box
        index = np.add.outer(np.add.outer(np.array(k) * self.shape[1], j) * self.shape[2], i).reshape(-1)
        return tuple(_sparse(fraction.reshape(-1), index) for fraction in fractions_in(shape, box, levels))

    def covered(self, shape: Shape) -> float:
        """Return the fraction of a muscle's label voxels in the map's image, gaps between its slices included."""
        mask = shape.distance_mm > 0
        if self.is_parallel:
            along = [self._covered_along(axis, shape.first[axis], mask.shape[axis]) for axis in range(3)]
            return float(np.einsum("kji,k,j,i", mask, *along, optimize=True) / np.count_nonzero(mask))
        ijk = (np.argwhere(mask) + shape.first)[:, ::-1]
        inverse = np.linalg.inv(self.matrix)
        inside = 0
        for up in (np.arange(PLANES_PER_LABEL_SLICE) + 0.5) / PLANES_PER_LABEL_SLICE - 0.5:
            on_map = (ijk + (0, 0, up)) @ inverse[:3, :3].T + inverse[:3, 3]
            within = (on_map > -0.5) & (on_map < np.array(self.shape[::-1]) - 0.5)
            inside += int(np.count_nonzero(within.all(axis=1)))
        return inside / (PLANES_PER_LABEL_SLICE * len(ijk))

    def _covered_along(self, axis: int, first: int, pixels: int) -> NDArray[np.float64]:
        """Return (pixels,) the fraction in the map's image of each of a row of the labels' voxels along an axis."""
        step, start = self.matrix[2 - axis, 2 - axis], self.matrix[2 - axis, 3]
        low, high = start - step / 2, start + step * (self.shape[axis] - 0.5)
        edges = np.arange(pixels + 1) + first - 0.5
        covered: NDArray[np.float64] = np.clip(np.minimum(edges[1:], high) - np.maximum(edges[:-1], low), 0, 1)
        return covered

    def _box(self, shape: Shape) -> tuple[range, range, range]:
        """Return the ranges k, j, i of the map's voxels that a muscle can touch."""
        low = np.array(shape.first)[::-1] - 0.5
        high = low + shape.distance_mm.shape[::-1]
        if shape.is_interpolated:  # an outline reaches almost to the next slice
            low[2], high[2] = low[2] - 0.5, high[2] + 0.5
        corners = np.stack(np.meshgrid(*zip(low, high, strict=True), indexing="ij"), axis=-1).reshape(-1, 3)
        inverse = np.linalg.inv(self.matrix)
        kji = (corners @ inverse[:3, :3].T + inverse[:3, 3])[:, ::-1]
        first = np.maximum(np.floor(kji.min(axis=0)), 0).astype(int)
        last = np.minimum(np.ceil(kji.max(axis=0)), np.array(self.shape) - 1).astype(int)
        k, j, i = (range(int(start), int(stop) + 1) for start, stop in zip(first, last, strict=True))
        return k, j, i

    def _offsets(self) -> NDArray[np.float64]:
        """Return (planes,) offsets of the planes through a slice from its middle, in slices of the map."""
        return ((np.arange(self.planes) + 0.5) / self.planes - 0.5) * self.filled

    def _exact(self, shape: Shape, box: tuple[range, range, range], levels: list[float]) -> list[Floats]:
        """Return [k, j, i] fractions for each level, exact within planes."""
        k, j, i = box
        heights = self.matrix[2, 2] * np.add.outer(np.arange(k.start, k.stop), self._offsets()) + self.matrix[2, 3]
        planes = shape.distances_at(heights.ravel())
        rows = axis_overlaps(j, self.matrix[1, 1], self.matrix[1, 3], shape.first[1], planes.shape[1])
        columns = axis_overlaps(i, self.matrix[0, 0], self.matrix[0, 3], shape.first[2], planes.shape[2])
        columns /= np.float32(self.planes)
        fractions = []
        for level in levels:
            if self.is_same:  # a voxel of the map is one of the labels
                fractions.append(_embedded(planes > level, shape, j, i))
                continue
            inside = (planes > level).view(np.uint8).reshape(len(k), self.planes, *planes.shape[1:])
            count = inside[:, 0].copy()
            for plane in range(1, self.planes):  # a third of the time that a mean over them takes
                count += inside[:, plane]
            fractions.append(rows @ (count.astype(np.float32) @ columns.T))
        return fractions

    def _counted(self, shape: Shape, box: tuple[range, range, range], levels: list[float]) -> list[Floats]:
        """Return [k, j, i] fractions for each level, counted in points, each in the pixel that it lies in."""
        matrix = self.matrix
        width = np.abs(matrix[:2, :3]).max(axis=0)
        across = np.clip(np.ceil(POINTS_PER_PIXEL * width), 1, MOST_POINTS).astype(int)
        along_i, along_j = ((np.arange(count) + 0.5) / count - 0.5 for count in across[:2])
        centers = np.stack(np.meshgrid(*box, indexing="ij"), axis=-1)[..., ::-1] @ matrix[:3, :3].T + matrix[:3, 3]
        lattice = np.stack(np.meshgrid(along_i, along_j, self._offsets()), axis=-1).reshape(-1, 3) @ matrix[:3, :3].T
        counts = np.zeros((len(levels), *centers.shape[:3]), np.float32)
        for point in lattice:
            distance = _distances_of_points(shape, centers + point)
            for count, level in zip(counts, levels, strict=True):
                count += distance > level
        return list(counts / np.float32(len(lattice)))


def _sparse(fraction: Floats, index: NDArray[np.intp]) -> VoxelFractions:
    """Return the voxels, (n,) of a box, with more than ``LEAST_FRACTION`` of the muscle."""
    places = np.flatnonzero(fraction > LEAST_FRACTION)
    return VoxelFractions(index.take(places), np.minimum(fraction.take(places), np.float32(1)))


def _embedded(inside: NDArray[np.bool_], shape: Shape, j: range, i: range) -> Floats:
    """Return [k, j, i] 1 in voxels of the labels inside of a shape's box, [k, j, i], and 0 elsewhere."""
    fraction = np.zeros((len(inside), len(j), len(i)), np.float32)
    first = (shape.first[1] - j.start, shape.first[2] - i.start)
    fraction[:, first[0] : first[0] + inside.shape[1], first[1] : first[1] + inside.shape[2]] = inside
    return fraction


def _rounded(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a 4x4 matrix between two grids, rounded to the digits that headers keep.

    Grids often lie so that planes and edges of one fall exactly on those of the other, where a millionth of a voxel,
    by which formats round differently, decides for or against whole rows of voxels.
    """
    return np.hstack([np.round(matrix[:, :3], _STEP_DIGITS), np.round(matrix[:, 3:], _START_DIGITS)])


def axis_overlaps(voxels: range, step: float, start: float, first: int, pixels: int, *, filled: float = 1.0) -> Floats:
    """Return [voxel, pixel] the fraction of each voxel along an axis that lies in each pixel of another grid.

    Args:
        voxels: Their numbers.
        step: Length of a voxel, in pixels.
        start: Position of the middle of voxel 0, in pixels.
        first: Number of the first pixel.
        pixels: Number of pixels.
        filled: Fraction of its step that a voxel fills; the rest is a gap.
    """
    centers = step * np.arange(voxels.start, voxels.stop) + start
    half = filled * abs(step) / 2
    edges = np.arange(pixels + 1) + first - 0.5
    low = np.maximum((centers - half)[:, None], edges[:-1])
    high = np.minimum((centers + half)[:, None], edges[1:])
    fraction = np.clip(high - low, 0, None) / (2 * half)
    fraction[fraction < _PARALLEL] = 0.0
    fraction[fraction > 1 - _PARALLEL] = 1.0
    rounded: Floats = fraction.astype(np.float32)
    return rounded


def _distances_of_points(shape: Shape, ijk: NDArray[np.float64]) -> Floats:
    """Return (...,) distances to the outline at (..., 3) indices i, j, k of the labels, with fractions."""
    size = shape.distance_mm.shape
    column, row = (np.floor(ijk[..., axis] + 0.5).astype(np.intp) - shape.first[2 - axis] for axis in (0, 1))
    inside = (column >= 0) & (column < size[2]) & (row >= 0) & (row < size[1])
    distances = np.full(inside.shape, -np.inf, np.float32)
    column, row = column[inside], row[inside]
    numbers, weights, offsets = shape.interpolation_weights(ijk[..., 2][inside])
    nearest = shape.distance_mm[numbers, row[:, None], column[:, None]]
    distances[inside] = (weights * nearest).sum(axis=1) + offsets
    return distances
