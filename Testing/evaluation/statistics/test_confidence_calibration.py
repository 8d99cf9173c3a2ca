import numpy as np
import pytest
from scipy.stats import spearmanr

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.statistics import fit_calibration


def test_neighbors_that_fall_are_pooled():
    # 0.6 and 0.4 are in the wrong order: both become their mean
    curve = fit_calibration([0.1, 0.4, 0.2, 0.3], [0.2, 0.8, 0.6, 0.4])
    assert curve.soft_dice == (0, 0.1, 0.2, 0.3, 0.4)
    assert curve.dsc == pytest.approx((0, 0.2, 0.5, 0.5, 0.8))


def test_equal_scores_make_one_point():
    curve = fit_calibration([0.5, 0.5, 0.5, 0.9], [0.1, 0.2, 0.6, 0.7])
    assert (curve.soft_dice, curve.dsc) == ((0, 0.5, 0.9), (0, 0.3, 0.7))


def test_a_score_of_zero_stays_zero():
    assert fit_calibration([0.0, 0.8], [0.1, 0.7]).dsc == (0, 0.7)


def test_a_curve_through_many_muscles_is_short_rises_and_lies_where_they_lie():
    rng = np.random.default_rng(0)
    soft_dice = rng.uniform(0.2, 1.0, 500)
    dsc = np.clip(soft_dice**2 + rng.normal(0, 0.1, 500), 0, 1)

    curve = fit_calibration(soft_dice, dsc)

    assert len(curve.soft_dice) == 21
    assert list(curve.dsc) == sorted(curve.dsc)
    assert np.interp(soft_dice, curve.soft_dice, curve.dsc) == pytest.approx(soft_dice**2, abs=0.1)
    assert spearmanr(np.interp(soft_dice, curve.soft_dice, curve.dsc), dsc).statistic > 0.8


@pytest.mark.parametrize(("soft_dice", "dsc"), [([], []), ([0.5, np.nan], [0.1, 0.2]), ([0.5], [np.nan])])
def test_nothing_to_fit_is_told(soft_dice, dsc):
    with pytest.raises(MuscleSegError, match="cannot be calibrated"):
        fit_calibration(soft_dice, dsc)
