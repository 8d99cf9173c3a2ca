"""``MuscleSegLogic`` in scripts: its example, beside the command line, and by the rules of the panel."""

import inspect
import json
import sys
import textwrap
from dataclasses import replace

import numpy as np
import pytest
import slicer

from MuscleSegLib.cli.app import main
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import write_labels, write_volume

from .conftest import acquired

ANSWER = {"network": "made up", "device": "cpu", "sides": ["right"], "confidence": {}, "notes": []}


@pytest.fixture
def logic(at_desk):
    return sys.modules["MuscleSeg"].MuscleSegLogic()


@pytest.fixture
def answered(at_desk, monkeypatch, tmp_path):
    """Let a worker answer at once, with true muscles, or with what a test says: its handler's name and an argument."""
    from MuscleSegPanel import scripting

    monkeypatch.setattr(sys.modules["MuscleSegPanel.dependencies"], "missing", lambda *_: ())
    path = tmp_path / "labels.nrrd"
    write_labels(acquired("thigh", 1).labels, path, segments=segments_of("thigh", two_legs=False))
    answer = {"handler": "done", "argument": ({**ANSWER, "output": path},), "requests": []}

    class Jobs:
        def __init__(self, _client, _scene):
            pass

        def segment(self, request, **handlers):
            answer["requests"].append(request)
            sys.modules["qt"].QTimer.singleShot(0, lambda: handlers[answer["handler"]](*answer["argument"]))

        def stop(self):
            pass

    monkeypatch.setattr(scripting, "Jobs", Jobs)
    return answer


def example():
    """Return the code in the class's docstring."""
    text = inspect.cleandoc(sys.modules["MuscleSeg"].MuscleSegLogic.__doc__)
    return textwrap.dedent(text.partition("::\n")[2]).strip()


def rows_in(table):
    """Return a table node's cells by column, a row a dictionary."""
    columns = [table.GetTable().GetColumn(number) for number in range(table.GetNumberOfColumns())]
    rows = range(table.GetNumberOfRows())
    return [{column.GetName(): column.GetValue(row) for column in columns} for row in rows]


