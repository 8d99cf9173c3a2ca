"""What a person finds after Segment, whatever happened before and while the worker worked."""

import numpy as np
import pytest

from MuscleSegLib.temporary import PREFIX
from MuscleSegLib.volume import Geometry
from Testing.module.presenter.fakes import GRID, network_list


def segment(desk, meanwhile=lambda: None, **answer):
    """Press Segment, do something meanwhile, and let the result come; return the chosen segmentation."""
    desk.presenter.segment()
    meanwhile()
    desk.segmented(**answer)
    return desk.parameters.segmentation


def test_the_first_result_is_a_new_segmentation_that_is_chosen_shown_and_measured(at_scan):
    result = segment(at_scan)

    assert result.name == "result"
    assert (result.region, result.scan) == ("thigh", at_scan.parameters.scan)
    assert at_scan.view.measured[-1] == (at_scan.parameters.scan, result)
    assert at_scan.view.messages["network"] == ("told", "One leg was segmented in 0 s on the processor.")
    assert at_scan.view.runs == ["thigh-a"]


def test_an_untouched_result_is_replaced_without_a_word_and_can_be_taken_back(at_result):
    before, measured = at_result.parameters.segmentation, len(at_result.view.measured)

    assert segment(at_result) is before
    assert at_result.view.saved == [before]
    assert len(at_result.view.measured) == measured + 1
    assert "left as it is" not in at_result.said()


def correct(desk):
    desk.parameters.segmentation.is_corrected = True


def take_for_other_scan(desk):
    desk.parameters.segmentation.scan = desk.scene.add("another scan")


def correct_and_choose_a_map_that_cannot_be_measured(desk):
    correct(desk)
    desk.scene.inputs_of = lambda _parameters: None
    desk.choose(t2=desk.scene.add("broken", voxels=""))


@pytest.mark.parametrize("change", [correct, correct_and_choose_a_map_that_cannot_be_measured, take_for_other_scan])
@pytest.mark.parametrize("is_meanwhile", [False, True])
def test_a_segmentation_that_is_not_just_the_network_s_of_this_scan_is_left(at_result, change, is_meanwhile):
    before, drawn = at_result.parameters.segmentation, at_result.parameters.segmentation.labels
    if not is_meanwhile:
        change(at_result)

    result = segment(at_result, (lambda: change(at_result)) if is_meanwhile else lambda: None)

    assert result is not before
    assert before.labels is drawn
    assert at_result.view.saved == []
    reason = "was left as it is, since its muscles are not just what a network drew of this scan: see result."
    assert at_result.said().endswith(reason)


def test_muscles_of_another_region_are_left_and_this_is_the_reason(at_result):
    before = at_result.parameters.segmentation
    at_result.presenter.choose_region("auto")
    at_result.settle()

    assert segment(at_result, region="lower-limb") is not before
    assert "since it holds muscles of another region" in at_result.said()
    assert "The scan shows thigh and calf." in at_result.said()


def test_a_segmentation_that_was_removed_while_its_scan_was_segmented_is_not_missed(at_result):
    before = at_result.parameters.segmentation

    assert segment(at_result, lambda: at_result.remove(before)) not in (before, None)
    assert "left as it is" not in at_result.said()


def test_another_segmentation_that_is_chosen_while_the_worker_works_is_left(at_result):
    first, other = at_result.parameters.segmentation, at_result.scene.add("mine", region="thigh", is_corrected=True)

    assert segment(at_result, lambda: at_result.choose(segmentation=other)) is first
    assert other.labels is None


def lose_the_scan(desk):
    desk.remove(desk.parameters.scan)


def show_another_frame(desk):
    desk.parameters.scan.voxels = "another frame of the sequence"


def crop(desk):
    desk.parameters.scan.geometry = Geometry((1, 2, 2), np.eye(4))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lose_the_scan, "The scan was removed while it was segmented: the result is lost. Load the scan again."),
        (show_another_frame, "The scan was changed while it was segmented: press Segment again."),
        (crop, "The scan was changed while it was segmented: press Segment again."),
    ],
)
def test_muscles_of_an_image_that_is_no_longer_there_are_not_drawn(at_result, change, sentence):
    nodes, drawn = len(at_result.scene.nodes), at_result.parameters.segmentation.labels

    segment(at_result, lambda: change(at_result))

    assert at_result.view.messages["network"] == ("warned", sentence)
    assert len(at_result.scene.nodes) in (nodes, nodes - 1)
    assert [node.labels for node in at_result.scene.nodes if node.labels is not None] == [drawn]
    assert at_result.view.button == "segment"


def test_a_scan_that_was_moved_meanwhile_has_its_muscles_where_it_lies_now(at_scan):
    moved = Geometry(GRID.shape, np.diag([1.0, 1.0, 5.0, 1.0]) + np.eye(4, k=3))

    result = segment(at_scan, lambda: setattr(at_scan.parameters.scan, "geometry", moved))

    assert np.array_equal(result.labels.geometry.affine, moved.affine)


def test_a_result_of_a_scan_that_is_chosen_no_longer_is_told_and_not_chosen(at_scan):
    first = at_scan.parameters.scan
    at_scan.presenter.segment()
    at_scan.choose_scan("another")
    at_scan.segmented()

    assert at_scan.parameters.segmentation is None
    assert at_scan.said() == "The muscles are in result."
    assert at_scan.scene.nodes[-1].scan is first


