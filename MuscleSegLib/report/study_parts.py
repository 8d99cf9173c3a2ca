"""Parts of a study's report: tables and figures in order, with their notes."""

from collections.abc import Mapping, Sequence

from MuscleSegLib.evaluation.longitudinal import ChangeRow, RepeatabilityRow
from MuscleSegLib.evaluation.study.case import CaseRow
from MuscleSegLib.evaluation.study.case_jobs import Outcome
from MuscleSegLib.evaluation.study.raters import InterRaterRow
from MuscleSegLib.evaluation.study.rows import (
    AgreementRow,
    CostRow,
    MetricRow,
    PairRow,
    StatusRow,
    Table1Row,
    Table2Row,
)
from MuscleSegLib.evaluation.study.tables import (
    agreement_rows,
    by_method,
    metric_rows,
    pair_rows,
    status_rows,
    table1,
    table2,
)
from MuscleSegLib.report.study import Table
from MuscleSegLib.report.study_figures import (
    bland_altman_against_fat,
    change_figure,
    complexity,
    dsc_distribution,
    muscle_medians,
)
from MuscleSegLib.report.study_page import PageSection, images_section, table_section

TITLES = {
    "table1": "Table 1",
    "table2": "Table 2",
    "agreement": "Agreement",
    "metrics": "Every metric",
    "pairs": "Networks in pairs",
    "complexity": "Complexity",
    "muscles": "Muscles",
    "cases": "Cases",
}
TABLE1_NOTE = (
    "Mean ± SD over muscles, automatic − reference. A muscle that was not found counts as absent and is in no mean; "
    "one that only the segmentation has is excluded and counted (without reference). Absence: muscles of the "
    "reference that were not found. Outliers: DSCs below Q1 − 1.5 IQR. Slanted: J Magn Reson Imaging 2023;58:1826 "
    "(10.1002/jmri.28708), real patients against manual contours."
)
TABLE2_NOTE = (
    "Little and much fat: FF of the reference up to {limit:g} %, and more (G20−, G20+ of the paper). P by Student's t "
    "where Shapiro and Wilk's test takes both groups for normal, otherwise by Wilcoxon's rank sums. Muscles of one "
    "person count as independent, as in the paper. Slanted: the paper's HRNet, every P ≤ 0.001."
)
AGREEMENT_NOTE = (
    "Bias and 95 % limits of agreement (1.96 SD) with 95 % confidence intervals, in the quantity's unit; intraclass "
    "correlations of absolute agreement, ICC(A,1), and of consistency, ICC(C,1); Pearson's correlation of the DSC with "
    "the error."
)
PAIRS_NOTE = (
    "The same muscles, found by both: Student's paired t where the differences are normal, otherwise signed ranks."
)
METRICS_NOTE = (
    "Distances are of surfaces, in three dimensions; RVE is the relative volume error. Muscles that were found."
)
NOISE_NOTE = (
    "Standard error of measurement (SEM) with its 95 % interval, and smallest detectable change = 1.96 · √2 · SEM, in "
    "the quantity's unit."
)
CHANGE_NOTE = (
    "Second − first visit, over the levels of the limb that both visits have, which the muscles' areas tell. Bars: "
    "the smallest detectable change, 1.96 · √2 · SEM; of twenty unchanged muscles one is beyond it by chance, and more "
    "where few repeats told the SEM (open points). Marked (full points): beyond noise with all muscles looked at, "
    "and both means of a map, P < 0.05 by Student's t with the degrees of freedom of the SEM, adjusted by Holm. Inner "
    "means are of what lies inside a muscle's border, and are repeated best. Where noise is from “published”, it was "
    "not measured here: coefficients of variation of 1.5 % (volume) and 2.1 % (FF) stand in."
)


