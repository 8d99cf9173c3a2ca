"""Widths of columns in a PDF file."""

import pytest

from MuscleSegLib.report.patient_report.column_widths import column_widths
from MuscleSegLib.report.patient_report.document import Head, Table, TableRow

PAGE = 100.0


def table(below, rows, shares, *, has_notes=False):
    return Table([Head("", (name,)) for name in below], [TableRow(row) for row in rows], shares, has_notes)


@pytest.mark.parametrize(
    ("below", "rows", "shares", "expected"),
    [
        (("m", "a", "b"), [("x", "1", "2")], (0.2, 0.4, 0.4), [20, 40, 40]),  # there is room: shares as they are
        (("m", "a", "b"), [("x", "1" * 50, "2")], (0.2, 0.4, 0.4), None),  # 10 of the columns' 19 and 39 to spare
        (("muscle", "Untersuchung", "b"), [("x", "1", "2")], (0.5, 0.1, 0.4), None),  # a header in one word
        (("m", "change"), [("a b c d", "+4.0 **")], (0.96, 0.04), None),  # a number with its mark is not broken
    ],
)
def test_no_word_and_no_number_is_broken_where_there_is_room(below, rows, shares, expected):
    widths = column_widths(table(below, rows, shares), PAGE, len)

    assert sum(widths) == pytest.approx(PAGE)
    for column, width in enumerate(widths):
        words = [below[column], *(row[column] for row in rows)]
        assert width >= max(map(len, words)) - 1e-9
    if expected:
        assert widths == pytest.approx(expected)


def test_room_is_taken_from_all_columns_by_what_they_have_to_spare():
    widths = column_widths(table(("m", "a", "b"), [("x", "1" * 50, "2")], (0.2, 0.4, 0.4)), PAGE, len)

    assert widths == pytest.approx([20 - 19 * 10 / 58, 50, 40 - 39 * 10 / 58])


def test_names_and_notes_wrap_at_spaces_where_there_is_no_room_for_them_in_a_line():
    rows = [("a long name of a muscle", "1" * 60, "note " * 30)]

    widths = column_widths(table(("m", "a", "n"), rows, (0.2, 0.5, 0.3), has_notes=True), PAGE, len)

    assert widths[1] == pytest.approx(60)
    assert sum(widths) == pytest.approx(PAGE)


def test_shares_stay_where_there_is_no_room_at_all():
    widths = column_widths(table(("m", "a"), [("x" * 80, "1" * 80)], (0.5, 0.5)), PAGE, len)

    assert widths == [50, 50]
