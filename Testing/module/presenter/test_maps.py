"""Which maps and units are taken, what is computed of fat and water, and what lies over the scan."""

import pytest

from MuscleSegLib.biomarkers import MAP_UNITS, MapUnit
from Testing.module.presenter.fakes import UNIT

PERMILLE = MapUnit("permille", MAP_UNITS["ff"]["permille"], is_assumed=False, reason="stated")


@pytest.fixture
def with_images(at_scan):
    """A person who chose a fat and a water image."""
    at_scan.choose(fat=at_scan.scene.add("fat image"), water=at_scan.scene.add("water image"))
    return at_scan


def test_fat_and_water_become_a_fat_fraction_and_this_is_said_until_the_images_change(with_images):
    assert with_images.parameters.ff.name == "Fat fraction (%)"
    assert with_images.said("maps") == "The fat fraction was computed from fat image and water image."

    with_images.choose(fat=None)
    assert with_images.said("maps") == ""


def test_other_images_are_computed_into_the_same_map_and_the_same_ones_not_again(with_images):
    computed = with_images.parameters.ff
    with_images.choose(water=with_images.scene.add("other water"))
    assert with_images.parameters.ff is computed
    assert "other water" in with_images.said("maps")

    assert with_images.scene.computations == 2


def test_a_map_that_a_person_chose_is_not_computed_over(at_scan):
    chosen = at_scan.scene.add("my FF")
    at_scan.choose(ff=chosen, fat=at_scan.scene.add("fat"), water=at_scan.scene.add("water"))

    assert at_scan.parameters.ff is chosen
    assert chosen.sources == ""


def test_images_that_do_not_belong_together_are_told_and_nothing_is_computed(at_scan):
    at_scan.choose(fat=at_scan.scene.add("fat"), water=at_scan.scene.add("water", voxels="others"))

    assert at_scan.view.messages["maps"] == ("warned", "The images do not belong together.")
    assert at_scan.parameters.ff is None


@pytest.mark.parametrize("role", ["ff", "fat", "water", "mtr", "t2"])
def test_nothing_is_said_of_an_earlier_map(at_scan, role):
    at_scan.view.tell("of the first map", section="maps")
    at_scan.choose(**{role: at_scan.scene.add("another map")})

    assert at_scan.said("maps") == ""


def test_only_what_is_empty_is_proposed_on_request(at_scan):
    mine = at_scan.scene.add("mine")
    at_scan.choose(mtr=mine)
    at_scan.scene.maps = {role: at_scan.scene.add(role) for role in ("mtr", "t2")}
    at_scan.presenter.propose_maps()

    assert (at_scan.parameters.mtr, at_scan.parameters.t2) == (mine, at_scan.scene.maps["t2"])


@pytest.mark.parametrize("role", MAP_UNITS)
def test_the_unit_of_one_map_is_not_that_of_the_next(at_scan, role):
    at_scan.choose(**{role: at_scan.scene.add("first"), f"{role}_unit": UNIT.PERMILLE})
    assert f"{role}_unit" in at_scan.view.enabled
    at_scan.choose(**{role: at_scan.scene.add("second")})
    assert getattr(at_scan.parameters, f"{role}_unit") is UNIT.AUTOMATIC

    at_scan.choose(**{role: None})
    assert f"{role}_unit" not in at_scan.view.enabled


def test_a_computed_fat_fraction_has_no_unit_to_choose_and_an_overlay(with_images):
    assert with_images.view.enabled - {"companion"} == {"overlay"}
    with_images.remove(with_images.parameters.scan)

    assert with_images.view.enabled == frozenset()


@pytest.mark.parametrize("role", MAP_UNITS)
def test_a_unit_that_is_refused_is_told_beside_its_list_until_others_are_measured(at_scan, role):
    sentence = f"The values cannot be in this unit: state it with --{role}-unit."
    at_scan.presenter.maps.refuse_unit(sentence)
    assert at_scan.view.messages["maps"] == ("warned", sentence)

    at_scan.choose(**{f"{role}_unit": UNIT.PERMILLE})
    assert at_scan.said("maps") == ""


def test_another_error_of_a_measurement_is_not_told_beside_the_units(at_scan):
    at_scan.presenter.maps.refuse_unit("The segmentation holds no muscles.")

    assert at_scan.said("maps") == ""


def test_the_overlay_has_the_unit_that_was_stated_and_then_that_of_the_table(at_scan):
    ff = at_scan.scene.add("FF")
    at_scan.choose(ff=ff, ff_unit=UNIT.PERMILLE, overlay=True)
    assert at_scan.scene.overlay == (ff, "permille")

    at_scan.choose(ff_unit=UNIT.AUTOMATIC)
    at_scan.view.map_units = {"ff": PERMILLE}
    at_scan.scene.overlay = None
    at_scan.presenter.take_measured()
    assert at_scan.scene.overlay == (ff, "permille")

    at_scan.choose(overlay=False)
    assert at_scan.scene.overlay is None


def test_what_lies_over_the_scan_without_the_overlay_is_left_alone(at_scan):
    at_scan.choose(ff=at_scan.scene.add("FF"))
    at_scan.view.map_units = {"ff": PERMILLE}
    at_scan.scene.overlay = "of another module"
    at_scan.presenter.take_measured()

    assert at_scan.scene.overlay == "of another module"
