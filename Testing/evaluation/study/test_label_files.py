"""Which files belong together."""

import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.study.label_files import LabelMeaning, label_files, map_files, unmatched
from MuscleSegLib.evaluation.study.visit_files import read_profiles


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def test_label_maps_are_found_under_the_names_that_are_in_use(tmp_path):
    names = ["A.nii.gz", "B_labels.nii", "C.seg.nrrd", "D/labels.nii.gz", "E.1.mha"]
    touch(tmp_path, *names, "A_ff.nii.gz", "A_t2.nii.gz", "notes.txt", "F/other.nii.gz")

    files = label_files(tmp_path)

    assert list(files) == ["A", "B", "C", "D", "E.1"]
    assert [path.relative_to(tmp_path).as_posix() for path in files.values()] == names


def test_hidden_files_are_no_label_maps(tmp_path):
    assert list(label_files(touch(tmp_path, "A.nii.gz", "._A.nii.gz", ".B.nrrd", ".cache/labels.nii.gz"))) == ["A"]


def test_two_files_of_one_case_are_refused(tmp_path):
    touch(tmp_path, "A.nii.gz", "A_labels.nii.gz")
    with pytest.raises(MuscleSegError, match=r"A\.nii\.gz and .*A_labels\.nii\.gz are both the labels of A"):
        label_files(tmp_path)


def test_a_folder_without_label_maps_is_told(tmp_path):
    with pytest.raises(MuscleSegError, match="holds no label map"):
        label_files(touch(tmp_path, "readme.txt"))
    with pytest.raises(MuscleSegError, match="There is no folder"):
        label_files(tmp_path / "nowhere")


def test_maps_are_beside_the_case_or_in_its_folder(tmp_path):
    touch(tmp_path, "A_ff.nii.gz", "A_t2.nrrd", "AB_mtr.nii.gz", "B/ff.nii.gz", "B/mtr.nii.gz")

    assert [(name, path.name) for name, path in map_files(tmp_path, "A")] == [
        ("ff", "A_ff.nii.gz"),
        ("t2", "A_t2.nrrd"),
    ]
    assert [name for name, _ in map_files(tmp_path, "B")] == ["ff", "mtr"]
    assert map_files(tmp_path, "C") == ()


def test_what_fits_no_other_is_told_with_the_folder_that_lacks_it(tmp_path):
    first, second = tmp_path / "manual", tmp_path / "automatic"
    missing = unmatched({"A": first, "B": first}, {"B": second, "C": second}, (first, second))

    assert missing == [
        ("A", f"There are no labels called A in {second}."),
        ("C", f"There are no labels called C in {first}."),
    ]


def test_a_measurement_without_profiles_is_refused(tmp_path):
    (tmp_path / "table.csv").write_text("muscle,volume_cm3\nsoleus,300\n", encoding="utf-8")
    with pytest.raises(MuscleSegError, match=r"table\.csv is no measurement with profiles"):
        read_profiles(tmp_path / "table.csv", LabelMeaning())


def test_a_folder_of_a_visit_needs_labels(tmp_path):
    with pytest.raises(MuscleSegError, match="holds no label map called labels"):
        read_profiles(touch(tmp_path, "ff.nii.gz"), LabelMeaning())
