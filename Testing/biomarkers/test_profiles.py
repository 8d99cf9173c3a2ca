"""Numbers along the limb: of whole muscles, and of what lies inside their borders."""

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.volume import Geometry, Volume

THIGH = scheme("thigh")


def by_slice(profiles, quantity):
    return {row.slice: row.value for row in profiles if row.quantity == quantity}


def test_profiles_give_each_quantity_on_its_own_slices(a_cone, on_grid):
    values = np.broadcast_to(np.arange(20.0)[:, None, None], (20, 20, 20)).copy()  # the slice's number
    profiles = Measurement(a_cone, THIGH, maps={"ff": on_grid(values, (2, 2, 5), (0, 0, -42.5))}).profiles()
    area = [row for row in profiles if row.quantity == "area_cm2"]
    assert [(row.slice, row.position_mm, row.value) for row in area] == [
        (k, pytest.approx(10.0 * k - 40), pytest.approx(pixels * 0.04))
        for k, pixels in ((3, 4), (4, 16), (5, 36), (6, 16))
    ]
    fat = [row for row in profiles if row.quantity == "ff_mean_percent"]
    assert {row.slice: row.value for row in fat} == {row.slice: row.slice for row in fat}
    assert all(row.position_mm == pytest.approx(5 * row.slice - 42.5) for row in fat)
    # the image is from -45 to 55 mm
    assert all(row.position_percent == pytest.approx(row.position_mm + 45) for row in profiles)
    # from the lowest slice with labels, at -10 mm, to the highest, at 20, and halfway to the next ones
    assert {row.slice for row in fat} == {6, 7, 8, 9, 10, 11, 12, 13}


def test_a_muscle_that_is_not_there_has_no_profile(a_cone):
    assert {row.label for row in Measurement(a_cone, THIGH).profiles()} == {3}


@pytest.fixture
def a_fatty_border(a_cone):
    """The cone's map: 10 % in its pixels, but 50 % in those with a side on the outline; 90 % around it."""
    values = np.full(a_cone.array.shape, 90.0)
    for k, half in ((3, 1), (4, 2), (5, 3), (6, 2)):
        values[k, 10 - half : 10 + half, 10 - half : 10 + half] = 50.0
        values[k, 11 - half : 9 + half, 11 - half : 9 + half] = 10.0
    return Volume(values, a_cone.geometry)


def test_the_inner_mean_leaves_out_the_pixels_along_the_outline(a_cone, a_fatty_border):
    profiles = Measurement(a_cone, THIGH, maps={"ff": a_fatty_border}).profiles()
    # Of 16 pixels 4 are inside and of 36 they are 16; of 4 there are none.
    assert by_slice(profiles, "ff_mean_percent") == pytest.approx(
        {3: 50, 4: (4 * 10 + 12 * 50) / 16, 5: (16 * 10 + 20 * 50) / 36, 6: (4 * 10 + 12 * 50) / 16}
    )
    assert by_slice(profiles, "ff_inner_percent") == pytest.approx({4: 10, 5: 10, 6: 10})


def test_the_inner_mean_leaves_out_the_pixels_of_a_coarser_map(a_cone, on_grid):
    # Pixels of 4 mm: slice 5 fills 3 x 3 of them, of which the one in the middle is inside; slices 4 and 6 have none.
    values = np.full((10, 10, 10), 90.0)
    values[:, 3:8, 3:8] = 50.0
    values[:, 5, 5] = 10.0
    profiles = Measurement(a_cone, THIGH, maps={"ff": on_grid(values, (4, 4, 10), (-1, -1, -40))}).profiles()
    assert by_slice(profiles, "ff_inner_percent") == pytest.approx({5: 10})


def test_maps_on_one_grid_are_measured_as_each_alone(a_thigh):
    labels, values = a_thigh
    moved = values.geometry.affine.copy()
    moved[:3, 3] += (0.2, 0.1, 3.0)
    other = Geometry(values.geometry.shape, moved)
    maps = {"ff": Volume(np.abs(values.array), other), "mtr": Volume(values.array / 2, other), "t2": values}
    together = Measurement(labels, THIGH, maps=maps).profiles()
    for name, volume in maps.items():
        alone = Measurement(labels, THIGH, maps={name: volume}).profiles()
        assert alone
        assert [row for row in alone if row.quantity.startswith(name)] == [
            row for row in together if row.quantity.startswith(name)
        ]


def test_a_profile_after_an_edit_is_that_of_the_edited_labels(a_cone, a_fatty_border):
    session = Measurement(a_cone, THIGH, maps={"ff": a_fatty_border})
    less = a_cone.array.copy()
    less[5, :, 12:] = 0
    edited = Volume(less, a_cone.geometry)
    session.edited(edited, 3)
    assert session.profiles() == Measurement(edited, THIGH, maps={"ff": a_fatty_border}).profiles()
    session.edited(Volume(np.zeros_like(less), a_cone.geometry), 3)
    assert session.profiles() == ()
