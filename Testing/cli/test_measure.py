import csv
import json

import numpy as np
import pytest

from MuscleSegLib.volume import Geometry, Volume, read_labels, write_volume

KEYS = [
    *("region", "side", "muscle", "abbreviation", "label", "volume_cm3"),
    *("ff_mean_percent", "ff_sd_percent", "ff_median_percent"),
    *("mtr_mean_percent", "mtr_sd_percent", "mtr_median_percent"),
    *("t2_mean_ms", "t2_sd_ms", "t2_median_ms"),
    "confidence",
]
PUBLISHED = {"sartorius": 18.28, "rectus femoris": 53.70, "adductor magnus": 64.88}


@pytest.fixture
def an_ff_file(save):
    """A fat fraction that grows from 0 to 49 percent along the row of cubes."""
    return save("ff.nii.gz", np.broadcast_to(np.arange(50, dtype=np.float32), (4, 8, 50)).copy())


def test_the_published_fat_fractions_of_a_real_patient_come_out(muscleseg, shared_data):
    folder = shared_data / "thigh_cases"
    labels, fat, water = (folder / f"Thigh_001_{name}.nii.gz" for name in ("labels", "0000", "0001"))

    ended = muscleseg("measure", labels, "--scheme", "huashan11", "--fat", fat, "--water", water, "--json")

    rows = {row["muscle"]: row for row in json.loads(ended.out)}
    assert len(rows) == 11
    for muscle, percent in PUBLISHED.items():
        assert round(rows[muscle]["ff_mean_percent"], 2) == percent


def test_rows_carry_every_key_and_null_for_what_was_not_measured(muscleseg, a_label_file, an_ff_file):
    ended = muscleseg("measure", a_label_file, "--region", "thigh", "--ff", an_ff_file, "--json")

    rows = json.loads(ended.out)
    assert [list(row) for row in rows] == [KEYS] * 10
    # the cube of code 4 lies on columns 15 to 18: mean (15 + 16 + 17 + 18) / 4
    rectus = rows[3]
    assert rectus["ff_mean_percent"] == pytest.approx(16.5)
    assert rectus["volume_cm3"] == pytest.approx(2 * 4 * 4 * 3 * 3 * 10 / 1000)
    assert rectus["t2_mean_ms"] is None
    assert rectus["side"] is None


def test_a_removed_muscle_leaves_an_empty_row_and_all_else_as_it_was(muscleseg, a_label_file, an_ff_file, tmp_path):
    muscleseg("measure", a_label_file, "--region", "thigh", "--ff", an_ff_file, "--output", tmp_path / "all.csv")
    labels, _ = read_labels(a_label_file)
    labels.array[labels.array == 3] = 0
    write_volume(labels, tmp_path / "less.nii.gz")

    muscleseg(
        "measure", tmp_path / "less.nii.gz", "--region", "thigh", "--ff", an_ff_file, "--output", tmp_path / "less.csv"
    )  # fmt: skip

    whole, less = (list(csv.reader((tmp_path / name).read_text().splitlines())) for name in ("all.csv", "less.csv"))
    assert less[:3] == whole[:3]
    assert less[4:] == whole[4:]
    assert less[3] == [*whole[3][:5], *[""] * 11]


def test_a_file_that_muscleseg_wrote_says_itself_what_its_labels_mean(muscleseg, a_label_file, tmp_path):
    from dataclasses import replace

    labels, _ = read_labels(a_label_file)
    write_volume(replace(labels, description="MuscleSeg thigh some-network 1.0.0"), tmp_path / "own.nii.gz")

    ended = muscleseg("measure", tmp_path / "own.nii.gz", "--json")

    assert [row["muscle"] for row in json.loads(ended.out)][:2] == ["adductor", "biceps femoris"]


def test_a_file_that_does_not_say_what_its_labels_mean_needs_the_region(muscleseg, a_label_file):
    ended = muscleseg("measure", a_label_file)

    assert ended.code == 1
    assert "give --region thigh, --region calf or --scheme" in ended.err


def test_a_map_elsewhere_in_the_patient_is_refused(muscleseg, a_label_file, save, tmp_path):
    far = save("far.nii.gz", np.ones((4, 8, 50), np.float32), origin_mm=(0, 0, 900))

    ended = muscleseg("measure", a_label_file, "--region", "thigh", "--t2", far, "--output", tmp_path / "t.csv")

    assert ended.code == 1
    assert "do not overlap" in ended.err
    assert not (tmp_path / "t.csv").exists()


def test_labels_that_the_scheme_does_not_know_are_named(muscleseg, save, tmp_path):
    labels = save("labels.nii.gz", np.full((2, 4, 4), 7, np.uint8))

    ended = muscleseg("measure", labels, "--region", "calf", "--output", tmp_path / "t.csv")

    assert ended.code == 1
    assert "(7)" in ended.err
    assert "--scheme thigh" in ended.err
    assert not (tmp_path / "t.csv").exists()


def test_fat_needs_water(muscleseg, a_label_file, an_ff_file):
    ended = muscleseg("measure", a_label_file, "--region", "thigh", "--fat", an_ff_file)

    assert ended.code == 1
    assert "--fat and --water together" in ended.err


def test_a_table_never_replaces_an_input(muscleseg, a_label_file):
    before = a_label_file.read_bytes()

    ended = muscleseg("measure", a_label_file, "--region", "thigh", "--output", a_label_file)

    assert ended.code == 1
    assert a_label_file.read_bytes() == before


def test_border_voxels_can_be_left_out(muscleseg, save):
    """Map voxels of 3 labels' width: the middle one is full of muscle, the outer ones two thirds full."""
    labels = np.zeros((1, 3, 9), np.uint8)
    labels[:, :, 1:8] = 4
    path = save("labels.nii.gz", labels)
    t2 = Volume(np.array([[[90.0, 40.0, 90.0]]]), Geometry((1, 1, 3), np.diag([9.0, 9.0, 10.0, 1.0])))
    moved = t2.geometry.affine.copy()
    moved[:2, 3] = 3.0  # the first voxel's middle is that of the labels' first three
    write_volume(Volume(t2.array, Geometry((1, 1, 3), moved)), path.with_name("t2.nii.gz"))

    def t2_of(*options):
        ended = muscleseg("measure", path, "--region", "thigh", "--t2", path.with_name("t2.nii.gz"), "--json", *options)
        return json.loads(ended.out)[3]["t2_mean_ms"]

    assert t2_of() == pytest.approx((90 + 40 + 90) / 3)
    assert t2_of("--minimum-share", "0.9") == pytest.approx(40)


@pytest.mark.parametrize("share", ["0.4", "1", "half"])
def test_a_share_that_makes_no_sense_is_wrong_use(muscleseg, a_label_file, share):
    assert muscleseg("measure", a_label_file, "--region", "thigh", "--minimum-share", share).code == 2
