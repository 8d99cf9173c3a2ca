"""A study's tables, from rows whose figures are simple."""

import math

import pytest

from MuscleSegLib.evaluation.study import Agreement, CaseRow
from MuscleSegLib.evaluation.study.raters import inter_rater_rows, ratings_of, repeatability_of_raters
from MuscleSegLib.evaluation.study.tables import agreement_rows, by_method, metric_rows, pair_rows, table1, table2

KNOWN = dict.fromkeys(Agreement.__dataclass_fields__)


def a_row(case="P1", method="net", *, muscle="soleus", label=6, dsc=0.9, ff=10.0, ff_true=10.0, volume=100.0, **more):
    """One muscle; a volume of None is a muscle that was not found."""
    fields = {"case": case, "method": method, "region": "calf", "muscle": muscle, "label": label, "dsc": dsc}
    fields |= {"volume_cm3": volume, "volume_true_cm3": 100.0, "ff_percent": ff, "ff_true_percent": ff_true}
    fields["ff_error_percent"] = None if volume is None else ff - ff_true
    fields["volume_error_cm3"] = None if volume is None else volume - 100.0
    return CaseRow(**KNOWN | fields | more)


def test_our_networks_stand_before_the_paper_s_of_their_kind_and_others_at_the_end():
    groups = by_method(a_row(method=name) for name in ("small", "mine3d", "myhr"))
    kinds = {"small": "unet2d-small", "mine3d": "unet3d", "myhr": "hrnet"}

    rows = table1(groups, "calf", kinds)

    assert [(row.network, row.source == "this study") for row in rows] == [
        ("myhr", True),
        ("HRNet", False),
        ("TransUNet", False),
        ("U-Net 2D", False),
        ("mine3d", True),
        ("U-Net 3D", False),
        ("small", True),
    ]


def test_the_paper_s_own_figures_are_those_of_its_table():
    hrnet = next(row for row in table1({}, "calf", {}) if row.network == "HRNet")
    assert (hrnet.dsc, hrnet.dsc_sd, hrnet.t2_error_ms, hrnet.t2_error_sd_ms) == (0.89, 0.11, -0.42, 2.12)
    assert (hrnet.absence_percent, hrnet.outlier_percent) == (0.0, 7.52)


def test_a_threshold_parts_little_fat_from_much():
    rows = [a_row(label=n, ff=fat + 1, ff_true=fat) for n, fat in enumerate((5.0, 12.0, 18.0, 30.0), 1)]

    counts = {
        limit: {(row.little_fat_muscles, row.much_fat_muscles) for row in table2({"net": rows}, "calf", limit)[:5]}
        for limit in (20.0, 10.0)
    }

    assert counts == {20.0: {(3, 1)}, 10.0: {(1, 3)}}


def test_quartiles_are_of_each_muscle_with_both_sides_and_of_all():
    rows = [a_row(case=f"P{n}", dsc=dsc) for n, dsc in enumerate((0.6, 0.7, 0.8, 0.9))]
    rows += [a_row(muscle="gastrocnemius medialis", label=4, dsc=0.1, volume=None)]

    medians = {(row.muscle, row.metric): row for row in metric_rows({"net": rows}, "calf")}

    soleus = medians["soleus", "dsc"]
    assert (soleus.count, soleus.first_quartile, soleus.median, soleus.third_quartile) == (
        4,
        pytest.approx(0.675),
        pytest.approx(0.75),
        pytest.approx(0.825),
    )
    assert medians["all", "dsc"].count == 4
    assert medians["gastrocnemius medialis", "dsc"].median is None


def test_agreement_has_bias_limits_and_correlations_of_each_quantity():
    rows = [
        a_row(label=n, dsc=dsc, ff=true + error, ff_true=true)
        for n, (true, error, dsc) in enumerate([(5, 1, 0.9), (15, 2, 0.8), (40, 3, 0.7)], 1)
    ]

    fat = next(row for row in agreement_rows({"net": rows}, "calf") if row.quantity == "ff_percent")

    assert (fat.count, fat.bias) == (3, 2)
    assert (fat.lower_limit, fat.upper_limit) == (pytest.approx(0.04), pytest.approx(3.96))
    assert fat.r_with_dsc == pytest.approx(-1)
    mtr = next(row for row in agreement_rows({"net": rows}, "calf") if row.quantity == "mtr_percent")
    assert (mtr.count, mtr.bias, mtr.icc_a1) == (0, None, None)


def test_networks_are_compared_with_the_best_one_in_the_same_muscles():
    cases = [f"P{n}" for n in range(6)]
    groups = {
        "best": [a_row(case, "best", dsc=0.95, ff=11.0) for case in cases],
        "other": [a_row(case, "other", dsc=0.85, ff=12.0 + 0.1 * n) for n, case in enumerate(cases[:-1])],
    }

    rows = pair_rows(groups, "calf")

    assert {(row.network, row.other, row.count) for row in rows} == {("other", "best", 5)}
    fat = next(row for row in rows if row.metric == "ff_error_percent")
    assert (fat.mean, fat.mean_of_other, fat.test) == (pytest.approx(2.2), pytest.approx(1.0), "paired t")


def test_three_raters_are_compared_together():
    # The first three judges of Shrout and Fleiss, Psychol Bull 1979;86:420-428.
    table = [[9, 2, 5], [6, 1, 3], [8, 4, 6], [7, 1, 2], [10, 5, 6], [6, 2, 4]]
    pairs = [
        (
            "abc"[first],
            "abc"[second],
            [a_row(f"P{n}", ff=float(row[first]), ff_true=float(row[second])) for n, row in enumerate(table)],
        )
        for first, second in ((0, 1), (0, 2), (1, 2))
    ]

    ratings = ratings_of(pairs)
    fat = next(row for row in inter_rater_rows(ratings, ["a", "b", "c"]) if row.quantity == "ff_percent")

    assert (fat.raters, fat.muscles) == (3, 6)
    subjects, raters, residual = _mean_squares(table)
    assert fat.icc_c1 == pytest.approx((subjects - residual) / (subjects + 2 * residual))
    assert fat.icc_a1 == pytest.approx(
        (subjects - residual) / (subjects + 2 * residual + 3 * (raters - residual) / len(table))
    )


def _mean_squares(table):
    """By sums of squares, cell by cell."""
    n, k = len(table), len(table[0])
    total = sum(map(sum, table))
    correction = total**2 / (n * k)
    subjects = sum(sum(row) ** 2 for row in table) / k - correction
    raters = sum(sum(column) ** 2 for column in zip(*table, strict=True)) / n - correction
    everything = sum(value**2 for row in table for value in row) - correction
    return subjects / (n - 1), raters / (k - 1), (everything - subjects - raters) / ((n - 1) * (k - 1))


def test_what_raters_differ_by_gives_the_smallest_detectable_change():
    ratings = ratings_of([("a", "b", [a_row(f"P{n}", ff=12.0, ff_true=10.0) for n in range(4)])])

    fat = next(row for row in repeatability_of_raters(ratings) if row.quantity == "ff_mean_percent")

    assert fat.sem == pytest.approx(math.sqrt(2))
    assert fat.smallest_detectable_change == pytest.approx(1.96 * 2)


def test_a_muscle_that_one_rater_did_not_draw_is_in_no_correlation():
    ratings = ratings_of([("a", "b", [a_row(), a_row("P2", volume=None)])])
    assert [row.muscles for row in inter_rater_rows(ratings, ["a", "b"])] == [1, 0, 0, 1]
