"""Section *Improve* in the panel: scans are collected, a network learns, segmenting comes first, the new one is used.

The worker is pretended, so that it is as fast as a test says; one test has the real one.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import slicer

from MuscleSegLib.volume import Volume, read_labels, write_labels
from Testing.module.strokes import GRACILIS, SARTORIUS, masks
from Testing.module.test_corrected_slices import corrected, edit, middle_slices
from Testing.worker.conftest import PretendedProcess

NAME = "thigh-paired-unet-improved-1"
GATE = {"rows": [{"code": GRACILIS, "before": 0.512, "after": 0.704, "n": 2, "slices": 8}], "before": 0.5, "after": 0.7}
BETTER = {
    **{"name": NAME, "parent": "thigh-paired-unet", "region": "thigh", "is_taken": True, "reason": ""},
    **{"cases": 2, "left_out": "scans", "notes": [], "steps": 5, "held_out": GATE, "rehearsed": GATE},
}
LONGEST_S = 600


class Processes:
    """Processes of a client, in which a test says what happens; each is ready at once."""

    def __init__(self):
        from MuscleSegLib.worker import Client

        self.all = []
        self.client = Client(self._make)

    def _make(self):
        process = PretendedProcess()
        self.all.append(process)
        start = process.start

        def ready(**callbacks):
            start(**callbacks)
            process.say(type="ready", pid=42, has_gpu=False)

        process.start = ready
        return process

    def jobs(self, kind):
        """Return the jobs of a kind, over all processes."""
        return [message for process in self.all for message in process.messages if message.get("job") == kind]

    def say(self, kind, **answer):
        """Answer the latest job of a kind."""
        self.all[-1].say(id=self.jobs(kind)[-1]["id"], **answer)


@pytest.fixture
def desk(work, tmp_path, monkeypatch):
    """A person at the muscles of one thigh, with a folder for corrected scans, and pretended workers."""
    monkeypatch.setenv("MUSCLESEG_NETWORKS", str(tmp_path / "networks"))
    work.drawing, work.background = Processes(), Processes()
    work.panel.jobs._client, work.panel.background._client = work.drawing.client, work.background.client
    work.scans = work.load_with_muscles()
    work.folder = tmp_path / "corrected"
    work.folder.mkdir()
    work.host.dialogs.will_answer(work.folder)
    return work


def correct(desk):
    """Correct two muscles in two slices each."""
    for value in (GRACILIS, SARTORIUS):
        edit(desk, value, list(middle_slices(desk, value)))


def load_another(desk):
    """Put a second scan and its muscles into the scene, and choose them."""
    from MuscleSegLib.inference import segments_of
    from MuscleSegLib.scene.segmentations import labels_of, show_labels
    from MuscleSegLib.scene.volumes import add_volume, volume_of

    image = volume_of(desk.parameters.scan)
    labels = labels_of(desk.parameters.segmentation, desk.parameters.scan)
    scan = add_volume(Volume(image.array * 2, image.geometry), "another patient")
    desk.ui.scanSelector.setCurrentNode(scan)
    desk.host.click(desk.ui.thighButton)
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    show_labels(node, labels, segments_of("thigh", two_legs=False), reference=scan)
    desk.ui.segmentationSelector.setCurrentNode(node)
    desk.host.work()


def add(desk):
    desk.host.click(desk.ui.addScanButton)
    desk.host.work()


def settle(desk):
    """Let the worker find regions and estimate costs until nothing but a job of a person is left."""
    answers = {"find_region": {"region": "thigh", "certainty": 0.9, "is_sure": True}, "cost": {"seconds": 1.0}}
    client, told = desk.drawing.client, None
    while client._running is not None and client._running.request.id != told:
        told = client._running.request.id
        message = next(one for one in desk.drawing.all[-1].messages if one.get("id") == told)
        if message["job"] in answers:
            network = {"network": message["network"]} if message["job"] == "cost" else {}
            desk.drawing.all[-1].say(type="result", id=told, **answers[message["job"]], **network)
    desk.host.work()


def segmented(desk, network):
    """Let the worker end its segmentation with the muscles that are there already."""
    from MuscleSegLib.scene.segmentations import labels_of

    settle(desk)
    job = desk.drawing.jobs("segment")[-1]
    labels = labels_of(desk.parameters.segmentation, desk.parameters.scan)
    write_labels(labels, Path(job["output"]), segments=())
    answer = {"network": f"{network} 1.0.0", "device": "cpu", "confidence": {}, "sides": ["right"], "notes": []}
    desk.drawing.say("segment", type="result", **answer)
    desk.host.work()


def install(name, folder):
    """Put a network into the user's networks, as the worker does."""
    from MuscleSegLib.bundle import find_bundle

    shutil.copytree(find_bundle("thigh").folder, folder / name)
    metadata = folder / name / "configs" / "metadata.json"
    content = json.loads(metadata.read_text(encoding="utf-8"))
    metadata.write_text(json.dumps({**content, "name": name}), encoding="utf-8")


