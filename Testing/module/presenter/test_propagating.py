"""What is asked of the worker with corrected slices, and what a person then finds."""

from pathlib import Path

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import write_labels
from MuscleSegPanel.propagated import in_words
from Testing.module.presenter.corrections import GRID
from Testing.module.presenter.fakes import network_list


def answer(desk, **values):
    """Let the worker end its job."""
    write_labels(desk.corrections.labels, Path(desk.job["output"]), segments=())
    desk.say(**{"filled": [1, 2], "next_slices": [5, 4, 2], "network": "", "notes": [], **values})


def test_the_chosen_muscle_is_carried_by_its_corrected_slices(at_work):
    at_work.propagating.press()

    job = at_work.job
    assert (job["job"], job["given"], job["beyond"]) == ("propagate", {"3": [0, 3]}, 0)
    assert (job["network"], job["region"], job["companions"]) == ("thigh-b", "thigh", [])
    assert at_work.view.slices == ((0, 3), "cancel", True)
    answer(at_work)
    ((before, after, given),) = at_work.corrections.put
    assert given == {3: (0, 3)}
    assert np.array_equal(before.array, after.array)
    assert at_work.view.saved == [at_work.parameters.segmentation]
    assert at_work.view.messages["correction"] == (
        "told",
        "Gracilis: drawn anew in the slices 1–2 in 0 s. Undo takes it back.",
    )
    assert at_work.view.slices == ((0, 3), "segment", True)


def test_all_corrected_muscles_are_carried_each_by_its_own_slices(at_work):
    at_work.corrections.by_muscle = {3: [0, 3], 4: [2], 5: [5]}  # in which no sartorius is left
    at_work.choose(muscle=0)
    at_work.propagating.press_for_all()

    assert at_work.job["given"] == {"3": [0, 3], "4": [2]}
    answer(at_work, notes=["Carried a little."])
    assert at_work.said("correction").startswith("Gracilis, Rectus femoris: drawn anew")
    assert at_work.said("correction").endswith("Carried a little.")


def test_companions_are_passed_on(at_work):
    at_work.choose(companion=at_work.scene.add("fat", geometry=GRID))
    at_work.propagating.press()

    assert len(at_work.job["companions"]) == 1


@pytest.mark.parametrize(
    ("drawn_by", "chosen", "takes_companions", "network"),
    [
        ("thigh-b", "thigh-a", True, "thigh-b"),
        ("", "thigh-b", True, "thigh-b"),
        ("gone", "thigh-b", True, "thigh-b"),
        ("", "", True, "thigh-a"),
        ("calf-a", "", True, "thigh-a"),
        ("thigh-b", "", False, None),
    ],
)
def test_the_network_is_the_one_that_drew_or_the_chosen_one(at_work, drawn_by, chosen, takes_companions, network):
    at_work.corrections.drawn_by = drawn_by
    at_work.available = network_list("thigh", "calf", takes_companions=takes_companions)
    at_work.parameters.network = chosen
    at_work.propagating.press()

    assert at_work.job["network"] == network


def test_muscles_of_thigh_and_calf_together_have_no_network(at_work):
    at_work.parameters.segmentation.region = "lower-limb"
    at_work.propagating.press()

    assert at_work.job["network"] is None


@pytest.mark.parametrize(
    ("muscle", "by_muscle", "for_all", "sentence"),
    [
        (0, {3: [0]}, False, "No muscle is chosen"),
        (3, {}, False, "Gracilis has no corrected slice"),
        (5, {5: [5]}, False, "hold nothing of the muscle"),
        (0, {}, True, "No muscle has a corrected slice"),
        (3, {5: [5]}, True, "hold nothing of the muscle"),
    ],
)
def test_what_is_missing_is_said_where_one_looks(at_work, muscle, by_muscle, for_all, sentence):
    at_work.corrections.by_muscle = by_muscle
    at_work.parameters.muscle = muscle
    at_work.propagating.press_for_all() if for_all else at_work.propagating.press()

    kind, said = at_work.view.messages["correction"]
    assert (kind, sentence in said) == ("warned", True)
    assert at_work.job["job"] != "propagate"
    assert at_work.view.slices[1] == "segment"


def test_a_second_press_cancels_and_nothing_has_changed(at_work):
    at_work.propagating.press()
    at_work.propagating.press()
    assert at_work.view.slices[1] == "canceling"
    at_work.worker.say(type="canceled", id=at_work.job["id"])

    assert at_work.said("correction") == "Canceled: nothing was changed."
    assert (at_work.corrections.put, at_work.view.slices[1]) == ([], "segment")


def test_a_closed_scene_cancels_without_a_word(at_work):
    at_work.propagating.press()
    at_work.propagating.cancel()
    at_work.presenter.close_scene()
    at_work.worker.say(type="canceled", id=at_work.job["id"])

    assert (at_work.said("correction"), at_work.corrections.put) == ("", [])


