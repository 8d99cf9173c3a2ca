"""Runs of a transfer study: stopped, gone on with, and counted."""

import json

import numpy as np
import pytest
import torch

from MuscleSegLib.errors import Canceled, MuscleSegError
from MuscleSegLib.progress import silent
from MuscleSegLib.training.transfer_study import Design, finetuning, run_study, study
from MuscleSegLib.training.transfer_study.finetuning import Score, score_of
from MuscleSegLib.training.transfer_study.slice_sets import Slices

DESIGN = Design(sources=("none", "jigsaw"), slices=(2, 4), folds=2)


def leg(person):
    targets = np.zeros((4, 128, 128), np.uint8)
    targets[:, 20:40, 20:40] = 1
    return Slices(person, targets.astype(np.float16), targets, 15.0)


@pytest.fixture
def made(monkeypatch):
    """Return a list of what was made, with stand-ins for what takes long."""
    made = []

    def weights_of(source, design, cache, progress):
        made.append(source)
        return {"weight": torch.full((2,), float(len(source)))}

    def fine_tuned(weights, slices, **options):
        made.append((len(slices.images), float(weights["weight"][0])))
        return len(slices.images)

    monkeypatch.setattr(study, "annotated_slices", lambda *arguments: [leg(f"person-{n}") for n in range(4)])
    monkeypatch.setattr(study, "weights_of", weights_of)
    monkeypatch.setattr(study, "fine_tuned", fine_tuned)
    monkeypatch.setattr(study, "score_of", lambda network, legs: Score(network / 10, 1.0, len(legs), 0))
    return made


def test_each_cell_is_a_network_tested_on_the_people_of_its_fold(made, tmp_path):
    results = run_study(DESIGN, tmp_path, tmp_path / "cache", silent)

    assert results.cells == len(results.scores) == 8
    assert {score.muscles for score in results.scores.values()} == {2}
    assert made == ["none", (2, 4.0), "jigsaw", (2, 6.0), (4, 4.0), (4, 6.0)] + [(2, 4.0), (2, 6.0), (4, 4.0), (4, 6.0)]


@pytest.mark.parametrize("calls", [1, 3, 6, 9])
def test_a_study_that_was_stopped_goes_on_where_it_was(made, tmp_path, calls, monkeypatch):
    left = [calls]
    work = study.fine_tuned

    def stopped(*arguments, **options):
        left[0] -= 1
        if left[0] == 0:
            raise Canceled
        return work(*arguments, **options)

    monkeypatch.setattr(study, "fine_tuned", stopped)
    if calls <= 8:
        with pytest.raises(Canceled):
            run_study(DESIGN, tmp_path, tmp_path / "cache", silent)
    results = run_study(DESIGN, tmp_path, tmp_path / "cache", silent)

    assert len(results.scores) == 8
    assert sum(isinstance(item, tuple) for item in made) == 8  # no cell twice
    assert made.count("none") == made.count("jigsaw") == 1


def test_what_is_done_is_shown_when_the_time_is_over(made, tmp_path):
    run_study(DESIGN, tmp_path, tmp_path / "cache", silent)
    (tmp_path / "jigsaw-4-1.json").unlink()

    results = run_study(DESIGN, tmp_path, tmp_path / "cache", silent, seconds=-1)

    assert (results.cells, len(results.scores)) == (8, 7)


@pytest.mark.parametrize("other", [{"steps": 7}, {"seed": 1}, {"folds": 4}, {"region": "calf"}])
def test_a_folder_of_another_study_is_refused(made, tmp_path, other):
    run_study(DESIGN, tmp_path, tmp_path / "cache", silent)
    values = {**vars(DESIGN), **other}

    with pytest.raises(MuscleSegError, match="other options"):
        run_study(Design(**values), tmp_path, tmp_path / "cache", silent)


def test_numbers_with_too_few_annotated_slices_are_omitted(made, tmp_path):
    results = run_study(Design(sources=("none",), slices=(8, 9), folds=2), tmp_path, tmp_path / "cache", silent)

    assert results.omitted == (9,)  # two people with four slices each are left to learn from
    assert {cell.slices for cell in results.scores} == {8}


def test_a_cell_is_a_small_file(made, tmp_path):
    run_study(DESIGN, tmp_path, tmp_path / "cache", silent)

    assert json.loads((tmp_path / "none-4-0.json").read_text()) == {
        "dsc": 0.4,
        "rmsd_mm": 1.0,
        "muscles": 2,
        "missed": 0,
    }


def test_a_square_that_is_half_as_high_has_a_dsc_of_two_thirds_and_one_that_is_missing_has_none(monkeypatch):
    codes = np.zeros((4, 128, 128), np.uint8)
    codes[:, 20:30, 20:40] = 1
    monkeypatch.setattr(finetuning, "_codes", lambda network, images: codes)
    whole = leg("person")
    whole.targets[:, 60:80, 60:80] = 2

    score = score_of(None, [whole])

    assert score.dsc == pytest.approx((2 / 3 + 0) / 2)
    assert (score.muscles, score.missed) == (2, 1)
