"""The unit of a map's values, whatever a few of its voxels are."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import MAP_UNITS, Measurement, resolve_unit
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Volume

THIGH = scheme("thigh")
MEANS = {"ff": 5.2, "mtr": 48.0, "t2": 38.0}
OF_FAT = {"ff": 92.0, "mtr": 4.0, "t2": 140.0}
NOISE = {"ff": 2.0, "mtr": 3.0, "t2": 1.5}
COLUMNS = {"ff": "ff_mean_percent", "mtr": "mtr_mean_percent", "t2": "t2_mean_ms"}


@pytest.fixture(scope="module")
def a_leg():
    """Four quarters of a disc of 40 mm, in a ring of fat of 10 mm, in five slices."""
    from MuscleSegLib.volume import Geometry

    _, j, i = np.indices((5, 110, 110)) - 55
    radius = np.hypot(j, i)
    quarter = 1 + (j > 0) + 2 * (i > 0)
    labels = np.where(radius < 40, quarter, 0).astype(np.uint8)
    return Volume(labels, Geometry((5, 110, 110), np.diag([1.0, 1.0, 8.0, 1.0]))), radius


@pytest.fixture
def made(a_leg):
    """Make a map in its standard unit, with noise; in a masked one nothing but muscles has a value."""

    def make(name, *, mean=None, is_masked=False, spread=None):
        labels, radius = a_leg
        rng = np.random.default_rng(1)
        muscle, fat = MEANS[name] if mean is None else mean, OF_FAT[name]
        values = np.where(radius < 40, muscle, fat) + rng.normal(0, spread or NOISE[name], radius.shape)
        values[radius >= (40 if is_masked else 50)] = np.nan
        return Volume(values, labels.geometry)

    return make


def mean_of(labels, name, volume, **options):
    session = Measurement(labels, THIGH, maps={name: volume}, **options)
    return np.mean([getattr(row, COLUMNS[name]) for row in session.rows() if row.volume_cm3]), session


def times(volume, factor):
    return replace(volume, array=volume.array * factor)


@pytest.mark.parametrize("is_masked", [False, True])
@pytest.mark.parametrize("outlier", [-0.1, 1.7, -50.0, 900.0])
@pytest.mark.parametrize("name", ["ff", "mtr"])
def test_a_few_voxels_do_not_change_the_unit_of_fractions(a_leg, made, name, outlier, is_masked):
    volume = times(made(name, is_masked=is_masked), 0.01)
    volume.array[1, 54:57, 40] = outlier
    measured, session = mean_of(a_leg[0], name, volume)
    assert measured == pytest.approx(MEANS[name], abs=0.5)
    assert f"{name.upper()} taken as fraction (assumed)." in session.rows()[0].warnings
    assert session.map_units[name].is_assumed


@pytest.mark.parametrize("mean", [0.5, 0.9, 1.2])
def test_a_lean_map_in_percent_is_not_taken_times_100(a_leg, made, mean):
    volume = made("ff", mean=mean, spread=0.09)
    measured, session = mean_of(a_leg[0], "ff", volume)
    assert measured == pytest.approx(mean, abs=0.05)
    assert "FF taken as percent (assumed)." in session.rows()[0].warnings


@pytest.mark.parametrize("mean", [0.8, 0.9, 1.0])
def test_lean_muscles_in_percent_without_fat_around_may_be_fatty_ones_in_fractions(a_leg, made, mean):
    volume = made("ff", mean=mean, is_masked=True, spread=0.05)
    with pytest.raises(MuscleSegError, match="lean muscles in percent, or fatty ones in fractions"):
        Measurement(a_leg[0], THIGH, maps={"ff": volume})
    assert mean_of(a_leg[0], "ff", volume, units={"ff": "percent"})[0] == pytest.approx(mean, abs=0.01)


@pytest.mark.parametrize("unit", ["permille", "8bit", "12bit", "0.01percent"])
@pytest.mark.parametrize("name", ["ff", "mtr"])
def test_another_scale_is_refused_unless_it_is_stated(a_leg, made, name, unit):
    volume = times(made(name), 1 / MAP_UNITS[name][unit])
    with pytest.raises(MuscleSegError, match=f"--{name}-unit"):
        Measurement(a_leg[0], THIGH, maps={name: volume})
    measured, session = mean_of(a_leg[0], name, volume, units={name: unit})
    assert measured == pytest.approx(MEANS[name], abs=0.5)
    assert "taken as" not in session.rows()[0].warnings
    assert not session.map_units[name].is_assumed


@pytest.mark.parametrize(("factor", "unit"), [(255, "8bit"), (4095, "12bit"), (1000, "permille"), (100, "percent")])
def test_scales_are_those_of_their_full_value(factor, unit):
    assert MAP_UNITS["ff"][unit] * factor == pytest.approx(100)


@pytest.mark.parametrize("is_masked", [False, True])
def test_t2_in_seconds_as_bids_has_it_becomes_milliseconds(a_leg, made, is_masked):
    measured, session = mean_of(a_leg[0], "t2", times(made("t2", is_masked=is_masked), 0.001))
    assert measured == pytest.approx(38, abs=0.5)
    assert "T2 taken as s (assumed)." in session.rows()[0].warnings


@pytest.mark.parametrize("factor", [10, 1000, 0.01])
def test_t2_of_another_scale_is_refused(a_leg, made, factor):
    with pytest.raises(MuscleSegError, match="--t2-unit"):
        Measurement(a_leg[0], THIGH, maps={"t2": times(made("t2"), factor)})


@pytest.mark.parametrize("name", ["ff", "mtr", "t2"])
def test_an_anatomical_image_is_no_map(a_leg, made, name):
    image = made("ff", mean=33.4)  # T1-weighted: muscle 334, fat 920
    with pytest.raises(MuscleSegError, match=f"--{name}-unit"):
        Measurement(a_leg[0], THIGH, maps={name: times(image, 10)})


@pytest.mark.parametrize("given", ["ff", "mtr", "t2"])
@pytest.mark.parametrize("name", ["ff", "mtr", "t2"])
def test_a_map_of_another_quantity_is_refused(a_leg, made, name, given):
    if name == given:
        return
    with pytest.raises(MuscleSegError, match=f"The {name.upper()} map is not in"):
        Measurement(a_leg[0], THIGH, maps={name: made(given)})


@pytest.mark.parametrize(("name", "description"), [("t2", "T2* (ms)"), ("mtr", "fat fraction (%)"), ("ff", "T2 (ms)")])
def test_what_the_file_says_of_another_quantity_counts(a_leg, made, name, description):
    volume = replace(made(name), description=description)
    with pytest.raises(MuscleSegError, match="as its description or its name says"):
        Measurement(a_leg[0], THIGH, maps={name: volume})


@pytest.mark.parametrize(
    ("name", "unit", "factor"),
    [("ff", "%", 1), ("ff", "PCT", 1), ("mtr", "percent", 1), ("ff", "[ppth]", 10), ("t2", "ms", 1), ("t2", "s", 1e-3)],
)
def test_a_unit_that_the_file_says_is_not_assumed(a_leg, made, name, unit, factor):
    measured, session = mean_of(a_leg[0], name, replace(times(made(name), factor), unit=unit))
    assert measured == pytest.approx(MEANS[name], abs=0.5)
    assert "taken as" not in session.rows()[0].warnings
    assert unit in session.map_units[name].reason


@pytest.mark.parametrize(("name", "unit"), [("ff", "ms"), ("t2", "Hz"), ("t2", "%"), ("ff", "[ppth]"), ("t2", "s")])
def test_a_unit_in_the_file_that_cannot_be_is_refused(a_leg, made, name, unit):
    with pytest.raises(MuscleSegError, match=f"--{name}-unit"):
        Measurement(a_leg[0], THIGH, maps={name: replace(made(name), unit=unit)})


def test_a_unit_that_is_stated_against_the_values_is_taken_with_a_word(a_leg, made):
    measured, session = mean_of(a_leg[0], "ff", times(made("ff", mean=40), 0.01), units={"ff": "percent"})
    assert measured == pytest.approx(0.4, abs=0.01)
    assert "FF taken as percent, as stated, though its values look like fraction." in session.rows()[0].warnings


@pytest.mark.parametrize(("name", "stated"), [("ff", "ms"), ("t2", "percent"), ("t1", "ms")])
def test_a_unit_or_map_that_there_is_not_is_refused(a_leg, made, name, stated):
    with pytest.raises(MuscleSegError, match="There is no"):
        Measurement(a_leg[0], THIGH, maps={"ff": made("ff")}, units={name: stated})


def test_a_fatty_leg_keeps_its_percent(a_leg, made):
    for mean in (20.0, 50.0, 85.0):
        for factor, unit in ((1.0, "percent"), (0.01, "fraction")):
            measured, session = mean_of(a_leg[0], "ff", times(made("ff", mean=mean), factor))
            assert measured == pytest.approx(mean, abs=0.5)
            assert session.map_units["ff"].name == unit


def test_air_without_a_mask_does_not_hide_fat(a_leg, made):
    """Fat over fat and water of nothing but noise: values of any size, both ways."""
    volume, rng = made("ff"), np.random.default_rng(2)
    air = np.isnan(volume.array)
    fat, water = rng.normal(size=(2, int(air.sum())))
    volume.array[air] = 100 * fat / (fat + water)
    for factor, unit in ((1.0, "percent"), (0.01, "fraction")):
        assert resolve_unit("ff", times(volume, factor)).name == unit
        mean, _ = mean_of(a_leg[0], "ff", times(volume, factor))
        assert mean == pytest.approx(5.2, abs=0.5)


def test_a_muscle_that_is_edited_keeps_the_unit_of_all(a_leg, made):
    labels, _ = a_leg
    session = Measurement(labels, THIGH, maps={"ff": times(made("ff"), 0.01)})
    grown = replace(labels, array=np.where(labels.array == 2, 1, labels.array))
    assert session.edited(grown, 1).ff_mean_percent == pytest.approx(5.2, abs=0.5)


def test_labels_that_are_empty_at_first_have_the_unit_when_there_is_a_muscle(a_leg, made):
    labels, _ = a_leg
    empty = replace(labels, array=np.where(labels.array == 1, 0, labels.array))
    nothing = replace(made("ff"), array=np.where(labels.array == 1, made("ff").array / 100, np.nan))
    session = Measurement(empty, THIGH, maps={"ff": nothing})
    assert session.map_units == {}
    assert session.edited(labels, 1).ff_mean_percent == pytest.approx(5.2, abs=0.5)
