"""Groups of muscles that work together: their rows, computed from the rows of the muscles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from MuscleSegLib.anatomy import GROUPS, Group, Scheme
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
        muscles: Number of its labels that are present.
        muscles_expected: Number of its labels in the label scheme.
        volume_cm3: Volume of the muscles that are present.
        contractile_cm3: The same without fat; None unless it is known of all that are present.
        ff_mean_percent: Mean of the muscles' fat fractions, by volume.
        ff_unweighted_percent: Plain mean of the muscles' fat fractions.
        ff_corrected_percent: Mean of the muscles' corrected fat fractions, by volume.
        mtr_mean_percent: Mean of the muscles' MTR, by volume.
        mtr_unweighted_percent: Plain mean of the muscles' MTR.
        mtr_corrected_percent: Mean of the muscles' corrected MTR, by volume.
        t2_mean_ms: Mean of the muscles' T2, by volume.
        t2_unweighted_ms: Plain mean of the muscles' T2.
        t2_corrected_ms: Mean of the muscles' corrected T2, by volume.
        warnings: Missing muscles, cut-off ones, and those without a value of a map that others have, in sentences; and
            the warnings of every row.
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
        scheme: Meaning of its labels.
        shared_warnings: Warnings of every row in which there is a muscle.
    """
    labels = {label.value: label for label in (*scheme.labels, *scheme.labels_of_one_leg)}
    parts = list(dict.fromkeys((row.region, row.side) for row in rows if row.region in GROUPS))
    groups: list[GroupRow] = []
    for region, side in parts:
        muscles = [row for row in rows if (row.region, row.side) == (region, side)]
        for group in GROUPS[region]:
            members = [row for row in muscles if labels[row.label].code in group.codes]
            groups.append(_row(group, members, shared_warnings))
    return tuple(groups)


def _row(group: Group, members: Sequence[Row], shared_warnings: Sequence[str]) -> GroupRow:
    present = [row for row in members if row.volume_cm3 is not None]
    contractile = [row.contractile_cm3 for row in present if row.contractile_cm3 is not None]
    return GroupRow(
        region=members[0].region,
        side=members[0].side,
        group=group.name,
        muscles=len(present),
        muscles_expected=len(members),
        volume_cm3=sum(row.volume_cm3 or 0.0 for row in present) if present else None,
        contractile_cm3=sum(contractile) if present and len(contractile) == len(present) else None,
        ff_mean_percent=_by_volume(present, lambda row: row.ff_mean_percent),
        ff_unweighted_percent=_plain(present, lambda row: row.ff_mean_percent),
        ff_corrected_percent=_by_volume(present, lambda row: row.ff_corrected_percent),
        mtr_mean_percent=_by_volume(present, lambda row: row.mtr_mean_percent),
        mtr_unweighted_percent=_plain(present, lambda row: row.mtr_mean_percent),
        mtr_corrected_percent=_by_volume(present, lambda row: row.mtr_corrected_percent),
        t2_mean_ms=_by_volume(present, lambda row: row.t2_mean_ms),
        t2_unweighted_ms=_plain(present, lambda row: row.t2_mean_ms),
        t2_corrected_ms=_by_volume(present, lambda row: row.t2_corrected_ms),
        warnings=" ".join([*_warnings(members, present), *(shared_warnings if present else ())]),
    )


def _by_volume(rows: Sequence[Row], value: Callable[[Row], float | None]) -> float | None:
    """Return the mean of the rows' values, weighted by volume; None where no row has a value."""
    weighted = [(row.volume_cm3 or 0.0, number) for row in rows if (number := value(row)) is not None]
    total = sum(volume for volume, _ in weighted)
    return sum(volume * number for volume, number in weighted) / total if total else None


def _plain(rows: Sequence[Row], value: Callable[[Row], float | None]) -> float | None:
    """Return the plain mean of the rows' values; None where no row has a value."""
    numbers = [number for row in rows if (number := value(row)) is not None]
    return sum(numbers) / len(numbers) if numbers else None


def _warnings(members: Sequence[Row], present: Sequence[Row]) -> list[str]:
    sentences = []
    missing = [row.muscle for row in members if row.volume_cm3 is None]
    if missing:
        sentences.append(f"Without {', '.join(missing)}: not in the labels.")
    cut = [row.muscle for row in present if row.volume_is_partial]
    if cut:
        sentences.append(f"Cut by the field of view, so that the volume is that of a part: {', '.join(cut)}.")
    for name, column in (("FF", "ff_mean_percent"), ("MTR", "mtr_mean_percent"), ("T2", "t2_mean_ms")):
        without = [row.muscle for row in present if getattr(row, column) is None]
        if without and len(without) < len(present):
            sentences.append(f"{name} without {', '.join(without)}.")
    return sentences
