import sys
from subprocess import run

import numpy as np
import pytest
from scipy.ndimage import binary_erosion

from MuscleSegLib.anatomy import LEFT_OFFSET
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.phantom import ANATOMY_GRID, T2_GRID, digital_thigh
from MuscleSegLib.phantom.tissues import MUSCLES
from MuscleSegLib.volume import Geometry, canonical

SCANS = ("labels", "anatomy", "fat_image", "water_image", "fat_fraction", "mtr", "t2")


def interiors(labels):
    """Yield each value of a label map and its voxels that have no other value around them in their slice."""
    for value in np.unique(labels[labels > 0]):
        inside = binary_erosion(labels == value, np.ones((1, 3, 3)))
        if inside.sum() >= 200:
            yield int(value), inside


@pytest.mark.parametrize("scan", SCANS)
def test_the_same_seed_gives_the_same_scan(scan, thigh, coarse):
    again = digital_thigh(seed=thigh.seed)
    np.testing.assert_array_equal(getattr(again, scan)(coarse).array, getattr(thigh, scan)(coarse).array)


@pytest.mark.parametrize("scan", SCANS)
def test_another_seed_gives_another_scan(scan, thigh, coarse):
    other = digital_thigh(seed=thigh.seed + 1)
    assert (getattr(other, scan)(coarse).array != getattr(thigh, scan)(coarse).array).any()


def test_two_legs_have_ten_muscles_each(labels):
    assert set(np.unique(labels.array)) == {0, *range(1, 11), *range(101, 111)}


def test_one_leg_has_labels_without_a_side():
    assert set(np.unique(digital_thigh(legs=1).labels(ANATOMY_GRID).array)) == {0, *range(1, 11)}


def test_one_leg_is_shaped_as_a_right_one(code):
    labels = canonical(digital_thigh(legs=1).labels(ANATOMY_GRID)).array
    columns = {name: np.nonzero(labels == code[name])[2].mean() for name in ("vastus lateralis", "vastus medialis")}
    assert columns["vastus lateralis"] > columns["vastus medialis"]


def test_the_left_leg_lies_to_the_left(labels):
    k, j, i = np.nonzero(labels.array)
    x = labels.geometry.world_from_index(np.stack([i, j, k], axis=1))[:, 0]
    is_left = labels.array[k, j, i] > LEFT_OFFSET
    assert x[is_left].max() < 0 < x[~is_left].min()


def test_the_left_leg_is_shaped_as_a_left_one(labels, code):
    columns = [np.nonzero(labels.array == code[f"vastus {name}"] + 100)[2].mean() for name in ("lateralis", "medialis")]
    # Columns run to the left.
    assert columns[0] > columns[1]


def test_both_legs_fit_into_the_field_of_view():
    for seed in range(8):
        image = digital_thigh(seed=seed).fat_fraction(T2_GRID).array
        assert not image[:, [0, -1]].any()
        assert not image[:, :, [0, -1]].any()


def test_the_legs_are_alike_but_not_mirror_images(labels):
    right, left = (np.isin(labels.array, range(first, first + 10)) for first in (1, 101))
    assert right.sum() == pytest.approx(left.sum(), rel=0.1)
    assert (right != left[:, :, ::-1]).any()


@pytest.mark.parametrize(
    ("scan", "name", "tolerance"),
    [("fat_fraction", "fat_percent", 0.6), ("mtr", "mtr_percent", 0.3), ("t2", "t2_ms", 0.7)],
)
def test_inside_a_muscle_a_map_has_the_mean_that_the_truth_tells(scan, name, tolerance, thigh, every_centimeter):
    array, truth = getattr(thigh, scan)(every_centimeter).array, thigh.truth()
    measured = {value: array[inside].mean() for value, inside in interiors(thigh.labels(every_centimeter).array)}
    assert measured == pytest.approx({value: truth[value][name] for value in measured}, abs=tolerance)
    assert measured.keys() == truth.keys() == {*range(1, 11), *range(101, 111)}


def test_fat_lies_in_streaks(thigh, every_centimeter):
    fat, truth = thigh.fat_fraction(every_centimeter).array, thigh.truth()
    for value, inside in interiors(thigh.labels(every_centimeter).array):
        # 0.1 to 0.3 in the object, of which a voxel's average takes a little off.
        assert 0.05 < fat[inside].std() / truth[value]["fat_percent"] < 0.35