def test_the_request_is_of_what_was_chosen_when_the_button_was_pressed(at_scan):
    at_scan.presenter.choose_network("thigh-b")
    at_scan.presenter.segment()
    at_scan.presenter.choose_network("thigh-a")

    job = at_scan.job
    assert (job["region"], job["network"], job["device"], job["legs"]) == ("thigh", "thigh-b", "auto", "auto")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"sides": ["right", "left"]}, "Both legs were segmented in 0 s on the processor."),
        ({"device": "cuda"}, "One leg was segmented in 0 s on the graphics card."),
        ({"notes": ["Slices 1 to 3 show no leg."]}, "processor. Slices 1 to 3 show no leg."),
    ],
)
def test_the_end_is_told_in_one_sentence_and_what_is_unusual_behind_it(at_scan, answer, sentence):
    segment(at_scan, **answer)

    assert at_scan.said().endswith(sentence)


def test_what_is_written_under_the_network_is_not_told_again_with_its_result(desk):
    desk.available = network_list("thigh", notes=("adductor: weak",))
    desk.choose_scan()
    desk.settle()
    segment(desk, notes=["adductor: weak"])

    assert "weak" not in desk.said()


# While it runs, and when it does not come to its end


def test_the_button_cancels_while_it_runs_and_waits_while_it_cancels(at_scan):
    at_scan.view.warn("of the last time", section="network")
    at_scan.presenter.segment()
    assert (at_scan.view.button, at_scan.view.is_enabled, at_scan.view.doing) == ("cancel", True, "Starting")
    assert at_scan.said() == ""
    at_scan.worker.say(type="progress", id=at_scan.job["id"], fraction=0.5, message="segmenting")
    assert at_scan.view.doing == "segmenting"

    at_scan.presenter.segment()
    assert (at_scan.view.button, at_scan.view.is_enabled) == ("canceling", False)
    at_scan.choose(mtr=at_scan.scene.add("MTR"))
    assert not at_scan.view.is_enabled

    at_scan.worker.say(type="canceled", id=at_scan.job["id"])
    assert (at_scan.view.button, at_scan.view.is_enabled) == ("segment", True)
    assert at_scan.view.messages["network"] == ("told", "Canceled: nothing was changed.")
    assert at_scan.worker.killed == [42]


def test_after_a_cancel_the_next_press_starts_another_worker(at_scan):
    at_scan.presenter.segment()
    at_scan.presenter.segment()
    at_scan.worker.say(type="canceled", id=at_scan.job["id"])

    assert segment(at_scan) is not None
    assert len(at_scan.processes) == 2


def test_a_result_that_was_ready_before_it_could_be_canceled_is_not_drawn(at_scan):
    segment(at_scan, at_scan.presenter.segment)

    assert at_scan.parameters.segmentation is None
    assert at_scan.said() == "Canceled: nothing was changed."


def test_a_worker_that_dies_is_told_leaves_all_as_it_was_and_the_next_press_works(at_result):
    before, drawn = at_result.parameters.segmentation, at_result.parameters.segmentation.labels
    at_result.presenter.segment()
    at_result.worker.end("killed")

    kind, sentence = at_result.view.messages["network"]
    assert (kind, "ended unexpectedly (killed)" in sentence) == ("warned", True)
    assert (at_result.view.button, at_result.view.is_enabled) == ("segment", True)
    assert before.labels is drawn
    assert segment(at_result) is before
    assert len(at_result.processes) == 2


def test_a_worker_that_says_nothing_any_more_is_ended_and_told(at_scan):
    at_scan.presenter.segment()
    for _ in range(400):
        at_scan.clock += 1
        at_scan.client.check()

    assert "nothing was heard of it" in at_scan.said()
    assert at_scan.view.button == "segment"


def test_an_error_of_the_worker_names_the_scan_and_not_a_temporary_file(at_scan):
    at_scan.presenter.segment()
    at_scan.worker.say(type="error", id=at_scan.job["id"], message=f"No leg was found in {at_scan.job['image']}.")

    assert at_scan.view.messages["network"] == ("warned", "No leg was found in T1.")


def test_a_scan_that_lost_its_voxels_is_refused_when_the_button_is_pressed(at_scan):
    at_scan.parameters.scan.voxels = ""
    at_scan.presenter.segment()

    assert at_scan.view.messages["network"] == ("warned", "T1 has no voxels.")
    assert at_scan.view.button == "segment"
    assert not at_scan.jobs.is_segmenting


def test_a_scene_that_is_closed_during_a_job_ends_it_without_a_word(at_scan):
    at_scan.presenter.segment()
    at_scan.presenter.close_scene()
    assert at_scan.view.measured[-1] is None
    at_scan.worker.say(type="canceled", id=at_scan.job["id"])

    assert at_scan.said() == ""
    assert [node.name for node in at_scan.scene.nodes] == ["T1"]
    assert not at_scan.jobs.is_segmenting


def end_in_time(desk):
    desk.segmented()


def die(desk):
    desk.worker.end("killed")


def fail(desk):
    desk.worker.say(type="error", id=desk.job["id"], message="No leg was found.")


def cancel(desk):
    desk.presenter.segment()
    desk.worker.say(type="canceled", id=desk.job["id"])


@pytest.mark.parametrize("end", [end_in_time, die, fail, cancel])
def test_no_image_of_the_patient_stays_on_the_disk_however_it_ends(at_scan, end, tmp_path):
    at_scan.presenter.segment()
    assert list(tmp_path.glob(f"{PREFIX}*/scan.nii")) != []
    end(at_scan)

    assert list(tmp_path.glob(f"{PREFIX}*")) == []
