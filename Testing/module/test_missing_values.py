"""The panel beside the command line on the same files, whose maps have no value in the air and in parts of muscles."""

import json
import sys

import nibabel
import numpy as np
import pytest
import slicer

from MuscleSegLib.cli.app import main
from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import write_labels, write_volume

from .conftest import acquired

MAPS = ("ff", "mtr", "t2")
COLUMNS = ("mean_percent", "excluded_voxels", "coverage_percent", "corrected_percent")


@pytest.fixture
def files(tmp_path):
    """A scan of one digital thigh, its maps and its muscles; NIfTI, as the command line makes them."""
    made = acquired("thigh", 1)
    for name in ("anatomy", *MAPS):
        write_volume(made.images[name], tmp_path / f"{name}.nii.gz")
    write_labels(made.labels, tmp_path / "labels.nii.gz", segments=segments_of("thigh", two_legs=False))
    return tmp_path


@pytest.fixture
def panel(work, monkeypatch):
    """The panel without a worker."""
    monkeypatch.setattr(sys.modules["MuscleSegPanel.dependencies"], "missing", lambda *_: ("torch>=2.8",))
    return work


def lose(path, where):
    """Take the values of some voxels [i, j, k] out of a map's file."""
    image = nibabel.load(path)
    array = image.get_fdata(dtype=np.float32)
    array[where] = np.nan
    nibabel.save(nibabel.Nifti1Image(array, image.affine), path)


def measured_by_command_line(files, capsys):
    maps = [part for name in MAPS for part in (f"--{name}", str(files / f"{name}.nii.gz"))]
    assert main(["measure", str(files / "labels.nii.gz"), "--region", "thigh", *maps, "--json"]) == 0
    return {row["muscle"]: row for row in json.loads(capsys.readouterr().out)}


def measured_in_panel(work, scan, **maps):
    from MuscleSegLib.scene.segmentations import show_labels

    work.ui.scanSelector.setCurrentNode(scan)
    work.host.click(work.ui.thighButton)
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    show_labels(node, acquired("thigh", 1).labels, segments_of("thigh", two_legs=False), reference=scan)
    work.ui.segmentationSelector.setCurrentNode(node)
    for name, volume in maps.items():
        getattr(work.ui, f"{name}Selector").setCurrentNode(volume)
    work.host.work()
    return {row.row.muscle: row.row for row in work.panel.review.measuring.table.rows()}


def middle_of_muscle(path):
    """Return the voxel [i, j, k] in the middle of what is lean in a fat fraction map."""
    return np.median(np.argwhere(nibabel.load(path).get_fdata() < 20), axis=0).astype(int)


@pytest.mark.parametrize("lost", ["the air alone", "slices at one end", "columns through muscles", "a hole"])
@pytest.mark.slow
def test_the_panel_measures_what_the_command_line_does_in_the_same_files(panel, files, lost, capsys):
    i, j, k = middle_of_muscle(files / "ff.nii.gz")
    where = {
        "slices at one end": np.s_[:, :, :3],
        "columns through muscles": np.s_[i - 12 : i + 12],
        "a hole": np.s_[i - 15 : i + 15, j - 15 : j + 15, k - 1 : k + 2],
    }.get(lost)
    for name in ("ff", "mtr") if where else ():
        lose(files / f"{name}.nii.gz", where)
    written = measured_by_command_line(files, capsys)

    nodes = {name: slicer.util.loadVolume(str(files / f"{name}.nii.gz")) for name in ("anatomy", *MAPS)}
    shown = measured_in_panel(panel, nodes.pop("anatomy"), **nodes)

    for muscle, row in shown.items():
        for column in (f"{name}_{column}" for name in ("ff", "mtr") for column in COLUMNS):
            value = written[muscle][column]
            expected = None if value is None else pytest.approx(value, rel=1e-4)
            assert getattr(row, column) == expected, (muscle, column)
    if where:
        assert sum(row.ff_excluded_voxels for row in shown.values()) > 100


@pytest.mark.parametrize("name", ["ff", "mtr"])
@pytest.mark.parametrize("lost", [np.s_[:, :, :3], np.s_[:, :, -2:]], ids=["first slices", "last slices"])
@pytest.mark.slow
def test_without_the_file_zeros_around_the_body_are_taken_for_missing_with_a_word(panel, files, name, lost, capsys):
    path = files / f"{name}.nii.gz"
    lose(path, lost)
    written = measured_by_command_line(files, capsys)
    scan, node = (slicer.util.loadVolume(str(files / f"{stem}.nii.gz")) for stem in ("anatomy", name))
    path.unlink()

    rows = measured_in_panel(panel, scan, **{name: node})

    column = f"{name}_mean_percent"
    assert all("Zeros around the body" in row.warnings for row in rows.values())
    for muscle, row in rows.items():
        assert getattr(row, column) == pytest.approx(written[muscle][column], abs=0.2)
