"""A muscle laid over a map: how much of each voxel it fills, with its outline as drawn and moved."""

from dataclasses import dataclass

from MuscleSegLib.biomarkers.coverage.contour_uncertainty import DOUBT, Doubt, doubt_of
from MuscleSegLib.biomarkers.coverage.shape import Shape
from MuscleSegLib.biomarkers.coverage.voxel_fractions import Grid, Shares


@dataclass(frozen=True)
class Laid:
    """A muscle on a map's grid.

    Attributes:
        own: Its share of the voxels.
        inner: The same of what lies inside its border.
        doubt: What may not be the muscle's in voxels that it seems to fill.
        eroded: Its share where the outline lies one voxel of the labels farther in, if asked for.
        dilated: The same farther out.

    """

    own: Shares
    inner: Shares
    doubt: Doubt
    eroded: Shares | None = None
    dilated: Shares | None = None


def lay(shape: Shape, grid: Grid, *, is_moved: bool) -> Laid:
    """Lay a muscle over a map.

    Args:
        shape: The muscle's.
        grid: The map's.
        is_moved: Whether ``eroded`` and ``dilated`` are asked for.

    """
    grown = (0, -grid.pixel, -DOUBT, *((-1, 1) if is_moved else ()))
    own, inner, narrower, *moved = grid.shares(shape, grown_by_voxels=grown)
    return Laid(own, inner, doubt_of(own, narrower, grid.shape), *moved)
