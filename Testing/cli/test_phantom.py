import dataclasses
import json

import nibabel
import numpy as np
import pytest

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.cli import phantom
from MuscleSegLib.phantom import protocols


@pytest.fixture
def quick(monkeypatch):
    """The study's scans with pixels four times as wide, since tests are about the command."""
    study = protocols.hostin2023

    def coarse(length_mm, *, legs):
        full = study(length_mm, legs=legs)
        scans = {}
        for name in ("anatomy", "ff", "mtr", "t2"):
            scan = getattr(full, name)
            i_mm, _, k_mm = scan.geometry.spacing_mm
            matrix = scan.geometry.shape[1] // 4
            grid = protocols._axial(4 * i_mm, matrix, length_mm, spacing_mm=max(k_mm, 15))
            scans[name] = dataclasses.replace(scan, geometry=grid, planes=1)
        return protocols.Protocol("hostin2023", **scans)

    monkeypatch.setattr(protocols, "PROTOCOLS", {"hostin2023": coarse})


@pytest.mark.slow
def test_a_case_is_made_and_summed_up(muscleseg, tmp_path, quick):
    ended = muscleseg("phantom", "--region", "thigh", "--output", tmp_path / "case", "--seed", 3, "--json")

    assert ended.code == 0, ended.err
    summary = json.loads(ended.out)
    assert (summary["region"], summary["seed"], summary["legs"], summary["muscles"]) == ("thigh", 3, 2, 20)
    assert (tmp_path / "case" / "anatomy.nii.gz").is_file()


@pytest.mark.slow
def test_the_truth_has_the_rows_of_measure(muscleseg, tmp_path, quick):
    muscleseg("phantom", "--region", "calf", "--output", tmp_path / "case", "--legs", 1)

    rows = json.loads((tmp_path / "case" / "truth.json").read_text())
    # What is true has no confidence, percentiles, coverage or warnings: those are of a measurement.
    assert [list(row) for row in rows] == [[field.name for field in dataclasses.fields(Row)][:15]] * 6
    for row in rows:
        Row(**row)


@pytest.mark.slow
def test_what_measure_finds_has_the_same_muscles_as_the_truth(muscleseg, tmp_path, quick):
    case = tmp_path / "case"
    muscleseg("phantom", "--region", "thigh", "--output", case, "--fat-fraction", 10)
    ended = muscleseg("measure", case / "labels.nii.gz", "--ff", case / "ff.nii.gz", "--json")

    measured, true = json.loads(ended.out), json.loads((case / "truth.json").read_text())
    words = ("region", "side", "muscle", "abbreviation", "label")
    assert [[row[word] for word in words] for row in measured] == [[row[word] for word in words] for row in true]


@pytest.mark.slow
def test_a_person_reads_where_it_is(muscleseg, tmp_path, quick):
    ended = muscleseg("phantom", "--region", "calf", "--output", tmp_path / "case", "--legs", 1)

    assert ended.out.startswith("Made 6 muscles in ")
    assert ended.out.rstrip().endswith("case")


def test_protocols_are_those_of_the_library():
    assert set(phantom.PROTOCOL_NAMES) == set(protocols.PROTOCOLS)


@pytest.mark.parametrize("seed", ["-1", "one"])
def test_a_seed_is_a_whole_number_of_0_or_more(muscleseg, tmp_path, seed):
    ended = muscleseg("phantom", "--region", "thigh", "--output", tmp_path / "case", f"--seed={seed}")

    assert ended.code == 2
    assert "a whole number of 0 or more" in ended.err


def test_a_full_folder_is_refused_before_any_work(muscleseg, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")

    ended = muscleseg("phantom", "--region", "thigh", "--output", tmp_path)

    assert ended.code == 1
    assert "give a new or an empty folder" in ended.err


@pytest.mark.slow
def test_a_dataset_has_a_scan_for_each_person_with_thighs_and_calves_in_turn(muscleseg, tmp_path, quick):
    ended = muscleseg("phantom", "--bids", 2, "--output", tmp_path / "bids", "--legs", 1)

    assert ended.code == 0, ended.err
    images = sorted(path.relative_to(tmp_path / "bids").as_posix() for path in (tmp_path / "bids").rglob("*.nii.gz"))
    assert images == [
        "sub-0001/anat/sub-0001_acq-thigh_T1w.nii.gz",
        "sub-0001/anat/sub-0001_acq-thigh_T2map.nii.gz",
        "sub-0001/anat/sub-0001_acq-thigh_fatfrac.nii.gz",
        "sub-0002/anat/sub-0002_acq-calf_T1w.nii.gz",
        "sub-0002/anat/sub-0002_acq-calf_fatfrac.nii.gz",
    ]
    t2 = nibabel.load(tmp_path / "bids" / images[1]).get_fdata()
    assert 0.01 < np.nanmedian(t2) < 0.3, "BIDS wants seconds"
    assert json.loads((tmp_path / "bids" / images[1].replace(".nii.gz", ".json")).read_text())["Units"] == "s"


def test_a_case_without_a_region_and_a_dataset_with_one_fat_fraction_are_refused(muscleseg, tmp_path):
    for arguments in (("--seed", 1), ("--bids", 2, "--fat-fraction", 10)):
        ended = muscleseg("phantom", *arguments, "--output", tmp_path / "new")

        assert ended.code == 1
        assert "give --region" in ended.err or "leave --fat-fraction" in ended.err
        assert not (tmp_path / "new").exists()
