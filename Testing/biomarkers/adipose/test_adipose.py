"""Adipose tissue of legs whose measures are known: cylinders, and digital legs."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import fat_fraction
from MuscleSegLib.phantom import Tissue, digital_legs
from MuscleSegLib.volume import Geometry, Volume

THIGH = scheme("thigh")
SKIN, FASCIA, BONE, MARROW = 60.0, 42.0, 14.0, 8.0
"""Radii of a leg of cylinders in mm. The muscle fills the fascia but for a wedge of fat and, around the bone, 2 mm."""

UNDER = 0.9
"""Fat between muscle and fascia, mm: what is taken to be there."""

SLICES, SLICE_MM, PIXEL_MM = 4, 10.0, 1.0


def a_cylinder(middle_mm, size, label, *, fatty=0.0):
    """Fat and water signal and labels of a leg in one slice, around x in mm."""
    rows, columns = np.indices(size)
    x, y = columns - middle_mm, rows - size[0] / 2
    radius, angle = np.hypot(x, y), np.degrees(np.arctan2(y, x))
    fat, water, labels = np.zeros(size), np.zeros(size), np.zeros(size, np.uint8)
    fat[radius < SKIN] = 1.0
    muscle = (radius < FASCIA - UNDER) & (radius > BONE + 2) & ~(np.abs(angle) < 20)
    fat[muscle], water[muscle] = fatty, 1 - fatty
    labels[muscle] = label
    fat[(radius < BONE) & (radius >= MARROW)] = 0  # cortex
    return fat, water, labels


def volumes(*images):
    """Stack slices to volumes of ``SLICES``, axes as in RAS."""
    geometry = Geometry((SLICES, *images[0].shape), np.diag([PIXEL_MM, PIXEL_MM, SLICE_MM, 1.0]))
    return tuple(Volume(np.repeat(image[None], SLICES, axis=0), geometry) for image in images)


def table(labels, fat, water, which=THIGH, **options):
    maps = {"ff": fat_fraction(fat, water)}
    return Measurement(labels, which, maps=maps, fat_water=(fat, water)).adipose(**options)


def whole(rows):
    return [row for row in rows if row.label is None]


def per_mm2(area_mm2):
    """The volume in cm3 of an area through all slices."""
    return area_mm2 * SLICES * SLICE_MM / 1000


@pytest.fixture
def a_leg():
    fat, water, labels = a_cylinder(65, (130, 130), 9, fatty=0.2)
    return volumes(labels, fat, water)


def test_depots_of_a_cylinder_have_the_volume_of_its_rings(a_leg):
    labels, fat, water = a_leg
    (row,) = whole(table(labels, fat, water))
    sat = np.pi * (SKIN**2 - FASCIA**2)
    wedge = 40 / 360 * np.pi * (FASCIA**2 - (BONE + 2) ** 2)
    around_bone = np.pi * ((BONE + 2) ** 2 - BONE**2)
    under_fascia = 320 / 360 * np.pi * (FASCIA**2 - (FASCIA - UNDER) ** 2)
    # Where the fascia runs over the wedge, the hull cuts it off by a chord: at most the segment of 40 degrees.
    segment = FASCIA**2 / 2 * (np.radians(40) - np.sin(np.radians(40)))
    assert row.sat_above_ff_limit_cm3 == pytest.approx(per_mm2(sat), abs=per_mm2(segment) + 0.01 * per_mm2(sat))
    between = per_mm2(wedge + around_bone + under_fascia)
    assert row.intermat_above_ff_limit_cm3 == pytest.approx(between, abs=per_mm2(segment) + 0.02 * between)
    assert row.envelope == "images"
    assert row.length_mm == SLICES * SLICE_MM
    assert row.side is None


def test_marrow_is_no_fat_between_muscles(a_leg):
    labels, fat, water = a_leg
    (row,) = whole(table(labels, fat, water))
    without = fat.array.copy()
    x, y = np.meshgrid(np.arange(130) - 65, np.arange(130) - 65)
    without[:, np.hypot(x, y) < MARROW] = 0
    (other,) = whole(table(labels, replace(fat, array=without), water))
    assert row.intermat_above_ff_limit_cm3 == other.intermat_above_ff_limit_cm3


def test_the_marrow_of_a_bone_under_the_skin_is_no_fat_either(a_leg):
    """A shin: half of the bone lies outside of the muscles' hull."""
    labels, fat, water = a_leg
    x, y = np.meshgrid(np.arange(130) - 65 - FASCIA, np.arange(130) - 65)
    radius = np.hypot(x, y)
    with_bone, without_marrow = fat.array.copy(), fat.array.copy()
    with_bone[:, (radius < 12) & (radius >= 8)] = 0
    without_marrow[:, radius < 12] = 0
    rows = [whole(table(labels, replace(fat, array=array), water))[0] for array in (with_bone, without_marrow)]
    assert rows[0].intermat_above_ff_limit_cm3 == rows[1].intermat_above_ff_limit_cm3
    assert rows[0].sat_above_ff_limit_cm3 == rows[1].sat_above_ff_limit_cm3


