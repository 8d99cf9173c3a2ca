"""What a network's score of its own result tells of the true overlap: a curve through held-out cases."""

import numpy as np
from numpy.typing import ArrayLike

from MuscleSegLib.bundle import Calibration
from MuscleSegLib.errors import MuscleSegError

POINTS = 20
"""Of a curve at most. Each is the mean of equally many muscles, so that it follows no single one; the first is the
lowest DSC that is ever told, so that it must not be the mean of too many."""

_DIGITS = 4


def fit_calibration(score: str, raw: ArrayLike, dsc: ArrayLike) -> Calibration:
    """Fit a curve that never falls (isotonic regression) to scores and the overlaps that were measured.

    Barlow et al., Statistical Inference under Order Restrictions, Wiley 1972: pool adjacent violators.

    Args:
        score: The score's name.
        raw: [muscle].
        dsc: [muscle], 0 to 1.

    Raises:
        MuscleSegError: There are no muscles, or a value is missing.

    """
    from scipy.optimize import isotonic_regression

    scores, overlaps = np.asarray(raw, np.float64), np.asarray(dsc, np.float64)
    if not scores.size or not np.isfinite([scores, overlaps]).all():
        message = f"The score {score} cannot be calibrated: give a score and a DSC of one muscle at least, all finite."
        raise MuscleSegError(message)
    order = np.argsort(scores, kind="stable")
    groups = [group for group in np.array_split(order, POINTS) if group.size]
    places = np.array([round(float(scores[group].mean()), _DIGITS) for group in groups])
    places, owner = np.unique(places, return_inverse=True)  # scores that are all but the same make one point
    counts = np.bincount(owner, weights=[group.size for group in groups])
    sums = np.bincount(owner, weights=[overlaps[group].sum() for group in groups])
    curve = isotonic_regression(sums / counts, weights=counts).x
    return Calibration(score, tuple(map(float, places)), tuple(round(float(value), _DIGITS) for value in curve))
