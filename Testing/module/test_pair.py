"""A Dixon pair at the panel: what is proposed, shown, segmented together and kept."""

import sys

import numpy as np
import pytest
import slicer

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume, resample

AFFINE = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 24, -48], [0, 0, 0, 1.0]])
GRID = Geometry((5, 113, 173), AFFINE)


def moved(axis, shift_mm):
    """Return the pair's grid elsewhere."""
    affine = AFFINE.copy()
    affine[axis, 3] += shift_mm
    return Geometry(GRID.shape, affine)


@pytest.fixture(scope="module")
def images(plain_scan):
    """A water and a fat image of two thighs, five slices each, and their true labels."""
    bright, labels = plain_scan(digital_legs("thigh", seed=2, fat_fraction=5), GRID)
    fat = np.clip((bright.array / 1000 - 0.34) / 0.66, 0, 1)
    water = np.where(bright.array > 170, 900 - 800 * fat, bright.array)
    noise = np.random.default_rng(3).normal(0, 10, fat.shape)
    voxels = {"water": water, "fat": np.abs(800 * fat + noise)}
    return {name: Volume(array.astype(np.float32), GRID) for name, array in voxels.items()} | {"labels": labels}


@pytest.fixture
def pair(work, images):
    """The pair's nodes, which were loaded while the panel was open."""
    from MuscleSegLib.scene.volumes import add_volume

    nodes = {name: add_volume(images[name], f"thighs_{name}") for name in ("water", "fat")}
    work.panel.arrivals.tell()
    work.host.work()
    return nodes


@pytest.mark.slow
def test_a_pair_is_proposed_segmented_together_named_and_kept_with_the_scene(work, pair, images, tmp_path):
    assert (work.parameters.scan, work.parameters.companion) == (pair["water"], pair["fat"])
    assert work.ui.companionSelector.currentNode() is pair["fat"]
    work.host.spin(lambda: bool(work.parameters.region), 120)
    segmentation = work.segment()

    assert "The network saw thighs_water and thighs_fat together." in work.ui.segmentMessage.text
    assert "Of 2 images together." in work.ui.segmentationSelector.toolTip
    from MuscleSegLib.scene.segmentations import labels_of

    drawn, truth = labels_of(segmentation, pair["water"]).array, images["labels"].array
    assert 2 * ((drawn == truth) & (truth > 0)).sum() / ((drawn > 0).sum() + (truth > 0).sum()) > 0.9

    slicer.util.saveScene(str(tmp_path / "scene.mrb"))
    slicer.mrmlScene.Clear(0)
    work.host.work()
    slicer.util.loadScene(str(tmp_path / "scene.mrb"))
    work.host.work()
    assert work.parameters.companion.GetName() == "thighs_fat"


def of_the_hip(images, _pair):
    from MuscleSegLib.scene.volumes import add_volume

    return add_volume(Volume(images["fat"].array, moved(2, 70)), "T1 of the hip")


def a_localizer(images, _pair):
    from MuscleSegLib.scene.volumes import add_volume

    return add_volume(Volume(images["fat"].array[2:3], Geometry((1, 113, 173), AFFINE)), "localizer")


def the_scan_itself(_images, pair):
    return pair["water"]


@pytest.mark.parametrize("other", [of_the_hip, a_localizer, the_scan_itself])
def test_an_image_that_lies_elsewhere_is_refused_in_words_and_not_chosen(work, pair, images, other):
    node = other(images, pair)
    work.ui.companionSelector.setCurrentNode(node)
    work.host.work()

    assert work.parameters.companion is None
    assert node.GetName() in work.ui.scanMessage.text
    assert not work.ui.scanMessage.isHidden()


def test_there_is_nothing_to_choose_beside_no_scan(work, pair):
    assert not work.ui.companionSelector.isHidden()
    work.ui.scanSelector.setCurrentNode(None)
    work.host.work()
    assert work.ui.companionSelector.isHidden()
    assert work.ui.companionLabel.isHidden()


def test_an_image_on_another_grid_of_the_same_place_is_taken(work, pair, images):
    from MuscleSegLib.scene.volumes import add_volume

    coarse = Geometry((5, 85, 130), AFFINE @ np.diag([4 / 3, 4 / 3, 1, 1]))
    other = add_volume(resample(images["fat"], coarse, interpolation="linear"), "in-phase")
    work.ui.companionSelector.setCurrentNode(other)
    work.host.work()

    assert work.parameters.companion is other


def test_the_image_that_goes_is_chosen_no_longer(work, pair):
    slicer.mrmlScene.RemoveNode(pair["fat"])
    work.host.work()

    assert work.parameters.companion is None
    assert work.ui.companionSelector.currentNode() is None
    assert work.parameters.scan is pair["water"]


def test_two_images_take_twice_the_expected_time(work, pair):
    work.host.click(work.ui.thighButton)
    work.host.work()
    panel, table = work.panel.network, work.ui.networkTable
    name = panel.chosen
    panel.show_cost({"network": name, "seconds": 10.0, "peak_bytes": 1e9})
    last = table.columnCount - 1
    row = [table.item(row, last).text() for row in range(table.rowCount)].index(name)
    assert table.item(row, 2).text() == "about 24 s"

    work.ui.companionSelector.setCurrentNode(None)
    work.host.work()
    assert table.item(row, 2).text() == "about 14 s"

    panel.show_run(name, 21.0, images=2)
    assert table.item(row, 2).text() == "about 14 s"
    work.ui.companionSelector.setCurrentNode(pair["fat"])
    work.host.work()
    assert table.item(row, 2).text() == "21 s last time"


def test_a_script_gives_further_images_and_one_of_another_scan_is_refused(work, pair, images, monkeypatch):
    from MuscleSegLib.scene.volumes import add_volume
    from MuscleSegPanel import scripting

    requests = []
    monkeypatch.setattr(scripting, "segment", requests.append)
    logic = sys.modules["MuscleSeg"].MuscleSegLogic()
    logic.segment(pair["water"], region="thigh", companions=[pair["fat"]])
    assert list(requests[0].companions) == [pair["fat"]]

    other = add_volume(Volume(images["fat"].array, moved(0, 300)), "another patient")
    for wrong in (other, pair["water"]):
        with pytest.raises(MuscleSegError, match=wrong.GetName()):
            logic.segment(pair["water"], companions=[pair["fat"], wrong])
    with pytest.raises(MuscleSegError, match="companions"):
        logic.segment(pair["water"], companions=["fat"])
    assert len(requests) == 1
