"""Agreement of measured with true numbers, muscle by muscle."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.evaluation.metrics import Distances


@dataclass(frozen=True)
class Agreement:
    """Agreement of a muscle: numbers measured in a segmentation, true numbers, and errors, measured - true.

    None is a missing value: the segmentation lacks the muscle, or there is no such truth.

    Attributes:
        side: "right", "left", or None.
        muscle: The muscle's name.
        label: The muscle's value in the label map.
        dsc: Dice similarity coefficient of the segmentation.
        hd_mm: Hausdorff distance (``metrics.Distances``).
        hd95_mm: 95th percentile of the distance between surfaces.
        assd_mm: Average symmetric surface distance.
        rmsd_mm: Root-mean-square surface distance.
        confidence: The network's estimate of the DSC.
        volume_cm3: Measured volume.
        volume_true_cm3: True volume.
        ff_percent: Measured mean of the fat fraction.
        ff_true_percent: True mean of the fat fraction.
        mtr_percent: Measured mean of MTR.
        mtr_true_percent: True mean of MTR.
        t2_ms: Measured mean of T2.
        t2_true_ms: True mean of T2.
        volume_error_cm3: Measured - true volume.
        volume_error_percent: The same in percent of the true volume: relative volume error.
        ff_error_percent: Measured - true mean of the fat fraction.
        mtr_error_percent: Measured - true mean of MTR.
        t2_error_ms: Measured - true mean of T2.
    """

    side: str | None
    muscle: str
    label: int
    dsc: float | None
    hd_mm: float | None
    hd95_mm: float | None
    assd_mm: float | None
    rmsd_mm: float | None
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
    volume_error_percent: float | None
    ff_error_percent: float | None
    mtr_error_percent: float | None
    t2_error_ms: float | None


_NO_DISTANCES = Distances(None, None, None, None)
_NO_LABELS: Mapping[int, Distances] = {}


def agreement(
    rows: Sequence[Row],
    truth: Sequence[Mapping[str, Any]],
    overlap: Mapping[int, float],
    distances: Mapping[int, Distances] = _NO_LABELS,
) -> tuple[Agreement, ...]:
    """Compare a table with the truth, or with a table that was measured in other labels.

    Args:
        rows: Measured rows.
        truth: True rows with the same keys; a label that is not in it has no truth.
        overlap: DSC by label value.
        distances: Surface distances by label value.

    Returns:
        One row a row of the table, then one for each muscle of the truth that the table has no row for: the left leg's
        where the segmentation has one leg alone.
    """
    true_rows = {row["label"]: row for row in truth}
    measured = {row.label: asdict(row) for row in rows}
    for label, true in true_rows.items():
        if label not in measured and true["volume_cm3"] is not None:
            measured[label] = {key: true[key] for key in ("side", "muscle", "label")}
    return tuple(
        _agreement(row, true_rows.get(label, {}), overlap.get(label), distances.get(label, _NO_DISTANCES))
        for label, row in measured.items()
    )


_QUANTITIES = ("volume_cm3", "ff_mean_percent", "mtr_mean_percent", "t2_mean_ms")


def _agreement(
    row: Mapping[str, Any], true_row: Mapping[str, Any], overlap: float | None, distances: Distances
) -> Agreement:
    volume, ff, mtr, t2 = (row.get(key) for key in _QUANTITIES)
    volume_true, ff_true, mtr_true, t2_true = (true_row.get(key) for key in _QUANTITIES)
    return Agreement(
        side=row["side"] or true_row.get("side"),  # a map with no left label left does not tell it is the right leg
        muscle=row["muscle"],
        label=row["label"],
        dsc=overlap,
        **asdict(distances),
        confidence=row.get("confidence"),
        volume_cm3=volume,
        volume_true_cm3=volume_true,
        ff_percent=ff,
        ff_true_percent=ff_true,
        mtr_percent=mtr,
        mtr_true_percent=mtr_true,
        t2_ms=t2,
        t2_true_ms=t2_true,
        volume_error_cm3=_error(volume, volume_true),
        volume_error_percent=None if volume is None or not volume_true else 100 * (volume / volume_true - 1),
        ff_error_percent=_error(ff, ff_true),
        mtr_error_percent=_error(mtr, mtr_true),
        t2_error_ms=_error(t2, t2_true),
    )


def _error(measured: float | None, true: float | None) -> float | None:
    return None if measured is None or true is None else measured - true