def cells(desk):
    table = desk.ui.improveTable
    return [[table.item(row, column).text() for column in range(table.columnCount)] for row in range(table.rowCount)]


def test_two_scans_are_collected_a_segmentation_comes_first_and_the_new_network_segments(desk, message, tmp_path):
    ui = desk.ui
    correct(desk)
    slices = corrected(desk)
    add(desk)
    (labels,) = desk.folder.glob("*.seg.nrrd")
    assert ui.scansLabel.text == "1 corrected scan of the thigh, about 15 minutes"
    assert sorted(path.name.partition(".")[2] for path in desk.folder.iterdir()) == ["nii.gz", "seg.nrrd"]
    assert "thigh T1" not in " ".join(path.name for path in desk.folder.iterdir())
    load_another(desk)
    correct(desk)
    add(desk)
    add(desk)
    assert len(list(desk.folder.iterdir())) == 4
    assert ui.scansLabel.text == "2 corrected scans of the thigh, about 15 minutes"

    desk.host.click(ui.improveButton)
    (job,) = desk.background.jobs("adapt")
    assert (job["cases"], job["name"], job["installs"]) == (str(desk.folder), NAME, False)
    desk.background.say("adapt", type="progress", fraction=0.3, message="learning")
    assert ui.improveProgressBar.value == 300
    assert (ui.improveButton.text, ui.addScanButton.enabled) == ("Cancel", False)

    desk.host.click(ui.segmentButton)
    assert {"cancel": job["id"]} in desk.background.all[-1].messages
    desk.background.say("adapt", type="canceled")
    assert "Waiting while muscles are drawn" in ui.improveProgressBar.format
    assert len(desk.background.jobs("adapt")) == 1
    segmented(desk, "thigh-paired-unet")
    assert [one["name"] for one in desk.background.jobs("adapt")] == [NAME, NAME], "it goes on"

    desk.background.say("adapt", type="result", **BETTER)
    assert cells(desk) == [
        ["Gracilis", "2", "0.512 → 0.704", "0.512 → 0.704"],
        ["All muscles", "", "0.500 → 0.700", "0.500 → 0.700"],
    ]
    assert "is better than thigh-paired-unet: DSC 0.500 before, 0.700 after on scans left out" in ui.improveResult.text
    desk.host.click(ui.useNetworkButton)
    settle(desk)
    install(NAME, tmp_path / "networks")
    desk.drawing.say("conclude", type="result", name=NAME)
    desk.host.work()
    assert desk.parameters.network == desk.panel.network.chosen == NAME
    assert "To go back, choose thigh-paired-unet" in message(ui.improveMessage)
    assert (ui.improveTable.visible, ui.useNetworkButton.visible) == (False, False)

    desk.host.click(ui.segmentButton)
    settle(desk)
    assert desk.drawing.jobs("segment")[-1]["network"] == NAME
    segmented(desk, NAME)
    assert desk.panel.presenter.parameters.segmentation.GetName().count(NAME) == 1

    slicer.util.saveScene(str(tmp_path / "scene.mrb"))
    slicer.mrmlScene.Clear(0)
    desk.host.work()
    slicer.util.loadScene(str(tmp_path / "scene.mrb"))
    desk.host.work()
    assert (desk.parameters.network, desk.panel.network.chosen) == (NAME, NAME)
    assert desk.parameters.corrected_folder == str(desk.folder)
    assert ui.scansLabel.text == "2 corrected scans of the thigh, about 15 minutes"
    assert slices


