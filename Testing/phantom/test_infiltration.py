from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from MuscleSegLib.phantom import LABELED, MUSCLES, Tissue, digital_legs
from MuscleSegLib.phantom.disease import draw_infiltration
from MuscleSegLib.phantom.infiltration import Pattern

VASTUS_LATERALIS = Tissue.MUSCLE_9


@pytest.mark.parametrize("fat_fraction", [2.5, 15, 60])
@pytest.mark.slow
def test_the_labeled_muscles_have_the_mean_that_was_asked_for(region, fat_fraction):
    truth = digital_legs(region, seed=7, fat_fraction=fat_fraction).fat_percent()
    assert np.mean(list(truth.values())) == pytest.approx(fat_fraction, abs=0.1)


@pytest.mark.parametrize(("fat_fraction", "seed"), [(5, 1), (30, 2), (60, 1)])
@pytest.mark.slow
def test_a_muscle_s_points_have_the_mean_that_the_truth_tells(region, fat_fraction, seed):
    legs = digital_legs(region, seed=seed, legs=1, fat_fraction=fat_fraction)
    across = np.arange(-111.3, 111.3, 1.4)  # other points than those that the legs were calibrated at
    planes = [legs.plane(z, across[None, :], across[:, None]) for z in np.arange(-148, 150, 4.0)]
    tissues, fat = (np.array([getattr(plane, name) for plane in planes]) for name in ("tissues", "fat"))
    measured = {code: 100 * fat[tissues == code].mean(dtype=float) for code in legs.fat_percent()}
    assert measured == pytest.approx(legs.fat_percent(), abs=0.3)


@pytest.mark.slow
def test_fat_is_a_fraction_everywhere(legs, sample, region):
    for each in (legs, sample(digital_legs(region, seed=3, fat_fraction=60))):
        assert each.fat.min() >= 0
        assert each.fat.max() <= 1


@pytest.mark.slow
def test_fat_tissue_is_fat_and_vessels_and_bone_hold_none(legs):
    assert legs.fat[legs.tissues == Tissue.INTERMUSCULAR_FAT].min() > 0.8
    assert 0.85 < legs.fat[legs.tissues == Tissue.SUBCUTANEOUS_FAT].mean() < 0.96
    assert not legs.fat[np.isin(legs.tissues, [Tissue.ARTERY, Tissue.VEIN, Tissue.CORTEX, Tissue.TENDON])].any()


def test_muscles_of_many_people_have_the_population_s_fat_fractions():
    # 8.76 +- 7.68 [1.87, 64.34] %, Hostin et al., J Magn Reson Imaging 2023;58:1826-1835
    drawn = [draw_infiltration(np.random.default_rng(seed), LABELED, 2, None) for seed in range(500)]
    percent = 100 * np.array([[muscle.fat_fraction for muscle in leg.values()] for legs in drawn for leg in legs])
    assert percent.mean() == pytest.approx(8.76, abs=0.9)
    assert percent.std() == pytest.approx(7.68, abs=1.2)
    assert percent.min() == pytest.approx(1.87, abs=0.01)
    assert 45 < percent.max() < 64.35


def test_both_legs_of_a_person_are_ill_alike_and_some_are_asymmetric():
    drawn = [draw_infiltration(np.random.default_rng(seed), LABELED, 2, None) for seed in range(100)]
    ratios = [np.mean([right[t].fat_fraction for t in LABELED]) / np.mean([left[t].fat_fraction for t in LABELED])
              for right, left in drawn]  # fmt: skip
    apart = np.abs(np.log(ratios))
    assert np.median(apart) < 0.1
    assert 5 <= (apart > 0.3).sum() <= 30


def only_vastus_lateralis(**changes):
    """One thigh, and the fat of its vastus lateralis as told, half-way up, in pixels of 1 mm."""
    legs = digital_legs("thigh", seed=12, legs=1, fat_fraction=30)
    (leg,) = legs.legs
    muscles = replace(
        leg.infiltration[VASTUS_LATERALIS],
        **({"fat_fraction": 0.3, "angle": 0.0, "focus": np.pi / 2, "gradient": 0.0} | changes),
    )
    leg = replace(leg, infiltration=MappingProxyType({**leg.infiltration, VASTUS_LATERALIS: muscles})).calibrated()
    return replace(legs, legs=(leg,))


