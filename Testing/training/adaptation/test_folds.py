"""What each comparison training leaves out: whole scans, else legs, else slices; every slice once."""

from types import SimpleNamespace

import numpy as np
import pytest

from MuscleSegLib.training.adaptation.folds import folds_of


def leg(digest, counted):
    labels = np.zeros((len(counted), 2, 2), np.uint8)
    labels[np.asarray(counted, bool)] = 3
    return SimpleNamespace(
        case=SimpleNamespace(digest=digest, name="P"), counted=np.asarray(counted, bool), labels=labels
    )


@pytest.mark.parametrize(
    ("legs", "words", "count"),
    [
        ([leg("a", [1, 1, 0]), leg("a", [1, 0, 1]), leg("b", [1, 1, 1])], "scans", 2),
        ([leg(name, [1, 1]) for name in "abcde"], "scans", 3),
        ([leg("a", [1, 1, 0]), leg("a", [0, 0, 1])], "legs", 2),
        ([leg("a", [0, 1, 1, 0, 1, 1])], "slices", 2),
        ([leg("a", [0, 1, 0, 0, 0, 1])], "slices", 2),
    ],
)
def test_every_slice_is_left_out_once_and_something_stays_to_learn_from(legs, words, count):
    folds, left_out = folds_of(legs)
    assert (left_out, len(folds)) == (words, count)
    for number, single in enumerate(legs):
        assert (sum(fold[number].astype(int) for fold in folds) == single.counted).all()
    for fold in folds:
        assert any((single.counted & ~held_out).any() for single, held_out in zip(legs, fold, strict=True))


def test_both_legs_of_a_scan_are_left_out_together():
    folds, _ = folds_of([leg("a", [1]), leg("b", [1]), leg("a", [1])])
    for fold in folds:
        assert fold[0].any() == fold[2].any() != fold[1].any()