def by_command_line(capsys, *words):
    assert main(["measure", *map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def assert_same(table, rows):
    """Compare a table node with the command line's rows: a missing number is NaN, a missing text is empty."""
    table_rows = rows_in(table)
    assert len(table_rows) == len(rows) > 0
    for row, expected in zip(table_rows, rows, strict=True):
        assert row.keys() == expected.keys()
        for name, value in expected.items():
            if value is None:
                assert row[name] == "" or np.isnan(row[name]), name
            elif isinstance(value, str | bool):
                assert row[name] == {True: "yes", False: "no"}.get(value, value), name
            else:
                assert row[name] == pytest.approx(value, rel=1e-4, abs=1e-6), name


@pytest.mark.slow
def test_the_example_runs_as_it_stands_and_has_the_numbers_of_the_command_line(work, monkeypatch, tmp_path, capsys):
    from MuscleSegLib.scene.saving import save_segmentation
    from MuscleSegLib.scene.volumes import export_volume
    from MuscleSegPanel import sample_data

    monkeypatch.setattr(sample_data, "_scanned", lambda region: acquired(region, 2))
    sample_data._images.cache_clear()
    names = {"slicer": slicer}
    exec(example(), names)
    sample_data._images.cache_clear()
    assert capsys.readouterr().out.count("rectus femoris") == 2

    labels, ff = tmp_path / "labels.seg.nrrd", tmp_path / "ff.nii.gz"
    save_segmentation(names["muscles"], labels)
    export_volume(names["ff"], ff)
    assert_same(names["table"], by_command_line(capsys, labels, "--ff", ff, "--ff-unit", "percent"))


def test_the_page_for_clinicians_shows_the_same_example(work, project_root):
    page = (project_root / "Resources" / "Documentation" / "clinician.md").read_text(encoding="utf-8")
    assert f"```python\n{example()}\n```" in page


@pytest.mark.slow
@pytest.mark.parametrize(("unit", "factor"), [(None, 1), ("percent", 1), ("fraction", 0.01), ("permille", 10)])
def test_maps_are_measured_as_by_the_command_line_in_every_unit(logic, at_desk, tmp_path, capsys, unit, factor):
    from MuscleSegLib.scene.volumes import export_volume

    labels = tmp_path / "labels.nii.gz"
    write_labels(acquired("thigh", 1).labels, labels, segments=segments_of("thigh", two_legs=False))
    array = slicer.util.arrayFromVolume(at_desk.scans["ff"])
    array *= factor
    paths = {name: tmp_path / f"{name}.nii.gz" for name in ("ff", "t2")}
    for name, path in paths.items():
        export_volume(at_desk.scans[name], path)
    nodes = {name: slicer.util.loadVolume(str(path)) for name, path in paths.items()}

    table = logic.measure(at_desk.parameters.segmentation, **nodes, ff_unit=unit)

    stated = ["--ff-unit", unit] if unit else []
    words = [word for name, path in paths.items() for word in (f"--{name}", path)]
    assert_same(table, by_command_line(capsys, labels, "--region", "thigh", *words, *stated))


@pytest.mark.slow
def test_fat_and_water_are_measured_as_by_the_command_line(logic, at_desk, tmp_path, capsys):
    scan = acquired("thigh", 1).images["anatomy"]
    share = acquired("thigh", 1).images["ff"].array / 100
    labels, paths, nodes = tmp_path / "labels.nii.gz", {}, {}
    write_labels(acquired("thigh", 1).labels, labels, segments=segments_of("thigh", two_legs=False))
    geometry = acquired("thigh", 1).images["ff"].geometry
    for name, part in {"fat": share, "water": 1 - share}.items():
        paths[name] = tmp_path / f"{name}.nii.gz"
        image = replace(scan, array=(1000 * part).astype(np.float32), geometry=geometry, description="")
        write_volume(image, paths[name])
        nodes[name] = slicer.util.loadVolume(str(paths[name]))

    table = logic.measure(at_desk.parameters.segmentation, **nodes, output=tmp_path / "table.csv")

    rows = by_command_line(capsys, labels, "--region", "thigh", "--fat", paths["fat"], "--water", paths["water"])
    assert_same(table, rows)
    assert (tmp_path / "table_provenance.csv").is_file()


@pytest.mark.slow
def test_what_is_drawn_by_a_network_is_written_over_and_what_is_corrected_is_not(logic, at_desk, answered):
    first = logic.segment(at_desk.scans["anatomy"], region="thigh")
    again = logic.segment(at_desk.scans["anatomy"], region="thigh", segmentationNode=first)
    assert again is first
    at_desk.parameters.segmentation = first
    at_desk.shrink(4)

    new = logic.segment(at_desk.scans["anatomy"], region="thigh", segmentationNode=first)

    assert new is not first
    assert [request.segmentation for request in answered["requests"]] == [None, first, first]


@pytest.mark.parametrize(
    "words",
    [
        {"region": "arm"},
        {"device": "tpu"},
        {"legs": 3},
        {"legs": True},
        {"network": "unet"},
        {"region": "thigh", "segmentationNode": "muscles"},
    ],
    ids=str,
)
def test_a_word_that_there_is_not_is_named_before_anything_is_segmented(logic, at_desk, answered, words):
    with pytest.raises(MuscleSegError, match=next(reversed(words)) if "network" not in words else "[Nn]etwork"):
        logic.segment(at_desk.scans["anatomy"], **words)
    assert answered["requests"] == []


def test_what_the_worker_says_of_a_failure_is_the_error(logic, at_desk, answered):
    answered.update(handler="failed", argument=("The scan shows no leg.",))
    with pytest.raises(MuscleSegError, match="The scan shows no leg"):
        logic.segment(at_desk.scans["anatomy"])


def test_a_scan_that_goes_while_it_is_segmented_is_an_error_and_makes_no_node(logic, at_desk, answered):
    before = len(slicer.util.getNodesByClass("vtkMRMLSegmentationNode"))
    scan = at_desk.scans["anatomy"]
    sys.modules["qt"].QTimer.singleShot(0, lambda: slicer.mrmlScene.RemoveNode(scan))
    with pytest.raises(MuscleSegError, match="removed while it was segmented"):
        logic.segment(scan)
    assert len(slicer.util.getNodesByClass("vtkMRMLSegmentationNode")) == before


def test_slicer_that_is_closed_meanwhile_is_an_error(logic, at_desk, answered):
    answered.update(handler="canceled", argument=())
    with pytest.raises(MuscleSegError, match="closed"):
        logic.segment(at_desk.scans["anatomy"])


def test_missing_packages_are_named(logic, at_desk):
    with pytest.raises(MuscleSegError, match="PyTorch"):
        logic.segment(at_desk.scans["anatomy"])


@pytest.mark.parametrize(
    ("names", "more", "sentence"),
    [
        (("fat",), {}, "both fat and water"),
        (("ff", "fat", "water"), {}, "both fat and water"),
        (("ff",), {"mtr_unit": "percent"}, "mtr_unit"),
        (("ff",), {"ff_unit": "percents"}, "percents"),
        (("ff",), {"volumeNode": "T1"}, "volumeNode"),
        (("ff",), {"region": "arm"}, "region"),
    ],
)
def test_what_cannot_be_measured_so_is_named(logic, at_desk, names, more, sentence):
    nodes = dict(zip(("ff", "fat", "water"), (at_desk.scans[name] for name in ("ff", "mtr", "t2")), strict=True))
    with pytest.raises(MuscleSegError, match=sentence):
        logic.measure(at_desk.parameters.segmentation, **{name: nodes[name] for name in names}, **more)


def test_one_volume_is_not_two_maps(logic, at_desk):
    with pytest.raises(MuscleSegError, match="ff and as mtr"):
        logic.measure(at_desk.parameters.segmentation, ff=at_desk.scans["ff"], mtr=at_desk.scans["ff"])


def test_muscles_that_tell_of_no_scan_need_one(logic, at_desk):
    node = at_desk.parameters.segmentation
    node.SetReferenceImageGeometryParameterFromVolumeNode(None)
    node.SetNodeReferenceID(node.GetReferenceImageGeometryReferenceRole(), None)
    with pytest.raises(MuscleSegError, match="give volumeNode"):
        logic.measure(node)
    assert rows_in(logic.measure(node, at_desk.scans["anatomy"]))
