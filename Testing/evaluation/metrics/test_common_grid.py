"""Segmentations of one image on grids that are parts of one lattice; positions are worked out by nibabel."""

import nibabel
import numpy as np
import pytest
from nibabel.orientations import apply_orientation, axcodes2ornt, inv_ornt_aff, io_orientation, ornt_transform

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.study.label_files import LabelMeaning
from MuscleSegLib.evaluation.study.pairs import Pair, compare_files

AFFINE = np.array([[-1.3, 0.1, 0, 60], [0.1, 1.3, 0, -40], [0, 0, 12, -300], [0, 0, 0, 1.0]])
SHAPE = (40, 30, 8)


def drawn():
    array = np.zeros(SHAPE, np.uint8)
    array[5:15, 6:20, 2:7], array[24:36, 8:21, 1:6] = 6, 106
    return array


def save(path, array, affine=AFFINE):
    path.parent.mkdir(exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(array, affine), path)
    return path


def turned(array, codes):
    change = ornt_transform(io_orientation(AFFINE), axcodes2ornt(codes))
    return apply_orientation(array, change), AFFINE @ inv_ornt_aff(change, array.shape)


def cropped(array, first, last):
    box = tuple(slice(a, b) for a, b in zip(first, last, strict=True))
    affine = AFFINE.copy()
    affine[:3, 3] = nibabel.affines.apply_affine(AFFINE, first)
    return array[box], affine


def compared(folder, prediction, reference):
    case = compare_files(Pair("A", "m", prediction, reference, (), LabelMeaning(region="calf")))
    return {row.label: row for row in case.rows if row.dsc is not None}, case.notes


@pytest.mark.parametrize("codes", ["RAS", "LPS", "SAR", "IPL", "ASL"])
def test_a_reference_with_other_axes_is_the_same_reference(tmp_path, codes):
    prediction = save(tmp_path / "p.nii.gz", drawn())
    rows, notes = compared(tmp_path, prediction, save(tmp_path / "r.nii.gz", *turned(drawn(), codes)))

    assert {label: row.dsc for label, row in rows.items()} == {6: 1.0, 106: 1.0}
    assert all(row.volume_error_cm3 == pytest.approx(0, abs=1e-3) for row in rows.values())
    assert notes == ()


@pytest.mark.parametrize(
    ("first", "last"), [((5, 6, 1), (36, 21, 7)), ((2, 0, 0), (40, 30, 8)), ((0, 3, 1), (37, 30, 8))]
)
@pytest.mark.parametrize("which", ["reference", "prediction"])
def test_a_crop_around_all_muscles_changes_nothing(tmp_path, first, last, which):
    whole = save(tmp_path / "whole.nii.gz", drawn())
    part = save(tmp_path / "part.nii.gz", *cropped(drawn(), first, last))
    rows, notes = compared(tmp_path, *((whole, part) if which == "reference" else (part, whole)))

    assert {label: row.dsc for label, row in rows.items()} == {6: 1.0, 106: 1.0}
    assert {label: row.hd_mm for label, row in rows.items()} == {6: 0.0, 106: 0.0}
    assert notes == ()


def test_muscles_outside_a_crop_count_against_it_and_are_named(tmp_path):
    rows, notes = compared(
        tmp_path,
        save(tmp_path / "whole.nii.gz", drawn()),
        save(tmp_path / "part.nii.gz", *cropped(drawn(), (0, 0, 4), SHAPE)),
    )

    # Of 5 slices of each, 3 of label 6 (4, 5, 6) and 2 of label 106 (4, 5) are in the part: 2 * 3 / 8, 2 * 2 / 7.
    assert {label: row.dsc for label, row in rows.items()} == {6: pytest.approx(3 / 4), 106: pytest.approx(4 / 7)}
    lost = 10 * 14 * 2 + 12 * 13 * 3
    assert f"{lost} voxels of muscles in {tmp_path}/whole.nii.gz lie outside {tmp_path}/part.nii.gz" in notes[0]


@pytest.mark.parametrize(
    "change",
    [
        np.diag([0.5, 1, 1, 1]),
        np.array([[1, 0, 0, 0.5], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]),
        np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0.1], [0, 0, 0, 1]]),
        np.array([[0.996, -0.087, 0, 0], [0.087, 0.996, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]),
        np.array([[1, 0, 0, 4000], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]),
    ],
    ids=["finer", "half a voxel", "a tenth of a slice", "turned by 5 degrees", "far away"],
)
def test_another_lattice_is_refused_with_both_files(tmp_path, change):
    prediction = save(tmp_path / "p.nii.gz", drawn())
    reference = save(tmp_path / "r.nii.gz", drawn(), AFFINE @ change)
    with pytest.raises(MuscleSegError, match=r"p\.nii\.gz and .*r\.nii\.gz do not lie on the same grid") as raised:
        compared(tmp_path, prediction, reference)

    assert "resample one to the other's grid" in str(raised.value)
