"""Numbers on the command line."""

import argparse

import pytest

from MuscleSegLib.cli.numeric import float_where, int_at_least, positive


@pytest.mark.parametrize(("text", "wanted"), [("0", 0), ("12", 12)])
def test_whole_numbers_are_read(text, wanted):
    assert int_at_least(0)(text) == wanted


@pytest.mark.parametrize("text", ["-1", "1.5", "", "two", "1e3", "\u00b2"])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="is not a whole number of 0 or more"):
        int_at_least(0)(text)


def test_a_count_begins_with_one():
    with pytest.raises(argparse.ArgumentTypeError, match="'0' is not a whole number above 0"):
        int_at_least(1)("0")


@pytest.mark.parametrize("text", ["0", "-2", "inf", "nan", "", "1,5"])
def test_what_is_not_above_zero_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="is not a number above 0"):
        positive(text)


def test_a_number_within_bounds_is_read_and_another_is_not():
    percent = float_where(lambda value: 0 < value <= 100, "above 0 and up to 100")
    assert percent("100") == 100.0
    with pytest.raises(argparse.ArgumentTypeError, match="'101' is not a number above 0 and up to 100"):
        percent("101")
