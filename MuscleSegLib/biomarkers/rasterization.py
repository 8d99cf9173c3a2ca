"""Rasterization of a muscle of a label map on the grid of every map."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from MuscleSegLib.biomarkers.coverage import MuscleOnMap, Shape, rasterize_on_map, shape_of, slices_are_far_apart
from MuscleSegLib.biomarkers.extent import Extent, extent_of
from MuscleSegLib.biomarkers.sampled_map import SampledMap
from MuscleSegLib.volume import Volume

Box = tuple[slice, slice, slice]


@dataclass(frozen=True)
class RasterizedMuscle:
    """Muscle on the labels' grid and on those of the maps.

    Attributes:
        extent: Its size on the labels' grid.
        shape: Its shape; None where there is no map.
        on_maps: Its voxel fractions by the name of the map.
    """

    extent: Extent
    shape: Shape | None
    on_maps: Mapping[str, MuscleOnMap]


def rasterize_muscle(
    labels: Volume, value: int, box: Box, maps: Mapping[str, SampledMap], *, thickness_mm: float | None
) -> RasterizedMuscle:
    """Compute a muscle's extent, and its voxel fractions on every map.

    Args:
        labels: [k, j, i] label map, slices first.
        value: The muscle's label.
        box: Slices k, j, i around it.
        maps: By name.
        thickness_mm: Of the labels' slices, to leave gaps out of the volume; None counts the gaps in.
    """
    geometry = labels.geometry
    wide = (box[0], *(slice(max(side.start - 1, 0), side.stop + 1) for side in box[1:]))
    first = (wide[0].start, wide[1].start, wide[2].start)
    mask = labels.array[wide] == value
    shapes: dict[bool, Shape] = {}
    on_maps: dict[str, MuscleOnMap] = {}
    for name, sampled in maps.items():
        alike = next((other for other in on_maps if maps[other].grid.is_like(sampled.grid)), None)
        if alike is not None:
            on_maps[name] = on_maps[alike]
            continue
        is_interpolated = slices_are_far_apart(geometry) and not sampled.grid.is_same
        if is_interpolated not in shapes:
            shapes[is_interpolated] = shape_of(mask, first, geometry, is_interpolated=is_interpolated)
        on_maps[name] = rasterize_on_map(shapes[is_interpolated], sampled.grid, is_moved=name == "ff")
    extent = extent_of(mask, first, geometry, thickness_mm=thickness_mm)
    return RasterizedMuscle(extent, next(iter(shapes.values()), None), on_maps)


def box_of(mask: np.ndarray[Any, np.dtype[np.bool_]]) -> Box | None:
    """Return the slices k, j, i around a mask, [k, j, i]; None where it is empty."""
    sides = [np.flatnonzero(mask.any(axis=axes)) for axes in ((1, 2), (0, 2), (0, 1))]
    if not all(side.size for side in sides):
        return None
    k, j, i = (slice(int(side[0]), int(side[-1]) + 1) for side in sides)
    return k, j, i
