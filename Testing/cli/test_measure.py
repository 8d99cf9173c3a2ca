import csv
import dataclasses
import json

import numpy as np
import openpyxl
import pytest

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.volume import Geometry, Volume, read_labels, read_volume, write_volume

KEYS = [field.name for field in dataclasses.fields(Row)]

PUBLISHED = {"sartorius": 18.28, "rectus femoris": 53.70, "adductor magnus": 64.88}


def test_the_published_fat_fractions_of_a_real_patient_come_out(muscleseg, shared_data):
    folder = shared_data / "thigh_cases"
    labels, fat, water = (folder / f"Thigh_001_{name}.nii.gz" for name in ("labels", "0000", "0001"))

    ended = muscleseg("measure", labels, "--scheme", "huashan11", "--fat", fat, "--water", water, "--json")

    rows = {row["muscle"]: row for row in json.loads(ended.out)}
    assert len(rows) == 11
    for muscle, percent in PUBLISHED.items():
        assert round(rows[muscle]["ff_mean_percent"], 2) == percent


def test_fat_and_water_give_both_fat_fractions(muscleseg, a_label_file, save):
    # A muscle's voxels are 1 fat of 2, or 9 of 10: the mean of ratios is (50 + 90) / 2, the ratio of sums 10 / 12.
    shape, odd = (4, 8, 50), np.arange(50) % 2
    fat = save("fat.nii.gz", np.broadcast_to(1 + 8.0 * odd, shape).astype(np.float32))
    water = save("water.nii.gz", np.ones(shape, np.float32))
    ended = muscleseg("measure", a_label_file, "--region", "thigh", "--fat", fat, "--water", water, "--json")

    rectus = json.loads(ended.out)[3]  # on columns 15 to 18
    assert rectus["ff_mean_percent"] == pytest.approx(70)
    assert rectus["ff_ratio_of_sums_percent"] == pytest.approx(100 * 10 / 12)


def test_gaps_are_left_out_of_volumes_where_the_labels_thickness_is_given(muscleseg, a_label_file):
    ended = [
        muscleseg("measure", a_label_file, "--region", "thigh", "--json", *more)
        for more in ((), ("--thickness", "labels=4"))
    ]

    whole, without = (json.loads(run.out)[3]["volume_cm3"] for run in ended)
    assert without == pytest.approx(whole * 4 / 10)


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
    assert less[3] == [*whole[3][:5], *[""] * (len(KEYS) - 5)]


def test_a_file_that_muscleseg_wrote_says_itself_what_its_labels_mean(muscleseg, a_label_file, tmp_path):
    from dataclasses import replace

    labels, _ = read_labels(a_label_file)
    write_volume(replace(labels, description="MuscleSeg thigh some-network 1.0.0"), tmp_path / "own.nii.gz")

    ended = muscleseg("measure", tmp_path / "own.nii.gz", "--json")

    assert [row["muscle"] for row in json.loads(ended.out)][:2] == ["adductor", "biceps femoris"]


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

    assert t2_of() == pytest.approx((90 * 2 / 3 + 40 + 90 * 2 / 3) / (2 / 3 + 1 + 2 / 3))
    assert t2_of("--minimum-share", "0.9") == pytest.approx(40)


def test_the_limit_for_adipose_tissue_is_the_user_s(muscleseg, a_label_file, fat_and_water, tmp_path):
    fat, water = fat_and_water
    muscleseg(
        *("measure", a_label_file, "--region", "thigh", "--fat", fat, "--water", water, "--ff-limit", "8"),
        *("--output", tmp_path / "t.json"),
    )  # fmt: skip

    rows = json.loads((tmp_path / "t.json").read_text())["adipose_tissue"]
    assert [row["intramat_above_ff_limit_percent"] for row in rows[1:]] == [pytest.approx(100)] * 10
    assert {row["ff_limit_percent"] for row in rows} == {8.0}


