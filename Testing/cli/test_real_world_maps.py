"""Units that DICOM maps declare by their real-world value mappings count as said by the file."""

import json

import numpy as np
import pydicom
import pytest

from MuscleSegLib.volume import Volume, read_volume, write_volume
from Testing.volume.real_world_values import mapping

SHAPE = (2, 30, 40)
INSIDE = np.zeros(SHAPE, bool)
INSIDE[:, 5:25, 5:35] = True


@pytest.mark.parametrize(
    ("name", "unit", "slope", "stored", "expected", "source"),
    [
        ("ff", "%", 0.1, 52, 5.2, "percent (the map says %)"),
        ("ff", "1", 0.001, 52, 5.2, "fraction (the map says 1)"),
        ("mtr", "%", 0.5, 96, 48.0, "percent (the map says %)"),
        ("mtr", "1", 0.01, 48, 48.0, "fraction (the map says 1)"),
        ("t2", "ms", 0.5, 76, 38.0, "ms (the map says ms)"),
        ("t2", "s", 0.001, 38, 38.0, "s (the map says s)"),
        ("ff", "1", 1.0, 12, 12.0, "percent (assumed)"),  # 12 is no fraction: DICOM calls 1 "no units"
        ("t2", "1", 1.0, 38, 38.0, "ms (assumed)"),
    ],
)
def test_the_unit_of_a_mapping_is_that_of_the_map(
    muscleseg, tmp_path, write_series, name, unit, slope, stored, expected, source
):
    array = np.where(INSIDE, stored, 0).astype(np.uint16)
    items = pydicom.Sequence([mapping(slope, 0, unit)])
    write_series(tmp_path / "map", array, RealWorldValueMappingSequence=items)
    labels = np.where(INSIDE, 4, 0).astype(np.uint8)
    write_volume(Volume(labels, read_volume(tmp_path / "map").geometry), tmp_path / "labels.nii.gz")

    files = (tmp_path / "labels.nii.gz", "--region", "thigh", f"--{name}", tmp_path / "map")
    ended = muscleseg("measure", *files, "--output", tmp_path / "table.json")

    assert ended.code == 0, ended.err
    table = json.loads((tmp_path / "table.json").read_text())
    row = next(row for row in table["muscles"] if row["label"] == 4)
    assert row[f"{name}_mean_{'ms' if name == 't2' else 'percent'}"] == pytest.approx(expected, rel=1e-5)
    assert ("(assumed)" in row["warnings"]) is source.endswith("(assumed)")
    origin = next(entry for entry in table["provenance"] if entry["item"] == f"option unit of {name.upper()}")
    assert origin["value"] == source


@pytest.mark.parametrize(("name", "unit"), [("ff", "ms"), ("t2", "%"), ("mtr", "s")])
def test_a_map_of_another_quantity_is_refused(muscleseg, tmp_path, write_series, name, unit):
    array = np.where(INSIDE, 30, 0).astype(np.uint16)
    items = pydicom.Sequence([mapping(1, 0, unit)])
    write_series(tmp_path / "map", array, RealWorldValueMappingSequence=items)
    labels = np.where(INSIDE, 4, 0).astype(np.uint8)
    write_volume(Volume(labels, read_volume(tmp_path / "map").geometry), tmp_path / "labels.nii.gz")

    ended = muscleseg("measure", tmp_path / "labels.nii.gz", "--region", "thigh", f"--{name}", tmp_path / "map")

    assert ended.code == 1
    assert f"has values in {unit}" in ended.err
