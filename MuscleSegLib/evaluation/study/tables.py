"""Tables of a study, computed from its rows of muscles."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from MuscleSegLib.anatomy import region as region_of_name
from MuscleSegLib.evaluation.statistics import (
    Comparison,
    Estimate,
    Spread,
    bland_altman,
    compare,
    compare_pairs,
    intraclass,
    pearson,
)
from MuscleSegLib.evaluation.study.agreement import Agreement
from MuscleSegLib.evaluation.study.case import CaseRow
from MuscleSegLib.evaluation.study.case_jobs import Outcome
from MuscleSegLib.evaluation.study.published import HOSTIN2023_TABLE1, HOSTIN2023_TABLE2
from MuscleSegLib.evaluation.study.rows import AgreementRow, MetricRow, PairRow, StatusRow, Table1Row, Table2Row
from MuscleSegLib.evaluation.study.summary import METRICS, Summary, muscles_in_both, split_by_fat, summary

PAPER = "Hostin et al. 2023"
OURS = "this study"

PAPER_NETWORKS: Mapping[str, str] = {
    "hrnet": "HRNet",
    "transunet": "TransUNet",
    "unet2d": "U-Net 2D",
    "unet3d": "U-Net 3D",
}
"""Architectures of Table 1 in its order, and their names there."""

ALL_METRICS = (
    *("dsc", "hd_mm", "hd95_mm", "assd_mm", "rmsd_mm", "volume_error_percent"),
    *("ff_error_percent", "mtr_error_percent", "t2_error_ms", "volume_error_cm3"),
)

QUANTITIES = {
    "ff_percent": ("ff_true_percent", "ff_error_percent"),
    "mtr_percent": ("mtr_true_percent", "mtr_error_percent"),
    "t2_ms": ("t2_true_ms", "t2_error_ms"),
    "volume_cm3": ("volume_true_cm3", "volume_error_cm3"),
}
"""Columns of the measured quantity, of the reference, and of the error."""

EVERY_MUSCLE = "all"

ByMethod = Mapping[str, Sequence[CaseRow]]


def by_method(rows: Iterable[CaseRow]) -> dict[str, list[CaseRow]]:
    """Return the rows of each network, in the order in which they come."""
    groups: dict[str, list[CaseRow]] = {}
    for row in rows:
        groups.setdefault(row.method, []).append(row)
    return groups


def paper_order(architecture: str) -> int:
    """Return an architecture's place in the tables of the paper; all others come after it."""
    names = list(PAPER_NETWORKS)
    return names.index(architecture) if architecture in names else len(names)


def table1(groups: ByMethod, section: str, architectures: Mapping[str, str]) -> list[Table1Row]:
    """Return Table 1: each of our networks beside the paper's of its architecture, in the paper's order.

    Args:
        groups: Rows by network.
        section: "thigh" or "calf".
        architectures: By network, as far as they are known.
    """
    ours = sorted(groups, key=lambda name: paper_order(architectures.get(name, "")))
    rows = []
    for place, (architecture, name) in enumerate([*PAPER_NETWORKS.items(), ("", "")]):
        rows += [
            _row1(section, network, OURS, summary(groups[network]))
            for network in ours
            if paper_order(architectures.get(network, "")) == place
        ]
        if architecture:
            rows.append(_row1(section, name, PAPER, HOSTIN2023_TABLE1[section][name]))
    return rows


def _row1(section: str, network: str, source: str, row: Summary) -> Table1Row:
    return Table1Row(
        section=section,
        network=network,
        source=source,
        dsc=row.dsc.mean,
        dsc_sd=row.dsc.sd,
        ff_error_percent=row.ff_error_percent.mean,
        ff_error_sd_percent=row.ff_error_percent.sd,
        mtr_error_percent=row.mtr_error_percent.mean,
        mtr_error_sd_percent=row.mtr_error_percent.sd,
        t2_error_ms=row.t2_error_ms.mean,
        t2_error_sd_ms=row.t2_error_ms.sd,
        volume_error_cm3=row.volume_error_cm3.mean,
        volume_error_sd_cm3=row.volume_error_cm3.sd,
        absence_percent=row.absence_percent,
        outlier_percent=row.outlier_percent,
        muscles=row.muscles,
        without_reference=row.without_reference,
    )


def table2(groups: ByMethod, section: str, limit_percent: float) -> list[Table2Row]:
    """Return Table 2: muscles with little and with much fat, and then the paper's own, of HRNet."""
    rows = []
    for name, muscles in groups.items():
        low, high = split_by_fat(muscles, limit_percent)
        for metric in METRICS:
            comparison = compare((getattr(row, metric) for row in low), (getattr(row, metric) for row in high))
            rows.append(_row2(section, name, OURS, metric, comparison, (len(low), len(high))))
    for metric, (first, second) in HOSTIN2023_TABLE2.items():
        paper = Comparison(first, second, None, None)
        rows.append(_row2(section, "HRNet", PAPER, metric, paper, (None, None)))
    return rows


