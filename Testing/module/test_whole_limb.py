"""Thigh and calf in the panel: one scan of both, one of each, and a scan of the region that was not chosen."""

import csv

import numpy as np
import pytest
import slicer

from MuscleSegLib.anatomy import CALF, THIGH, labels_of
from MuscleSegLib.biomarkers import read_named_labels
from MuscleSegLib.inference import segments_of
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume, write_labels

NAMES = [label.name for label in labels_of("lower-limb", two_legs=True)]
SOLEUS, LEFT_SOLEUS, GRACILIS = 26, 126, 3


@pytest.fixture(scope="module")
def stations(plain_scan):
    """Images and true labels, five slices each, 24 mm apart: two calves, two thighs above them, and both in one."""
    affine = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 24, -48], [0, 0, 0, 1.0]])
    grid, shape = Geometry((5, 113, 173), affine), (10, 113, 173)
    made = {region: plain_scan(digital_legs(region, seed=2, fat_fraction=5), grid) for region in ("calf", "thigh")}
    calf, thigh = (made[region][1].array for region in ("calf", "thigh"))
    labels = np.concatenate([calf + np.uint8(20) * (calf > 0), thigh]).astype(np.uint8)
    image = np.concatenate([made[region][0].array for region in ("calf", "thigh")])
    higher = affine.copy()
    higher[:3, 3] = affine[:3, 3] + 5 * affine[:3, 2]
    above = Geometry(grid.shape, higher)
    return {
        "calf": made["calf"],
        "thigh": tuple(Volume(volume.array, above) for volume in made["thigh"]),
        "both": (Volume(image, Geometry(shape, affine)), Volume(labels, Geometry(shape, affine))),
    }


class Client:
    """A worker that draws the true muscles when it is told to."""

    def __init__(self, stations):
        self.stations, self.jobs = stations, []

    def submit(self, job, handlers):
        self.jobs.append((job, handlers))
        return str(len(self.jobs))

    def start(self):
        pass

    def stop(self):
        pass

    def check(self):
        pass

    def segment(self, station, *, region=None, without=None):
        """Answer the last job with the muscles of a station, without one of them."""
        job, handlers = self.jobs[-1]
        region = region or {"both": "lower-limb"}.get(station, station)
        truth = self.stations[station][1]
        labels = Volume(np.where(truth.array == without, 0, truth.array), truth.geometry)
        write_labels(labels, job.output, segments=segments_of(region, two_legs=True))
        confidence = {str(number): 0.5 + number / 1000 for number in np.unique(labels.array)[1:].tolist()}
        told = {"network": f"{region} 1", "device": "cpu", "confidence": confidence, "sides": ["right", "left"]}
        handlers.result({**told, "region": region, "notes": [], "output": str(job.output)})


@pytest.fixture
def desk(work, stations, monkeypatch):
    """The panel with a worker that waits."""
    work.stations = dict(stations)
    work.client = Client(work.stations)
    monkeypatch.setattr(work.panel.jobs, "_client", work.client)
    return work


def load(work, station, stations):
    from MuscleSegLib.scene.volumes import add_volume

    return add_volume(stations[station][0], f"scan of {station}")


def drawn(desk, station, button="automaticButton"):
    """Choose a new scan of a station and let it be segmented."""
    scan = load(desk, station, desk.stations)
    desk.ui.scanSelector.setCurrentNode(scan)
    desk.host.click(getattr(desk.ui, button))
    desk.panel.segment()
    desk.client.segment(station)
    desk.host.work()
    return scan, desk.parameters.segmentation


def listed(work):
    table = work.ui.networkTable
    return [table.item(row, 0).text() for row in range(table.rowCount)]


def volumes(work):
    return {name: cells[0] for name, cells in work.table().items()}


# With the real networks


def test_a_scan_of_thighs_and_calves_is_segmented_corrected_and_tabulated_as_one(work, stations, tmp_path, message):
    scan = load(work, "both", stations)
    work.choose(scan, "auto")
    assert "Thigh and calf" in message(work.ui.scanMessage)
    assert listed(work) == ["thigh-unet2d-small", "calf-unet2d-small"]
    assert all(name in work.ui.networkNote.text for name in listed(work))

    work.segment()

    assert list(work.table()) == NAMES
    assert "thigh and calf" in message(work.ui.segmentMessage)
    assert "Slices 6 to 10, counted from the feet" in message(work.ui.segmentMessage)
    as_drawn = work.table()
    work.shrink(LEFT_SOLEUS)
    work.host.spin(lambda: bool(work.table()["Left soleus"][5]))
    corrected = work.table()
    assert [name for name in NAMES if corrected[name] != as_drawn[name]] == ["Left soleus"]
    assert_exports_hold_both(work, tmp_path)

    slicer.util.saveScene(str(tmp_path / "scene.mrb"))
    slicer.mrmlScene.Clear(0)
    work.host.work()
    slicer.util.loadScene(str(tmp_path / "scene.mrb"))
    work.host.work()
    assert_same(work.table(), corrected)
    assert work.parameters.region == "auto"
    assert work.ui.automaticButton.checked
    select(work, "Left soleus")
    work.host.click(work.ui.restoreButton)
    work.host.spin(lambda: not work.table()["Left soleus"][5])
    assert_same(work.table(), as_drawn)


