"""Disease of a random person's muscles: fat fraction and pattern of each, and edema."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.phantom.infiltration import Infiltration, Pattern, fat_fraction_at, level_for_mean
from MuscleSegLib.phantom.tissues import LABELED, Tissue

MEAN_PERCENT, SD_PERCENT = 8.76, 7.68
LEAST_PERCENT, MOST_PERCENT = 1.87, 64.34
"""Fat fractions of muscles in Hostin et al., J Magn Reson Imaging 2023;58:1826-1835."""

PERSON_SHARE = 0.55
"""Share of the variance of muscles' fat that is common to a person."""

SIDE_LOG_SD = 0.1
ASYMMETRIC_LOG_SD, ASYMMETRIC_SHARE = 0.35, 0.2
"""Asymmetry and share of people whose legs differ much, as in facioscapulohumeral dystrophy."""

HEALTHY_PERCENT = 4.0
"""Fat fraction up to which a muscle has no edema."""

GRADIENT_SD = 0.8
"""SD of the difference between the upper and the lower end of a muscle, in logits: 5 percent against 10 percent."""


def draw_infiltration(
    rng: np.random.Generator, tissues: Sequence[Tissue], legs: int, fat_percent: float | None
) -> tuple[Mapping[Tissue, Infiltration], ...]:
    """Draw fat and edema of each muscle of each leg, not calibrated yet.

    Args:
        rng: Random generator.
        tissues: Codes of the muscles.
        legs: Number of legs, which are much alike.
        fat_percent: Mean over the labeled muscles, or None to draw it from the population.

    Returns:
        The infiltration of each muscle, a mapping a leg.
    """
    percent = _fat_percent(rng, tissues, legs, fat_percent)
    patterns = [list(Pattern)[index] for index in rng.integers(len(Pattern), size=len(tissues))]
    gradient = rng.normal(0, GRADIENT_SD)
    edematous = rng.random(len(tissues)) < 0.1 + 0.5 * np.clip(percent.mean(axis=0) / 30, 0, 1)
    worst = rng.uniform(0.3, 1.0, len(tissues)) * edematous
    return tuple(
        MappingProxyType(
            {
                tissue: Infiltration(
                    fat_fraction=float(leg_percent[index]) / 100,
                    pattern=patterns[index],
                    angle=float(rng.uniform(0, np.pi)),
                    focus=float(rng.uniform(0, 2 * np.pi)),
                    gradient=float(gradient + rng.normal(0, GRADIENT_SD / 2)),
                    edema=float(worst[index] * rng.uniform(0.7, 1.0)) if leg_percent[index] > HEALTHY_PERCENT else 0.0,
                )
                for index, tissue in enumerate(tissues)
            }
        )
        for leg_percent in percent
    )


def _fat_percent(
    rng: np.random.Generator, tissues: Sequence[Tissue], legs: int, fat_percent: float | None
) -> NDArray[np.float64]:
    """Return the mean fat fraction of each muscle in percent, [leg, muscle]."""
    # A log-normal distribution with the population's mean and SD.
    variance = np.log(1 + (SD_PERCENT / MEAN_PERCENT) ** 2)
    person = rng.normal(0, np.sqrt(PERSON_SHARE * variance))
    muscles = rng.normal(0, np.sqrt((1 - PERSON_SHARE) * variance), len(tissues))
    asymmetry = ASYMMETRIC_LOG_SD if rng.random() < ASYMMETRIC_SHARE else 0.0
    sides = rng.normal(0, asymmetry, (legs, 1)) + rng.normal(0, SIDE_LOG_SD, (legs, len(tissues)))
    if fat_percent is None:
        percent = np.exp(np.log(MEAN_PERCENT) - variance / 2 + person + muscles + sides)
        return np.asarray(np.clip(percent, LEAST_PERCENT, MOST_PERCENT))
    # The same spread in logits, so that no muscle exceeds 100 percent.
    spread = (muscles + sides).astype(np.float32)
    level = level_for_mean(fat_percent / 100, spread[:, np.isin(tissues, LABELED)])
    return 100 * fat_fraction_at(spread + np.float32(level)).astype(np.float64)
