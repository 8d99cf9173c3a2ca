"""Which muscles of a synthesized leg are lost to fat."""

import numpy as np
import pytest
import torch

from MuscleSegLib.training.legs.leg_tissues import INNER_FAT, MARROW, MUSCLES, SUBCUTANEOUS_FAT
from MuscleSegLib.training.synthesis import tissue_fat
from MuscleSegLib.training.synthesis.tissue_fat import ALL_MUSCLES, fat_fractions, on_one_side


@pytest.fixture
def row_of_muscles():
    """Muscles 1 to 16 beside one another, from the left to the right, in fat; two slices."""
    tissues = torch.full((2, 8, 80), INNER_FAT)
    for place, code in enumerate(MUSCLES):
        tissues[:, 2:6, 5 * place : 5 * place + 4] = code
    return tissues


def test_lost_muscles_lie_on_one_side(row_of_muscles, monkeypatch):
    """Without exceptions the lost ones are the first or the last of the row, however the line lies."""
    monkeypatch.setattr(tissue_fat, "EXCEPTIONS", 0.0)
    ends = set()
    for seed in range(40):
        is_lost = on_one_side(row_of_muscles, np.random.default_rng(seed))[: len(MUSCLES)]
        assert 4 <= is_lost.sum() <= 12  # a quarter to three quarters
        assert np.count_nonzero(np.diff(is_lost)) == 1
        ends.add(bool(is_lost[0]))

    assert ends == {True, False}


def test_the_lost_ones_are_those_with_much_fat(row_of_muscles, monkeypatch):
    """As above, seen in the fat fractions: lost ones have 0.6 and more, spared ones 0.2 at most."""
    for name, value in (("SPARING", 1.0), ("ON_ONE_SIDE", 1.0), ("EXCEPTIONS", 0.0)):
        monkeypatch.setattr(tissue_fat, name, value)
    for seed in range(20):
        muscles = fat_fractions(row_of_muscles, np.random.default_rng(seed))[list(MUSCLES)].numpy()
        assert ((muscles >= 0.6) | (muscles <= 0.2)).all()
        assert np.count_nonzero(np.diff(muscles >= 0.6)) == 1


def test_some_muscles_are_spared_among_the_lost(row_of_muscles):
    changes = [
        np.count_nonzero(np.diff(on_one_side(row_of_muscles, np.random.default_rng(seed))[: len(MUSCLES)]))
        for seed in range(40)
    ]

    assert max(changes) > 1


def test_a_leg_without_muscles_has_none_to_lose():
    tissues = torch.full((1, 8, 8), SUBCUTANEOUS_FAT)

    fractions = fat_fractions(tissues, np.random.default_rng(0))

    assert torch.isfinite(fractions).all()


def test_legs_are_lean_or_fatty_and_fat_is_always_fat(row_of_muscles):
    fractions = torch.stack([fat_fractions(row_of_muscles, np.random.default_rng(seed)) for seed in range(200)])
    muscles = fractions[:, ALL_MUSCLES]

    assert (fractions[:, [SUBCUTANEOUS_FAT, INNER_FAT, MARROW]] >= 0.9).all()
    assert (muscles.max(dim=1).values < 0.2).float().mean() > 0.15  # a lean leg
    assert ((muscles > 0.6).any(dim=1) & (muscles < 0.2).any(dim=1)).float().mean() > 0.25  # lost beside spared
