"""Thigh and calf in the panel: one scan of both, one of each, and a scan of the region that was not chosen."""

import csv

import numpy as np
import pytest
import slicer

from MuscleSegLib.anatomy import CALF, THIGH, labels_of
from MuscleSegLib.biomarkers import read_named_labels
from MuscleSegLib.volume import Geometry, Volume
from Testing.module.whole_limb import LEFT_SOLEUS, NAMES, listed, load, select, volumes


# With the real networks
def test_a_scan_of_thighs_and_calves_is_segmented_corrected_and_tabulated_as_one(work, stations, tmp_path, message):
    scan = load(work, "both", stations)
    work.choose(scan, "auto")
    assert "Thigh and calf" in message(work.ui.scanMessage)
    assert listed(work) == ["thigh-paired-unet", "calf-paired-unet"]
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


@pytest.mark.long
def test_another_region_and_no_leg_are_told_in_one_sentence_and_automatic_takes_what_is_there(work, stations, message):
    station, wrong = "thigh", "calf"
    scan = load(work, station, stations)
    work.choose(scan, station)
    work.host.click(getattr(work.ui, f"{wrong}Button"))
    work.host.click(work.ui.segmentButton)
    work.wait()

    sentence = f"scan of {station} shows the {station}, not the {wrong}: choose the region {station}."
    assert message(work.ui.segmentMessage) == sentence
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
