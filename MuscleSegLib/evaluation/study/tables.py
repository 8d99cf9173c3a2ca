"""The tables of a study, made of its rows of muscles."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from MuscleSegLib.anatomy import region as region_of_name
from MuscleSegLib.evaluation.statistics.bland_altman import bland_altman
from MuscleSegLib.evaluation.statistics.correlation import intraclass, pearson
from MuscleSegLib.evaluation.statistics.estimates import Estimate, Spread
from MuscleSegLib.evaluation.statistics.group_tests import Comparison, compare, compare_pairs
from MuscleSegLib.evaluation.study.agreement import Agreement
from MuscleSegLib.evaluation.study.case import CaseRow
from MuscleSegLib.evaluation.study.case_jobs import Outcome
from MuscleSegLib.evaluation.study.published import HOSTIN2023_TABLE1, HOSTIN2023_TABLE2
from MuscleSegLib.evaluation.study.rows import AgreementRow, MetricRow, PairRow, StatusRow, Table1Row, Table2Row
from MuscleSegLib.evaluation.study.summary import METRICS, Summary, split_by_fat, summary

PAPER = "Hostin et al. 2023"
OURS = "this study"

PAPER_NETWORKS: Mapping[str, str] = {
    "hrnet": "HRNet",
    "transunet": "TransUNet",
    "unet2d": "U-Net 2D",
    "unet3d": "U-Net 3D",
}
"""Architectures of Table 1 in its order, and what it calls them."""

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
"""What is measured; the columns of the reference and of the error."""

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


def found(rows: Sequence[CaseRow]) -> list[CaseRow]:
    """Return the muscles that both the segmentation and the reference have."""
    return [row for row in rows if row.volume_cm3 is not None and row.volume_true_cm3 is not None]


def table1(groups: ByMethod, section: str, architectures: Mapping[str, str]) -> list[Table1Row]:
    """Return Table 1: each of our networks beside the paper's of its architecture, in the paper's order.

    Args:
        groups: Rows by network.
        section: "thigh" or "calf".
        architectures: Of the networks, as far as they are known.

    """
    ours = sorted(groups, key=lambda name: paper_order(architectures.get(name, "")))
    rows = []
    for place, (architecture, name) in enumerate([*PAPER_NETWORKS.items(), ("", "")]):
        rows += [
            _row1(section, one, OURS, summary(groups[one]))
            for one in ours
            if paper_order(architectures.get(one, "")) == place
        ]
        if architecture:
            rows.append(_row1(section, name, PAPER, HOSTIN2023_TABLE1[section][name]))
    return rows


def _row1(section: str, network: str, source: str, found_in: Summary) -> Table1Row:
    return Table1Row(
        section=section,
        network=network,
        source=source,
        dsc=found_in.dsc.mean,
        dsc_sd=found_in.dsc.sd,
        ff_error_percent=found_in.ff_error_percent.mean,
        ff_error_sd_percent=found_in.ff_error_percent.sd,
        mtr_error_percent=found_in.mtr_error_percent.mean,
        mtr_error_sd_percent=found_in.mtr_error_percent.sd,
        t2_error_ms=found_in.t2_error_ms.mean,
        t2_error_sd_ms=found_in.t2_error_ms.sd,
        volume_error_cm3=found_in.volume_error_cm3.mean,
        volume_error_sd_cm3=found_in.volume_error_cm3.sd,
        absence_percent=found_in.absence_percent,
        outlier_percent=found_in.outlier_percent,
        muscles=found_in.muscles,
        without_reference=found_in.without_reference,
    )


def table2(groups: ByMethod, section: str, limit_percent: float) -> list[Table2Row]:
    """Return Table 2: muscles with little and with much fat, and then the paper's own, of HRNet."""
    rows = []
    for name, own in groups.items():
        low, high = split_by_fat(own, limit_percent)
        for metric in METRICS:
            one = compare((getattr(row, metric) for row in low), (getattr(row, metric) for row in high))
            rows.append(_row2(section, name, OURS, metric, one, (len(low), len(high))))
    for metric, (first, second) in HOSTIN2023_TABLE2.items():
        paper = Comparison(first, second, None, None)
        rows.append(_row2(section, "HRNet", PAPER, metric, paper, (None, None)))
    return rows


