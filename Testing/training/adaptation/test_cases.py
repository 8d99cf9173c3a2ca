"""Which labels of a corrected scan count: whole or partial, with sides or without, in our codes or another scheme."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.anatomy import Side, region
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.corrected_scans import find_cases
from MuscleSegLib.inference.drawn_slices import DRAWN, drawn_slices
from MuscleSegLib.training.adaptation.cases import read_case
from MuscleSegLib.volume import Segment, canonical, write_labels, write_volume


def case_in(folder, scheme=None):
    (files,) = find_cases(folder)
    return read_case(files, "thigh", scheme)


@pytest.fixture
def write_segmentation(tmp_path, thighs):
    """A function that writes labels as a program drew them with the labels as they are now."""

    def write(drawn, now):
        image, _ = thighs
        write_volume(image, tmp_path / "P.nii.gz")
        texts = drawn_slices(drawn.array)
        segments = [
            Segment(label.value, label.name, label.color, label.terminology, {DRAWN: texts.get(label.value, "")})
            for label in region("thigh").labels(two_legs=True)
        ]
        write_labels(now, tmp_path / "P.seg.nrrd", segments=segments)
        return tmp_path

    return write


def test_labels_without_a_mark_count_where_they_are(thighs, write_case):
    case = case_in(write_case(*thighs))
    assert case.corrected is None
    assert case.has_sides
    assert (case.labels == canonical(thighs[1]).array).all()


def test_codes_without_sides_have_none(thighs, write_case):
    image, labels = thighs
    case = case_in(
        write_case(image, replace(labels, array=np.where(labels.array > 100, labels.array - 100, labels.array)))
    )
    assert not case.has_sides


def test_corrected_slices_are_those_of_their_side(thighs, write_segmentation):
    _, labels = thighs
    now = labels.array.copy()
    now[1][now[1] == 4] = 0  # the right rectus femoris of the second slice
    now[3][now[3] == 108] = 109  # left: intermedius becomes lateralis

    case = case_in(write_segmentation(labels, replace(labels, array=now)))

    assert case.corrected is not None
    assert np.flatnonzero(case.corrected[Side.RIGHT]).tolist() == [1]
    assert np.flatnonzero(case.corrected[Side.LEFT]).tolist() == [3]


def test_labels_as_a_program_drew_them_teach_nothing(thighs, write_segmentation):
    _, labels = thighs
    with pytest.raises(MuscleSegError, match="P.seg.nrrd was corrected since a program drew it"):
        case_in(write_segmentation(labels, labels))


HUASHAN = {1: 6, 2: 8, 3: 7, 4: 2, 5: 1, 6: 10, 7: 9, 8: 4, 9: 3, 10: 5}
"""Value of each of our codes in the 11-muscle scheme; the biceps femoris by its long head."""


def test_another_scheme_is_translated_and_its_incomplete_muscle_marked(thighs, write_case):
    image, labels = thighs
    table = np.zeros(256, np.uint8)
    for code, value in HUASHAN.items():
        table[code] = table[code + 100] = value
    folder = write_case(image, replace(labels, array=table[labels.array]))

    case = case_in(folder, "huashan11")

    assert not case.has_sides
    assert set(case.incomplete) == {1, 2}, "the magnus alone, and the long head of the biceps alone"
    ours = canonical(labels).array
    assert (case.labels == np.where(ours > 100, ours - 100, ours)).all()