def test_the_truth_is_that_of_the_legs_and_differs_between_them(thigh):
    truth = thigh.truth()
    for leg, offset in zip(thigh.legs, (0, 100), strict=True):
        for muscle in MUSCLES:
            assert truth[muscle + offset]["fat_percent"] == leg.infiltration[muscle].fat_percent
    assert all(truth[value] != truth[value + 100] for value in range(1, 11))


def test_muscles_differ_in_fat_and_none_is_without_or_mostly_fat():
    fractions = [
        f.fat_percent for s in range(10) for leg in digital_thigh(seed=s).legs for f in leg.infiltration.values()
    ]
    assert 3 <= min(fractions) < 6
    assert 25 < max(fractions) <= 35


def test_mtr_falls_and_t2_rises_in_a_line_with_fat(thigh):
    labels, fat, mtr, t2 = (getattr(thigh, scan)(T2_GRID).array for scan in ("labels", "fat_fraction", "mtr", "t2"))
    inside = np.any([inside for _, inside in interiors(labels)], axis=0)
    # 42 to 26 percent from 5 to 40 percent of fat: -0.46 a percent; 36 ms without fat and some 150 in nothing but fat.
    assert np.polyfit(fat[inside], mtr[inside], 1) == pytest.approx([-0.46, 52.0], abs=0.05)
    assert np.polyfit(fat[inside], t2[inside], 1) == pytest.approx([1.15, 36.0], abs=0.05)


@pytest.mark.parametrize("scan", ["fat_fraction", "mtr", "t2"])
def test_maps_are_numbers_everywhere_and_zero_in_air(scan, thigh, coarse):
    array = getattr(thigh, scan)(coarse).array
    assert array.dtype == np.float32
    assert np.isfinite(array).all()
    assert not array[:, 0].any()


def test_where_fat_meets_muscle_a_voxel_is_a_mixture(thigh, every_centimeter):
    # Streaks are at most 1.9 times the mean of 35 percent, and fat tissue is 88 percent fat or more.
    fat = thigh.fat_fraction(every_centimeter).array
    assert ((fat > 70) & (fat < 85)).sum() > 1000


def test_fat_and_water_images_give_the_fat_fraction(thigh):
    fat, water = (getattr(thigh, f"{name}_image")(T2_GRID).array.astype(float) for name in ("fat", "water"))
    labels, expected = thigh.labels(T2_GRID).array, thigh.fat_fraction(T2_GRID).array
    error = 100 * fat / np.maximum(fat + water, 1) - expected
    # One coil shades both. Noise of 1.2 percent lifts a magnitude of 3 percent by 1.2**2 / (2 * 3) = 0.24.
    assert all(abs(error[labels == value].mean()) < 0.5 for value in range(1, 11))


def test_in_the_anatomy_fat_is_bright_muscle_gray_and_air_dark(thigh):
    image, labels, fat = (getattr(thigh, scan)(T2_GRID).array[5] for scan in ("anatomy", "labels", "fat_fraction"))
    adipose = np.median(image[fat > 90])
    assert 0.25 * adipose < np.median(image[labels > 0]) < 0.6 * adipose
    assert np.median(image[:10]) < 0.05 * adipose


def test_the_coil_shades_the_ends_of_the_anatomy(thigh):
    image, fat = (getattr(thigh, scan)(T2_GRID).array for scan in ("anatomy", "fat_fraction"))
    # Of what is nearly all fat: at least a tenth less signal 150 mm from the middle, so 8 percent 135 mm from it.
    low, middle, high = (np.median(image[k][fat[k] > 94]) for k in (0, 5, 9))
    assert max(low, high) < 0.92 * middle


def test_a_grid_that_is_not_axial_is_refused(thigh):
    sagittal = Geometry((4, 4, 4), np.array([[0.0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]))
    with pytest.raises(MuscleSegError, match="axial slices"):
        thigh.labels(sagittal)


def test_where_a_voxel_is_does_not_depend_on_how_the_grid_is_stored(thigh, coarse):
    turned = canonical(thigh.labels(coarse))
    np.testing.assert_array_equal(thigh.labels(turned.geometry).array, turned.array)


def test_importing_the_room_does_not_import_scipy():
    code = "import sys, MuscleSegLib.phantom; sys.exit('scipy' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0