@pytest.mark.parametrize("is_first", [True, False])
def test_muscles_are_drawn_by_one_job_at_a_time(at_work, is_first):
    jobs = (at_work.propagating.press, at_work.presenter.segment)
    for start in jobs if is_first else jobs[::-1]:
        start()

    kind, said = at_work.view.messages["network" if is_first else "correction"]
    assert (kind, said.startswith("Other muscles are still being drawn")) == ("warned", True)
    assert at_work.job["job"] == ("propagate" if is_first else "segment")


def test_a_failure_names_the_scene_s_nodes(at_work):
    at_work.propagating.press()
    job = at_work.job
    at_work.worker.say(type="error", id=job["id"], message=f"{job['labels']} does not fit {job['image']}.", details="")

    assert at_work.view.messages["correction"] == ("warned", "muscles does not fit T1.")


@pytest.mark.parametrize("change", ["scan", "voxels", "segmentation", "muscle"])
def test_what_changed_meanwhile_is_told_and_nothing_is_drawn(at_work, change):
    at_work.propagating.press()
    if change == "voxels":
        at_work.parameters.scan.voxels = "others"
    elif change == "muscle":
        at_work.scene.put_propagated = lambda *_values, **_options: (_ for _ in ()).throw(MuscleSegError("Changed."))
    else:
        at_work.scene.nodes.remove(getattr(at_work.parameters, change))
    answer(at_work)

    assert at_work.view.messages["correction"][0] == "warned"
    assert (at_work.corrections.put, at_work.view.slices[1]) == ([], "segment")


def test_the_next_slice_is_asked_for_once_and_then_gone_through(at_work):
    at_work.propagating.go_to_next()
    assert at_work.job["given"] == {"3": [0, 3]}
    number = at_work.job["id"]
    answer(at_work, next_slices=[4, 3, 1])
    seen = [at_work.corrections.view]
    for _press in range(2):
        at_work.propagating.go_to_next()
        seen.append(at_work.corrections.view)

    assert seen == [4, 1, 4]  # the corrected ones are none
    assert (at_work.job["id"], at_work.corrections.put) == (number, [])
    at_work.corrections.by_muscle = {3: [0, 3, 4]}
    at_work.propagating.go_to_next()
    assert (at_work.job["id"] != number, at_work.job["given"]) == (True, {"3": [0, 3, 4]})


def test_after_a_propagation_the_next_slice_is_there_at_once(at_work):
    at_work.propagating.press()
    answer(at_work)
    number = at_work.job["id"]
    at_work.propagating.go_to_next()

    assert (at_work.corrections.view, at_work.job["id"]) == (5, number)


@pytest.mark.parametrize("muscle", [0, 3])
def test_where_nothing_is_corrected_yet_slices_are_only_proposed(at_work, muscle):
    at_work.corrections.by_muscle = {}
    at_work.parameters.muscle = muscle
    at_work.propagating.go_to_next()
    assert at_work.job["given"] == {}
    at_work.say(output=None, filled=[], next_slices=[4], network="", notes=[])

    assert (at_work.corrections.view, at_work.corrections.gone_to) == (4, 3)


def test_where_no_slice_stands_out_that_is_said(at_work):
    at_work.propagating.go_to_next()
    answer(at_work, next_slices=[])

    assert "No slice stands out" in at_work.said("correction")


def test_a_slice_is_marked_as_right_and_taken_out_again(at_work):
    at_work.propagating.mark()
    assert at_work.corrections.by_muscle[3] == [0, 2, 3]
    assert at_work.view.slices[0] == (0, 2, 3)
    assert at_work.said("correction") == "Slice 2 counts as right for Gracilis."
    at_work.propagating.mark()
    assert at_work.corrections.by_muscle[3] == [0, 3]
    assert at_work.said("correction") == "Slice 2 no longer counts as right for Gracilis."


def test_where_no_view_shows_a_slice_none_is_marked(at_work):
    at_work.corrections.view = None
    at_work.propagating.mark()

    assert at_work.view.messages["correction"][0] == "warned"
    assert at_work.corrections.by_muscle == {3: [0, 3]}


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ({}, ((0, 3), "segment", True)),
        ({"muscle": 0}, (None, "segment", True)),
        ({"segmentation": None}, (None, "segment", False)),
        ({"scan": None}, (None, "segment", False)),
    ],
)
def test_the_buttons_follow_what_is_chosen(at_work, state, shown):
    for name, value in state.items():
        object.__setattr__(at_work.parameters, name, value)
    at_work.propagating.show()

    assert at_work.view.slices == shown


def test_without_its_packages_and_on_another_grid_nothing_can_be_started(at_work):
    at_work.is_installed = False
    at_work.propagating.show()
    assert at_work.view.slices == ((0, 3), "segment", False)

    def refuse(*_values, **_options):
        message = "drawn on another grid"
        raise MuscleSegError(message)

    at_work.scene.corrected_slices = refuse
    at_work.propagating.show()
    assert at_work.view.slices == (None, "segment", False)
    at_work.propagating.press()
    assert at_work.said("correction") == "drawn on another grid"


@pytest.mark.parametrize(("slices", "words"), [([], ""), ([3], "3"), ([3, 4, 5, 8], "3–5, 8"), ([0, 2, 3], "0, 2–3")])
def test_slices_are_named_in_runs(slices, words):
    assert in_words(slices) == words