def assert_same(table, other):
    """Check that numbers are the same but for the last digit: volumes of whole voxels may end with a half of it."""
    assert list(table) == list(other)
    for name, cells in table.items():
        for cell, same in zip(cells, other[name], strict=True):
            assert cell == same or float(cell) == pytest.approx(float(same), abs=0.11), name


def assert_exports_hold_both(work, folder):
    shown = volumes(work)
    paths = {name: folder / name for name in ("table.csv", "labels.seg.nrrd", "labels.nii.gz")}
    for path in paths.values():
        work.host.dialogs.will_answer(path)
        work.host.click(work.ui.exportTableButton if path.stem == "table" else work.ui.exportLabelsButton)
        assert str(path) in work.ui.resultsMessage.text
    with paths["table.csv"].open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(row["region"], row["side"]) for row in rows] == [
        (region.name, side) for side in ("right", "left") for region in (THIGH, CALF) for _muscle in region.muscles
    ]
    exported = [float(row["volume_cm3"]) for row in rows]
    assert exported == pytest.approx([float(volume) for volume in shown.values()], abs=0.0501)
    with (folder / "table_groups.csv").open(encoding="utf-8-sig") as file:
        groups = {(row["region"], row["side"], row["group"]): row for row in csv.DictReader(file)}
    assert {("thigh", "left", "whole thigh"), ("calf", "left", "whole calf")} <= set(groups)
    sums = {
        region: sum(volume for volume, row in zip(exported, rows, strict=True) if row["region"] == region)
        for region in ("thigh", "calf")
    }
    whole = [float(groups["calf", side, "whole calf"]["volume_cm3"]) for side in ("right", "left")]
    assert sum(whole) == pytest.approx(sums["calf"], rel=1e-6)
    for name in ("labels.seg.nrrd", "labels.nii.gz"):
        named = read_named_labels(paths[name])
        assert named.scheme.name == "lower-limb"
        voxel_cm3 = 2.5 * 2.5 * 24 / 1000
        assert (named.labels.array == LEFT_SOLEUS).sum() * voxel_cm3 == pytest.approx(
            float(shown["Left soleus"]), rel=0.05
        )


def select(work, name):
    table = work.ui.musclesTable
    table.setCurrentCell(next(row for row in range(table.rowCount) if table.item(row, 1).text() == name), 1)
    work.host.work()


def test_another_region_and_no_leg_are_told_in_one_sentence_and_automatic_takes_what_is_there(work, stations, message):
    station, wrong = "thigh", "calf"
    scan = load(work, station, stations)
    work.choose(scan, station)
    work.host.click(getattr(work.ui, f"{wrong}Button"))
    work.host.click(work.ui.segmentButton)
    work.wait()

    told = f"scan of {station} shows the {station}, not the {wrong}: choose the region {station}."
    assert message(work.ui.segmentMessage) == told
    assert work.parameters.segmentation is None

    work.host.click(work.ui.automaticButton)
    work.segment()

    assert list(work.table()) == [label.name for label in labels_of(station, two_legs=True)]
    assert f"The scan shows the {station}." in message(work.ui.segmentMessage)
    assert work.parameters.region == "auto"

    noise = np.random.default_rng(1).normal(100, 30, (5, 64, 64)).astype(np.float32)
    image = Volume(np.abs(noise), Geometry(noise.shape, np.diag([-4.0, -4, 10, 1])))
    work.ui.scanSelector.setCurrentNode(load(work, "nothing", {"nothing": (image,)}))
    work.host.click(work.ui.automaticButton)
    work.host.click(work.ui.segmentButton)
    work.wait()

    assert (
        message(work.ui.segmentMessage) == "No leg was found in scan of nothing: is it a scan of the thigh or the calf?"
    )


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
    assert [(one.GetName(), one.GetTableNode().GetNumberOfRows()) for one in series] == [("Right", 16), ("Left", 16)]


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
