"""Rows of muscles that work together, made of the rows of the muscles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from MuscleSegLib.anatomy import GROUPS, Group, Label, Scheme
from MuscleSegLib.biomarkers.rows import Row


@dataclass(frozen=True)
class GroupRow:
    """A group of muscles of one side. None is a missing value: no muscle of the group has one.

    A mean is that over the group's tissue, each muscle counting by its volume; ``_unweighted_`` is the plain mean of
    the muscles' means, in which a gracilis counts as much as a vastus.

    Attributes:
        region: "thigh" or "calf".
        side: "right" or "left" of the subject, or None where the labels do not tell.
        group: The group's name.
        muscles: How many labels of it were found.
        muscles_expected: How many there are in the label scheme.
        volume_cm3: Of those found.
        contractile_cm3: The same without fat; None unless it is known of all that were found.
        ff_mean_percent: Fat fraction, by volume, and so on.
        ff_unweighted_percent: See above.
        ff_corrected_percent: By volume, of the muscles' corrected means.
        mtr_mean_percent: See above.
        mtr_unweighted_percent: See above.
        mtr_corrected_percent: See above.
        t2_mean_ms: See above.
        t2_unweighted_ms: See above.
        t2_corrected_ms: See above.
        warnings: Which muscles are missing, cut off, or without a value of a map that others have, and what is
            to be said of all numbers.

    """

    region: str
    side: str | None
    group: str
    muscles: int
    muscles_expected: int
    volume_cm3: float | None
    contractile_cm3: float | None
    ff_mean_percent: float | None
    ff_unweighted_percent: float | None
    ff_corrected_percent: float | None
    mtr_mean_percent: float | None
    mtr_unweighted_percent: float | None
    mtr_corrected_percent: float | None
    t2_mean_ms: float | None
    t2_unweighted_ms: float | None
    t2_corrected_ms: float | None
    warnings: str


def group_rows(rows: Sequence[Row], scheme: Scheme, *, shared_warnings: Sequence[str] = ()) -> tuple[GroupRow, ...]:
    """Return the rows of all groups, side by side in the order of the muscles' rows.

    Args:
        rows: Of one label map.
        scheme: What its labels mean.
        shared_warnings: Sentences for every row in which there is a muscle.

    """
    labels = {label.value: label for label in (*scheme.labels, *scheme.labels_of_one_leg)}
    parts = list(dict.fromkeys((row.region, row.side) for row in rows if row.region in GROUPS))
    found = []
    for region, side in parts:
        own = [row for row in rows if (row.region, row.side) == (region, side)]
        found += [_row(group, _members(own, group, labels), shared_warnings) for group in GROUPS[region]]
    return tuple(found)


def _members(rows: Sequence[Row], group: Group, labels: dict[int, Label]) -> list[Row]:
    return [row for row in rows if labels[row.label].code in group.codes]


def _row(group: Group, members: Sequence[Row], shared_warnings: Sequence[str]) -> GroupRow:
    there = [row for row in members if row.volume_cm3 is not None]
    contractile = [row.contractile_cm3 for row in there if row.contractile_cm3 is not None]
    return GroupRow(
        region=members[0].region,
        side=members[0].side,
        group=group.name,
        muscles=len(there),
        muscles_expected=len(members),
        volume_cm3=sum(row.volume_cm3 or 0.0 for row in there) if there else None,
        contractile_cm3=sum(contractile) if there and len(contractile) == len(there) else None,
        ff_mean_percent=_by_volume(there, lambda row: row.ff_mean_percent),
        ff_unweighted_percent=_plain(there, lambda row: row.ff_mean_percent),
        ff_corrected_percent=_by_volume(there, lambda row: row.ff_corrected_percent),
        mtr_mean_percent=_by_volume(there, lambda row: row.mtr_mean_percent),
        mtr_unweighted_percent=_plain(there, lambda row: row.mtr_mean_percent),
        mtr_corrected_percent=_by_volume(there, lambda row: row.mtr_corrected_percent),
        t2_mean_ms=_by_volume(there, lambda row: row.t2_mean_ms),
        t2_unweighted_ms=_plain(there, lambda row: row.t2_mean_ms),
        t2_corrected_ms=_by_volume(there, lambda row: row.t2_corrected_ms),
        warnings=" ".join([*_warnings(members, there), *(shared_warnings if there else ())]),
    )


def _by_volume(rows: Sequence[Row], value: Callable[[Row], float | None]) -> float | None:
    known = [(row.volume_cm3 or 0.0, one) for row in rows if (one := value(row)) is not None]
    total = sum(volume for volume, _ in known)
    return sum(volume * one for volume, one in known) / total if total else None


def _plain(rows: Sequence[Row], value: Callable[[Row], float | None]) -> float | None:
    known = [one for row in rows if (one := value(row)) is not None]
    return sum(known) / len(known) if known else None


def _warnings(members: Sequence[Row], there: Sequence[Row]) -> list[str]:
    found = []
    missing = [row.muscle for row in members if row.volume_cm3 is None]
    if missing:
        found.append(f"Without {', '.join(missing)}: not in the labels.")
    cut = [row.muscle for row in there if row.volume_is_partial]
    if cut:
        found.append(f"Cut by the field of view, so that the volume is that of a part: {', '.join(cut)}.")
    for name, column in (("FF", "ff_mean_percent"), ("MTR", "mtr_mean_percent"), ("T2", "t2_mean_ms")):
        without = [row.muscle for row in there if getattr(row, column) is None]
        if without and len(without) < len(there):
            found.append(f"{name} without {', '.join(without)}.")
    return found
