"""A muscle on the grid of a map: voxel fractions with its outline as drawn, moved inward and moved outward."""

from dataclasses import dataclass

from MuscleSegLib.biomarkers.coverage.contour_uncertainty import (
    CONTOUR_SHIFT_PX,
    ContourUncertainty,
    contour_uncertainty,
)
from MuscleSegLib.biomarkers.coverage.shape import Shape
from MuscleSegLib.biomarkers.coverage.voxel_fractions import Grid, VoxelFractions


@dataclass(frozen=True)
class MuscleOnMap:
    """A muscle on a map's grid.

    Attributes:
        drawn: Voxel fractions with the outline as drawn.
        inner: The same inside the muscle's border.
        uncertainty: Surroundings expected in voxels that the muscle seems to fill.
        eroded: Voxel fractions with the outline one voxel of the labels farther in, if asked for.
        dilated: The same farther out.
    """

    drawn: VoxelFractions
    inner: VoxelFractions
    uncertainty: ContourUncertainty
    eroded: VoxelFractions | None = None
    dilated: VoxelFractions | None = None


def rasterize_on_map(shape: Shape, grid: Grid, *, is_moved: bool) -> MuscleOnMap:
    """Compute a muscle's voxel fractions on a map.

    Args:
        shape: The muscle's.
        grid: The map's.
        is_moved: Whether ``eroded`` and ``dilated`` are asked for.
    """
    shifts = (0, -grid.pixel, -CONTOUR_SHIFT_PX, *((-1, 1) if is_moved else ()))
    drawn, inner, narrower, *moved = grid.voxel_fractions(shape, grown_by_voxels=shifts)
    return MuscleOnMap(drawn, inner, contour_uncertainty(drawn, narrower, grid.shape), *moved)
