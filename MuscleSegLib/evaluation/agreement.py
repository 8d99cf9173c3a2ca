"""Measured against true, muscle by muscle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from MuscleSegLib.biomarkers import Row


@dataclass(frozen=True)
class Agreement:
    """One muscle: what was measured in a segmentation, what is true, and the errors, measured - true.

    None is a missing value: the muscle was not found, or there is no such truth.

    Attributes:
        side: "right", "left", or None.
        muscle: Its name.
        label: Its value.
        dsc: Of the segmentation.
        confidence: The DSC that the network expected.
        volume_cm3: Measured.
        volume_true_cm3: True.
        ff_percent: Mean, measured.
        ff_true_percent: Mean, true.
        mtr_percent: Mean, measured.
        mtr_true_percent: Mean, true.
        t2_ms: Mean, measured.
        t2_true_ms: Mean, true.
        volume_error_cm3: Measured - true, and so on.
        ff_error_percent: See above.
        mtr_error_percent: See above.
        t2_error_ms: See above.

    """

    side: str | None
    muscle: str
    label: int
    dsc: float | None
    confidence: float | None
    volume_cm3: float | None
    volume_true_cm3: float | None
    ff_percent: float | None
    ff_true_percent: float | None
    mtr_percent: float | None
    mtr_true_percent: float | None
    t2_ms: float | None
    t2_true_ms: float | None
    volume_error_cm3: float | None
    ff_error_percent: float | None
    mtr_error_percent: float | None
    t2_error_ms: float | None


def agreement(
    rows: Sequence[Row], truth: Sequence[Mapping[str, Any]], overlap: Mapping[int, float]
) -> tuple[Agreement, ...]:
    """Compare a table with the truth.

    Args:
        rows: What was measured.
        truth: Rows with the same keys; a label that is not in it has no truth.
        overlap: DSC by label value.

    """
    true_rows = {row["label"]: row for row in truth}
    return tuple(_agreement(row, true_rows.get(row.label, {}), overlap.get(row.label)) for row in rows)


def _agreement(row: Row, true: Mapping[str, Any], dsc: float | None) -> Agreement:
    volume, ff, mtr, t2 = (true.get(key) for key in ("volume_cm3", "ff_mean_percent", "mtr_mean_percent", "t2_mean_ms"))
    return Agreement(
        side=row.side,
        muscle=row.muscle,
        label=row.label,
        dsc=dsc,
        confidence=row.confidence,
        volume_cm3=row.volume_cm3,
        volume_true_cm3=volume,
        ff_percent=row.ff_mean_percent,
        ff_true_percent=ff,
        mtr_percent=row.mtr_mean_percent,
        mtr_true_percent=mtr,
        t2_ms=row.t2_mean_ms,
        t2_true_ms=t2,
        volume_error_cm3=_error(row.volume_cm3, volume),
        ff_error_percent=_error(row.ff_mean_percent, ff),
        mtr_error_percent=_error(row.mtr_mean_percent, mtr),
        t2_error_ms=_error(row.t2_mean_ms, t2),
    )


def _error(measured: float | None, true: float | None) -> float | None:
    return None if measured is None or true is None else measured - true
