"""Which region a scan shows, which networks are listed for it, and in which order the worker is asked."""

from types import SimpleNamespace

import pytest

from MuscleSegLib.worker import CostJob
from Testing.module.presenter.fakes import THIGH, FakeParameters, network_list


@pytest.fixture
def asking(desk):
    """A person who has just chosen a scan."""
    desk.choose(scan=desk.scene.add("T1"))
    assert desk.said("scan") == "Finding out which region it is …"
    assert not desk.view.is_enabled
    return desk


ANSWERS = [
    ("thigh", True, "thigh", ""),
    ("calf", False, "auto", "The region is not sure: each slice is looked at, or choose it."),
    ("lower-limb", True, "auto", "Thigh and calf are in the scan: both are segmented, each by its network."),
]


@pytest.mark.parametrize(("region", "is_sure", "chosen", "sentence"), ANSWERS)
def test_what_a_scan_shows_is_chosen_and_left_to_the_slices_where_it_is_not_one_region_for_sure(
    asking, region, is_sure, chosen, sentence
):
    asking.say(region=region, certainty=0.5, is_sure=is_sure)

    assert (asking.parameters.region, asking.parameters.region_is_found) == (chosen, chosen == region)
    assert asking.said("scan") == sentence
    assert asking.view.is_enabled


def test_the_region_that_a_person_chose_meanwhile_stays(asking):
    asking.presenter.choose_region("calf")
    asking.say(**THIGH)

    assert (asking.parameters.region, asking.parameters.region_is_found) == ("calf", False)
    assert asking.said("scan") == ""


def test_the_region_that_was_found_can_be_chosen_otherwise_and_is_not_called_found_then(asking):
    asking.say(**THIGH)
    asking.presenter.choose_region("calf")

    assert (asking.parameters.region, asking.parameters.region_is_found) == ("calf", False)


def test_the_button_of_the_region_stays_pressed_where_it_is_pressed_again(at_scan):
    shown = at_scan.view.times_shown
    at_scan.presenter.choose_region(at_scan.parameters.region)

    assert at_scan.view.times_shown > shown


def test_the_region_of_one_scan_is_not_that_of_the_next(asking):
    asking.say(**THIGH)
    asking.choose(scan=asking.scene.add("another"))

    assert (asking.parameters.region, asking.parameters.region_is_found) == ("", False)
    assert not asking.view.is_enabled


def test_a_scene_that_was_saved_before_the_region_was_found_is_asked_for_it_again(desk):
    saved = FakeParameters()
    saved.scan = desk.scene.add("T1")
    desk.load(saved)
    desk.say(**THIGH)

    assert saved.region == "thigh"


@pytest.mark.parametrize("end", ["result", "error"])
def test_the_answer_of_a_scan_that_is_chosen_no_longer_is_none_of_the_next(asking, end):
    asking.choose(scan=asking.scene.add("another"))
    asking.worker.say(type=end, id=asking.job["id"], **(THIGH if end == "result" else {"message": "No leg in T1."}))

    assert asking.parameters.region == ""
    assert asking.said("scan") == "Finding out which region it is …"


def test_the_answer_of_a_scene_that_was_closed_is_dropped(asking):
    asking.presenter.close_scene()
    asking.say(**THIGH)

    assert asking.said("scan") == ""


def test_a_scan_whose_region_cannot_be_found_says_why_and_a_person_chooses(asking):
    asking.worker.say(type="error", id=asking.job["id"], message=f"No leg was found in {asking.job['image']}.")
    assert asking.view.messages["scan"] == ("warned", "No leg was found in T1.")

    asking.presenter.choose_region("thigh")
    assert asking.said("scan") == ""
    assert asking.view.is_enabled


def test_a_worker_that_dies_while_it_looks_is_told(asking):
    asking.worker.end("killed")

    assert "ended unexpectedly" in asking.said("scan")


def test_the_muscles_of_a_scan_tell_its_region(desk):
    scan = desk.scene.add("T1")
    desk.scene.add("muscles", region="calf", scan=scan)
    desk.choose(scan=scan)

    assert desk.parameters.region == "calf"
    assert desk.processes[0].messages[0]["job"] == "cost"


