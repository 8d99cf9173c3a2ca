import numpy as np
import pytest

from MuscleSegLib.anatomy import Side, is_left, side_value, value_without_side

# Value, side, code: the left leg is the code + 100 (README); calf codes beside those of a thigh are the code + 20.
VALUES = [(1, Side.RIGHT, 1), (10, Side.RIGHT, 10), (101, Side.LEFT, 1), (110, Side.LEFT, 10), (126, Side.LEFT, 26)]


@pytest.mark.parametrize(("value", "side", "code"), VALUES)
def test_a_label_value_is_a_code_on_a_side(value, side, code):
    assert side_value(code, side) == value
    assert value_without_side(value) == code
    assert is_left(value) == (side is Side.LEFT)


def test_a_leg_without_a_side_has_the_codes_as_values():
    assert side_value(4, None) == 4


def test_arrays_of_labels_keep_their_dtype():
    labels = np.array([[[0, 1, 26], [101, 110, 126]]], np.uint8)

    assert np.array_equal(is_left(labels), [[[False, False, False], [True, True, True]]])
    assert np.array_equal(value_without_side(labels), [[[0, 1, 26], [1, 10, 26]]])
    assert value_without_side(labels).dtype == np.uint8
    assert side_value(np.array([1, 26], np.uint8), Side.LEFT).tolist() == [101, 126]
    assert side_value(np.array([1, 26], np.uint8), Side.LEFT).dtype == np.uint8
