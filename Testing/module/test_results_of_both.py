"""Results of thigh and calf from a worker that waits: where they are put, and that regions do not mix."""

import pytest
import slicer

from MuscleSegLib.anatomy import labels_of
from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import write_labels
from Testing.module.whole_limb import NAMES, SOLEUS, Client, listed, load, select, volumes


@pytest.fixture
def desk(work, stations, monkeypatch):
    """The panel with a worker that waits."""
    work.stations = dict(stations)
    work.client = Client(work.stations)
    monkeypatch.setattr(work.panel.jobs, "_client", work.client)
    return work


def drawn(desk, station, button="automaticButton"):
    """Choose a new scan of a station and let it be segmented."""
    scan = load(desk, station, desk.stations)
    desk.ui.scanSelector.setCurrentNode(scan)
    desk.host.click(getattr(desk.ui, button))
    desk.panel.segment()
    desk.client.segment(station)
    desk.host.work()
    return scan, desk.parameters.segmentation


# Without a worker
def test_automatic_is_asked_for_without_a_network_and_named_for_the_region_that_came(desk, message):
    from MuscleSegLib.scene.automatic import description_of

    _scan, segmentation = drawn(desk, "calf")

    job = desk.client.jobs[-1][0]
    assert (job.region, job.network) == ("auto", None)
    assert description_of(segmentation).region == "calf"
    assert len(desk.table()) == 12
    assert "The scan shows the calf." in message(desk.ui.segmentMessage)


def test_networks_can_be_chosen_for_one_region_and_not_for_both(desk):
    desk.ui.scanSelector.setCurrentNode(load(desk, "thigh", desk.stations))
    desk.host.click(desk.ui.automaticButton)
    desk.ui.networkTable.setCurrentCell(1, 0)
    assert desk.panel.network.chosen == ""
    assert desk.parameters.network == ""
    desk.host.click(desk.ui.thighButton)
    assert all("thigh" in name for name in listed(desk))
    assert desk.panel.network.chosen == listed(desk)[0]


def test_a_result_of_both_takes_the_place_of_an_untouched_one_of_both(desk, message):
    _scan, first = drawn(desk, "both")
    desk.panel.segment()
    desk.client.segment("both", without=SOLEUS)
    desk.host.work()

    assert desk.parameters.segmentation is first
    assert (len(desk.table()), desk.table()["Right soleus"][0]) == (32, "")
    assert "left as it is" not in message(desk.ui.segmentMessage)


def test_thigh_and_calf_of_one_person_from_two_scans_do_not_mix(desk, tmp_path):
    from MuscleSegLib.scene.automatic import description_of

    (thigh_scan, thigh), (calf_scan, calf) = drawn(desk, "thigh"), drawn(desk, "calf")
    assert thigh is not calf
    tables = {}
    for _ in range(2):
        for scan, node, count in ((thigh_scan, thigh, 20), (calf_scan, calf, 12)):
            desk.ui.scanSelector.setCurrentNode(scan)
            desk.host.work()
            assert desk.parameters.segmentation is node
            assert len(desk.table()) == count
            tables.setdefault(node.GetName(), desk.table())
            assert desk.table() == tables[node.GetName()]
            assert [thigh.GetDisplayNode().GetVisibility(), calf.GetDisplayNode().GetVisibility()] == [
                node is thigh,
                node is calf,
            ]
    desk.shrink(6)  # the right soleus, and the thigh's semimembranosus
    desk.host.work()
    desk.ui.scanSelector.setCurrentNode(thigh_scan)
    desk.host.work()
    assert desk.table() == tables[thigh.GetName()]
    assert [description_of(node).region for node in (thigh, calf)] == ["thigh", "calf"]


@pytest.mark.parametrize(("station", "other"), [("thigh", "calf"), ("calf", "thigh"), ("both", "thigh")])
def test_the_muscles_of_another_scan_say_nothing_of_the_region_of_this_one(desk, station, other):
    _scan, segmentation = drawn(desk, station)
    desk.ui.scanSelector.setCurrentNode(load(desk, other, desk.stations))
    desk.host.click(getattr(desk.ui, f"{other}Button"))
    desk.ui.segmentationSelector.setCurrentNode(segmentation)
    desk.host.work()

    assert desk.parameters.region == other


@pytest.mark.parametrize("kind", ["seg.nrrd of the command line", "seg.nrrd of the panel"])
def test_a_file_of_both_is_loaded_into_one_table_with_its_confidence(desk, tmp_path, kind):
    path = tmp_path / "limb.seg.nrrd"
    scan, segmentation = drawn(desk, "both")
    before = volumes(desk)
    if kind.endswith("panel"):
        desk.host.dialogs.will_answer(path)
        desk.host.click(desk.ui.exportLabelsButton)
    else:
        confidence = {label.value: 0.5 + label.value / 1000 for label in labels_of("lower-limb", two_legs=True)}
        truth = desk.stations["both"][1]
        write_labels(truth, path, segments=segments_of("lower-limb", two_legs=True, confidence=confidence))
    slicer.mrmlScene.RemoveNode(segmentation)
    desk.host.work()
    desk.ui.segmentationSelector.setCurrentNode(slicer.util.loadSegmentation(str(path)))
    desk.host.work()

    assert volumes(desk) == before
    table = desk.ui.musclesTable
    shown = {table.item(row, 1).text(): table.item(row, 2).text() for row in range(table.rowCount)}
    assert (shown["Right gracilis"], shown["Left soleus"]) == (f"{0.503:.2f}", f"{0.626:.2f}")
    assert desk.parameters.scan is scan


def test_a_calf_muscle_that_was_deleted_is_drawn_again_beside_the_thigh_s(desk):
    from MuscleSegLib.scene.segmentations import segments_by_value

    _scan, segmentation = drawn(desk, "both")
    before = desk.table()
    segmentation.GetSegmentation().RemoveSegment(segments_by_value(segmentation)[SOLEUS])
    desk.host.spin(lambda: desk.table()["Right soleus"][0] == "")
    select(desk, "Right soleus")
    assert desk.ui.segmentEditor.currentSegmentID() == segments_by_value(segmentation)[SOLEUS]
    desk.host.click(desk.ui.restoreButton)
    desk.host.spin(lambda: desk.table() == before)


def test_charts_have_every_muscle_of_both(desk):
    drawn(desk, "both")
    desk.host.click(desk.ui.barsButton)
    (chart,) = slicer.util.getNodesByClass("vtkMRMLPlotChartNode")
    series = [chart.GetNthPlotSeriesNode(number) for number in range(chart.GetNumberOfPlotSeriesNodes())]
    assert [(node.GetName(), node.GetTableNode().GetNumberOfRows()) for node in series] == [("Right", 16), ("Left", 16)]


def test_muscles_copied_into_a_result_of_the_other_region_are_measured_and_compared_with_nothing(desk):
    (_scan, thigh), (_other, calf) = drawn(desk, "thigh"), drawn(desk, "calf")
    for identity in thigh.GetSegmentation().GetSegmentIDs():
        calf.GetSegmentation().CopySegmentFromSegmentation(thigh.GetSegmentation(), identity)
    desk.ui.segmentationSelector.setCurrentNode(None)
    desk.host.work()
    desk.ui.segmentationSelector.setCurrentNode(calf)
    desk.host.work()

    assert list(desk.table()) == NAMES
    assert not any(cells[5] for cells in desk.table().values())
