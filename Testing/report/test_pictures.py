"""The pictures of a measurement, read back as pixels."""

import matplotlib
import matplotlib.image
import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import ProfileRow, Row
from MuscleSegLib.report import draw_pictures
from MuscleSegLib.volume import Geometry, Volume

THIGH = scheme("thigh")
RIGHT, LEFT = (0x00, 0x72, 0xB2), (0xE6, 0x9F, 0x00)


def count(image, color, tolerance=0.02):
    return np.count_nonzero((np.abs(image - np.array(color) / 255) < tolerance).all(axis=-1))


def of_map(percent):
    return np.array(matplotlib.colormaps["viridis"](percent / 100)[:3]) * 255


@pytest.fixture
def legs():
    """A right leg (at low i, since i runs to the left) of 80 % fat and a left one of 20 %; slices of 10 mm."""
    affine = np.diag([-2.0, -2.0, 10.0, 1.0])
    affine[:3, 3] = [100, 50, 0]
    geometry = Geometry((3, 50, 100), affine)
    labels, ff = np.zeros(geometry.shape, np.uint8), np.full(geometry.shape, 50.0)
    for value, fat, columns in ((9, 80.0, slice(10, 30)), (109, 20.0, slice(70, 90))):
        labels[:, 10:30, columns] = value
        ff[:, 10:30, columns] = fat
    return Volume(labels, geometry), Volume(ff, geometry)


def rows_of(**volumes):
    return [
        Row(
            "thigh", side, label.muscle, label.abbreviation, label.value, volumes.get(side) if label.code == 9 else None
        )
        for side in ("right", "left")
        for label in THIGH.labels
        if str(label.side) == side
    ]


def drawn(folder, legs, rows=None, profiles=(), **options):
    labels, ff = legs
    draw_pictures(folder, rows or rows_of(), profiles, labels=labels, label_table=THIGH.labels, **{"ff": ff} | options)
    return {path.stem: matplotlib.image.imread(path)[..., :3] for path in folder.iterdir()}


def test_the_subject_s_right_is_on_the_left_of_the_map(legs, tmp_path):
    image = drawn(tmp_path, legs)["ff_map"]
    width = image.shape[1] * 0.42  # of a panel, of two in a row and a color bar
    for fat, is_left_half in ((80, True), (20, False)):
        columns = np.argwhere((np.abs(image[: image.shape[0] // 2] - of_map(fat) / 255) < 0.02).all(axis=-1))[:, 1]
        columns = columns[columns < width]
        assert ((columns < width / 2) == is_left_half).mean() > 0.95


@pytest.mark.slow
def test_a_map_stored_the_other_way_gives_the_same_picture(legs, tmp_path):
    labels, ff = legs
    affine = ff.geometry.affine @ np.diag([-1.0, 1.0, 1.0, 1.0])
    affine[:3, 3] = ff.geometry.world_from_index((99, 0, 0))
    turned = Volume(ff.array[:, :, ::-1].copy(), Geometry(ff.array.shape, affine))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first, second = drawn(tmp_path / "a", legs)["ff_map"], drawn(tmp_path / "b", (labels, turned))["ff_map"]
    np.testing.assert_array_equal(first, second)


@pytest.mark.slow
def test_where_there_is_no_signal_the_map_is_blank(legs, tmp_path):
    labels, ff = legs
    signal = Volume(np.where(labels.array > 0, 1.0, 0.0), ff.geometry)
    with_noise = drawn(tmp_path, legs)["ff_map"]
    without = drawn(tmp_path, legs, signal=signal)["ff_map"]
    assert count(with_noise, of_map(50)) > 20 * max(count(without, of_map(50)), 1)
    assert count(without, of_map(80)) > 0.9 * count(with_noise, of_map(80))


def test_bars_are_as_high_as_their_values(legs, tmp_path):
    image = drawn(tmp_path, legs, rows_of(right=200.0, left=100.0))["bars"]
    right, left = (np.argwhere((np.abs(image - np.array(color) / 255) < 0.02).all(axis=-1)) for color in (RIGHT, LEFT))
    body = image.shape[0] * 0.12  # above it is the legend
    heights = [np.ptp(places[places[:, 0] > body][:, 0]) for places in (right, left)]
    assert heights[0] / heights[1] == pytest.approx(2, rel=0.03)
    assert right[:, 1][right[:, 0] > body].mean() < left[:, 1][left[:, 0] > body].mean()


def test_profiles_of_each_side_have_a_panel(legs, tmp_path):
    profiles = [
        ProfileRow("thigh", side, "vastus lateralis", "VL", 9, "area_cm2", k, 10.0 * k, 25.0 * k, area)
        for side, area in (("right", 10.0), ("left", 20.0))
        for k in range(4)
    ]
    image = drawn(tmp_path, legs, profiles=profiles)["profiles"]
    color = next(label.color for label in THIGH.labels if label.value == 9)
    places = np.argwhere((np.abs(image - np.array(color) / 255) < 0.05).all(axis=-1))
    places = places[places[:, 0] < image.shape[0] * 0.6]  # below is the legend
    middle = image.shape[1] / 2
    right, left = places[places[:, 1] < middle], places[places[:, 1] > middle]
    assert right[:, 0].mean() > left[:, 0].mean()  # rows are counted downward


def test_without_a_fat_fraction_there_is_no_map(legs, tmp_path):
    assert set(drawn(tmp_path, legs, ff=None)) == {"bars", "profiles"}