def test_intramat_by_both_rules_is_a_count_of_voxels(a_leg):
    labels, fat, water = a_leg
    array = fat.array.copy()
    inside = np.argwhere(labels.array == 9)
    for number, value in ((300, 0.6), (200, 0.05)):  # three hundred voxels are fat by both rules, the last by none
        place, inside = inside[:number], inside[number:]
        array[tuple(place.T)] = value
    fat, water = replace(fat, array=array), replace(water, array=np.where(labels.array == 9, 1 - array, water.array))
    rows = table(labels, fat, water)
    vastus = next(row for row in rows if row.label == 9)
    count, voxel_cm3 = np.count_nonzero(labels.array == 9), PIXEL_MM**2 * SLICE_MM / 1000
    # The others have a fat signal of 0.2 of a maximum of 1, and a fat fraction of 20 %.
    assert vastus.intramat_above_ff_limit_cm3 == pytest.approx(300 * voxel_cm3)
    assert vastus.intramat_tenth_of_maximum_cm3 == pytest.approx((count - 200) * voxel_cm3)
    assert vastus.intramat_above_ff_limit_percent == pytest.approx(100 * 300 / count)
    (leg,) = whole(rows)
    assert leg.intramat_above_ff_limit_cm3 == pytest.approx(300 * voxel_cm3)
    assert leg.ff_limit_percent == 50


def test_the_limit_of_the_fat_fraction_is_the_users(a_leg):
    rows = table(*a_leg, ff_limit_percent=15)
    vastus = next(row for row in rows if row.label == 9)
    assert (vastus.intramat_above_ff_limit_percent, vastus.ff_limit_percent) == (pytest.approx(100), 15)


def two_legs(labels):
    sides = [a_cylinder(middle, (130, 250), label) for middle, label in zip((63, 187), labels, strict=True)]
    fat, water, codes = (np.maximum(*pair) for pair in zip(*sides, strict=True))
    return volumes(codes, fat, water)


def test_each_leg_has_its_own_fat():
    labels, fat, water = two_legs((9, 109))
    right, left = whole(table(labels, fat, water))
    assert (right.side, left.side) == ("right", "left")
    assert right.sat_above_ff_limit_cm3 == pytest.approx(left.sat_above_ff_limit_cm3, rel=0.02)
    (alone,) = whole(
        table(*volumes(*(np.ascontiguousarray(volume.array[0, :, :125]) for volume in (labels, fat, water))))
    )
    assert right.sat_above_ff_limit_cm3 == pytest.approx(alone.sat_above_ff_limit_cm3, rel=0.01)
    assert right.intermat_above_ff_limit_cm3 == pytest.approx(alone.intermat_above_ff_limit_cm3, rel=0.01)


def test_legs_whose_labels_have_no_side_are_not_wrapped_into_one_fascia():
    sided = whole(table(*two_legs((9, 109))))
    (both,) = whole(table(*two_legs((3, 3)), which=scheme("huashan11")))
    for depot in ("sat", "intermat"):
        expected = sum(getattr(row, f"{depot}_above_ff_limit_cm3") for row in sided)
        assert getattr(both, f"{depot}_above_ff_limit_cm3") == pytest.approx(expected)


def compartments_of(labels, *, left=0):
    """Whole muscle to 30 mm and subcutaneous fat from 50 to 55 mm: nothing that the images say."""
    x, y = np.meshgrid(np.arange(130) - 65, np.arange(130) - 65)
    radius = np.hypot(x, y)
    array = np.where(radius < 30, 1 + left, np.where((radius > 50) & (radius < 55), 2 + left, 0)).astype(np.uint8)
    return Volume(np.repeat(array[None], SLICES, axis=0), labels.geometry)


