"""What is taken: better where it was not trained, and no worse where it worked before."""

import numpy as np
import pytest

from MuscleSegLib.training.adaptation.gates import Gate, reason_to_refuse
from MuscleSegLib.training.adaptation.overlap import MuscleScore, overlap_of, scores_of


def gate(before, after):
    return Gate((), before, after)


@pytest.mark.parametrize(("after", "digital_after"), [(0.81, 0.9), (0.9, 0.8901), (0.8001, 0.95)])
def test_a_rise_without_forgetting_is_taken(after, digital_after):
    assert reason_to_refuse(gate(0.8, after), gate(0.9, digital_after), 0.01) is None


@pytest.mark.parametrize(
    ("after", "digital_after", "words"),
    [
        (0.8, 0.9, "It is not better on corrected slices that it did not see: mean DSC 0.800 before and 0.800 after."),
        (0.7, 0.95, "It is not better"),
        (float("nan"), 0.9, "It is not better"),
        (0.9, 0.889, "It forgot: the mean DSC on digital people fell from 0.900 to 0.889"),
        (0.9, float("nan"), "It forgot"),
    ],
)
def test_anything_else_is_refused_with_the_reason(after, digital_after, words):
    assert words in str(reason_to_refuse(gate(0.8, after), gate(0.9, digital_after), 0.01))


def test_the_dsc_of_a_muscle_is_the_mean_over_legs_of_that_of_all_its_slices():
    labels = np.array([[[1, 1, 0, 2]], [[1, 0, 0, 0]]], np.uint8)
    answer = np.array([[[1, 0, 0, 0]], [[1, 1, 0, 0]]], np.uint8)
    whole = overlap_of(labels, answer, [1, 2])
    by_slice = overlap_of(labels[:1], answer[:1], [1, 2]) + overlap_of(labels[1:], answer[1:], [1, 2])
    assert whole.dsc(1) == by_slice.dsc(1) == pytest.approx(2 * 2 / (3 + 3))

    other = overlap_of(labels, labels, [1, 2])
    first, second = scores_of({"a": whole, "b": other}, {"a": other, "b": other}, [1, 2])

    assert first == MuscleScore(1, pytest.approx((2 / 3 + 1) / 2), 1.0, n=2, slices=4)
    assert second == MuscleScore(2, 0.5, 1.0, n=2, slices=2)
