"""A result never takes a person's work away, wherever and whenever that was done."""

import numpy as np
import pytest
import slicer

from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import Volume, write_labels
from Testing.module.conftest import acquired

GRACILIS, RECTUS_FEMORIS = 3, 4


class Client:
    """A worker that segments when it is told to, and finds every muscle but the rectus femoris."""

    def __init__(self):
        self.jobs = []

    def submit(self, job, handlers):
        self.jobs.append((job, handlers))
        return str(len(self.jobs))

    def start(self):
        pass

    def stop(self):
        pass

    def check(self):
        pass

    def answer(self):
        job, handlers = self.jobs[-1]
        write_labels(result(), job.output, segments=segments_of("thigh", two_legs=False))
        summary = {"network": "toy 1", "device": "cpu", "confidence": {"3": 0.5}, "sides": ["right"], "notes": []}
        handlers.result({**summary, "output": str(job.output)})


def result():
    truth = acquired("thigh", 1).labels
    return Volume(np.where(truth.array == RECTUS_FEMORIS, 0, truth.array), truth.geometry)


@pytest.fixture
def desk(at_desk, monkeypatch):
    """A person at a segmentation as a network drew it, and a worker that waits."""
    at_desk.client = Client()
    monkeypatch.setattr(at_desk.panel.jobs, "_client", at_desk.client)
    return at_desk


def segment(desk, meanwhile=lambda: None):
    """Press Segment, do something meanwhile, and let the result come."""
    desk.panel.segment()
    meanwhile()
    desk.client.answer()
    desk.host.work()
    return desk.parameters.segmentation


def content(node):
    """Return all that a person may have worked on: each segment's name, color, tags and voxels."""
    segments = node.GetSegmentation()
    volume = node.GetNodeReference(node.GetReferenceImageGeometryReferenceRole())
    return {
        identity: (
            segments.GetSegment(identity).GetName(),
            segments.GetSegment(identity).GetColor(),
            slicer.util.arrayFromSegmentBinaryLabelmap(node, identity, volume).tobytes(),
        )
        for identity in segments.GetSegmentIDs()
    }


def labels(desk):
    from MuscleSegLib.scene.segmentations import labels_of

    return labels_of(desk.parameters.segmentation, desk.parameters.scan).array


def assert_left_as_it_is(desk, node, meanwhile=lambda: None):
    """Check that a result goes to a new segmentation, which the panel names, and that this one stays as it is."""
    before = {}
    segmented = segment(desk, lambda: (meanwhile(), before.update(content(node))))
    assert segmented is not node
    assert content(node) == before
    assert np.array_equal(labels(desk), result().array)
    text = desk.ui.segmentMessage.text
    assert f"{node.GetName()} was left as it is" in text
    assert segmented.GetName() in text


@pytest.mark.slow
def test_an_untouched_result_is_replaced_without_a_word_and_can_be_taken_back(desk):
    node = desk.parameters.segmentation
    before = content(node)
    assert segment(desk) is node
    assert np.array_equal(labels(desk), result().array)
    assert "left as it is" not in desk.ui.segmentMessage.text

    desk.ui.segmentEditor.undo()
    desk.host.work()
    assert content(node) == before
    assert segment(desk) is not node  # it is no longer what the last network drew


def shrink(desk):
    desk.shrink(RECTUS_FEMORIS)


@pytest.mark.slow
def test_what_a_person_did_while_it_runs_is_left(desk):
    assert_left_as_it_is(desk, desk.parameters.segmentation, lambda: shrink(desk))


@pytest.mark.slow
def test_a_corrected_segmentation_is_left_after_the_scene_was_saved_and_loaded(desk, tmp_path):
    shrink(desk)
    desk.host.work()
    slicer.util.saveScene(str(tmp_path / "scene.mrb"))
    slicer.mrmlScene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "scene.mrb"))
    desk.host.work()
    assert_left_as_it_is(desk, desk.parameters.segmentation)


@pytest.mark.slow
def test_confidence_and_order_of_review_come_back_from_a_file(desk, tmp_path):
    from MuscleSegLib.scene.saving import save_segmentation

    confidence = {value: value / 20 for value in range(1, 11)}
    truth = acquired("thigh", 1).labels
    path = tmp_path / "labels.seg.nrrd"
    write_labels(truth, path, segments=segments_of("thigh", two_legs=False, confidence=confidence))
    for name in ("from the command line", "from Slicer"):
        node = slicer.util.loadSegmentation(str(path), {"name": name})
        desk.ui.segmentationSelector.setCurrentNode(node)
        desk.host.work()
        shown = [desk.ui.musclesTable.item(row, 2).text() for row in range(10)]
        assert shown == [f"{value / 20:.2f}" for value in range(1, 11)]
        save_segmentation(node, path)