def _row2(
    section: str, network: str, source: str, metric: str, one: Comparison, counts: tuple[int | None, int | None]
) -> Table2Row:
    first, second = one.first, one.second
    low, high = (first.mean, first.sd, counts[0]), (second.mean, second.sd, counts[1])
    return Table2Row(section, network, source, metric, *low, *high, one.p, one.test)


def metric_rows(groups: ByMethod, section: str) -> list[MetricRow]:
    """Return each metric of each muscle, and of all, over the muscles that were found."""
    names = [EVERY_MUSCLE, *(muscle.name for muscle in region_of_name(section).muscles)]
    rows = []
    for network, own in groups.items():
        there = found(own)
        for muscle in names:
            of_muscle = [row for row in there if muscle in (EVERY_MUSCLE, row.muscle)]
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
    for network, own in groups.items():
        there = found(own)
        for quantity, (true, error) in QUANTITIES.items():
            known = [row for row in there if getattr(row, error) is not None]
            pairs = [(getattr(row, quantity), getattr(row, true)) for row in known]
            rows.append(
                AgreementRow(
                    section,
                    network,
                    quantity,
                    len(known),
                    *_limits(known, error),
                    *_icc(pairs),
                    *_with_dsc(known, error),
                )
            )
    return rows


def _limits(rows: Sequence[Agreement], error: str) -> list[float | None]:
    one = bland_altman([getattr(row, error) for row in rows])
    return _cells([one.bias, one.lower, one.upper] if one else [None] * 3)


def _icc(ratings: Sequence[tuple[float, ...]]) -> list[float | None]:
    one = intraclass(ratings) if ratings else None
    return _cells([one.absolute, one.consistency] if one else [None] * 2)


def _with_dsc(rows: Sequence[Agreement], error: str) -> list[float | None]:
    one = pearson([row.dsc for row in rows], [getattr(row, error) for row in rows])
    return [*_cells([one.r if one else None]), one.p if one else None]


def _cells(estimates: Iterable[Estimate | None]) -> list[float | None]:
    return [cell for one in estimates for cell in ((one.value, one.low, one.high) if one else (None,) * 3)]


def pair_rows(groups: ByMethod, section: str) -> list[PairRow]:
    """Return each network beside the one with the highest mean DSC, in the same muscles."""
    means = {name: summary(own).dsc.mean for name, own in groups.items()}
    known = {name: mean for name, mean in means.items() if mean is not None}
    if len(known) < 2:
        return []
    best = max(known, key=lambda name: known[name])
    best_rows = {(row.case, row.label): row for row in found(groups[best])}
    rows = []
    for name in known:
        both = [(row, other) for row in found(groups[name]) if (other := best_rows.get((row.case, row.label)))]
        for metric in METRICS if name != best else ():
            one = compare_pairs(*([getattr(pair[side], metric) for pair in both] for side in (0, 1)))
            means_of_both = one.first.mean, one.second.mean
            rows.append(PairRow(section, name, best, metric, len(both), *means_of_both, one.p, one.test))
    return rows


def status_rows(outcomes: Iterable[Outcome]) -> list[StatusRow]:
    """Return what became of each case."""
    rows = []
    for outcome in outcomes:
        case = outcome.case
        status = "failed" if case is None else "excluded" if case.is_excluded else "done"
        note = outcome.reason if case is None else " ".join(case.notes)
        rows.append(StatusRow(outcome.job.case, outcome.job.method, status, note, case.seconds if case else None))
    return rows
