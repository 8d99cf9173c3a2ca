"""Which image is segmented together with the scan, and what becomes of it."""

import numpy as np
import pytest

from MuscleSegLib.temporary import PREFIX
from MuscleSegLib.volume import Geometry
from Testing.module.presenter.fakes import FakeParameters, network_list

ELSEWHERE = Geometry((1, 2, 3), np.diag([2.0, 2.0, 5.0, 1.0]))


@pytest.fixture
def pair(desk):
    """A Dixon pair that is loaded, and nothing else: its water and its fat image."""
    desk.scene.maps = {name: desk.scene.add(f"{name} image") for name in ("water", "fat")}
    desk.presenter.take_arrived(desk.scene.nodes)
    return desk.scene.maps["water"], desk.scene.maps["fat"]


@pytest.fixture
def at_pair(desk, pair):
    """A person at a Dixon pair of the thigh, whose networks' costs are estimated."""
    desk.presenter.choose_region("thigh")
    desk.settle()
    return desk


def test_with_a_dixon_pair_the_water_image_is_the_scan_and_the_fat_image_is_proposed(desk, pair):
    assert (desk.parameters.scan, desk.parameters.companion) == pair


def test_the_pair_of_a_scene_that_is_there_before_the_panel_is_proposed(desk):
    desk.scene.maps = {name: desk.scene.add(f"{name} image") for name in ("water", "fat")}
    desk.load(FakeParameters())
    desk.presenter.follow()

    assert desk.parameters.companion is desk.scene.maps["fat"]


def test_the_other_image_of_the_pair_is_proposed_whichever_is_the_scan(desk, pair):
    water, fat = pair
    desk.choose(scan=fat)

    assert (desk.parameters.scan, desk.parameters.companion) == (fat, water)


def test_the_fat_image_that_is_loaded_after_the_water_image_is_proposed(desk):
    water = desk.scene.add("water image")
    desk.presenter.take_arrived([water])
    assert (desk.parameters.scan, desk.parameters.companion) == (water, None)

    desk.scene.maps = {"water": water, "fat": desk.scene.add("fat image")}
    desk.presenter.take_arrived([desk.scene.maps["fat"]])

    assert desk.parameters.companion is desk.scene.maps["fat"]


def test_a_pair_beside_a_scan_in_another_contrast_is_not_proposed(at_scan):
    at_scan.scene.maps = {name: at_scan.scene.add(f"{name} image") for name in ("water", "fat")}
    at_scan.presenter.take_arrived(list(at_scan.scene.maps.values()))

    assert at_scan.parameters.companion is None


def test_an_image_of_a_pair_that_does_not_fit_is_not_proposed_and_nothing_is_said(desk):
    desk.scene.maps = {"water": desk.scene.add("water"), "fat": desk.scene.add("fat", geometry=ELSEWHERE)}
    desk.presenter.take_arrived(desk.scene.nodes)
    desk.settle()

    assert desk.parameters.companion is None
    assert desk.said("scan") == ""


def test_what_a_person_took_away_is_not_proposed_again(desk, pair):
    desk.choose(companion=None)
    desk.presenter.take_arrived([desk.scene.add("T2")])
    desk.presenter.propose_maps()

    assert desk.parameters.companion is None


def test_an_image_that_does_not_fit_the_scan_is_refused_until_another_is_chosen(at_scan):
    at_scan.choose(companion=at_scan.scene.add("other", geometry=ELSEWHERE))
    assert at_scan.view.messages["scan"] == ("warned", "other does not fit T1.")
    assert at_scan.parameters.companion is None

    fitting = at_scan.scene.add("T2")
    at_scan.choose(companion=fitting)
    assert at_scan.parameters.companion is fitting
    assert at_scan.said("scan") == ""


def test_the_scan_itself_is_no_other_image(at_scan):
    at_scan.choose(companion=at_scan.parameters.scan)

    assert at_scan.parameters.companion is None
    assert at_scan.view.messages["scan"][0] == "warned"