@pytest.fixture(scope="module")
def patterns():
    """The fat of vastus lateralis, NaN elsewhere, in six planes, [plane, row, column], for each pattern."""
    across = np.arange(-110.0, 110.0)
    fat = {}
    for pattern in Pattern:
        legs = only_vastus_lateralis(pattern=pattern)
        planes = [legs.plane(z, across[None, :], across[:, None]) for z in np.arange(-30.0, 90.0, 20.0)]
        fat[pattern] = np.array([np.where(p.tissues == VASTUS_LATERALIS, p.fat, np.nan) for p in planes])
    return fat


def correlation(fat, rows, columns):
    """Return the correlation of points so many millimeters apart."""
    _, height, width = fat.shape
    still, moved = fat[:, : height - rows, : width - columns].ravel(), fat[:, rows:, columns:].ravel()
    both = np.isfinite(still) & np.isfinite(moved)
    return float(np.corrcoef(still[both], moved[both])[0, 1])


@pytest.mark.slow
def test_diffuse_fat_is_the_most_even(patterns):
    spread = {pattern: np.nanstd(fat) for pattern, fat in patterns.items()}
    assert all(spread[Pattern.DIFFUSE] < 0.7 * spread[other] for other in Pattern if other is not Pattern.DIFFUSE)


@pytest.mark.slow
def test_streaks_are_long_one_way_and_thin_the_other(patterns):
    streaky = patterns[Pattern.STREAKY]
    assert correlation(streaky, 0, 4) > correlation(streaky, 4, 0) + 0.15


@pytest.mark.slow
def test_patches_are_as_long_as_they_are_wide_and_wider_than_streaks(patterns):
    patchy, streaky = patterns[Pattern.PATCHY], patterns[Pattern.STREAKY]
    assert correlation(patchy, 5, 0) == pytest.approx(correlation(patchy, 0, 5), abs=0.2)
    assert correlation(patchy, 5, 0) > correlation(streaky, 5, 0) + 0.2


@pytest.mark.slow
def test_compact_fat_takes_one_side_of_the_muscle(patterns):
    def side(fat):
        """Correlation of fat with the direction that it is to come from, within each plane."""
        values, places = [], []
        for plane in fat:
            rows, columns = np.nonzero(np.isfinite(plane))
            values.append(plane[rows, columns])
            places.append(rows - rows.mean())
        return np.corrcoef(np.concatenate(values), np.concatenate(places))[0, 1]

    assert side(patterns[Pattern.COMPACT]) > 0.5
    assert all(abs(side(patterns[other])) < 0.4 for other in (Pattern.DIFFUSE, Pattern.STREAKY, Pattern.PATCHY))


@pytest.mark.parametrize("gradient", [-2.0, 2.0])
@pytest.mark.slow
def test_fat_increases_along_the_limb_as_told(sample, gradient):
    legs = sample(only_vastus_lateralis(pattern=Pattern.DIFFUSE, gradient=gradient))
    low, high = (legs.fat[part][legs.tissues[part] == VASTUS_LATERALIS].mean() for part in (slice(8), slice(22, None)))
    # Two logits from end to end: a good one between the middles of the two ends.
    assert np.sign(gradient) * (np.log(high / (1 - high)) - np.log(low / (1 - low))) > 1


@pytest.mark.slow
def test_edema_is_in_muscle_only_and_from_0_to_1(sample, region):
    seen = []
    for seed in range(3):
        legs = sample(digital_legs(region, seed=seed, legs=1, fat_fraction=30))
        assert legs.edema.min() >= 0
        assert legs.edema.max() <= 1
        assert not legs.edema[~np.isin(legs.tissues, MUSCLES)].any()
        seen.append(legs.edema.max())
    assert max(seen) > 0.3


@pytest.mark.slow
def test_healthy_muscles_have_no_edema(sample):
    assert not sample(digital_legs("thigh", seed=0, legs=1, fat_fraction=1.5)).edema.any()


@pytest.mark.slow
def test_fatty_muscles_are_wasted(sample, region):
    lean, fatty = (sample(digital_legs(region, seed=5, legs=1, fat_fraction=fat)) for fat in (2, 60))
    muscle = [np.isin(each.tissues, MUSCLES).sum() for each in (lean, fatty)]
    assert muscle[1] < 0.9 * muscle[0]
