"""``MuscleSegLogic.propagate`` in scripts, with the real worker and without a network."""

import sys

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from Testing.module.strokes import GRACILIS, SARTORIUS, masks
from Testing.module.test_corrected_slices import corrected, edit, middle_slices


@pytest.fixture
def desk(work):
    work.scans = work.load_with_muscles()
    work.logic = sys.modules["MuscleSeg"].MuscleSegLogic()
    return work


def changed(desk, before):
    after = masks(desk)
    return {value for value, mask in before.items() if not np.array_equal(mask, after[value])}


@pytest.mark.slow
def test_corrected_slices_carry_their_muscle(desk):
    low, high = middle_slices(desk, GRACILIS)
    edit(desk, GRACILIS, [low, high])
    before = masks(desk)

    filled = desk.logic.propagate(desk.parameters.segmentation, network="")

    assert changed(desk, before) == {GRACILIS}
    assert (set(filled), set(filled["Gracilis"]) <= set(range(low + 1, high))) == ({"Gracilis"}, True)
    assert corrected(desk) == {GRACILIS: [low, high]}


@pytest.mark.slow
def test_given_slices_count_as_right_from_then_on(desk):
    low, high = middle_slices(desk, SARTORIUS)
    options = {"slices": [low, high], "muscles": ["Sartorius"], "network": "", "beyond": 1}

    filled = desk.logic.propagate(desk.parameters.segmentation, desk.parameters.scan, **options)

    assert list(filled) == ["Sartorius"]
    assert set(filled["Sartorius"]) <= {low - 1, *range(low + 1, high), high + 1}
    assert corrected(desk) == {SARTORIUS: [low, high]}


WRONG = [
    ({}, "no corrected slice"),
    ({"muscles": ["Biceps brachii"]}, "'Biceps brachii'"),
    ({"slices": []}, "No slice"),
    ({"slices": [99]}, "no slice 99"),
    ({"slices": [3], "device": "tpu"}, "'tpu'"),
    ({"slices": [3], "network": "calf-unet2d-small"}, "'calf-unet2d-small'"),
    ({"slices": [3], "companions": ["T1"]}, "companions"),
    ({"volumeNode": "T1"}, "volumeNode"),
]


@pytest.mark.slow
def test_each_wrong_word_is_told_in_a_sentence(desk):
    for options, sentence in WRONG:
        with pytest.raises(MuscleSegError, match=sentence):
            desk.logic.propagate(desk.parameters.segmentation, **options)
