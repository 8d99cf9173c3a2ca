"""``MuscleSegLogic.collect`` and ``improve`` in scripts, up to where a network learns."""

import sys

import pytest

from MuscleSegLib.errors import MuscleSegError
from Testing.module.strokes import GRACILIS
from Testing.module.test_corrected_slices import edit, middle_slices


@pytest.fixture
def desk(work):
    work.scans = work.load_with_muscles()
    work.logic = sys.modules["MuscleSeg"].MuscleSegLogic()
    return work


def test_a_script_collects_a_corrected_scan(desk, tmp_path):
    edit(desk, GRACILIS, list(middle_slices(desk, GRACILIS)))
    desk.logic.collect(tmp_path, desk.parameters.segmentation)

    assert sorted(path.name.partition(".")[2] for path in tmp_path.iterdir()) == ["nii.gz", "seg.nrrd"]


def test_each_wrong_word_is_told_in_a_sentence(desk, tmp_path):
    with pytest.raises(MuscleSegError, match="companion"):
        desk.logic.collect(tmp_path, desk.parameters.segmentation, companion="T1")
    with pytest.raises(MuscleSegError, match="'arm'"):
        desk.logic.improve(tmp_path, "arm")
    with pytest.raises(MuscleSegError, match="no network 'nobody-s'"):
        desk.logic.improve(tmp_path, "thigh", "nobody-s")
