"""What follows where a person chooses another scan, region or segmentation, or the scene changes."""

import pytest

from Testing.module.presenter.fakes import UNIT, FakeParameters

MAPS = ("ff", "fat", "water", "mtr", "t2")
SECTIONS = ("scan", "network", "maps", "correction", "results")


def say_everywhere(desk):
    for section in SECTIONS:
        desk.view.tell("of an earlier choice", section=section)


def said_of_earlier(desk):
    return [section for section in SECTIONS if "earlier" in desk.said(section)]


def test_the_only_scan_of_a_scene_is_chosen_and_shown(desk):
    scan = desk.scene.add("T1")
    desk.load(FakeParameters())
    desk.presenter.follow()

    assert desk.parameters.scan is desk.scene.shown is scan


def test_of_two_scans_none_is_chosen_for_a_person(desk):
    for name in ("T1", "another T1"):
        desk.scene.add(name)
    desk.load(FakeParameters())

    assert desk.parameters.scan is None
    assert not desk.view.is_enabled


def test_a_scene_that_is_loaded_shows_what_was_chosen_in_it_and_chooses_nothing(desk):
    scan, mtr = desk.scene.add("T1"), desk.scene.add("MTR")
    muscles = desk.scene.add("muscles", region="thigh", scan=scan)
    desk.scene.maps = {"mtr": mtr}
    saved = FakeParameters()
    saved.scan, saved.segmentation, saved.region, saved.muscle, saved.network = scan, muscles, "thigh", 4, "thigh-b"
    desk.load(saved)
    desk.presenter.follow()

    assert (saved.muscle, saved.mtr, saved.region, desk.view.wanted) == (4, None, "thigh", 4)
    assert desk.view.measured[-1] == (scan, muscles)
    assert (desk.view.chosen, desk.view.is_enabled) == ("thigh-b", True)


def test_another_scan_brings_its_muscles_and_takes_the_maps_of_the_first_along(at_result):
    first, muscles = at_result.parameters.scan, at_result.parameters.segmentation
    at_result.choose(**{role: at_result.scene.add(role) for role in MAPS})

    at_result.choose_scan("another")
    assert at_result.parameters.segmentation is None
    assert [getattr(at_result.parameters, role) for role in MAPS] == [None] * 5
    assert not muscles.is_visible

    at_result.choose(scan=first)
    assert at_result.parameters.segmentation is muscles
    assert at_result.parameters.region == "thigh"
    assert muscles.is_visible
    assert at_result.view.measured[-1] == (first, muscles)


def test_maps_and_muscles_that_were_chosen_before_the_first_scan_stay(desk):
    mtr, muscles = desk.scene.add("MTR"), desk.scene.add("muscles", region="calf")
    desk.choose(mtr=mtr, segmentation=muscles)
    desk.choose(scan=desk.scene.add("T1"))

    assert (desk.parameters.mtr, desk.parameters.segmentation) == (mtr, muscles)


def test_the_maps_of_a_scan_are_proposed_with_it(desk):
    desk.scene.maps = {"mtr": desk.scene.add("MTR")}
    desk.choose_scan()

    assert desk.parameters.mtr is desk.scene.maps["mtr"]


def choose_another_scan(desk):
    desk.choose_scan("another")


def remove_the_scan(desk):
    desk.remove(desk.parameters.scan)


def close_the_scene(desk):
    desk.presenter.close_scene()


@pytest.mark.parametrize("change", [choose_another_scan, remove_the_scan, close_the_scene])
def test_nothing_is_said_of_an_earlier_scan_or_scene(at_result, change):
    say_everywhere(at_result)
    change(at_result)

    assert said_of_earlier(at_result) == []


def remove_the_segmentation(desk):
    desk.remove(desk.parameters.segmentation)


def choose_another_segmentation(desk):
    desk.choose(segmentation=desk.scene.add("another", region="thigh"))


def choose_no_segmentation(desk):
    desk.choose(segmentation=None)


@pytest.mark.parametrize("change", [remove_the_segmentation, choose_another_segmentation, choose_no_segmentation])
def test_nothing_is_said_or_chosen_of_an_earlier_segmentation(at_result, change):
    at_result.presenter.choose_muscle(4)
    say_everywhere(at_result)
    change(at_result)

    assert "network" not in said_of_earlier(at_result)
    assert at_result.parameters.muscle == 0


