"""The units of maps in the panel, beside the command line on the same files."""

import json
import sys

import nibabel
import numpy as np
import pytest
import slicer

from MuscleSegLib.biomarkers import MAP_UNITS
from MuscleSegLib.cli.app import main
from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import write_labels, write_volume

from .conftest import acquired

NUMBERS = ("ff_mean_percent", "mtr_mean_percent", "t2_mean_ms", "ff_excluded_voxels", "volume_cm3")


@pytest.fixture
def files(tmp_path):
    """A scan of one digital thigh, its maps and its muscles; NIfTI, as the command line makes them."""
    made = acquired("thigh", 1)
    for name in ("anatomy", "ff", "mtr", "t2"):
        write_volume(made.images[name], tmp_path / f"{name}.nii.gz")
    write_labels(made.labels, tmp_path / "labels.nii.gz", segments=segments_of("thigh", two_legs=False))
    return tmp_path


@pytest.fixture
def panel(work, monkeypatch, files):
    """The panel without a worker, with the scan and its muscles chosen."""
    from MuscleSegLib.scene.segmentations import show_labels

    monkeypatch.setattr(sys.modules["MuscleSegPanel.dependencies"], "missing", lambda *_: ("torch>=2.8",))
    scan = slicer.util.loadVolume(str(files / "anatomy.nii.gz"))
    work.ui.scanSelector.setCurrentNode(scan)
    work.host.click(work.ui.thighButton)
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    show_labels(node, acquired("thigh", 1).labels, segments_of("thigh", two_legs=False), reference=scan)
    work.ui.segmentationSelector.setCurrentNode(node)
    work.host.work()
    return work


def rewrite(path, change, description=None, units=None, name=None):
    """Change a map's values, what its header says of them, what a JSON file beside it says, and its name."""
    image = nibabel.load(path)
    new = nibabel.Nifti1Image(change(image.get_fdata(dtype=np.float32)).astype(np.float32), image.affine)
    new.header["descrip"] = image.header["descrip"] if description is None else description.encode()
    path.unlink()
    path = path.with_name(name or path.name)
    nibabel.save(new, path)
    if units:
        path.with_name(path.name.replace(".nii.gz", ".json")).write_text(json.dumps({"Units": units}))
    return path


def by_command_line(files, role, path, capsys, *options):
    """Return the exit status, the rows and where they come from, or the sentence of an error."""
    output = files / "table.json"
    labels = str(files / "labels.nii.gz")
    status = main(
        ["measure", labels, "--region", "thigh", f"--{role}", str(path), "--output", str(output), *options, "--json"]
    )
    streams = capsys.readouterr()
    return (json.loads(output.read_text()), "") if status == 0 else (None, streams.err)


def in_panel(work, role, path, unit=None):
    """Choose a map, and a unit of it; return the table's rows by muscle."""
    getattr(work.ui, f"{role}Selector").setCurrentNode(slicer.util.loadVolume(str(path)))
    work.host.work()
    if unit:
        choose_unit(work, role, unit)
    return measured(work)


def measured(work):
    work.host.work()
    table = work.panel.review.measuring.table
    return {row.row.muscle: row.row for row in table.rows()} if table else {}


def choose_unit(work, role, unit):
    choices = ["", *MAP_UNITS[role]]
    getattr(work.ui, f"{role}UnitSelector").currentIndex = choices.index(unit)
    work.host.work()


def exported(work, path):
    work.host.dialogs.will_answer(path)
    work.host.click(work.ui.exportTableButton)
    work.host.spin(path.is_file)
    return json.loads(path.read_text())


def units_in(table):
    return {entry["item"]: entry["value"] for entry in table["provenance"] if "unit of" in entry["item"]}


def assert_alike(shown, written):
    for row in written["muscles"]:
        cells = shown[row["muscle"]]
        for column in NUMBERS:
            expected = None if row[column] is None else pytest.approx(row[column], rel=1e-3)
            assert getattr(cells, column) == expected, (row["muscle"], column)
        assert ("taken as" in cells.warnings) == ("taken as" in row["warnings"])


