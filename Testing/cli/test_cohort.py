"""The whole way, from a folder to a table, on digital scans."""

import csv
import json
import shutil
import subprocess
from pathlib import Path

import nibabel
import numpy as np
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def bids(tmp_path, muscleseg) -> Path:
    ended = muscleseg("phantom", "--bids", 2, "--legs", 1, "--protocol", "quick", "--output", tmp_path / "bids")
    assert ended.code == 0, ended.err
    return tmp_path / "bids"


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_a_folder_of_scans_becomes_derivatives_and_tables(bids, tmp_path, muscleseg):
    output = tmp_path / "output"
    damaged = bids / "sub-0003" / "anat" / "sub-0003_T1w.nii.gz"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes((bids / "sub-0001" / "anat" / "sub-0001_acq-thigh_T1w.nii.gz").read_bytes()[:2000])

    planned = muscleseg("cohort", bids, output, "participant", "--dry-run", "--json")
    assert not output.exists()
    states = {scan["name"]: scan["state"] for scan in json.loads(planned.out)["scans"]}
    assert states == dict.fromkeys(["sub-0001_acq-thigh", "sub-0002_acq-calf", "sub-0003"], "to do")

    ended = muscleseg("cohort", bids, output, "participant", "--processes", 1, "--json")
    assert ended.code == 0, ended.err
    totals = json.loads(ended.out)
    assert (totals["done"], totals["failed"]) == (2, 1)
    assert len([line for line in ended.err.splitlines() if " of 3: " in line]) == 3
    again = muscleseg("cohort", bids, output, "participant", "--processes", 1, "--json")
    assert json.loads(again.out)["kept"] == 2

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
        name: stem.parents[2].parent / "bids" / "sub-0001" / "anat" / f"sub-0001_acq-thigh_{suffix}.nii.gz"
        for name, suffix in (("ff", "fatfrac"), ("t2", "T2map"))
    }
    measured = muscleseg("measure", f"{stem}_dseg.nii.gz", "--ff", maps["ff"], "--t2", maps["t2"], "--json")
    rows = table(Path(f"{stem}_muscles.tsv"))
    for row, expected in zip(rows, json.loads(measured.out), strict=True):
        for column in ("volume_cm3", "ff_mean_percent", "t2_mean_ms"):
            assert float(row[column]) == pytest.approx(expected[column], rel=1e-9)

    grouped = muscleseg("cohort", bids, output, "group", "--json")
    assert grouped.code == 0, grouped.err
    assert json.loads(grouped.out)["done"] == 2
    assert len(table(output / "group_muscles.tsv")) == 10 + 6
    (failure,) = table(output / "group_failures.tsv")
    assert failure["scan"] == "sub-0003"
    assert "damaged" in failure["reason"]


VALIDATOR = shutil.which("bids-validator-deno") or shutil.which("bids-validator")


@pytest.mark.skipif(VALIDATOR is None, reason="the package bids-validator-deno is not installed")
def test_the_validator_of_bids_accepts_digital_scans_and_derivatives(bids, tmp_path, muscleseg):
    output = tmp_path / "output"
    (bids / "sub-0002" / "anat" / "sub-0002_acq-calf_fatfrac.nii.gz").write_bytes(b"damaged")
    for step in ("participant", "group"):
        ended = muscleseg("cohort", bids, output, step, "--processes", 1)
        assert ended.code == 0, ended.err

    for dataset in (bids, output):
        command = [VALIDATOR, str(dataset), "--json"]
        answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
        errors = [issue for issue in answer["issues"]["issues"] if issue.get("severity") == "error"]
        assert [
            issue["code"] for issue in errors if dataset == output or issue["code"] != "NIFTI_HEADER_UNREADABLE"
        ] == []


@pytest.mark.parametrize("text", ["0/3", "4/3", "x", "1/0"])
def test_a_share_that_is_none_is_wrong_use(text, tmp_path, muscleseg):
    assert muscleseg("cohort", tmp_path, tmp_path / "out", "participant", "--shard", text).code == 2


def test_a_network_without_its_region_is_refused(tmp_path, muscleseg):
    ended = muscleseg("cohort", tmp_path, tmp_path / "out", "participant", "--network", "unet2d-small")

    assert (ended.code, "give --region" in ended.err) == (1, True)


def test_tables_need_scans_that_were_worked_on(tmp_path, muscleseg):
    ended = muscleseg("cohort", tmp_path, tmp_path / "out", "group")

    assert (ended.code, "run the step participant first" in ended.err) == (1, True)