def _row2(
    section: str, network: str, source: str, metric: str, comparison: Comparison, counts: tuple[int | None, int | None]
) -> Table2Row:
    first, second = comparison.first, comparison.second
    low, high = (first.mean, first.sd, counts[0]), (second.mean, second.sd, counts[1])
    return Table2Row(section, network, source, metric, *low, *high, comparison.p, comparison.test)


def metric_rows(groups: ByMethod, section: str) -> list[MetricRow]:
    """Return each metric of each muscle, and of all, over the muscles that the segmentation has."""
    ours = [EVERY_MUSCLE, *(muscle.name for muscle in region_of_name(section).muscles)]
    rows = []
    for network, muscles in groups.items():
        in_both = muscles_in_both(muscles)
        for muscle in dict.fromkeys([*ours, *(row.muscle for row in in_both)]):
            of_muscle = [row for row in in_both if muscle in (EVERY_MUSCLE, row.muscle)]
            for metric in ALL_METRICS:
                values = [value for row in of_muscle if (value := getattr(row, metric)) is not None]
                spread = Spread.of(values)
                quartiles = [float(q) for q in np.percentile(values, (25, 50, 75))] if values else [None] * 3
                rows.append(
                    MetricRow(section, network, muscle, metric, len(values), spread.mean, spread.sd, *quartiles)
                )
    return rows


def agreement_rows(groups: ByMethod, section: str) -> list[AgreementRow]:
    """Return bias, limits of agreement, intraclass correlations and Pearson's with the DSC, a row a quantity."""
    rows = []
    for network, muscles in groups.items():
        in_both = muscles_in_both(muscles)
        for quantity, (true, error) in QUANTITIES.items():
            with_error = [row for row in in_both if getattr(row, error) is not None]
            pairs = [(getattr(row, quantity), getattr(row, true)) for row in with_error]
            rows.append(
                AgreementRow(
                    section,
                    network,
                    quantity,
                    len(with_error),
                    *_limits(with_error, error),
                    *_icc(pairs),
                    *_with_dsc(with_error, error),
                )
            )
    return rows


def _limits(rows: Sequence[Agreement], error: str) -> list[float | None]:
    analysis = bland_altman([getattr(row, error) for row in rows])
    return estimate_fields([analysis.bias, analysis.lower, analysis.upper] if analysis else [None] * 3)


def _icc(ratings: Sequence[tuple[float, ...]]) -> list[float | None]:
    correlation = intraclass(ratings) if ratings else None
    return estimate_fields([correlation.absolute, correlation.consistency] if correlation else [None] * 2)


def _with_dsc(rows: Sequence[Agreement], error: str) -> list[float | None]:
    correlation = pearson([row.dsc for row in rows], [getattr(row, error) for row in rows])
    return [*estimate_fields([correlation.r if correlation else None]), correlation.p if correlation else None]


def estimate_fields(estimates: Iterable[Estimate | None]) -> list[float | None]:
    """Return value, lower and upper end of each estimate, one after the other; three None for a missing estimate."""
    return [
        field
        for estimate in estimates
        for field in ((estimate.value, estimate.low, estimate.high) if estimate else (None,) * 3)
    ]


def pair_rows(groups: ByMethod, section: str) -> list[PairRow]:
    """Return each network beside the one with the highest mean DSC, in the same muscles."""
    means = {name: mean for name, rows in groups.items() if (mean := summary(rows).dsc.mean) is not None}
    if len(means) < 2:
        return []
    best = max(means, key=lambda name: means[name])
    best_rows = {(row.case, row.label): row for row in muscles_in_both(groups[best])}
    rows = []
    for name in means:
        both = [
            (row, other) for row in muscles_in_both(groups[name]) if (other := best_rows.get((row.case, row.label)))
        ]
        for metric in METRICS if name != best else ():
            comparison = compare_pairs(*([getattr(pair[side], metric) for pair in both] for side in (0, 1)))
            means_of_both = comparison.first.mean, comparison.second.mean
            rows.append(PairRow(section, name, best, metric, len(both), *means_of_both, comparison.p, comparison.test))
    return rows


def status_rows(outcomes: Iterable[Outcome]) -> list[StatusRow]:
    """Return the status of each case."""
    rows = []
    for outcome in outcomes:
        case = outcome.case
        status = "failed" if case is None else "excluded" if case.is_excluded else "done"
        note = outcome.reason if case is None else " ".join(case.notes)
        rows.append(StatusRow(outcome.job.case, outcome.job.method, status, note, case.seconds if case else None))
    return rows
