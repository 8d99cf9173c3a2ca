"""Slices to learn from: folds over people, and draws that grow."""

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.transfer_study.design import Cell, Design, cells_of
from MuscleSegLib.training.transfer_study.slice_sets import Slices, annotated_slices, drawn_slices, folds_of


def leg(number, *, slices=6, empty=2):
    """Return a leg whose images hold its number and the slice's, with muscles in all but the lowest slices."""
    images = np.full((slices, 4, 4), number, np.float16) + np.arange(slices)[:, None, None] / 100
    targets = np.zeros((slices, 4, 4), np.uint8)
    targets[empty:, 1:3, 1:3] = 1
    return Slices(f"person-{number // 2}", images.astype(np.float16), targets, 8.0)


LEGS = [leg(number) for number in range(8)]  # four people, two legs each, four slices with muscle a leg


@pytest.mark.parametrize("folds", [2, 3, 4])
def test_every_person_is_in_one_fold(folds):
    groups = folds_of(LEGS, folds)

    assert len(groups) == folds
    assert sorted(person for group in groups for person in group) == [f"person-{number}" for number in range(4)]


@pytest.mark.parametrize("folds", [5, 8])
def test_more_folds_than_people_are_refused(folds):
    with pytest.raises(MuscleSegError, match="take between 2 and 4 folds"):
        folds_of(LEGS, folds)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_larger_draw_holds_the_smaller_one(seed):
    small, large = (drawn_slices(LEGS, count, [seed, 0]).images[:, 0, 0].tolist() for count in (5, 20))

    assert large[:5] == small
    assert len(set(large)) == 20


@pytest.mark.parametrize(("count", "people"), [(1, 1), (3, 3), (4, 4), (9, 4)])
def test_slices_come_from_as_many_people_as_possible(count, people):
    drawn = drawn_slices(LEGS, count, [3, 0])

    assert len({int(value) // 2 for value in drawn.images[:, 0, 0]}) == people
    assert drawn.targets.any(axis=(1, 2)).all()


def test_more_slices_than_there_are_cannot_be_drawn():
    assert drawn_slices(LEGS, 32, [0, 0]) is not None
    assert drawn_slices(LEGS, 33, [0, 0]) is None


def test_the_first_cells_are_those_of_one_fold_with_every_source():
    cells = list(cells_of(Design(sources=("none", "jigsaw"), slices=(5, 10)), 2))

    assert cells[:4] == [Cell("none", 5, 0), Cell("jigsaw", 5, 0), Cell("none", 10, 0), Cell("jigsaw", 10, 0)]
    assert len(cells) == len(set(cells)) == 8


def test_a_folder_with_one_person_leaves_nobody_to_test_on(tmp_path):
    with pytest.raises(MuscleSegError, match="holds no corrected scan"):
        annotated_slices(Design(cases=tmp_path), tmp_path, lambda fraction, message: None)