def test_one_segmentation_is_seen_at_a_time(at_result):
    first, tumor = at_result.parameters.segmentation, at_result.scene.add("tumor")
    choose_another_segmentation(at_result)

    assert [node.is_visible for node in (first, at_result.parameters.segmentation, tumor)] == [False, True, True]


@pytest.mark.parametrize(
    ("region", "is_of_scan", "expected"), [("thigh", True, "calf"), ("thigh", False, "thigh"), ("auto", True, "auto")]
)
def test_the_region_is_that_of_the_scan_s_segmentation_unless_the_slices_show_it(desk, region, is_of_scan, expected):
    scan = desk.choose_scan()
    desk.presenter.choose_region(region)
    other = scan if is_of_scan else desk.scene.add("another")
    desk.choose(segmentation=desk.scene.add("muscles", region="calf", scan=other))

    assert desk.parameters.region == expected


@pytest.mark.parametrize("name", ["scan", "segmentation", *MAPS])
def test_nothing_is_chosen_in_place_of_a_node_that_is_removed(at_result, name):
    if getattr(at_result.parameters, name) is None:
        at_result.choose(**{name: at_result.scene.add(name)})
    at_result.remove(getattr(at_result.parameters, name))

    assert getattr(at_result.parameters, name) is None
    assert (at_result.view.measured[-1] is None) == (name in ("scan", "segmentation"))


def lose_the_region(desk):
    desk.choose(region="")


def lose_the_voxels(desk):
    desk.parameters.scan.voxels = ""
    desk.choose(region_is_found=True)


def lose_the_packages(desk):
    desk.is_installed = False
    desk.choose(region_is_found=True)


@pytest.mark.parametrize("lose", [remove_the_scan, lose_the_region, lose_the_voxels, lose_the_packages])
def test_segment_can_be_pressed_where_a_scan_with_voxels_has_a_region_and_packages_are_there(at_scan, lose):
    assert at_scan.view.is_enabled
    lose(at_scan)

    assert (at_scan.view.button, at_scan.view.is_enabled) == ("segment", False)


CHANGES = {
    "region": ("calf", True),
    "mtr": ("node", True),
    "t2_unit": (UNIT.PERMILLE, True),
    "fat": ("node", False),
    "overlay": (True, False),
    "region_is_found": (True, False),
    "network": ("thigh-b", False),
    "muscle": (4, False),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_a_number_is_measured_and_nothing_else(at_result, name):
    value, is_measured = CHANGES[name]
    count = len(at_result.view.measured)
    at_result.choose(**{name: at_result.scene.add(name) if value == "node" else value})

    assert len(at_result.view.measured) == count + is_measured


def test_there_is_one_table_and_none_before_there_is_anything_to_measure(at_scan):
    assert at_scan.parameters.table is None
    at_scan.choose(segmentation=at_scan.scene.add("muscles", region="thigh"))
    table = at_scan.parameters.table
    choose_another_segmentation(at_scan)

    assert at_scan.parameters.table is table is not None


@pytest.mark.parametrize("is_entered", [True, False])
def test_what_is_loaded_is_proposed_while_the_panel_is_open(at_scan, is_entered):
    at_scan.presenter.is_entered = is_entered
    at_scan.scene.maps = {role: at_scan.scene.add(role) for role in ("mtr", "t2")}
    at_scan.presenter.take_arrived([at_scan.scene.maps["mtr"]])

    assert at_scan.parameters.mtr is (at_scan.scene.maps["mtr"] if is_entered else None)
    assert at_scan.parameters.t2 is None  # it was there before, and nobody chose it


def test_the_first_scan_that_is_loaded_is_chosen(desk):
    scan = desk.scene.add("T1")
    desk.presenter.take_arrived([scan])

    assert desk.parameters.scan is scan


def test_nothing_happens_where_no_scene_is_shown(desk):
    desk.presenter.close_scene()
    desk.presenter.follow()
    for take in (desk.presenter.choose_region, desk.presenter.choose_network):
        take("thigh")
    desk.presenter.choose_muscle(4)
    desk.presenter.propose_maps()
    desk.presenter.take_measured()
    desk.presenter.take_arrived([desk.scene.add("T1")])
    desk.presenter.let_go(desk.scene.nodes[0])

    assert desk.view.measured[-1] is None
    assert not desk.view.is_enabled
