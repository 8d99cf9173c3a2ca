"""Several segmentations in one scene: a person can tell which is which, and sees one at a time."""

import re

import pytest
import slicer

from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import write_labels

from .conftest import acquired

NETWORK = "thigh-unet2d-small 1.2"


@pytest.fixture
def segment(at_desk, tmp_path):
    """A function that puts a result into the scene, as if a network had drawn the true muscles, and chooses it."""

    def put(network=NETWORK):
        from MuscleSegPanel import slicer_scene
        from MuscleSegPanel.jobs import SegmentationRequest
        from MuscleSegPanel.segmenting import put_into_scene

        output = tmp_path / "labels.nrrd"
        write_labels(acquired("thigh", 1).labels, output, segments=segments_of("thigh", two_legs=False))
        parameters = at_desk.parameters
        request = SegmentationRequest(
            scan=parameters.scan,
            segmentation=parameters.segmentation,
            region="thigh",
            network=network,
            device="cpu",
            legs=1,
        )
        answer = {"output": output, "confidence": {}, "sides": ["right"], "device": "cpu", "notes": []}
        node = put_into_scene(request, answer | {"network": network}, slicer_scene)
        at_desk.ui.segmentationSelector.setCurrentNode(node)
        at_desk.host.work()
        return parameters.segmentation

    at_desk.ui.segmentationSelector.setCurrentNode(None)
    at_desk.host.work()
    return put


def correct(desk):
    desk.shrink(4)
    desk.host.spin(lambda: desk.panel.review.is_corrected)


def test_results_are_named_by_scan_and_network_and_by_who_corrected_them(at_desk, segment):
    first = segment()
    assert first.GetName() == f"thigh T1 muscles ({NETWORK})"
    correct(at_desk)
    assert first.GetName() == f"thigh T1 muscles ({NETWORK}), corrected"

    second = segment()
    assert second is not first
    assert second.GetName() not in ("", first.GetName())
    assert second.GetName().startswith(f"thigh T1 muscles ({NETWORK})")
    assert "corrected" not in second.GetName()

    correct(at_desk)
    third = segment("thigh-nnunet 2.0")
    assert third.GetName() == "thigh T1 muscles (thigh-nnunet 2.0)"
    assert len({node.GetName() for node in (first, second, third)}) == 3


def test_a_result_that_is_written_over_has_the_name_of_what_is_in_it(segment):
    node = segment()
    assert segment() is node
    assert node.GetName() == f"thigh T1 muscles ({NETWORK})"
    assert segment("thigh-nnunet 2.0") is node
    assert node.GetName() == "thigh T1 muscles (thigh-nnunet 2.0)"


def test_a_correction_that_is_taken_back_is_none_in_the_name(at_desk, segment):
    node = segment()
    table = at_desk.ui.musclesTable
    row = next(row for row in range(table.rowCount) if table.item(row, 1).text() == "Rectus femoris")
    table.setCurrentCell(row, 1)
    correct(at_desk)
    assert node.GetName().endswith(", corrected")
    at_desk.host.click(at_desk.ui.restoreButton)
    at_desk.host.spin(lambda: not at_desk.panel.review.is_corrected)
    assert node.GetName() == f"thigh T1 muscles ({NETWORK})"


@pytest.mark.parametrize("name", ["mine", "thigh T1 muscles", "visit 2, corrected"])
def test_a_name_that_a_person_gave_stays(at_desk, segment, name):
    node = segment()
    node.SetName(name)
    segment()
    correct(at_desk)
    assert node.GetName() == name


def test_where_a_segmentation_is_chosen_one_reads_what_it_is(at_desk, segment):
    explained = at_desk.ui.segmentationSelector.toolTip
    segment()
    tip = at_desk.ui.segmentationSelector.toolTip
    assert re.match(rf"Muscles of thigh T1. Drawn by {NETWORK} on \d{{4}}-\d\d-\d\d \d\d:\d\d. Not corrected.\n", tip)
    assert tip.endswith(explained)
    correct(at_desk)
    assert "Corrected by a person." in at_desk.ui.segmentationSelector.toolTip
    at_desk.ui.segmentationSelector.setCurrentNode(None)
    at_desk.host.work()
    assert at_desk.ui.segmentationSelector.toolTip == explained


def is_visible(node):
    return bool(node.GetDisplayNode().GetVisibility())


def test_one_result_is_seen_at_a_time_and_what_a_person_drew_stays(at_desk, segment):
    tumor = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "tumor")
    tumor.CreateDefaultDisplayNodes()
    tumor.GetSegmentation().AddEmptySegment("tumor")
    first = segment()
    correct(at_desk)
    second = segment()
    assert [is_visible(node) for node in (first, second, tumor)] == [False, True, True]
    at_desk.ui.segmentationSelector.setCurrentNode(first)
    at_desk.host.work()
    assert [is_visible(node) for node in (first, second, tumor)] == [True, False, True]


def test_muscles_of_a_scan_are_not_seen_over_the_next_one(at_desk, segment):
    node, scan = segment(), at_desk.parameters.scan
    at_desk.ui.scanSelector.setCurrentNode(at_desk.load("thigh", legs=1)["anatomy"])
    at_desk.host.work()
    assert at_desk.parameters.segmentation is None
    assert not is_visible(node)
    at_desk.ui.scanSelector.setCurrentNode(scan)
    at_desk.host.work()
    assert at_desk.parameters.segmentation is node
    assert is_visible(node)