@pytest.mark.parametrize("values", [np.full((4, 8, 50), np.nan, np.float32), np.zeros((4, 8, 50), np.float32)])
@pytest.mark.parametrize("name", ["ff", "mtr", "t2"])
def test_a_map_without_a_value_leaves_rows_and_columns_and_is_told(
    muscleseg, a_label_file, save, tmp_path, name, values
):
    path = save("map.nii.gz", values)

    ended = muscleseg("measure", a_label_file, "--region", "thigh", f"--{name}", path, "--output", tmp_path / "t.csv")

    assert ended.code == 0
    with (tmp_path / "t.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10
    assert list(rows[0]) == KEYS
    mean = next(key for key in KEYS if key.startswith(f"{name}_mean"))
    if np.isnan(values).all() or name == "t2":  # a T2 of 0 is none; a fat fraction of 0 is one
        assert {(row[mean], row[f"{name}_voxels"], row[f"{name}_excluded_voxels"]) for row in rows} == {("", "0", "32")}
        assert all(f"32 voxels of the {name.upper()} map excluded" in row["warnings"] for row in rows)
        assert f"The {name.upper()} map {path}: 320 voxels in muscles have no possible value" in ended.err
    else:
        assert {row[mean] for row in rows} == {"0"}


def test_a_dicom_map_says_how_thick_its_slices_are_and_whose_it_is(muscleseg, a_label_file, write_series, tmp_path):
    write_series(
        tmp_path / "t2",
        np.full((4, 8, 50), 40, np.int16),
        heights=[0, 10, 20, 30],
        orientation=(-1, 0, 0, 0, -1, 0),  # as the labels: to the right and to the front
        origin=(0, 0, 0),
        PixelSpacing=[[3.0, 3.0]] * 4,
        SliceThickness=6.0,
        PatientID="=1+1",
    )

    muscleseg("measure", a_label_file, "--region", "thigh", "--t2", tmp_path / "t2", "--output", tmp_path / "t.csv")

    with (tmp_path / "t_provenance.csv").open(newline="") as file:
        origins = {row["item"]: row["value"] for row in csv.DictReader(file)}
    assert origins["option slice thickness"] == "t2 6 mm"
    assert origins["patient (DICOM)"] == "'=1+1"

    for ending in ("json", "csv", "xlsx"):
        (tmp_path / ending).mkdir()
        muscleseg(
            *("measure", a_label_file, "--region", "thigh", "--t2", tmp_path / "t2", "--no-patient-id"),
            *("--output", tmp_path / ending / f"t.{ending}"),
        )
    for path in (tmp_path / "json" / "t.json", *(tmp_path / "csv").iterdir()):
        assert "=1+1" not in path.read_text(encoding="utf-8")
    book = openpyxl.load_workbook(tmp_path / "xlsx" / "t.xlsx")
    cells = {str(cell.value) for page in book for row in page.iter_rows() for cell in row}
    assert "left out" in cells
    assert not any("=1+1" in cell for cell in cells)


@pytest.mark.parametrize(("unit", "factor", "name"), [(None, 0.001, "s"), ("s", 0.001, "s"), ("0.1ms", 10, "0.1ms")])
def test_a_unit_is_stated_or_told_in_every_row_and_in_the_provenance(muscleseg, tmp_path, unit, factor, name):
    grid = Geometry((2, 30, 30), np.diag([1.0, 1.0, 5.0, 1.0]))
    labels = np.zeros(grid.shape, np.uint8)
    labels[:, 5:25, 5:25] = 4
    write_volume(Volume(labels, grid), tmp_path / "labels.nii.gz")
    write_volume(Volume(np.full(grid.shape, 38.0 * factor), grid), tmp_path / "t2.nii.gz")
    given = ["--t2-unit", unit] if unit else []
    maps = ["--region", "thigh", "--t2", tmp_path / "t2.nii.gz", *given]
    muscleseg("measure", tmp_path / "labels.nii.gz", *maps, "--output", tmp_path / "table.json")
    table = json.loads((tmp_path / "table.json").read_text())
    row = next(row for row in table["muscles"] if row["label"] == 4)
    assert row["t2_mean_ms"] == pytest.approx(38)
    assert ("T2 taken as s (assumed)." in row["warnings"]) is (unit is None)
    origin = next(entry for entry in table["provenance"] if entry["item"] == "option unit of T2")
    assert origin["value"] == f"{name} ({'stated' if unit else 'assumed'})"


def test_a_json_file_beside_a_map_says_its_unit(tmp_path):
    grid = Geometry((1, 4, 4), np.eye(4))
    write_volume(Volume(np.full(grid.shape, 0.04), grid), tmp_path / "sub-01_T2map.nii.gz")
    (tmp_path / "sub-01_T2map.json").write_text('{"Units": "s"}')
    assert read_volume(tmp_path / "sub-01_T2map.nii.gz").unit == "s"
