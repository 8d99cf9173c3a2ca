"""Compartments of a network, inside the fascia and under the skin, on the grid of the fat fraction."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, side_value, value_without_side
from MuscleSegLib.biomarkers.coverage import Grid, alongside, shape_of, slices_are_far_apart
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Geometry, Volume, require_overlap

WHOLE_MUSCLE, SUBCUTANEOUS = 1, 2
"""Values of a map of compartments: all inside the fascia, and the fat under the skin. The left leg has 100 more."""

LEAST_FRACTION = 0.5
"""Of a voxel, above which it belongs to a compartment."""


def compartments_on_grid(compartments: Volume, geometry: Geometry) -> NDArray[np.integer[Any]]:
    """Return [k, j, i] the compartment that fills most of each voxel of a grid; sides are left out.

    Args:
        compartments: [k, j, i] ``WHOLE_MUSCLE`` and ``SUBCUTANEOUS``, of the left leg the same or 100 more.
        geometry: The grid.

    Raises:
        MuscleSegError: The compartments lie elsewhere, or have other values.
    """
    require_overlap(compartments, Volume(np.broadcast_to(np.uint8(0), geometry.shape), geometry))
    values = set(np.unique(compartments.array).tolist())
    allowed = {0, *(side_value(value, side) for value in (WHOLE_MUSCLE, SUBCUTANEOUS) for side in Side)}
    if not values <= allowed:
        message = _(
            "{compartments} holds values that are no compartments ({values}): give labels in which {whole_muscle} is "
            "all inside the fascia and {subcutaneous} the fat under the skin."
        )
        raise MuscleSegError(
            message,
            compartments=compartments.name,
            values=sorted(values - allowed)[:5],
            whole_muscle=WHOLE_MUSCLE,
            subcutaneous=SUBCUTANEOUS,
        )
    arranged = alongside(compartments, geometry)
    codes = value_without_side(arranged.array)
    on_grid = np.zeros(geometry.shape, np.uint8)
    grid = Grid(arranged.geometry, geometry)
    is_interpolated = slices_are_far_apart(arranged.geometry) and not grid.is_same
    for value in (WHOLE_MUSCLE, SUBCUTANEOUS):
        shape = shape_of(codes == value, (0, 0, 0), arranged.geometry, is_interpolated=is_interpolated)
        fractions = grid.voxel_fractions(shape)[0]
        on_grid.reshape(-1)[fractions.index[fractions.fraction > LEAST_FRACTION]] = value
    return on_grid
