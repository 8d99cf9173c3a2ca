import pytest

from MuscleSegLib.cohort import find_scans
from MuscleSegLib.errors import MuscleSegError

DIALECTS = {
    "BIDS": (
        [
            "sub-01/ses-a/anat/sub-01_ses-a_acq-thigh_T1w.nii.gz",
            "sub-01/ses-a/anat/sub-01_ses-a_acq-thigh_fatfrac.nii.gz",
            "sub-01/ses-a/anat/sub-01_ses-a_acq-thigh_T2map.nii.gz",
            "sub-01/ses-a/anat/sub-01_ses-a_acq-thigh_mt-on_MTR.nii.gz",
        ],
        "sub-01_ses-a_acq-thigh",
        {"image": "T1w", "ff": "fatfrac", "t2": "T2map"},
        {},
        ["_mt-on_MTR.nii.gz"],
    ),
    "ORMIR-MIDS": (
        [
            "sub-01/ses-a/mr-anat/sub-01_ses-a_t1w.nii.gz",
            "sub-01/ses-a/mr-anat/sub-01_ses-a_t1w-fs.nii.gz",
            "sub-01/ses-a/mr-anat/sub-01_ses-a_megre.nii.gz",
            "sub-01/ses-a/mr-quant/sub-01_ses-a_wt2.nii.gz",
            "sub-01/ses-a/mr-quant/sub-01_ses-a_t1.nii.gz",
        ],
        "sub-01_ses-a",
        {"image": "t1w", "t2": "wt2"},
        {},
        ["_megre.nii.gz", "_t1.nii.gz", "_t1w-fs.nii.gz"],
    ),
    "Muscle-BIDS of QMRITools": (
        [
            "sub-01/ses-a/dix/sub-01_ses-a_stk-1_megre_wat.nii.gz",
            "sub-01/ses-a/dix/sub-01_ses-a_stk-1_megre_fat.nii.gz",
            "sub-01/ses-a/dix/sub-01_ses-a_stk-1_megre_fatfr.nii.gz",
            "sub-01/ses-a/dix/sub-01_ses-a_stk-1_megre_b0.nii.gz",
            "sub-01/ses-a/quant/sub-01_ses-a_stk-1_mese_T2.nii.gz",
        ],
        "sub-01_ses-a_stk-1",
        {"image": "wat", "water": "wat", "fat": "fat", "ff": "fatfr", "t2": "T2"},
        {"ff": "fraction"},
        ["_b0.nii.gz"],
    ),
}


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_files_of_each_dialect_get_their_roles_and_what_is_not_used_a_reason(dialect, touch):
    names, scan_name, roles, units, unused = DIALECTS[dialect]

    cohort = find_scans(touch("bids", [*names, "dataset_description.json", "derivatives/x.nii.gz"]))

    (scan,) = cohort.scans
    assert (cohort.kind, scan.name, scan.problem) == (dialect, scan_name, "")
    suffixes = {role: source.path.name.split(".")[0].split("_")[-1] for role, source in scan.sources}
    assert suffixes == roles
    assert dict(scan.units) == units
    passed_over = sorted(entry.path.name for entry in cohort.passed_over)
    assert [name.endswith(ending) for name, ending in zip(passed_over, unused, strict=True)] == [True] * len(unused)
    assert all(entry.reason for entry in cohort.passed_over)


def test_thigh_and_calf_of_one_session_are_two_scans_and_each_map_belongs_to_its_own(touch):
    folder = touch(
        "bids",
        [f"sub-1/anat/sub-1_acq-{part}_{suffix}.nii.gz" for part in ("thigh", "calf") for suffix in ("T1w", "fatfrac")],
    )

    scans = find_scans(folder).scans

    assert [scan.name for scan in scans] == ["sub-1_acq-calf", "sub-1_acq-thigh"]
    assert [scan.roles["ff"].path.name for scan in scans] == [f"{scan.name}_fatfrac.nii.gz" for scan in scans]


def test_a_map_of_another_acquisition_belongs_to_the_only_scan_and_to_none_of_two(touch):
    session = touch("one", [f"sub-1/anat/sub-1_{name}.nii.gz" for name in ("acq-tse_T1w", "acq-dixon_fatfrac")])
    two = touch("two", [f"sub-1/anat/sub-1_{name}.nii.gz" for name in ("acq-a_T1w", "acq-b_T1w", "acq-dixon_fatfrac")])

    assert "ff" in find_scans(session).scans[0].roles
    cohort = find_scans(two)
    assert not any("ff" in scan.roles for scan in cohort.scans)
    assert [entry.path.name for entry in cohort.passed_over] == ["sub-1_acq-dixon_fatfrac.nii.gz"]


@pytest.mark.parametrize(
    ("names", "role"),
    [
        (["T1w.nii.gz", "T1w.nii"], "image"),
        (["T1w.nii.gz", "fatfrac.nii.gz", "PDFF.nii.gz"], "ff"),
        (["echo-1_T2w.nii.gz", "echo-2_T2w.nii.gz"], "image"),
    ],
)
def test_two_files_for_one_role_are_a_problem_of_their_scan_alone(names, role, touch):
    folder = touch("bids", [*(f"sub-1/anat/sub-1_{name}" for name in names), "sub-2/anat/sub-2_T1w.nii.gz"])

    first, second = find_scans(folder).scans

    assert f"for one role, {role}" in first.problem
    assert second.problem == ""


