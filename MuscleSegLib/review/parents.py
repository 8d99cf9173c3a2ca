"""Fine muscles under correction: grouped by the muscles that they are parts of, and those muscles' rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from MuscleSegLib.anatomy import Side, side_name
from MuscleSegLib.biomarkers import Row
from MuscleSegLib.review.live_rows import LiveRow
from MuscleSegLib.translatable import _, joined


@dataclass(frozen=True)
class RowGroup:
    """Rows of the parts of a muscle.

    Attributes:
        name: Name of the muscle for a person, with its side; empty for a muscle without parts.
        rows: Rows of its parts, or its row.
    """

    name: str
    rows: tuple[LiveRow, ...]


def grouped_by_parent(rows: Sequence[LiveRow]) -> tuple[RowGroup, ...]:
    """Return the rows of the parts of each muscle together, where the first of them was; muscles keep their order."""
    groups: dict[tuple[object, ...], list[LiveRow]] = {}
    for live in rows:
        row = live.row
        key = (row.region, row.side, row.parent) if row.parent else (row.region, row.side, row.label)
        groups.setdefault(key, []).append(live)
    return tuple(RowGroup(_group_name(members[0].row, len(members)), tuple(members)) for members in groups.values())


def has_parts(rows: Sequence[LiveRow]) -> bool:
    """Return whether any muscle has its parts among the rows."""
    return any(group.name for group in grouped_by_parent(rows))


def noted_parents(parents: Sequence[LiveRow], fine: Sequence[LiveRow]) -> tuple[LiveRow, ...]:
    """Return the rows of muscles with the names of their missing parts first among their warnings.

    Args:
        parents: Rows of muscles that were measured as the union of their parts.
        fine: Rows of the parts.
    """
    missing: dict[tuple[str | None, str | None], list[str]] = {}
    for live in fine:
        if live.is_missing and live.row.parent:
            missing.setdefault((live.row.side, live.row.parent), []).append(live.row.muscle)
    noted = []
    for live in parents:
        names = missing.get((live.row.side, live.row.muscle), [])
        if names and not live.is_missing:
            sentence = _("Without {muscles}: not in the labels.").format(muscles=joined(", ", names))
            warnings = joined(" ", filter(None, (sentence, live.row.warnings)))
            live = replace(live, row=replace(live.row, warnings=warnings))
        noted.append(live)
    return tuple(noted)


def _group_name(row: Row, count: int) -> str:
    if count < 2 or not row.parent:
        return ""
    return side_name(row.parent, Side(row.side) if row.side else None)
