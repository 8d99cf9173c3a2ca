import itertools

import pytest

from MuscleSegLib.phantom import ANATOMY_GRID, FF_MTR_GRID, T2_GRID

GRIDS = (ANATOMY_GRID, FF_MTR_GRID, T2_GRID)


def test_no_two_grids_are_the_same():
    assert not any(one.is_close(other) for one, other in itertools.combinations(GRIDS, 2))


def test_grids_are_stored_as_scanners_store_axial_slices():
    assert {grid.axis_codes for grid in GRIDS} == {"LPS"}


@pytest.mark.parametrize("grid", GRIDS)
def test_a_grid_covers_432_mm_by_432_mm_by_300_mm_around_the_origin(grid):
    # Corner to corner, by the voxels' outer faces.
    slices, rows, columns = grid.shape
    assert grid.world_from_index((-0.5, -0.5, -0.5)) == pytest.approx([216, 216, -150])
    assert grid.world_from_index((columns - 0.5, rows - 0.5, slices - 0.5)) == pytest.approx([-216, -216, 150])


@pytest.mark.parametrize(
    ("grid", "slices", "spacing_mm"), [(ANATOMY_GRID, 20, 15.0), (FF_MTR_GRID, 60, 5.0), (T2_GRID, 10, 30.0)]
)
def test_a_grid_has_the_slices_that_are_usual_for_its_map(grid, slices, spacing_mm):
    assert grid.shape[0] == slices
    assert grid.spacing_mm[2] == pytest.approx(spacing_mm)
