"""Names and trees as people have them: what is understood is right, and what is not is listed with its reason."""

import os
from pathlib import Path

import pytest

from MuscleSegLib.cohort import find_scans, prepare_output, run_participants, write_group
from MuscleSegLib.errors import MuscleSegError
from Testing.cohort.fake_work import serial


def names(cohort) -> list[str]:
    return [scan.name for scan in cohort.scans]


def reasons(cohort) -> dict[str, str]:
    return {entry.path.name: entry.reason for entry in cohort.passed_over}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("sub-2_T1w.nii.gz", "in no folder of a subject"),
        ("Sub-2/anat/sub-2_T1w.nii.gz", "no folder of a subject"),
        ("patient 2/scan.nii.gz", "no folder of a subject"),
        ("sub-1/anat/sub-1_T1w copy.nii.gz", "no meaning here"),
        ("sub-1/anat/sub-mül_T1w.nii.gz", "not one of an image in BIDS"),
        ("sub-1/anat/T1w.nii.gz", "not one of an image in BIDS"),
        ("sub-1/anat/sub-2_T1w.nii.gz", "names another one"),
        ("sub-1/ses-a/anat/sub-1_ses-b_T1w.nii.gz", "session a and names another one"),
        ("sub-1/anat/sub-1_T1w.dcm", "not one of an image in BIDS"),
        ("sub-1/anat/sub-1_water.nii.gz", "whose other one is not there"),
        ("sub-1/anat/sub-1_fat.nii.gz", "whose other one is not there"),
        (f"sub-1/anat/sub-1_acq-{'a' * 190}_T1w.nii.gz", "too long"),
    ],
)
def test_a_file_that_is_not_understood_is_listed_and_harms_no_other(path, reason, touch):
    cohort = find_scans(touch("bids", ["sub-1/anat/sub-1_T1w.nii.gz", path]))

    assert names(cohort) == ["sub-1"]
    (listed,) = reasons(cohort).values()
    assert reason in listed
    assert set(cohort.scans[0].roles) == {"image"}


def test_folders_that_bids_keeps_for_other_things_are_not_listed(touch):
    others = [f"{name}/x.nii.gz" for name in ("derivatives", "sourcedata", "code", "stimuli", ".git")]

    assert not find_scans(touch("bids", ["sub-1/anat/sub-1_T1w.nii.gz", "README.md", *others])).passed_over


@pytest.mark.parametrize("link", ["file", "anat", "session", "subject"])
def test_links_to_files_and_folders_are_followed(link, touch, tmp_path):
    bids = touch("bids", ["sub-1/ses-1/anat/sub-1_ses-1_T1w.nii.gz"])
    depth = {"subject": 1, "session": 2, "anat": 3, "file": 4}[link]
    path = bids.joinpath(*Path("sub-1/ses-1/anat/sub-1_ses-1_T1w.nii.gz").parts[:depth])
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")

    assert names(find_scans(bids)) == ["sub-1_ses-1"]


def test_a_link_that_leads_nowhere_is_listed_and_one_in_a_circle_ends(touch):
    bids = touch("bids", ["sub-1/anat/sub-1_T1w.nii.gz"])
    (bids / "sub-1" / "anat" / "sub-1_fatfrac.nii.gz").symlink_to("../../.git/annex/objects/x.nii.gz")
    (bids / "sub-1" / "anat" / "again").symlink_to("..")

    cohort = find_scans(bids)

    assert names(cohort) == ["sub-1"]
    assert "fetch it first" in reasons(cohort)["sub-1_fatfrac.nii.gz"]
    assert "searched already" in reasons(cohort)["again"]


def test_subjects_may_have_different_sessions_runs_and_acquisitions(touch):
    stems = ["sub-1/ses-1/anat/sub-1_ses-1", "sub-1/ses-2/anat/sub-1_ses-2_run-1", "sub-1/ses-2/anat/sub-1_ses-2_run-2"]
    stems += ["sub-2/anat/sub-2_acq-a", "sub-2/anat/sub-2_acq-b_rec-norm", "sub-3/ses-1/anat/sub-3"]

    cohort = find_scans(touch("bids", [f"{stem}_{suffix}.nii.gz" for stem in stems for suffix in ("T1w", "fatfrac")]))

    expected = ["sub-1_ses-1", "sub-1_ses-2_run-1", "sub-1_ses-2_run-2", "sub-2_acq-a", "sub-2_acq-b_rec-norm"]
    assert names(cohort) == [*expected, "sub-3_ses-1"]
    assert [set(scan.roles) for scan in cohort.scans] == [{"image", "ff"}] * 6
    assert not cohort.passed_over


def test_paths_with_spaces_umlauts_and_bytes_that_are_no_text_are_worked_on(touch, tmp_path, settings):
    folder = touch(os.fsdecode(b"Stra\xdfe 1/M\xc3\xbcller, A. \xe4"), ["sub-1/anat/sub-1_T1w.nii.gz"])
    output = tmp_path / "Ergebnisse für jeden"
    prepare_output(output, folder)

    totals = run_participants(find_scans(folder).scans, output, settings, engine=serial)

    assert totals.done == 1
    assert write_group(output).done == 1


def test_labels_that_are_chosen_and_not_there_are_listed(touch):
    folder = touch("bids", ["sub-1/anat/sub-1_T1w.nii.gz"])

    cohort = find_scans(folder, subjects={"1", "7"})

    assert [entry.reason for entry in cohort.passed_over] == ["it holds no scan of subject 7"]


