"""The way of a user, with the real worker, the network that comes with MuscleSeg, and Slicer's real scene."""

import csv
import sys

import openpyxl
import pytest
import slicer

from MuscleSegLib.anatomy import region as region_named
from MuscleSegLib.volume import read_labels

SHRUNK = {"thigh": (4, "Right rectus femoris"), "calf": (6, "Right soleus")}
DSC = 5  # column of the results


@pytest.mark.parametrize("region", ["thigh", pytest.param("calf", marks=pytest.mark.long)])
def test_a_scan_is_segmented_corrected_tabulated_exported_saved_and_restored(work, region, tmp_path):
    scans = work.load(region)
    work.choose(scans["anatomy"], region)
    assert [work.parameters.ff, work.parameters.mtr, work.parameters.t2] == [
        scans[name] for name in ("ff", "mtr", "t2")
    ]

    segmentation = work.segment()
    as_drawn = work.table()
    assert_muscles_are_named_colored_and_coded(segmentation, region)
    assert len(as_drawn) == work.ui.musclesTable.rowCount == 2 * len(region_named(region).muscles)
    assert all(all(cells[:5]) and not any(cells[DSC : DSC + 3]) for cells in as_drawn.values())

    value, name = SHRUNK[region]
    work.shrink(value)
    work.host.spin(lambda: bool(work.table()[name][DSC]))
    corrected = work.table()
    assert [muscle for muscle in corrected if corrected[muscle] != as_drawn[muscle]] == [name]
    assert float(corrected[name][DSC]) < 0.95

    assert_exports_hold_what_is_shown(work, tmp_path, corrected)
    scene = str(tmp_path / "scene.mrb")
    slicer.util.saveScene(scene)
    slicer.mrmlScene.Clear(0)
    work.host.work()
    assert work.table() == {}
    slicer.util.loadScene(scene)
    work.host.work()

    assert work.table() == corrected
    assert (work.parameters.region, work.parameters.scan.GetName()) == (region, f"{region} T1")
    assert_muscles_are_named_colored_and_coded(work.parameters.segmentation, region)
    select(work, name)
    work.host.click(work.ui.restoreButton)
    work.host.spin(lambda: work.table() == as_drawn)


def assert_muscles_are_named_colored_and_coded(segmentation, region):
    from MuscleSegLib.scene.segmentations import tag_of

    segments = segmentation.GetSegmentation()
    labels = region_named(region).labels(two_legs=True)
    drawn = [segments.GetSegment(identity) for identity in segments.GetSegmentIDs()]
    assert [segment.GetName() for segment in drawn] == [label.name for label in labels]
    for segment, label in zip(drawn, labels, strict=True):
        assert segment.GetColor() == pytest.approx([part / 255 for part in label.color], abs=0.01)
        assert label.terminology.type[1] in tag_of(segment, slicer.vtkSegment.GetTerminologyEntryTagName())


def assert_exports_hold_what_is_shown(work, folder, shown):
    paths = [folder / name for name in ("table.csv", "table.xlsx", "labels.seg.nrrd", "labels.nii.gz")]
    for path in paths:
        work.host.dialogs.will_answer(path)
        work.host.click(work.ui.exportTableButton if path.stem == "table" else work.ui.exportLabelsButton)
        assert str(path) in work.ui.resultsMessage.text
    with paths[0].open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    volumes = [float(cells[0]) for cells in shown.values()]  # to one decimal, the file's to six digits
    assert [float(row["volume_cm3"]) for row in rows] == pytest.approx(volumes, rel=0, abs=0.0501)
    with (folder / "table_provenance.csv").open(encoding="utf-8-sig") as file:
        origins = {row["item"]: row["value"] for row in csv.DictReader(file)}
    assert origins["labels corrected by a person"] == "yes"
    assert openpyxl.load_workbook(paths[1])["Muscles"].max_row == len(shown) + 1
    drawn, segments = read_labels(paths[2])
    assert len(segments) == len(shown)
    assert (read_labels(paths[3])[0].array > 0).sum() == (drawn.array > 0).sum()
    work.host.click(work.ui.copyButton)
    lines = sys.modules["qt"].QApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["Muscle", *shown]


def select(work, name):
    table = work.ui.musclesTable
    row = next(row for row in range(table.rowCount) if table.item(row, 1).text() == name)
    table.setCurrentCell(row, 1)
    work.host.work()