def comparison_parts(
    outcomes: Sequence[Outcome],
    section: str,
    *,
    limit_percent: float,
    architectures: Mapping[str, str],
    costs: Sequence[CostRow] = (),
) -> tuple[list[Table], list[PageSection]]:
    """Return tables and page of a comparison of segmentations with references.

    Args:
        outcomes: Outcomes of all cases.
        section: "thigh" or "calf".
        limit_percent: Fat fraction from which on a muscle counts as fatty.
        architectures: Architectures of networks by name, as far as they are known.
        costs: Costs of networks, as far as they are known.
    """
    tables = _comparison_tables(outcomes, section, limit_percent, architectures, costs)
    groups = by_method(tables["muscles"].rows)
    shown = _table_sections(tables, limit_percent)
    against_fat = {f"{name}: errors against FF": drawn for name, drawn in bland_altman_against_fat(groups).items()}
    sections = [
        shown["table1"],
        images_section("Distribution of the DSC", {"A point a muscle; boxes: quartiles": dsc_distribution(groups)}),
        images_section(
            "Muscle by muscle", {"Medians with quartiles": muscle_medians(tables["metrics"].rows)}, METRICS_NOTE
        ),
        shown["metrics"],
        images_section("Bland and Altman, against FF", against_fat),
        shown["agreement"],
        shown["table2"],
        *([shown["pairs"]] if "pairs" in shown else []),
        *([_complexity_figure(costs), shown["complexity"]] if costs else []),
        shown["cases"],
    ]
    return list(tables.values()), sections


def _table_sections(tables: Mapping[str, Table], limit_percent: float) -> dict[str, PageSection]:
    notes = {"table1": TABLE1_NOTE, "table2": TABLE2_NOTE.format(limit=limit_percent)}
    notes |= {"agreement": AGREEMENT_NOTE, "pairs": PAIRS_NOTE}
    return {
        name: table_section(TITLES[name], table.kind, table.rows, notes.get(name, "")) for name, table in tables.items()
    }


def _comparison_tables(
    outcomes: Sequence[Outcome],
    section: str,
    limit_percent: float,
    architectures: Mapping[str, str],
    costs: Sequence[CostRow],
) -> dict[str, Table]:
    rows = [row for outcome in outcomes if outcome.case for row in outcome.case.rows]
    groups = by_method(rows)
    pairs = pair_rows(groups, section)
    tables = [
        Table("table1", Table1Row, table1(groups, section, architectures)),
        Table("table2", Table2Row, table2(groups, section, limit_percent)),
        Table("agreement", AgreementRow, agreement_rows(groups, section)),
        Table("metrics", MetricRow, metric_rows(groups, section)),
        *([Table("pairs", PairRow, pairs)] if pairs else []),
        *([Table("complexity", CostRow, costs)] if costs else []),
        Table("muscles", CaseRow, rows),
        Table("cases", StatusRow, status_rows(outcomes)),
    ]
    return {table.name: table for table in tables}


def _complexity_figure(costs: Sequence[CostRow]) -> PageSection:
    note = "What a network costs, beside what it is worth (Magma 2025;38:175, 10.1007/s10334-024-01221-3)."
    return images_section("Complexity and biomarker error", {"Costs on logarithmic axes": complexity(costs)}, note)


def rater_parts(
    inter_rater: Sequence[InterRaterRow], repeatability: Sequence[RepeatabilityRow]
) -> tuple[list[Table], list[PageSection]]:
    """Return tables and page of the agreement of raters."""
    note = "Muscles that all raters drew; intraclass correlations of one rater, with 95 % intervals."
    repeatability_tables, repeatability_sections = repeatability_parts(repeatability)
    return (
        [Table("inter_rater", InterRaterRow, inter_rater), *repeatability_tables],
        [table_section("All raters", InterRaterRow, inter_rater, note), *repeatability_sections],
    )


def repeatability_parts(repeatability: Sequence[RepeatabilityRow]) -> tuple[list[Table], list[PageSection]]:
    """Return table and page of the repeatability of measurements."""
    if not repeatability:
        return [], []
    section = table_section("Smallest detectable change", RepeatabilityRow, repeatability, NOISE_NOTE)
    return [Table("repeatability", RepeatabilityRow, repeatability)], [section]


def visit_parts(
    rows: Sequence[ChangeRow], repeatability: Sequence[RepeatabilityRow]
) -> tuple[list[Table], list[PageSection]]:
    """Return tables and page of two visits."""
    repeatability_tables, repeatability_sections = repeatability_parts(repeatability)
    drawn = {"Change, and the smallest detectable change": change_figure(rows)}
    sections = [
        images_section("What changed", drawn, CHANGE_NOTE),
        table_section("Changes", ChangeRow, rows),
        *repeatability_sections,
    ]
    return [Table("changes", ChangeRow, rows), *repeatability_tables], sections
