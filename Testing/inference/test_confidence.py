"""How sure a network is: the soft Dice by hand, its sums over slices, and what becomes of them in a result."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from monai.losses import DiceLoss

from MuscleSegLib.bundle import Calibration, find_bundle
from MuscleSegLib.inference import confidence_of, segment, segments_of
from MuscleSegLib.inference.confidence import SCORES, SOFT_DICE, LegScores, calibrated
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume

CODES = np.array([0, 4, 9], np.uint8)
SURE, UNSURE, AIR = (0.2, 0.7, 0.1), (0.45, 0.5, 0.05), (0.5, 0.3, 0.2)  # of the background, muscle 4 and muscle 9


def logits(*pixels):
    """One row of pixels with these probabilities."""
    return torch.tensor(pixels).log().T[:, None]


def soft_dice(*slices, present=(4,)):
    tally = LegScores(SCORES)
    for plane in slices:
        tally.add(plane)
    return tally.result(CODES, np.array(present, np.uint8))[SOFT_DICE]


def test_the_soft_dice_is_that_of_the_probabilities_and_the_pixels_found():
    # found is the first pixel alone: 2 x 0.7 / ((0.7 + 0.3) + 1)
    assert soft_dice(logits(SURE, AIR)) == {4: pytest.approx(0.7)}


def test_the_soft_dice_is_one_minus_monai_s_dice_loss():
    rng = np.random.default_rng(0)
    scan = torch.from_numpy(3 * rng.normal(size=(3, 6, 7)).astype(np.float32))
    answer = torch.nn.functional.one_hot(scan.argmax(dim=0), 3).permute(2, 0, 1)
    loss = DiceLoss(reduction="none", smooth_nr=0, smooth_dr=0)(torch.softmax(scan, dim=0)[None], answer[None])

    score = soft_dice(scan, present=(4, 9))

    assert list(score.values()) == pytest.approx((1 - loss).flatten().tolist()[1:])


def test_slices_are_added_up_before_they_are_divided():
    together = soft_dice(logits(SURE, SURE, UNSURE, AIR, AIR))
    apart = soft_dice(logits(SURE, SURE), logits(UNSURE, AIR, AIR))
    assert apart == pytest.approx(together)


def test_a_network_that_is_certain_has_a_soft_dice_of_1():
    certain = (1e-9, 1 - 2e-9, 1e-9)
    assert soft_dice(logits(certain, certain)) == {4: pytest.approx(1, abs=1e-5)}


def test_a_muscle_that_was_not_found_has_no_score():
    assert soft_dice(logits(SURE, AIR), present=(0,)) == {}


def test_a_score_between_two_points_of_the_curve_is_between_their_dsc_and_never_beyond_its_ends():
    curve = Calibration((0.5, 0.9), (0.2, 0.8))
    assert [calibrated(score, curve) for score in (0.1, 0.7, 1.0)] == pytest.approx([0.2, 0.5, 0.8])


@pytest.fixture(scope="module")
def bundle():
    """The shipped network, whose score is told as it is."""
    shipped = find_bundle("thigh")
    as_it_is = Calibration((0.0, 1.0), (0.0, 1.0))
    return replace(shipped, metadata=replace(shipped.metadata, confidence=as_it_is))


@pytest.fixture(scope="module")
def thighs(plain_scan):
    affine = np.array([[-3.0, 0, 0, 216], [0, -3, 0, 141], [0, 0, 24, -24], [0, 0, 0, 1]])
    return plain_scan(digital_legs("thigh", seed=1, fat_fraction=5), Geometry((3, 95, 145), affine))[0]


@pytest.fixture(scope="module")
def result(thighs, bundle):
    return segment(thighs, bundle, device="cpu")


@pytest.mark.slow
def test_a_result_tells_the_confidence_of_every_label_in_it_and_of_no_other(result):
    assert set(result.confidence) == set(np.unique(result.labels.array).tolist()) - {0}
    assert all(0 < value < 1 for value in result.confidence.values())


@pytest.mark.slow
def test_noise_lowers_the_confidence(result, thighs, bundle):
    noise = np.random.default_rng(0).normal(0, 250, (2, *thighs.array.shape))  # muscle has 340 and fat 1000
    noisy = replace(thighs, array=np.hypot(thighs.array + noise[0], noise[1]).astype(np.float32))

    confidence = segment(noisy, bundle, device="cpu").confidence

    assert np.mean(list(confidence.values())) < np.mean(list(result.confidence.values())) - 0.02


@pytest.mark.slow
def test_one_leg_s_confidence_is_that_of_the_side_that_was_taken(thighs, bundle, result):
    half = thighs.array.shape[2] // 2  # columns run to the left: the second half is the left leg
    affine = thighs.geometry.affine.copy()
    affine[:, 3] += half * affine[:, 0]
    array = np.ascontiguousarray(thighs.array[:, :, half:])

    left = segment(Volume(array, Geometry(array.shape, affine)), bundle, device="cpu", legs=1)

    assert set(left.confidence) <= set(range(1, 11))
    of_both = [result.confidence[100 + code] for code in left.confidence]
    assert np.mean(list(left.confidence.values())) == pytest.approx(np.mean(of_both), abs=0.05)


def test_a_network_that_was_not_calibrated_gives_none(thighs, bundle):
    without = replace(bundle, metadata=replace(bundle.metadata, confidence=None))
    assert segment(thighs, without, device="cpu").confidence == {}


def test_segments_carry_the_confidence_of_those_muscles_that_have_one():
    segments = segments_of("calf", two_legs=True, confidence={2: 0.8312, 106: 0.4})
    assert confidence_of(segments) == {2: 0.831, 106: 0.4}


@pytest.mark.parametrize("text", ["", "much", "nan", "1.5", "-0.1"])
def test_what_is_no_confidence_is_none(text):
    segments = [replace(segment, tags={"Confidence": text}) for segment in segments_of("calf", two_legs=False)]
    assert confidence_of(segments) == {}
