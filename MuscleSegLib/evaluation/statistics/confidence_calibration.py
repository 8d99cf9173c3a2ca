"""Calibration of confidence: a curve from a network's soft Dice to the true overlap, fitted to held-out cases."""

import numpy as np
from numpy.typing import ArrayLike

from MuscleSegLib.bundle import Calibration
from MuscleSegLib.errors import MuscleSegError

POINTS = 20
"""Most points of a curve, beside its zero. Each is the mean of equally many muscles, so that none decides alone."""

_DIGITS = 4


def fit_calibration(soft_dice: ArrayLike, dsc: ArrayLike) -> Calibration:
    """Fit a curve that never falls (isotonic regression) to soft Dices and measured overlaps.

    Barlow et al., Statistical Inference under Order Restrictions, Wiley 1972: pool adjacent violators. The curve begins
    at zero, where no network is of any use, so that a muscle worse than all fitted ones gets a lower DSC.

    Args:
        soft_dice: [muscle] soft Dice, 0 to 1.
        dsc: [muscle] measured DSC, 0 to 1.

    Raises:
        MuscleSegError: There are no muscles, or a value is missing.
    """
    from scipy.optimize import isotonic_regression

    scores, overlaps = np.asarray(soft_dice, np.float64), np.asarray(dsc, np.float64)
    if not scores.size or not np.isfinite([scores, overlaps]).all():
        message = "The network cannot be calibrated: give the soft Dice and the DSC of one muscle at least, all finite."
        raise MuscleSegError(message)
    groups = [group for group in np.array_split(np.argsort(scores, kind="stable"), POINTS) if group.size]
    places = np.array([round(float(scores[group].mean()), _DIGITS) for group in groups])
    places, owner = np.unique(places, return_inverse=True)  # scores that are all but the same make one point
    counts = np.bincount(owner, weights=[group.size for group in groups])
    sums = np.bincount(owner, weights=[overlaps[group].sum() for group in groups])
    curve = isotonic_regression(sums / counts, weights=counts).x
    points = zip(places, curve, strict=True)
    knots = [(0.0, 0.0), *((float(place), round(float(value), _DIGITS)) for place, value in points if place > 0)]
    return Calibration(tuple(place for place, _ in knots), tuple(value for _, value in knots))
