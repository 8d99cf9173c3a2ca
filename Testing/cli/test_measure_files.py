"""The files that ``muscleseg measure`` writes beside its table: workbook, provenance and pictures."""

import hashlib

import matplotlib.image
import openpyxl
import pytest

from MuscleSegLib.anatomy import GROUPS


def test_a_workbook_has_all_tables(muscleseg, a_label_file, fat_and_water, tmp_path):
    fat, water = fat_and_water
    muscleseg(
        *("measure", a_label_file, "--region", "thigh", "--fat", fat, "--water", water, "--corrected", "yes"),
        *("--output", tmp_path / "table.xlsx"),
    )  # fmt: skip

    sheets = {
        page.title: list(page.iter_rows(values_only=True)) for page in openpyxl.load_workbook(tmp_path / "table.xlsx")
    }
    assert [len(sheets[name]) - 1 for name in ("Summary", "Muscles", "Groups")] == [10, 10, len(GROUPS["thigh"])]
    # Each of ten muscles has an area and two means of FF in two slices; the leg and each muscle has its adipose tissue.
    assert [len(sheets[name]) - 1 for name in ("Profiles", "Adipose tissue")] == [60, 11]
    origins = {item: (value, sha256) for item, value, sha256 in sheets["Provenance"][1:]}
    assert origins["labels corrected by a person"] == ("yes", None)
    assert origins["file of fat"] == (str(fat), hashlib.sha256(fat.read_bytes()).hexdigest())
    assert origins["option minimum share"] == (0.5, None)


def test_a_file_with_the_name_of_a_formula_is_measured_and_named(muscleseg, a_label_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    a_label_file.rename(tmp_path / "=1+1.nii.gz")

    for ending in ("csv", "xlsx"):
        assert muscleseg("measure", "=1+1.nii.gz", "--region", "thigh", "--output", f"t.{ending}").code == 0

    assert "file of labels,'=1+1.nii.gz," in (tmp_path / "t_provenance.csv").read_text()
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert not [cell for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_table_beside_the_named_one_never_replaces_an_input(muscleseg, a_label_file, tmp_path):
    before = a_label_file.read_bytes()
    (tmp_path / "table_groups.csv").symlink_to(a_label_file)

    ended = muscleseg("measure", a_label_file, "--region", "thigh", "--output", tmp_path / "table.csv")

    assert ended.code == 1
    assert a_label_file.read_bytes() == before
    assert not (tmp_path / "table.csv").exists()


@pytest.mark.slow
def test_pictures_are_drawn_of_what_there_is(muscleseg, a_label_file, an_ff_file, tmp_path):
    muscleseg("measure", a_label_file, "--region", "thigh", "--pictures", tmp_path / "no" / "map")
    muscleseg("measure", a_label_file, "--region", "thigh", "--ff", an_ff_file, "--pictures", tmp_path / "map")

    assert {path.name for path in (tmp_path / "no" / "map").iterdir()} == {"bars.png", "profiles.png"}
    assert {path.name for path in (tmp_path / "map").iterdir()} == {"bars.png", "profiles.png", "ff_map.png"}
    for path in (tmp_path / "map").iterdir():
        assert matplotlib.image.imread(path)[..., :3].std() > 0.05