def test_a_scan_without_voxels_says_so_beside_its_region(desk):
    desk.choose(scan=desk.scene.add("T1", voxels=""))
    desk.presenter.choose_region("thigh")

    assert desk.view.messages["scan"] == ("warned", "T1 has no voxels.")
    assert not desk.view.is_enabled


def test_without_packages_a_person_chooses_the_region_and_with_them_it_is_found(desk):
    desk.is_installed = False
    desk.choose(scan=desk.scene.add("T1"))
    assert desk.said("scan") == "Choose the region: finding it needs the packages named at the top."
    desk.presenter.choose_region("thigh")
    assert desk.processes == []  # nor is a cost asked for

    desk.choose(region="")
    desk.is_installed = True
    desk.presenter.take_installed()
    desk.say(**THIGH)
    assert desk.parameters.region == "thigh"
    assert desk.view.is_enabled


def test_the_worker_starts_as_soon_as_its_packages_are_installed(desk):
    desk.presenter.take_installed()

    assert desk.worker.was_started


# Networks


def test_the_networks_of_a_region_can_be_chosen_and_the_first_is(at_scan):
    assert (at_scan.view.networks, at_scan.view.chosen) == (["thigh-a", "thigh-b"], "thigh-a")

    at_scan.presenter.choose_network("thigh-b")
    at_scan.presenter.choose_region("calf")
    assert (at_scan.view.networks, at_scan.view.chosen) == (["calf-a", "calf-b"], "calf-a")


def test_of_both_regions_the_default_network_of_each_is_taken_and_none_asked_for(at_scan):
    at_scan.presenter.choose_network("thigh-b")
    at_scan.presenter.choose_region("auto")
    at_scan.settle()
    assert (at_scan.view.networks, at_scan.view.chosen) == (["thigh-a", "calf-a"], None)

    at_scan.presenter.segment()
    assert (at_scan.job["region"], at_scan.job["network"]) == ("auto", None)


def test_a_network_that_cannot_be_used_is_told_with_its_folder_and_reason(desk):
    unusable = SimpleNamespace(folder="Networks/mine", reason="its weights are missing")
    desk.available = network_list("thigh", unusable=(unusable,))
    desk.choose_scan()

    assert desk.said() == "The network in Networks/mine cannot be used: its weights are missing"


# Costs


@pytest.fixture
def waiting(desk):
    """A panel that asks for the costs of two networks."""
    desk.jobs.ask_costs([CostJob("thigh", "one"), CostJob("thigh", "other")], desk.view.show_cost)
    return desk


def test_costs_are_asked_for_one_after_the_other(waiting):
    assert waiting.asked == ["one"]
    waiting.say(network="one", seconds=1.0)

    assert waiting.asked == ["one", "other"]
    assert waiting.view.costs == [{"network": "one", "seconds": 1.0}]


def test_a_network_without_a_cost_is_told_by_its_name_alone(waiting):
    waiting.worker.say(type="error", id=waiting.job["id"], message="It cannot be built.")

    assert waiting.view.costs == [{"network": "one"}]
    assert waiting.asked == ["one", "other"]


@pytest.fixture
def segmenting(desk):
    """A panel whose button was pressed while costs were asked for."""
    desk.choose_scan()
    desk.say(**THIGH)
    desk.presenter.segment()
    desk.worker.say(type="canceled", id=desk.job["id"])  # the estimate, which is postponed
    assert desk.job["job"] == "segment"
    return desk


def test_costs_wait_until_nothing_is_segmented(segmenting):
    assert segmenting.asked == ["thigh-a"]
    segmenting.segmented()
    segmenting.say(network="thigh-a", seconds=1.0)

    assert segmenting.asked == ["thigh-a", "thigh-a", "thigh-b"]


def test_what_is_canceled_ends_the_worker_and_asks_for_nothing(segmenting):
    segmenting.presenter.segment()
    segmenting.worker.say(type="canceled", id=segmenting.job["id"])

    assert segmenting.worker.killed == [42]
    assert segmenting.asked == ["thigh-a"]
    assert not segmenting.client.is_busy