def test_subjects_and_sessions_are_chosen_by_their_labels(touch):
    names = [f"sub-{s}/ses-{v}/anat/sub-{s}_ses-{v}_T1w.nii.gz" for s in (1, 2) for v in (1, 2)]
    folder = touch("bids", names)

    assert [scan.name for scan in find_scans(folder, subjects={"2"}, sessions={"1"}).scans] == ["sub-2_ses-1"]
    with pytest.raises(MuscleSegError, match="no scan of these subjects"):
        find_scans(folder, subjects={"3"})


def test_a_table_names_files_relative_to_itself_and_a_wrong_row_is_a_problem_of_that_row(touch):
    folder = touch("data", ["a.nii.gz", "a_ff.nii.gz", "b.nii.gz"])
    table = folder / "scans.csv"
    table.write_text(
        "Subject;session;scan;image;ff;comment\n"
        "P-1;1;thigh;a.nii.gz;a_ff.nii.gz;good\n"
        "P-2;1;;b.nii.gz;missing.nii.gz;\n"
        "P-3;1;;;;no image\n"
        "P-4;1;;a.nii.gz;;\n"
        "P-4;1;;b.nii.gz;;\n"
    )

    cohort = find_scans(table)

    problems = {scan.name: scan.problem for scan in cohort.scans}
    assert list(problems) == ["sub-P1_ses-1_acq-thigh", "sub-P2_ses-1", "sub-P3_ses-1", "sub-P4_ses-1"]
    assert problems["sub-P1_ses-1_acq-thigh"] == ""
    assert "missing.nii.gz, the ff of row 3, does not exist" in problems["sub-P2_ses-1"]
    assert "Row 4 has no image" in problems["sub-P3_ses-1"]
    assert "Two rows" in problems["sub-P4_ses-1"]
    assert cohort.scans[0].roles["ff"].path == folder / "a_ff.nii.gz"
    assert [entry.reason for entry in cohort.passed_over] == ['its column "comment" has no meaning here']


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("subject,file\n1,a.nii.gz\n", "no column image"),
        ("subject,image,image\n1,a.nii.gz,b.nii.gz\n", "two columns for one role"),
        ("subject,image\n", "holds no scan"),
    ],
)
def test_a_table_that_is_none_is_refused(text, words, tmp_path):
    (tmp_path / "scans.csv").write_text(text)

    with pytest.raises(MuscleSegError, match=words):
        find_scans(tmp_path / "scans.csv")


@pytest.fixture
def tree(write_series):
    """Three patients: one with a Dixon acquisition, one with localizers and a T2 map, one whose files are damaged."""
    for number, word in enumerate(("W", "F", "IP", "OP"), 2):
        write_series(f"a/{number}", [word], patient="A", number=number, description="t1_dixon", level=100 * number)
    write_series("b/1", ["LOCALIZER"], patient="B", number=1, description="localizer", slices=3)
    write_series("b/2", ["M"], patient="B", number=2, description="t1_tse_tra")
    write_series("b/3", ["T2 MAP"], patient="B", number=3, description="t2_map", bottom_mm=5)
    folder = write_series("c/1", ["M"], patient="C", number=1, description="t1_tse_tra")
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:180])
    return folder.parent.parent


def test_a_tree_of_dicom_files_is_sorted_into_scans_of_patients(tree):
    cohort = find_scans(tree)

    first, second, third = cohort.scans
    assert (first.subject, first.session, first.problem) == ("A", "20240131", "")
    assert {role: source.path.name for role, source in first.sources} == {"image": "2", "water": "2", "fat": "3"}
    assert (second.subject, second.problem) == ("B", "")
    assert {role: source.path.name for role, source in second.sources} == {"image": "2", "t2": "3"}
    assert "is damaged" in third.problem
    reasons = {entry.path.name: entry.reason for entry in cohort.passed_over if "b" in entry.path.parts}
    assert "localizer" in reasons["1"]


def test_two_stations_of_one_patient_are_two_scans(write_series):
    for number, bottom_mm in ((1, 0.0), (2, 300.0)):
        folder = write_series(f"a/{number}", ["M"], patient="A", number=number, description="t1", bottom_mm=bottom_mm)
    write_series("a/3", ["T2 MAP"], patient="A", number=3, description="t2_map", bottom_mm=305)

    first, second = find_scans(folder.parent.parent).scans

    assert "t2" not in first.roles
    assert second.roles["t2"].path.name == "3"


@pytest.mark.parametrize("kind", ["missing", "empty", "text"])
def test_an_input_without_a_scan_is_refused_with_what_is_wanted(kind, tmp_path):
    path = tmp_path / kind
    if kind != "missing":
        path.mkdir()
    if kind == "text":
        (path / "notes.txt").write_text("nothing")

    with pytest.raises(MuscleSegError, match="give a BIDS dataset"):
        find_scans(path)
