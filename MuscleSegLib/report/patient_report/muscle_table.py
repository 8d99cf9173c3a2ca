"""Tables of muscles: a line for each muscle and group, right and left side by side."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from MuscleSegLib.biomarkers import GroupRow, Row
from MuscleSegLib.report.patient_report.content import ReportContent, Translate
from MuscleSegLib.report.patient_report.document import MISSING, Head, Lines, RowKind, Section, Table, TableRow
from MuscleSegLib.report.patient_report.mercuri import mercuri_range
from MuscleSegLib.report.patient_report.notes import Note, note_text, notes_of
from MuscleSegLib.report.patient_report.side_difference import RELATIVE, side_difference
from MuscleSegLib.report.patient_report.words import (
    DIGITS,
    GROUP_NAMES,
    QUANTITIES,
    SHORT_SIDES,
    capitalized,
    number,
    quantity_text,
    region_names,
    sides_in,
)
from MuscleSegLib.translatable import _

SIZES = ("ff_mean_percent", "volume_cm3", "contractile_cm3", "largest_area_cm2")
OTHERS = ("mtr_mean_percent", "t2_mean_ms")

_NAME_SHARE, _NOTES_SHARE, _WIDEST_SHARE = 0.2, 0.14, 0.08
_WIDE_NAME_SHARE, _FEW_COLUMNS = 0.28, 6
"""Share of names beside so few columns that there is room."""

Line = tuple[str, RowKind, Mapping[str | None, Any]]
"""A line's name and look, and its row of each side."""


def muscle_section(content: ReportContent) -> Section:
    """Return the section with all numbers of all muscles and groups, and their warnings."""
    translate, lines, sides = content.translate, _lines(content), sides_in(content.rows)
    notes = notes_of(content.rows)
    tables = [_sizes(content, lines, sides), *_others(content, lines, sides, notes)]
    texts = [note_text(note, content.rows, translate) for note in notes if note.letter]
    if of_all := [note_text(note, content.rows, translate) for note in notes if not note.letter]:
        texts.insert(0, " ".join([translate(_("All muscles:")), *of_all]))
    if set(sides) >= {"right", "left"}:
        texts.insert(0, translate(_SIDE_DIFFERENCE))
    return Section(translate(_("Muscles")), [*tables, Lines(texts)])


_SIDE_DIFFERENCE = _(
    "R, L: right and left of the patient. R−L is the side difference: of FF and MTR in percentage points, of T2 in "
    "ms, of volumes and areas in percent of the mean of both sides. Of groups, FF, MTR and T2 are means by volume, and "
    "volumes are sums."
)


def _lines(content: ReportContent) -> list[Line]:
    """Return the lines of a table: the muscles of each region, and then its groups."""
    lines: list[Line] = []
    regions = list(dict.fromkeys(row.region for row in content.rows))
    for region in regions:
        if len(regions) > 1:
            name = region_names().get(region, _("other"))
            lines.append((content.translate(capitalized(name)), "region", {}))
        rows = [row for row in content.rows if row.region == region]
        for muscle in dict.fromkeys((row.muscle, row.abbreviation) for row in rows):
            sided = {row.side: row for row in rows if (row.muscle, row.abbreviation) == muscle}
            lines.append((f"{content.translate(capitalized(muscle[0]))} ({muscle[1]})", "", sided))
        groups = [row for row in content.groups if row.region == region]
        for group in dict.fromkeys(row.group for row in groups):
            sided_groups = {row.side: row for row in groups if row.group == group}
            lines.append((_group_name(group, sided_groups, content.translate), "group", sided_groups))
    return lines


def _group_name(group: str, rows: Mapping[str | None, GroupRow], translate: Translate) -> str:
    name = translate(GROUP_NAMES.get(group, group))
    present = {f"{row.muscles}/{row.muscles_expected}" for row in rows.values() if row.muscles != row.muscles_expected}
    return f"{name} ({', '.join(sorted(present))})" if present else name


def _sizes(content: ReportContent, lines: Sequence[Line], sides: Sequence[str | None]) -> Table:
    measured = [name for name in SIZES if any(getattr(row, name) is not None for row in content.rows)]
    columns = [_quantity(name, sides, content.translate) for name in measured or ["volume_cm3"]]
    return _table(content.translate(_("Muscle")), columns, lines, last_share=0.0)


