"""Objects read by dcmqi's programs, where they are installed (the Python package dcmqi has them)."""

import json
import shutil
import subprocess
from datetime import datetime

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement, read_named_labels
from MuscleSegLib.dicom import measurement_report, parametric_map, quantities_of, read_source, segmentation_of
from MuscleSegLib.volume import Volume, like, read_volume
from Testing.dicom_sources import ORIENTATIONS, saved

NOW = datetime(2025, 4, 1, 12, 30, 5)

pytestmark = pytest.mark.skipif(not shutil.which("segimage2itkimage"), reason="dcmqi is not installed")


@pytest.fixture(params=ORIENTATIONS)
def a_case(request, siemens_series, labels_on):
    folder = siemens_series(orientation=request.param)
    labels = labels_on(folder)
    return folder, labels, read_source(folder, labels)


def run(*words):
    ended = subprocess.run(words, capture_output=True, text=True, errors="replace")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_segments_are_read_voxel_for_voxel_and_read_by_us_when_dcmqi_has_written_them(tmp_path, a_case):
    folder, labels, source = a_case
    path = saved(segmentation_of(labels, scheme("thigh"), source, now=NOW).dataset, tmp_path / "seg.dcm")

    run("segimage2itkimage", "--inputDICOM", path, "--outputDirectory", tmp_path, "--prefix", "s", "-t", "nrrd")

    files = [tmp_path / f"s-{number}.nrrd" for number in (1, 2, 3, 4)]
    for value, file in zip((1, 4, 109, 110), files, strict=True):
        read = like(read_volume(file), labels.geometry)
        np.testing.assert_array_equal(read.array > 0, labels.array == value)
    meta = json.loads((tmp_path / "s-meta.json").read_text())
    for segment in (segment for group in meta["segmentAttributes"] for segment in group):
        del segment["TrackingIdentifier"], segment["TrackingUniqueIdentifier"]
    (tmp_path / "meta.json").write_text(json.dumps(meta))
    images, written = ",".join(map(str, files)), tmp_path / "theirs.dcm"
    masks = ("--inputImageList", images, "--inputMetadata", tmp_path / "meta.json", "--inputDICOMDirectory", folder)
    run("itkimage2segimage", *masks, "--outputDICOM", written)
    assert set(np.unique(read_named_labels(written).labels.array)) == {0, 1, 4, 109, 110}


def test_values_units_and_codes_are_read_with_those_of_side_differences(tmp_path, a_case, labels_on):
    folder, _, source = a_case
    labels = labels_on(folder, (1, 4, 101, 104))
    segmentation = segmentation_of(labels, scheme("thigh"), source, now=NOW)
    rows = Measurement(labels, scheme("thigh")).rows()
    report = measurement_report(rows, scheme("thigh"), segmentation, source, now=NOW)

    run("tid1500reader", "--inputDICOM", saved(report, tmp_path / "sr.dcm"), "--outputMetadata", tmp_path / "sr.json")

    groups = json.loads((tmp_path / "sr.json").read_text())["Measurements"]
    measured = [row for row in rows if row.volume_cm3]
    assert len(groups) == len(measured) + 2
    for group, row in zip(groups, measured, strict=False):
        for item, quantity in zip(group["measurementItems"], quantities_of(row), strict=True):
            assert item["quantity"]["CodeValue"] == quantity.name[1]
            assert item["units"]["CodeValue"] == quantity.unit[1]
            assert float(item["value"]) == pytest.approx(quantity.value, rel=1e-12)
    for group, muscle in zip(groups[4:], (1, 4), strict=True):
        right, left = (next(row for row in measured if row.label == label) for label in (muscle, 100 + muscle))
        difference = 200 * (right.volume_cm3 - left.volume_cm3) / (right.volume_cm3 + left.volume_cm3)
        volume = next(item for item in group["measurementItems"] if item["quantity"]["CodeValue"] == "SIDEDIFFVOLUME")
        assert float(volume["value"]) == pytest.approx(difference)
        assert volume["quantity"]["CodingSchemeDesignator"] == "99MUSCLESEG"


def test_maps_are_read_voxel_for_voxel(tmp_path, a_case):
    _, labels, source = a_case
    volume = Volume(np.random.default_rng(1).uniform(0, 90, labels.geometry.shape), labels.geometry)
    structures = [label for label in scheme("thigh").labels if label.value in (1, 109)]
    made = parametric_map("ff", volume, source, factor=1, now=NOW, structures=structures)

    path = saved(made, tmp_path / "ff.dcm")
    run("paramap2itkimage", "--inputDICOM", path, "--outputDirectory", tmp_path, "--prefix", "ff", "-t", "nrrd")

    read = like(read_volume(tmp_path / "ff-pmap.nrrd"), volume.geometry)
    np.testing.assert_allclose(read.array, volume.array, rtol=1e-6)
