"""One network over many muscles of many people, in the columns of Table 1 of Hostin et al.

J Magn Reson Imaging 2023;58:1826-1835 (10.1002/jmri.28708).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from MuscleSegLib.evaluation.statistics.estimates import Spread
from MuscleSegLib.evaluation.study.agreement import Agreement

METRICS = ("dsc", "ff_error_percent", "mtr_error_percent", "t2_error_ms", "volume_error_cm3")
"""Fields of ``Agreement`` and of ``Summary``, in the order of the paper's columns."""

MUCH_FAT_PERCENT = 20.0

WHISKER = 1.5
"""Interquartile ranges below the first quartile from which on a value is an outlier."""


AgreementT = TypeVar("AgreementT", bound=Agreement)


@dataclass(frozen=True)
class Summary:
    """One row of the table. Errors are automatic - manual.

    A muscle that was not found has no errors, and its DSC of 0 is not in the mean either: it is counted as absent. The
    paper does not say so, but its SDs leave no other reading. With 4 % of the DSCs at 0 they would be 0.18 at least,
    and the 3D U-Net's is 0.05.

    Attributes:
        dsc: Of the muscles that were found.
        ff_error_percent: Of a muscle's mean fat fraction.
        mtr_error_percent: Of its mean MTR.
        t2_error_ms: Of its mean T2.
        volume_error_cm3: Of its volume.
        absence_percent: Muscles that were not found, of those of the reference; None where it has none.
        outlier_percent: Outliers among the DSCs; None where there are none. The paper says "a metric".
        muscles: Of the reference; None where a paper does not say.
        without_reference: Muscles that were found and that the reference does not have: they are in no mean.

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
    found = [row for row in rows if row.volume_true_cm3 is not None and row.volume_cm3 is not None]
    return Summary(
        **{metric: Spread.of(getattr(row, metric) for row in found) for metric in METRICS},
        absence_percent=absence_percent(rows),
        outlier_percent=outlier_percent(row.dsc for row in found),
        muscles=sum(row.volume_true_cm3 is not None for row in rows),
        without_reference=sum(row.volume_true_cm3 is None and row.volume_cm3 is not None for row in rows),
    )


def absence_percent(rows: Sequence[Agreement]) -> float | None:
    """Return how many of the reference's muscles were not found, of all that it has; None where it has none."""
    wanted = [row for row in rows if row.volume_true_cm3 is not None]
    return 100 * sum(row.volume_cm3 is None for row in wanted) / len(wanted) if wanted else None


def outlier_percent(values: Iterable[float | None]) -> float | None:
    """Return the share of values below Q1 - 1.5 IQR, of all that are known; None where none is.

    Quartiles are interpolated linearly between the two nearest values.
    """
    known = np.array([value for value in values if value is not None], np.float64)
    if known.size == 0:
        return None
    first, third = np.quantile(known, (0.25, 0.75))
    return float(100 * np.mean(known < first - WHISKER * (third - first)))


def split_by_fat(
    rows: Sequence[AgreementT], limit_percent: float = MUCH_FAT_PERCENT
) -> tuple[list[AgreementT], list[AgreementT]]:
    """Return the muscles that hold at most so much fat in the reference, and those that hold more.

    A muscle whose fat fraction the reference does not know is in neither, nor is one that was not found.
    """
    known = [(row, row.ff_true_percent) for row in rows if row.volume_cm3 is not None]
    low = [row for row, fat in known if fat is not None and fat <= limit_percent]
    high = [row for row, fat in known if fat is not None and fat > limit_percent]
    return low, high