def test_subjects_of_a_table_are_chosen_as_they_are_written_in_it(touch):
    table = touch("data", ["a.nii.gz"]) / "scans.csv"
    table.write_text("subject,image\nP-1,a.nii.gz\nP-2,a.nii.gz\n")

    cohort = find_scans(table, subjects={"P-1"})

    assert (names(cohort), cohort.passed_over) == (["sub-P1"], ())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,thigh, left.nii.gz,x.nii.gz", "Row 2 .* has more cells"),
        ('1,"a, b.nii.gz",', None),
        ("1,a b.nii.gz,,,", None),
    ],
)
def test_a_comma_in_a_name_of_a_table_is_no_other_file(row, words, touch):
    table = touch("data", ["thigh", "a, b.nii.gz", "a b.nii.gz"]) / "scans.csv"
    table.write_text(f"subject,image,ff\n{row}\n")

    if words:
        with pytest.raises(MuscleSegError, match=words):
            find_scans(table)
    else:
        assert find_scans(table).scans[0].problem == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone.nii.gz", "does not exist"),
        ("x" * 300 + ".nii.gz", "cannot be read"),
        ("a\0b.nii.gz", "cannot be read"),
        ("circle", "cannot be read"),
    ],
)
def test_a_name_in_a_table_that_no_file_has_is_a_failure_of_its_row_alone(name, words, touch, tmp_path, settings):
    folder = touch("data", ["a.nii.gz"])
    (folder / "circle").symlink_to("circle")
    (folder / "scans.csv").write_text(f"subject,image,ff\n1,{name},\n2,a.nii.gz,\n3,a.nii.gz,{name}\n")
    output = tmp_path / "out"
    prepare_output(output, folder / "scans.csv")
    scans = find_scans(folder / "scans.csv").scans

    totals = run_participants(scans, output, settings, engine=serial)

    assert [words in scan.problem for scan in scans] == [True, False, True]
    assert (totals.done, totals.failed) == (1, 2)


@pytest.mark.parametrize(
    ("stem", "line"),
    [
        ("sub-1_ses-1_stk-1", "**/sub-*_ses-*_stk-*_seg-muscleseg_*"),
        ("sub-1_acq-a_vol-1_rep-2", "**/sub-*_acq-*_vol-*_rep-*_seg-muscleseg_*"),
        ("sub-1_run-1_acq-a", "**/sub-*_run-*_acq-*_seg-muscleseg_*"),
        ("sub-1_ses-1_acq-a_run-2", ""),
    ],
)
def test_names_that_only_a_dialect_has_are_told_to_the_validator_of_bids_and_others_are_not(
    stem, line, touch, tmp_path
):
    folder = touch("bids", [f"sub-1/anat/{stem}_T1w.nii.gz", "sub-2/anat/sub-2_acq-a_rec-b_run-1_chunk-2_T1w.nii.gz"])

    for _ in range(2):
        prepare_output(tmp_path / "out", folder, find_scans(folder).scans)

    lines = (tmp_path / "out" / ".bidsignore").read_text().splitlines()
    assert [text for text in lines if text.startswith("**/sub-")] == ([line] if line else [])
    prepare_output(tmp_path / "out", folder)
    assert (tmp_path / "out" / ".bidsignore").read_text().splitlines() == lines


@pytest.mark.parametrize(
    ("path", "where", "reason"),
    [
        ("sub-2", "sub-2", "it is called as the folder of a subject and is none"),
        ("sub-2/anat/sub-2_T1w.json", "sub-2", "it holds no image"),
        ("sub-2/anat/.hidden", "sub-2", "it holds no image"),
    ],
)
def test_a_subject_without_an_image_is_not_forgotten(path, where, reason, touch):
    folder = touch("bids", ["sub-1/anat/sub-1_T1w.nii.gz", path])

    cohort = find_scans(folder)

    assert (names(cohort), reasons(cohort)) == (["sub-1"], {where: reason})


def test_a_series_that_a_table_names_by_its_folder_is_done_again_if_a_file_of_it_changes(touch, tmp_path, settings):
    folder = touch("data", ["series/1.dcm", "series/2.dcm"])
    (folder / "scans.csv").write_text("subject,image\n1,series\n")
    (scan,) = find_scans(folder / "scans.csv").scans

    assert [path.name for path in scan.roles["image"].files] == ["1.dcm", "2.dcm"]


def test_dicom_files_in_folders_named_as_in_bids_are_a_tree_of_dicom_files(write_series):
    folder = write_series("sub-1/anat", ["M"], patient="A", number=1, description="t1")

    cohort = find_scans(folder.parent.parent)

    assert (cohort.kind, len(cohort.scans)) == ("a tree of DICOM files", 1)


def test_images_of_other_formats_in_a_tree_of_dicom_files_are_listed_and_links_followed(write_series, tmp_path):
    folder = write_series("a/1", ["M"], patient="A", number=1, description="t1")
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "tree" / "a" / "t2.nii.gz").write_bytes(b"image")

    cohort = find_scans(tmp_path / "tree")

    assert len(cohort.scans) == 1
    assert reasons(cohort) == {"t2.nii.gz": "it is no DICOM file: name it in a table to use it"}