@pytest.mark.parametrize("left", [0, 100])
def test_compartments_of_a_network_are_taken_where_they_are_given(a_leg, left):
    labels, fat, water = a_leg
    (row,) = whole(table(labels, fat, water, compartments=compartments_of(labels, left=left)))
    assert row.envelope == "network"
    assert row.sat_above_ff_limit_cm3 == pytest.approx(per_mm2(np.pi * (55**2 - 50**2)), rel=0.02)


def test_compartments_with_other_values_are_refused(a_leg):
    labels, fat, water = a_leg
    wrong = compartments_of(labels)
    wrong.array[0, 0, 0] = 7
    with pytest.raises(MuscleSegError, match=r"no compartments \(\[7\]\)"):
        table(labels, fat, water, compartments=wrong)


def test_a_fat_fraction_alone_tells_intramat_by_its_rule_only(a_leg):
    labels, fat, water = a_leg
    rows = Measurement(labels, THIGH, maps={"ff": fat_fraction(fat, water)}).adipose()
    (row,) = whole(rows)
    assert (row.sat_above_ff_limit_cm3, row.intramat_tenth_of_maximum_cm3) == (None, None)
    assert row.intramat_above_ff_limit_cm3 == 0
    assert row.warnings == "SAT and InterMAT need the fat and the water image."


def test_without_a_fat_fraction_rows_and_columns_stay(a_leg):
    labels, fat, water = a_leg
    rows, full = Measurement(labels, THIGH).adipose(), table(labels, fat, water)
    assert [(row.part, row.label) for row in rows] == [(row.part, row.label) for row in full]
    assert {getattr(row, name) for row in rows for name in vars(row) if name.endswith("_cm3")} == {None}


def test_a_leg_that_the_image_cuts_and_one_that_it_does_not(a_leg):
    cut = volumes(*(volume.array[0, :, 20:] for volume in a_leg))
    texts = [whole(table(*images))[0].warnings for images in (a_leg, cut)]
    assert ["edge of the image" in text for text in texts] == [False, True]


def test_muscles_that_are_not_in_the_labels_are_told(a_leg):
    text = whole(table(*a_leg))[0].warnings
    assert text.startswith("The fascia may be drawn too tightly without adductor, biceps femoris")
    full = a_leg[0].array.copy()
    for code in range(1, 11):
        full[0, 90 + code, 65] = code
    assert "tightly" not in whole(table(replace(a_leg[0], array=full), *a_leg[1:]))[0].warnings


def a_digital_leg(region):
    """One digital leg at six levels: each voxel's tissue, labels, fat and water image."""
    legs = digital_legs(region, seed=11, legs=1, fat_fraction=20.0)
    affine = np.diag([1.72, 1.72, 40.0, 1.0])
    affine[:3, 3] = (-110, -110, -100)
    geometry = Geometry((6, 128, 128), affine)
    tissues, fat, water = (np.zeros(geometry.shape, np.float32) for _ in range(3))
    j, i = np.indices(geometry.shape[1:])
    for k in range(6):
        x, y, z = np.moveaxis(geometry.world_from_index(np.stack([i, j, np.full_like(i, k)], axis=-1)), -1, 0)
        plane = legs.plane(float(z[0, 0]), x, y)
        visible = ~np.isin(plane.tissues, [Tissue.AIR, Tissue.CORTEX, Tissue.TENDON])
        tissues[k], fat[k], water[k] = plane.tissues, visible * plane.fat, visible * (1 - plane.fat)
    labels = np.where(tissues <= 10, tissues, 0).astype(np.uint8)
    return tissues, *(Volume(array, geometry) for array in (labels, fat, water))


# Testing/benchmarks/adipose.md says how near over many legs.
@pytest.mark.parametrize(("region", "sat_error", "intermat_error"), [("thigh", 0.15, 0.15), ("calf", 0.15, 0.4)])
def test_depots_of_digital_legs_are_near_the_truth(region, sat_error, intermat_error):
    tissues, *images = a_digital_leg(region)
    (row,) = whole(table(*images, scheme(region)))
    voxel_cm3 = images[0].geometry.voxel_volume_mm3 / 1000
    sat, intermat = (np.count_nonzero(tissues == tissue) * voxel_cm3 for tissue in (12, 13))
    assert row.sat_above_ff_limit_cm3 == pytest.approx(sat, rel=sat_error)
    assert row.intermat_above_ff_limit_cm3 == pytest.approx(intermat, rel=intermat_error)