def _others(
    content: ReportContent, lines: Sequence[Line], sides: Sequence[str | None], notes: Sequence[Note]
) -> list[Table]:
    """Return the table of what was measured beside size and fat, with the marks of notes; none without any."""
    translate = content.translate
    columns = [
        _quantity(name, sides, translate)
        for name in OTHERS
        if any(getattr(row, name) is not None for row in content.rows)
    ]
    if any(row.ff_mean_percent is not None for row in content.rows):
        columns.append((Head(translate(_("FF in Mercuri's ranges (%)")), _short(sides, translate)), _ranges(sides)))
    if any(row.confidence is not None for row in content.rows):
        confidence = Head(translate(QUANTITIES["confidence"]), _short(sides, translate))
        columns.append((confidence, _values("confidence", sides)))
    letters = {
        id(row): " ".join(note.letter for note in notes if note.letter and row in note.rows) for row in content.rows
    }

    def marks(rows: Mapping[str | None, Any]) -> list[str]:
        texts = [(side, letters.get(id(rows.get(side)), "")) for side in sides]
        return ["; ".join(f"{translate(SHORT_SIDES[side])}: {text}" if side else text for side, text in texts if text)]

    has_notes = any(letters.values())
    if has_notes:
        columns.append((Head(translate(_("Notes"))), marks))
    last_share = _NOTES_SHARE if has_notes else 0.0
    return [_table(translate(_("Muscle")), columns, lines, last_share=last_share)] if columns else []


Cells = Callable[[Mapping[str | None, Any]], list[str]]
"""Function that returns some columns' cells of a line's rows by side."""


def _quantity(name: str, sides: Sequence[str | None], translate: Translate) -> tuple[Head, Cells]:
    """Return the header and the cells of a quantity: its sides, and their difference where there are both."""
    below, values = _short(sides, translate), _values(name, sides)
    if not {"right", "left"} <= set(sides):
        return Head(translate(QUANTITIES[name]), below), values
    template = _("R−L, %") if name in RELATIVE else _("R−L")

    def cells(rows: Mapping[str | None, Any]) -> list[str]:
        right, left = (getattr(rows.get(side), name, None) for side in ("right", "left"))
        return [*values(rows), number(side_difference(name, right, left), DIGITS.get(name, 1), signed=True)]

    return Head(translate(QUANTITIES[name]), (*below, translate(template))), cells


def _values(name: str, sides: Sequence[str | None]) -> Cells:
    return lambda rows: [quantity_text(rows.get(side), name) for side in sides]


def _ranges(sides: Sequence[str | None]) -> Cells:
    def cells(rows: Mapping[str | None, Any]) -> list[str]:
        return [
            mercuri_range(row.ff_mean_percent) or MISSING if isinstance(row := rows.get(side), Row) else ""
            for side in sides
        ]

    return cells


def _short(sides: Sequence[str | None], translate: Translate) -> tuple[str, ...]:
    return tuple(translate(SHORT_SIDES[side]) for side in sides)


def _table(name: str, columns: Sequence[tuple[Head, Cells]], lines: Sequence[Line], *, last_share: float) -> Table:
    heads = [Head(name), *(head for head, _cells in columns)]
    narrow = sum(len(head.below) for head in heads) - 1 - (last_share > 0)
    name_share = _WIDE_NAME_SHARE if narrow <= _FEW_COLUMNS else _NAME_SHARE
    share = min((1 - name_share - last_share) / max(1, narrow), 2 * _WIDEST_SHARE)
    if last_share:  # notes have the room that few columns leave
        share = min(share, _WIDEST_SHARE)
        last_share = 1 - name_share - narrow * share
    rows = [
        TableRow(
            (
                title,
                *(text for _head, cells in columns for text in (cells(sided) if sided else [""] * len(_head.below))),
            ),
            kind,
        )
        for title, kind, sided in lines
    ]
    shares = [name_share, *[share] * narrow, *([last_share] if last_share else [])]
    return Table(heads, rows, shares, has_notes=last_share > 0)