@pytest.mark.parametrize(
    ("role", "unit", "factor"),
    [
        ("ff", "permille", 10),
        ("ff", "0.01percent", 100),
        ("mtr", "8bit", 2.55),
        ("mtr", "fraction", 0.01),
        ("t2", "0.1ms", 10),
        ("t2", "s", 0.001),
    ],
)
def test_a_unit_stated_in_the_panel_is_that_of_the_command_line(panel, files, role, unit, factor, capsys):
    path = rewrite(files / f"{role}.nii.gz", lambda values: values * factor)
    written, streams = by_command_line(files, role, path, capsys, f"--{role}-unit", unit)
    assert written, streams

    shown = in_panel(panel, role, path, unit)

    assert_alike(shown, written)
    assert units_in(exported(panel, files / "panel.json")) == units_in(written)
    assert units_in(written) == {f"option unit of {role.upper()}": f"{unit} (stated)"}


def lean(values):
    """A map of muscles alone, in which nothing says what 100 percent is."""
    return np.where(values < 40, values, 0)


AUTOMATIC = {
    "described": ("ff", {"change": lean, "description": "fat fraction (%)"}),
    "not described": ("ff", {"change": lean, "description": ""}),
    "of another quantity": ("ff", {"change": lambda values: values, "description": "B0 (Hz)"}),
    "a name of BIDS's": ("ff", {"change": lambda values: values, "description": "", "name": "sub-01_T1w.nii.gz"}),
    "another name of BIDS's": ("t2", {"change": lambda values: values, "description": "", "name": "a_T2map.nii.gz"}),
    "a JSON file": ("mtr", {"change": lambda values: values * 10, "units": "permille"}),
    "a JSON file of seconds": ("t2", {"change": lambda values: values / 1000, "units": "s"}),
    "a JSON file that is wrong": ("t2", {"change": lambda values: values, "units": "Hz"}),
    "values alone": ("t2", {"change": lambda values: values / 1000, "description": ""}),
    "an implausible map": ("mtr", {"change": lambda values: values * 10, "description": ""}),
}


@pytest.mark.parametrize("name", AUTOMATIC)
def test_what_a_file_says_of_its_values_is_read_as_by_the_command_line(panel, files, name, capsys, message):
    role, changes = AUTOMATIC[name]
    path = rewrite(files / f"{role}.nii.gz", **changes)
    written, streams = by_command_line(files, role, path, capsys)

    node = slicer.util.loadVolume(str(path))
    node.SetName("x_T1w")  # a person's word, which says nothing of the values
    getattr(panel.ui, f"{role}Selector").setCurrentNode(node)
    panel.host.work()
    shown = measured(panel)

    if written is None:
        assert message(panel.ui.resultsMessage) in streams
        assert message(panel.ui.mapsMessage) == message(panel.ui.resultsMessage) != ""
    else:
        assert_alike(shown, written)
        assert units_in(exported(panel, files / "panel.json")) == units_in(written)


def test_a_json_file_beside_an_nrrd_file_is_not_read_as_the_command_line_does_not(panel, files, capsys):
    path = files / "map.nrrd"
    write_volume(acquired("thigh", 1).images["t2"], path)
    (files / "map.json").write_text(json.dumps({"Units": "s"}))
    written, streams = by_command_line(files, "t2", path, capsys)
    assert written, streams

    assert_alike(in_panel(panel, "t2", path), written)
    assert units_in(exported(panel, files / "panel.json")) == units_in(written)


