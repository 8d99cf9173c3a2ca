"""Texts without paths and without whom they are about."""

from pathlib import Path

import pytest

from MuscleSegLib.report.anonymity import hider

FILES = {"labels": Path("/data/Doe_Jane/labels.nii.gz"), "ff": Path("/data/Doe_Jane/ff"), "t2": Path("a")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The FF map /data/Doe_Jane/ff: 9 voxels.", "The FF map ff: 9 voxels."),
        ("/data/Doe_Jane/ff/IM1.dcm is odd.", "ff is odd."),
        ("Labels /data/Doe_Jane/labels.nii.gz are of a mask.", "Labels labels are of a mask."),
        ("Images of DOE^JANE, born 19570623.", "Images of left out, born left out."),
        ("A volume is that of a part.", "A volume is that of a part."),
        ("The ID 12345 is another than 1234.", "The ID 12345 is another than left out."),
    ],
)
def test_paths_and_identifiers_are_replaced_and_other_words_stay(text, expected):
    hide = hider(FILES, ("Doe^Jane", "19570623", "1234"))

    assert hide(text) == expected
