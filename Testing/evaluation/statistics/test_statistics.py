"""Statistics of agreement, against other packages, published examples and sums by hand."""

import math

import numpy as np
import pytest

from MuscleSegLib.evaluation.statistics import (
    bland_altman,
    compare,
    compare_pairs,
    intraclass,
    is_normal,
    pearson,
    repeatability,
)

pd = pytest.importorskip("pandas", reason="comes with pingouin")
pingouin = pytest.importorskip("pingouin", reason="pingouin is not installed: pip install .[test]")
pytest.importorskip("statsmodels", reason="statsmodels is not installed: pip install .[test]")

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Six targets, four judges: Shrout and Fleiss, Psychol Bull 1979;86:420-428, Table 2."""


def two_raters(count=60, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.gamma(2, 8, count)
    return truth + rng.normal(0.4, 1.0, count), truth + rng.normal(0, 0.7, count)


def value_and_interval(estimate):
    return estimate.value, estimate.low, estimate.high


def test_bias_and_limits_with_their_intervals_are_those_of_pingouin():
    from matplotlib.figure import Figure

    first, second = two_raters()
    ax = pingouin.plot_blandaltman(first, second, confidence=0.95, annotate=False, ax=Figure().subplots())
    lines = [line.get_ydata()[0] for line in ax.get_lines()][1:]  # the first one is zero
    spans = [(patch.get_y(), patch.get_y() + patch.get_height()) for patch in ax.patches]

    analysis = bland_altman(list(first - second))

    ours = [value_and_interval(analysis.bias), value_and_interval(analysis.upper), value_and_interval(analysis.lower)]
    pingouin_values = [(line, *span) for line, span in zip(lines, spans, strict=True)]
    assert np.array(ours) == pytest.approx(np.array(pingouin_values), abs=1e-6)


def test_bias_and_limits_are_those_of_statsmodels():
    from matplotlib.figure import Figure
    from statsmodels.graphics.agreement import mean_diff_plot

    first, second = two_raters(seed=4)
    figure = mean_diff_plot(first, second, ax=Figure().subplots())
    lines = [line.get_ydata()[0] for line in figure.axes[0].get_lines()]

    analysis = bland_altman(list(first - second))

    ours = sorted([analysis.lower.value, analysis.bias.value, analysis.upper.value])
    # statsmodels divides by n, we by n - 1
    bias, n = analysis.bias.value, len(first)
    ours = [bias + (limit - bias) * math.sqrt((n - 1) / n) for limit in ours]
    assert ours == pytest.approx(sorted(line for line in lines if line != 0), abs=1e-6)


def test_one_difference_has_a_bias_and_no_limits():
    analysis = bland_altman([0.5])
    assert (analysis.bias.value, analysis.bias.low, analysis.sd, analysis.lower) == (0.5, None, None, None)
    assert bland_altman([]) is None


def test_intraclass_correlations_are_those_that_shrout_and_fleiss_printed():
    correlation = intraclass(SHROUT_FLEISS)
    assert correlation.absolute.value == pytest.approx(0.29, abs=0.005)
    assert correlation.consistency.value == pytest.approx(0.71, abs=0.005)


@pytest.mark.parametrize("table", [SHROUT_FLEISS, np.column_stack(two_raters()), np.column_stack(two_raters(9, 2))])
def test_intraclass_correlations_and_intervals_are_those_of_pingouin(table, monkeypatch):
    monkeypatch.setitem(pingouin.options, "round.column.CI95", None)
    table = np.asarray(table, float)
    targets, raters = (index.ravel() for index in np.indices(table.shape))
    data = pd.DataFrame({"target": targets, "rater": raters, "rating": table.ravel()})
    pingouin_values = pingouin.intraclass_corr(data, "target", "rater", "rating").set_index("Type")

    correlation = intraclass(table)

    for name, interval in (("ICC(A,1)", correlation.absolute), ("ICC(C,1)", correlation.consistency)):
        assert interval.value == pytest.approx(pingouin_values.loc[name, "ICC"], abs=1e-6)
        assert (interval.low, interval.high) == pytest.approx(tuple(pingouin_values.loc[name, "CI95"]), abs=1e-6)


def test_a_rater_who_is_always_higher_is_consistent_and_does_not_agree():
    values = np.array([3.0, 8.0, 15.0, 40.0])
    correlation = intraclass(np.column_stack([values, values + 10]))

    assert correlation.consistency.value == pytest.approx(1)
    assert correlation.absolute.value < 0.95


def test_subjects_and_raters_that_are_alike_on_average_have_no_interval():
    correlation = intraclass([[1, 2], [2, 1], [1, 2], [2, 1]])  # mean squares 0, 0 and 2/3
    assert value_and_interval(correlation.absolute) == (-2, None, None)
    assert correlation.consistency.value == -1


def test_nothing_to_correlate_has_no_correlation():
    assert intraclass([[1.0, 2.0], [2.0, 3.0]]) is None
    assert intraclass(np.ones((5, 2))) is None
    assert intraclass([[1.0, 2.0]] * 5) is None
    assert pearson([1.0, 2.0, 3.0], [5.0, 5.0, 5.0]) is None
    assert pearson([1.0, None, 3.0], [5.0, 6.0, 7.0]) is None


def test_pearsons_correlation_and_interval_are_those_of_pingouin(monkeypatch):
    monkeypatch.setitem(pingouin.options, "round.column.CI95", None)
    first, second = two_raters(30, 8)
    pingouin_values = pingouin.corr(first, second).iloc[0]

    correlation = pearson([*first, None], [*second, 3.0])

    assert (correlation.count, correlation.r.value) == (30, pytest.approx(pingouin_values["r"], abs=1e-6))
    assert (correlation.r.low, correlation.r.high) == pytest.approx(tuple(pingouin_values["CI95"]), abs=1e-6)
    assert math.log(correlation.p) == pytest.approx(math.log(pingouin_values["p_val"]), abs=1e-6)


def test_pairs_that_are_normal_are_compared_by_the_paired_t_test():
    # Differences 1, 2, 3, 4, 5: mean 3, SD sqrt(2.5); t = 3 / sqrt(2.5 / 5) = 4.2426 with 4 degrees of freedom.
    comparison = compare_pairs([11.0, 12.0, 13.0, 14.0, 15.0, None], [10.0] * 5 + [99.0])
    assert comparison.test == "paired t"
    assert comparison.p == pytest.approx(0.01324, abs=5e-6)


def test_pairs_that_are_not_normal_are_compared_by_their_signed_ranks():
    # All six differences are positive: 2 of 2^6 signs are as extreme.
    comparison = compare_pairs([1.1, 2.2, 3.3, 4.4, 5.5, 600.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert comparison.test == "signed-rank"
    assert comparison.p == pytest.approx(2 / 64)


def test_pairs_tell_what_groups_do_not():
    before = [5.0, 20.0, 35.0, 60.0, 80.0, 90.0]
    after = [value + shift for value, shift in zip(before, (1.0, 1.1, 0.9, 1.2, 0.8, 1.05), strict=True)]

    assert compare(before, after).p > 0.9
    assert compare_pairs(before, after).p < 1e-4


def test_pairs_without_a_difference_have_no_test():
    assert compare_pairs([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]).test is None


def test_many_thousand_values_can_be_tested_for_normality():
    values = np.random.default_rng(0).normal(size=12000)
    assert is_normal(list(values))
    assert not is_normal(list(np.exp(values)))


def test_the_smallest_detectable_change_of_pairs():
    # Differences 2, -2 and 0: within-subject variances 2, 2, 0, so SEM = sqrt(4 / 3), and SDC = 1.96 sqrt(2) SEM.
    estimate = repeatability([[10.0, 12.0], [30.0, 28.0], [50.0, 50.0], [7.0, None]])

    assert (estimate.subjects, estimate.freedom) == (3, 3)
    assert estimate.sem.value == pytest.approx(math.sqrt(4 / 3))
    assert estimate.sdc.value == pytest.approx(1.96 * math.sqrt(2) * math.sqrt(4 / 3))


def test_its_interval_is_that_of_a_variance():
    # chi-square with 3 degrees of freedom: 2.5 % below 0.2158, 2.5 % above 9.3484 (tables)
    estimate = repeatability([[10.0, 12.0], [30.0, 28.0], [50.0, 50.0]])
    assert estimate.sem.low == pytest.approx(math.sqrt(4 / 9.3484), rel=1e-4)
    assert estimate.sem.high == pytest.approx(math.sqrt(4 / 0.2158), rel=1e-3)


def test_more_than_two_repeats_count_each():
    # Sums of squares around the means: 2 (of 9, 10, 11) and 0.5 (of 4, 5) over 2 + 1 degrees of freedom.
    assert repeatability([[9.0, 10.0, 11.0], [4.0, 5.0]]).sem.value == pytest.approx(math.sqrt(2.5 / 3))


def test_nothing_repeated_has_no_repeatability():
    assert repeatability([[1.0], [None, 2.0], []]) is None
