"""The whole way, from a folder to a table, on digital scans."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nibabel
import numpy as np
import pytest

from MuscleSegLib.cli import main

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bids(tmp_path_factory) -> Path:
    """A digital thigh, and another scan that is damaged."""
    folder = tmp_path_factory.mktemp("cohort") / "bids"
    assert main(["phantom", "--bids", "1", "--legs", "1", "--protocol", "quick", "--output", str(folder)]) == 0
    whole = folder / "sub-0001" / "anat" / "sub-0001_acq-thigh_T1w.nii.gz"
    whole.with_name("sub-0001_acq-damaged_T1w.nii.gz").write_bytes(whole.read_bytes()[:2000])
    return folder


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_a_folder_of_scans_becomes_derivatives_and_tables(bids, muscleseg):
    output = bids.parent / "output"

    planned = muscleseg("cohort", bids, output, "participant", "--dry-run", "--json")
    assert not output.exists()
    states = {scan["name"]: scan["state"] for scan in json.loads(planned.out)["scans"]}
    assert states == dict.fromkeys(["sub-0001_acq-damaged", "sub-0001_acq-thigh"], "to do")

    ended = muscleseg("cohort", bids, output, "participant", "--processes", 1, "--json")
    assert ended.code == 0, ended.err
    totals = json.loads(ended.out)
    assert (totals["done"], totals["failed"]) == (1, 1)
    assert len([line for line in ended.err.splitlines() if " of 2: " in line]) == 2
    again = muscleseg("cohort", bids, output, "participant", "--processes", 1, "--json")
    assert json.loads(again.out)["kept"] == 1

    stem = output / "sub-0001" / "anat" / "sub-0001_acq-thigh_seg-muscleseg"
    labels = nibabel.load(f"{stem}_dseg.nii.gz")
    image = nibabel.load(bids / "sub-0001" / "anat" / "sub-0001_acq-thigh_T1w.nii.gz")
    np.testing.assert_allclose(labels.affine, image.affine, atol=1e-4)
    names = table(Path(f"{stem}_dseg.tsv"))
    assert list(names[0]) == ["index", "name", "abbreviation", "color", "mapping"]
    assert {int(row["index"]) for row in names} >= set(np.unique(labels.get_fdata()).astype(int))
    sidecar = json.loads(Path(f"{stem}_dseg.json").read_text())
    assert sidecar["GeneratedBy"][0]["Name"] == "MuscleSeg"
    assert len(sidecar["Networks"][0]["SHA256"]) == 64
    assert all(0 < dsc <= 1 for dsc in sidecar["Confidence"].values())

    # The numbers are those that the commands segment and measure give.
    maps = {
        name: bids / "sub-0001" / "anat" / f"sub-0001_acq-thigh_{suffix}.nii.gz"
        for name, suffix in (("ff", "fatfrac"), ("t2", "T2map"))
    }
    measured = muscleseg("measure", f"{stem}_dseg.nii.gz", "--ff", maps["ff"], "--t2", maps["t2"], "--json")
    rows = table(Path(f"{stem}_muscles.tsv"))
    for row, expected in zip(rows, json.loads(measured.out), strict=True):
        for column in ("volume_cm3", "ff_mean_percent", "t2_mean_ms"):
            assert float(row[column]) == pytest.approx(expected[column], rel=1e-9)

    grouped = muscleseg("cohort", bids, output, "group", "--json")
    assert grouped.code == 0, grouped.err
    assert json.loads(grouped.out)["done"] == 1
    assert len(table(output / "group_muscles.tsv")) == 10
    (failure,) = table(output / "group_failures.tsv")
    assert failure["scan"] == "sub-0001_acq-damaged"
    assert "damaged" in failure["reason"]

    command = shutil.which("bids-validator-deno", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    for dataset in (bids, output) if command else ():  # the validator is no package that MuscleSeg needs
        answer = json.loads(subprocess.run([command, dataset, "--json"], capture_output=True, check=False).stdout)
        issues = answer["issues"]["issues"]
        errors = [issue for issue in issues if issue.get("severity") == "error"]
        assert issues
        assert [issue for issue in errors if dataset == output or "acq-damaged" not in issue.get("location", "")] == []


@pytest.mark.parametrize("text", ["0/3", "4/3", "x", "1/0"])
def test_a_share_that_is_none_is_wrong_use(text, tmp_path, muscleseg):
    assert muscleseg("cohort", tmp_path, tmp_path / "out", "participant", "--shard", text).code == 2


def test_a_network_without_its_region_is_refused(tmp_path, muscleseg):
    ended = muscleseg("cohort", tmp_path, tmp_path / "out", "participant", "--network", "unet2d-small")

    assert (ended.code, "give --region" in ended.err) == (1, True)


def test_tables_need_scans_that_were_worked_on(tmp_path, muscleseg):
    ended = muscleseg("cohort", tmp_path, tmp_path / "out", "group")

    assert (ended.code, "run the step participant first" in ended.err) == (1, True)
