"""Corrected scans, a network that learns from them, and the decision on it, without Slicer."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry
from MuscleSegPanel.improving import Improving, improved_name
from Testing.module.presenter.fakes import FakeParameters, Memory

BETTER = {
    **{"name": "thigh-a-improved-1", "parent": "thigh-a", "region": "thigh", "is_taken": True, "reason": ""},
    **{"cases": 1, "left_out": "scans", "notes": [], "steps": 5},
    "held_out": {"rows": [{"code": 3, "before": 0.5, "after": 0.7, "n": 2, "slices": 8}], "before": 0.5, "after": 0.7},
    "rehearsed": {"rows": [], "before": 0.9, "after": 0.9},
}
WORSE = {**BETTER, "is_taken": False, "reason": "It forgot."}


class Pretended:
    """A background in which a test says what happens."""

    def __init__(self):
        self.jobs, self.is_canceled = [], False

    def begin(self, job, handlers):
        self.jobs.append(job)
        self.handlers = handlers

    def cancel(self):
        self.is_canceled = True


@pytest.fixture
def corrected(tmp_path):
    folder = tmp_path / "corrected"
    folder.mkdir()
    return folder


@pytest.fixture
def at_muscles(desk, corrected):
    """A person at corrected muscles of a scan of the thigh, with a folder for them that was not chosen yet."""
    desk.parameters.corrected_folder = ""
    scan = desk.choose_scan("Meier, Hans", voxels="0123456789abcdef")
    desk.choose(segmentation=desk.scene.add("muscles", region="thigh", scan=scan))
    desk.settle()
    desk.memory, desk.background, desk.answer, desk.asked_folders = Memory(), Pretended(), str(corrected), 0
    desk.written, desk.shown, desk.doing = [], None, ""

    def write(_segmentation, scan, region, path):
        desk.written.append((scan, region))
        path.write_text("labels")

    def ask():
        desk.asked_folders += 1
        return desk.answer

    desk.scene.write_corrected = write
    desk.view.show_improving = lambda shown: setattr(desk, "shown", shown)
    desk.view.show_improving_progress = lambda _fraction, doing: setattr(desk, "doing", doing)
    desk.improving = Improving(
        desk.jobs,
        desk.background,
        desk.view,
        desk.scene,
        parameters=lambda: desk.presenter.parameters,
        is_installed=lambda: desk.is_installed,
        on_network=desk.presenter.take_network,
        memory=desk.memory,
        ask_folder=ask,
        bundles=lambda: desk.available,
    )
    desk.improving.show()
    return desk


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_is_asked_for_once_and_a_scan_has_a_name_without_a_patient(at_muscles, corrected):
    assert (at_muscles.shown.can_add, at_muscles.shown.can_improve, at_muscles.shown.summary) == (True, False, "")
    at_muscles.improving.add()
    assert files(corrected) == ["thigh-0123456789abcdef.nii.gz", "thigh-0123456789abcdef.seg.nrrd"]
    assert at_muscles.shown.summary == "1 corrected scan of the thigh, about 15 minutes"
    assert "Meier, Hans is among the corrected scans" in at_muscles.said("improving")

    other = at_muscles.scene.add("another", voxels="f" * 16)
    at_muscles.choose(scan=other)
    at_muscles.presenter.choose_region("thigh")
    at_muscles.choose(segmentation=at_muscles.scene.add("its muscles", region="thigh", scan=other))
    at_muscles.improving.add()

    assert at_muscles.asked_folders == 1
    assert at_muscles.shown.summary == "2 corrected scans of the thigh, about 15 minutes"


def test_the_same_scan_replaces_itself_also_with_another_image(at_muscles, corrected):
    at_muscles.improving.add()
    fat = at_muscles.scene.add("fat")
    at_muscles.scene.maps = {"fat": fat}
    at_muscles.choose(companion=fat)
    at_muscles.improving.add()
    assert files(corrected) == [f"thigh-0123456789abcdef{end}" for end in (".seg.nrrd", "_0000.nii.gz", "_0001.nii.gz")]
    assert (corrected / "thigh-0123456789abcdef_0000.nii.gz").read_text() == "some", "fat first"
    assert "as you see it" in at_muscles.said("improving")
    at_muscles.choose(companion=None)
    at_muscles.improving.add()

    assert files(corrected) == ["thigh-0123456789abcdef.nii.gz", "thigh-0123456789abcdef.seg.nrrd"]


def test_labels_lie_on_the_grid_of_the_first_image(at_muscles, corrected):
    fat = at_muscles.scene.add("fat", geometry=Geometry((1, 2, 3), np.diag([2.0, 2.0, 5.0, 1.0])))
    at_muscles.scene.maps, at_muscles.scene.require_together = {"fat": fat}, lambda *_: None
    at_muscles.choose(companion=fat)
    at_muscles.improving.add()

    assert (corrected / "thigh-0123456789abcdef_0000.nii.gz").read_text() == "0123456789abcdef"


def fail_to_write(desk, corrected):
    def write(*_):
        message = "No slice was corrected."
        raise MuscleSegError(message)

    desk.scene.write_corrected = write


def fail_to_export(desk, corrected):
    def export(*_):
        message = "The disk is full."
        raise MuscleSegError(message)

    desk.scene.export_volume = export


def lose_the_folder(desk, corrected):
    desk.answer = str(corrected / "nowhere")


def choose_another_region(desk, corrected):
    desk.presenter.choose_region("calf")


@pytest.mark.parametrize("spoil", [fail_to_write, fail_to_export, lose_the_folder, choose_another_region])
def test_a_scan_is_added_whole_or_not_at_all(at_muscles, corrected, spoil):
    spoil(at_muscles, corrected)
    at_muscles.improving.add()

    assert files(corrected) == []
    assert at_muscles.view.messages["improving"][0] == "warned"


def test_a_scene_from_elsewhere_does_not_choose_where_images_are_written(at_muscles, corrected, tmp_path):
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    at_muscles.parameters.corrected_folder = str(stranger)
    at_muscles.improving.add()

    assert (at_muscles.asked_folders, files(stranger), len(files(corrected))) == (1, [], 2)


def test_a_scene_keeps_its_folder_among_those_that_were_chosen_here(at_muscles, corrected, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    at_muscles.improving.add()
    at_muscles.answer = str(other)
    at_muscles.improving.choose_folder()
    assert at_muscles.shown.folder == str(other)
    saved = FakeParameters()
    saved.corrected_folder = str(corrected)
    at_muscles.load(saved)
    at_muscles.improving.show()

    assert at_muscles.shown.folder == str(corrected)


@pytest.fixture
def learning(at_muscles):
    """A person whose network learns in the background."""
    at_muscles.improving.add()
    at_muscles.choose(network="thigh-a")
    at_muscles.improving.press()
    return at_muscles


def test_the_chosen_network_learns_from_the_folder(learning, corrected):
    (job,) = learning.background.jobs
    assert (job.region, job.network, job.cases, job.name) == ("thigh", "thigh-a", corrected, "thigh-a-improved-1")
    assert not job.installs
    assert (learning.shown.state, learning.shown.can_add, learning.doing) == ("running", False, "Starting")


@pytest.mark.parametrize("is_used", [True, False])
def test_a_better_network_is_used_or_discarded(learning, is_used):
    learning.background.handlers.result(BETTER)
    assert (learning.shown.state, learning.shown.result) == ("idle", BETTER)
    assert learning.parameters.network == "thigh-a", "nobody has decided yet"
    (learning.improving.use if is_used else learning.improving.discard)()
    assert {name: learning.job[name] for name in ("job", "name", "is_used")} == {
        **{"job": "conclude", "name": BETTER["name"], "is_used": is_used}
    }
    about = SimpleNamespace(
        region="thigh", label_set="thigh", is_fine=False, name=BETTER["name"], notes=(), takes_companions=True
    )
    if is_used:
        learning.available.bundles.append(SimpleNamespace(metadata=about))
    learning.say(name=BETTER["name"])

    assert learning.shown.result is None
    assert learning.parameters.network == learning.view.chosen == (BETTER["name"] if is_used else "thigh-a")
    assert ("choose thigh-a there" if is_used else "was discarded") in learning.said("improving")


def test_a_network_for_another_region_is_not_chosen(learning):
    learning.background.handlers.result({**BETTER, "region": "calf"})
    learning.improving.use()
    learning.say(name=BETTER["name"])

    assert learning.parameters.network == "thigh-a"
    assert "list Network of its region" in learning.said("improving")


def test_one_that_is_not_better_cannot_be_used_and_says_why(learning):
    learning.background.handlers.result(WORSE)
    assert learning.shown.result["reason"] == "It forgot."
    learning.improving.press()

    assert learning.shown.result is None
    assert [job.name for job in learning.background.jobs] == ["thigh-a-improved-1"] * 2


def test_stopped_it_goes_on_under_the_same_name(learning):
    learning.improving.press()
    assert (learning.shown.state, learning.background.is_canceled) == ("canceling", True)
    learning.background.handlers.canceled()
    assert learning.shown.state == "idle"
    learning.improving.press()

    assert learning.background.jobs[0] == learning.background.jobs[1]


def test_an_error_is_told_where_the_person_looks(learning):
    learning.background.handlers.failed("The sides are exchanged in P.seg.nrrd.")

    assert learning.view.messages["improving"] == ("warned", "The sides are exchanged in P.seg.nrrd.")
    assert (learning.shown.state, learning.shown.can_improve) == ("idle", True)


def test_a_closed_scene_does_not_stop_what_learns_from_files(learning):
    learning.presenter.close_scene()
    learning.background.handlers.result(BETTER)

    assert learning.shown.result == BETTER


@pytest.mark.parametrize(
    ("parent", "taken", "name"),
    [
        ("thigh-a", [], "thigh-a-improved-1"),
        ("thigh-a", ["thigh-a-improved-1"], "thigh-a-improved-2"),
        ("thigh-a-improved-1", ["thigh-a-improved-1"], "thigh-a-improved-2"),
        ("n" * 90, [], f"{'n' * 60}-improved-1"),
    ],
)
def test_the_new_name_is_the_first_free_one(parent, taken, name):
    assert improved_name(parent, taken) == name


def test_the_time_is_that_of_the_last_improvement_here(at_muscles):
    at_muscles.memory.times = {"thigh-a": 8.4}
    at_muscles.improving.add()

    assert "about 8 minutes" in at_muscles.shown.summary


def test_a_folder_that_cannot_be_used_says_why(at_muscles, corrected):
    (corrected / "P.seg.nrrd").write_text("labels without an image")
    at_muscles.improving.choose_folder()

    assert "have no image" in at_muscles.shown.summary
    assert not at_muscles.shown.can_improve
    assert Path(at_muscles.shown.folder) == corrected