def test_a_fat_fraction_of_fat_and_water_has_the_unit_and_the_numbers_of_the_command_line(panel, files, capsys):
    share = nibabel.load(files / "ff.nii.gz")
    values = np.nan_to_num(share.get_fdata()) / 100
    for name, part in (("fat", values), ("water", 1 - values)):
        nibabel.save(nibabel.Nifti1Image((1000 * part).astype(np.float32), share.affine), files / f"{name}.nii.gz")
    water = ["--water", str(files / "water.nii.gz")]
    written, streams = by_command_line(files, "fat", files / "fat.nii.gz", capsys, *water)
    assert written, streams

    for name in ("fat", "water"):
        getattr(panel.ui, f"{name}Selector").setCurrentNode(slicer.util.loadVolume(str(files / f"{name}.nii.gz")))
    panel.host.work()

    assert_alike(measured(panel), written)
    assert units_in(exported(panel, files / "panel.json")) == units_in(written)
    assert not panel.ui.ffUnitSelector.enabled  # it was computed in percent


@pytest.mark.parametrize(
    ("role", "wrong", "right"),
    [("ff", "fraction", "permille"), ("mtr", "percent", "permille"), ("t2", "ms", "0.1ms")],
)
def test_a_refused_unit_is_told_beside_its_list_and_another_one_is_measured(panel, files, role, wrong, right, message):
    path = rewrite(files / f"{role}.nii.gz", lambda values: values * 10, description="")
    panel.ui.mapsSection.collapsed = True

    assert in_panel(panel, role, path) == {}
    assert f"{role.upper()} map" in message(panel.ui.mapsMessage)
    assert not panel.ui.mapsSection.collapsed
    assert getattr(panel.ui, f"{role}UnitSelector").enabled

    choose_unit(panel, role, wrong)
    assert f"not in {wrong}" in message(panel.ui.mapsMessage)

    choose_unit(panel, role, right)
    assert len(measured(panel)) == 10
    assert message(panel.ui.mapsMessage) == message(panel.ui.resultsMessage) == ""


@pytest.mark.parametrize("who", ["a person", "the file"])
def test_a_unit_is_saved_with_the_scene_whoever_says_it_and_measured_in_again(panel, files, who):
    units, stated = (None, "0.1ms") if who == "a person" else ("0.1 ms", None)
    path = rewrite(files / "t2.nii.gz", lambda values: values * 10, description="", units=units)
    before = in_panel(panel, "t2", path, stated)

    slicer.util.saveScene(str(files / "scene.mrb"))
    slicer.mrmlScene.Clear(0)
    panel.host.work()
    slicer.util.loadScene(str(files / "scene.mrb"))
    panel.host.work()

    after = measured(panel)
    assert panel.ui.t2UnitSelector.currentText == ("0.1 ms" if stated else "Automatic")
    means = [rows["gracilis"].t2_mean_ms for rows in (before, after)]
    assert means[0] == pytest.approx(means[1])


def test_the_unit_of_one_map_is_not_that_of_the_next(panel, files):
    path = rewrite(files / "mtr.nii.gz", lambda values: values * 10, description="")
    in_panel(panel, "mtr", path, "permille")
    panel.ui.mtrSelector.setCurrentNode(None)
    panel.host.work()
    assert panel.ui.mtrUnitSelector.currentIndex == 0
    assert not panel.ui.mtrUnitSelector.enabled


def test_the_overlay_has_the_unit_of_the_table(panel, files):
    path = rewrite(files / "ff.nii.gz", lambda values: values * 10, description="")
    panel.ui.overlayCheckBox.checked = True
    in_panel(panel, "ff", path, "permille")
    panel.host.work()
    assert panel.parameters.ff.GetDisplayNode().GetWindowLevelMax() == pytest.approx(1000)


@pytest.mark.parametrize("role", MAP_UNITS)
def test_all_units_of_the_library_can_be_chosen(panel, role):
    from MuscleSegPanel.parameters import UNITS

    assert [unit.value for unit in UNITS[role]] == ["", *MAP_UNITS[role]]
    selector = getattr(panel.ui, f"{role}UnitSelector")
    assert [selector.itemText(index) for index in range(selector.count)] == [unit.label() for unit in UNITS[role]]