def test_an_image_chosen_before_the_scan_stays_where_it_fits(desk):
    fitting = desk.scene.add("T2")
    desk.choose(companion=fitting)
    desk.choose_scan()
    assert desk.parameters.companion is fitting


def test_another_scan_does_not_keep_the_first_one_s_companion(at_scan):
    at_scan.choose(companion=at_scan.scene.add("T2"))
    at_scan.choose_scan("another")

    assert at_scan.parameters.companion is None


def test_both_images_are_sent_and_the_end_names_them(at_pair, pair, tmp_path):
    at_pair.presenter.segment()
    (folder,) = tmp_path.glob(f"{PREFIX}*")
    (companion,) = at_pair.job["companions"]
    assert companion.startswith(str(folder))
    assert companion != at_pair.job["image"]

    at_pair.segmented()
    sentence = "One leg was segmented in 0 s on the processor. The network saw water image and fat image together."
    assert at_pair.view.messages["network"] == ("told", sentence)
    assert at_pair.view.runs == [("thigh-a", 2)]
    assert not folder.exists()


def test_without_another_image_none_is_sent(at_pair):
    at_pair.choose(companion=None)
    at_pair.presenter.segment()
    assert at_pair.job["companions"] == []

    at_pair.segmented()
    assert "together" not in at_pair.said()
    assert at_pair.view.runs == ["thigh-a"]


def test_an_error_names_each_image_as_the_scene_does(at_pair):
    at_pair.presenter.segment()
    (companion,), image = at_pair.job["companions"], at_pair.job["image"]
    at_pair.worker.say(type="error", id=at_pair.job["id"], message=f"{companion} is not of the scan {image}.")

    assert at_pair.said() == "fat image is not of the scan water image."


def lose_it(desk, fat):
    desk.remove(fat)


def show_another_frame(desk, fat):
    fat.voxels = "another frame of the sequence"


@pytest.mark.parametrize("change", [lose_it, show_another_frame])
def test_muscles_of_an_image_that_is_no_longer_there_are_not_drawn(at_pair, pair, change):
    at_pair.presenter.segment()
    change(at_pair, pair[1])
    at_pair.segmented()

    sentence = "fat image was removed or changed while it was segmented with the scan: press Segment again."
    assert at_pair.view.messages["network"] == ("warned", sentence)
    assert at_pair.parameters.segmentation is None
    assert at_pair.view.button == "segment"


def test_the_result_is_of_the_images_when_the_button_was_pressed(at_pair, pair):
    at_pair.presenter.segment()
    at_pair.choose(companion=None)
    at_pair.segmented()

    assert at_pair.said().endswith("The network saw water image and fat image together.")


def test_an_image_without_voxels_is_refused_when_the_button_is_pressed_and_no_file_stays(at_pair, pair, tmp_path):
    pair[1].voxels = ""
    at_pair.presenter.segment()

    assert at_pair.view.messages["network"] == ("warned", "fat image has no voxels.")
    assert not at_pair.jobs.is_segmenting
    assert list(tmp_path.glob(f"{PREFIX}*")) == []


def test_nothing_is_chosen_in_place_of_an_image_that_is_removed(at_pair, pair):
    at_pair.remove(pair[1])

    assert at_pair.parameters.companion is None
    assert at_pair.parameters.scan is pair[0]


def test_a_network_that_takes_a_single_image_gets_one_and_no_other_can_be_chosen(desk, pair):
    desk.available = network_list("thigh", takes_companions=False)
    desk.presenter.choose_region("thigh")
    desk.settle()
    assert "companion" not in desk.view.enabled

    desk.presenter.segment()
    assert desk.job["companions"] == []
    desk.segmented()
    assert "together" not in desk.said()


def test_an_image_can_be_chosen_beside_a_scan_only(at_scan):
    assert "companion" in at_scan.view.enabled
    at_scan.remove(at_scan.parameters.scan)
    assert "companion" not in at_scan.view.enabled
