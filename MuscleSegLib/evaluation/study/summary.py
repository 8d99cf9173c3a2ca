"""Summary of a network over many muscles of many people, in the columns of Table 1 of Hostin et al.

J Magn Reson Imaging 2023;58:1826-1835 (10.1002/jmri.28708).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from MuscleSegLib.evaluation.statistics import Spread
from MuscleSegLib.evaluation.study.agreement import Agreement

METRICS = ("dsc", "ff_error_percent", "mtr_error_percent", "t2_error_ms", "volume_error_cm3")
"""Fields of ``Agreement`` and of ``Summary``, in the order of the paper's columns."""

MUCH_FAT_PERCENT = 20.0
"""Fat fraction above which a muscle has much fat (G20+)."""

WHISKER = 1.5
"""Interquartile ranges below the first quartile from which on a value is an outlier."""


AgreementT = TypeVar("AgreementT", bound=Agreement)


@dataclass(frozen=True)
class Summary:
    """Row of the table. Errors are automatic - manual.

    A muscle that the segmentation lacks has no errors, and its DSC of 0 is not in the mean either: it is counted as
    absent. The paper does not say so, but its SDs leave no other reading. With 4 % of the DSCs at 0 they would be 0.18
    at least, and the 3D U-Net's is 0.05.

    Attributes:
        dsc: DSC of the muscles that the segmentation has.
        ff_error_percent: Error of a muscle's mean fat fraction.
        mtr_error_percent: Error of a muscle's mean MTR.
        t2_error_ms: Error of a muscle's mean T2.
        volume_error_cm3: Error of a muscle's volume.
        absence_percent: Part of the reference's muscles that the segmentation lacks; None where it has none.
        outlier_percent: Part of outliers among the DSCs; None where there are none. The paper says "a metric".
        muscles: Number of muscles of the reference; None where a paper does not say.
        without_reference: Number of muscles that the reference does not have: they are in no mean.
    """

    dsc: Spread
    ff_error_percent: Spread
    mtr_error_percent: Spread
    t2_error_ms: Spread
    volume_error_cm3: Spread
    absence_percent: float | None
    outlier_percent: float | None
    muscles: int | None = None
    without_reference: int | None = None


def summary(rows: Sequence[Agreement]) -> Summary:
    """Sum up muscles of any number of people. A muscle that the reference does not have does not count."""
    in_both = muscles_in_both(rows)
    return Summary(
        **{metric: Spread.of(getattr(row, metric) for row in in_both) for metric in METRICS},
        absence_percent=absence_percent(rows),
        outlier_percent=outlier_percent(row.dsc for row in in_both),
        muscles=sum(row.volume_true_cm3 is not None for row in rows),
        without_reference=sum(row.volume_true_cm3 is None and row.volume_cm3 is not None for row in rows),
    )


def muscles_in_both(rows: Sequence[AgreementT]) -> list[AgreementT]:
    """Return the muscles that both the segmentation and the reference have."""
    return [row for row in rows if row.volume_cm3 is not None and row.volume_true_cm3 is not None]


def absence_percent(rows: Sequence[Agreement]) -> float | None:
    """Return the part of the reference's muscles that the segmentation lacks; None where the reference has none."""
    reference = [row for row in rows if row.volume_true_cm3 is not None]
    return 100 * sum(row.volume_cm3 is None for row in reference) / len(reference) if reference else None


def outlier_percent(values: Iterable[float | None]) -> float | None:
    """Return the part of the present values below Q1 - 1.5 IQR; None where there are none.

    Quartiles are interpolated linearly between the two nearest values.
    """
    present = np.array([value for value in values if value is not None], np.float64)
    if present.size == 0:
        return None
    first, third = np.quantile(present, (0.25, 0.75))
    return float(100 * np.mean(present < first - WHISKER * (third - first)))


def split_by_fat(
    rows: Sequence[AgreementT], limit_percent: float = MUCH_FAT_PERCENT
) -> tuple[list[AgreementT], list[AgreementT]]:
    """Return the muscles with at most so much fat in the reference, and those with more.

    A muscle without a fat fraction in the reference is in neither, nor is one that the segmentation lacks.
    """
    with_fat = [(row, row.ff_true_percent) for row in rows if row.volume_cm3 is not None]
    low = [row for row, fat in with_fat if fat is not None and fat <= limit_percent]
    high = [row for row, fat in with_fat if fat is not None and fat > limit_percent]
    return low, high