def test_the_files_tell_the_same_corrected_slices_as_the_panel(desk):
    from MuscleSegLib.inference.drawn_slices import DRAWN, corrected_slices

    correct(desk)
    slices, drawn = corrected(desk), masks(desk)
    add(desk)
    labels, segments = read_labels(next(desk.folder.glob("*.seg.nrrd")))

    told = {one.value: corrected_slices(labels.array, one.value, one.tags[DRAWN]) for one in segments}
    assert {value: found for value, found in told.items() if found} == slices
    assert all(np.array_equal(labels.array == value, mask) for value, mask in drawn.items())


def test_nothing_is_written_where_nothing_was_corrected(desk, message):
    from MuscleSegLib.scene.corrected_slices import keep_drawn
    from MuscleSegLib.scene.segmentations import labels_of

    node, scan = desk.parameters.segmentation, desk.parameters.scan
    keep_drawn(node, labels_of(node, scan), reference=scan)
    add(desk)

    assert list(desk.folder.iterdir()) == []
    assert "was corrected or marked as right" in message(desk.ui.improveMessage)
    assert not desk.ui.improveButton.enabled


@pytest.fixture
def learned(desk):
    """A person to whom the worker has told something."""
    correct(desk)
    add(desk)
    desk.host.click(desk.ui.improveButton)
    return desk


def test_what_is_not_better_says_why_and_cannot_be_used(learned):
    answer = {**BETTER, "is_taken": False, "reason": "It forgot: the mean DSC on digital people fell."}
    learned.background.say("adapt", type="result", **answer)

    assert "Not better, so that thigh-paired-unet stays: It forgot" in learned.ui.improveResult.text
    assert not learned.ui.useNetworkButton.visible
    assert learned.ui.improveButton.enabled


def test_a_better_one_can_be_discarded(learned, message):
    learned.background.say("adapt", type="result", **BETTER)
    learned.host.click(learned.ui.discardNetworkButton)
    settle(learned)
    assert [job["is_used"] for job in learned.drawing.jobs("conclude")] == [False]
    learned.drawing.say("conclude", type="result", name=NAME)

    assert "thigh-paired-unet stays as it was" in message(learned.ui.improveMessage)
    assert learned.parameters.network == ""


def test_canceled_it_can_go_on(learned, message):
    learned.host.click(learned.ui.improveButton)
    learned.background.say("adapt", type="canceled")
    assert "it goes on from there" in message(learned.ui.improveMessage)
    learned.host.click(learned.ui.improveButton)
    first, second = learned.background.jobs("adapt")

    assert first["name"] == second["name"]


@pytest.mark.slow
@pytest.mark.long  # ten minutes
def test_with_the_real_worker_a_segmentation_comes_first_and_the_improvement_ends(work, tmp_path, monkeypatch):
    """Ten steps a training; whether the network becomes better by them is not asked here."""
    monkeypatch.setenv("MUSCLESEG_NETWORKS", str(tmp_path / "networks"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys.modules["MuscleSegPanel.improving"], "MINUTES", 0.05)
    work.scans = work.load_with_muscles()
    folder = tmp_path / "corrected"
    folder.mkdir()
    work.host.dialogs.will_answer(folder)
    edit(work, GRACILIS, list(middle_slices(work, GRACILIS)))
    add(work)
    work.host.click(work.ui.improveButton)
    work.host.spin(lambda: work.ui.improveProgressBar.value > 50 or not work.panel.background.is_busy, LONGEST_S)

    work.host.click(work.ui.segmentButton)
    work.host.spin(lambda: not work.panel.jobs.is_segmenting, LONGEST_S)
    assert work.panel.background.is_busy
    work.host.spin(lambda: not work.panel.background.is_busy, LONGEST_S)
    work.host.work()

    assert work.ui.improveTable.rowCount > 1, work.ui.improveMessage.text
    assert work.ui.useNetworkButton.visible != ("Not better" in work.ui.improveResult.text)
