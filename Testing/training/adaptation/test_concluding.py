"""A better network waits for somebody's word, and is then among the user's, or removed."""

import shutil

import pytest

from MuscleSegLib.bundle import available_bundles, fast_bundle, user_folder
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.adaptation import Adapted, State
from MuscleSegLib.training.adaptation.gates import Gate
from MuscleSegLib.training.adaptation.overlap import MuscleScore

GATE = Gate((MuscleScore(2, 0.5, 0.7, 1, 5),), 0.5, 0.7)


@pytest.fixture
def waiting(tmp_path, monkeypatch):
    """A function that lets the outcome of an adaptation wait, and returns its state."""
    monkeypatch.setenv("MUSCLESEG_NETWORKS", str(tmp_path / "networks"))

    def make(*, is_taken=True):
        state = State("mine")
        state.begin({"cases": ["a"]})
        shutil.copytree(fast_bundle("thigh").folder, state.folder / "network")
        about = {"name": "mine", "parent": "tiny", "folder": state.folder / "network", "is_taken": is_taken}
        measured = {"cases": 1, "left_out": "legs", "steps": 6, "held_out": GATE, "rehearsed": GATE, "notes": ()}
        state.keep(Adapted(**about, reason="", **measured))
        return state

    return make


def networks():
    return sorted(path.name for path in user_folder().iterdir() if not path.name.startswith("."))


def test_it_is_not_among_the_user_s_before(waiting):
    waiting()
    assert networks() == []
    assert "mine" not in [bundle.metadata.name for bundle in available_bundles().bundles]


def test_used_it_is_among_the_user_s(waiting):
    waiting().conclude(is_used=True)
    assert networks() == ["mine"]


@pytest.mark.parametrize("is_taken", [True, False])
def test_discarded_nothing_of_it_stays(waiting, is_taken):
    state = waiting(is_taken=is_taken)
    state.conclude(is_used=False)
    assert networks() == []
    assert not state.folder.exists()


def test_one_that_is_not_better_is_not_used(waiting):
    with pytest.raises(MuscleSegError, match="No better network called mine waits"):
        waiting(is_taken=False).conclude(is_used=True)


def test_a_name_that_somebody_has_taken_meanwhile_is_not_given_again(waiting):
    state = waiting()
    (user_folder() / "mine").mkdir()
    with pytest.raises(MuscleSegError, match="There is a network called mine already"):
        state.conclude(is_used=True)


@pytest.mark.parametrize("name", ["", "..", "../networks", "a/b", ".hidden"])
def test_a_name_that_is_a_place_removes_nothing(waiting, name):
    state = waiting()
    with pytest.raises(MuscleSegError, match="cannot be called"):
        State(name).conclude(is_used=False)
    assert state.folder.exists()


def test_other_scans_begin_anew_where_that_is_wanted(waiting):
    state = waiting()
    (state.folder / "result.json").unlink()
    with pytest.raises(MuscleSegError, match="was begun with other scans"):
        state.require_usable({"cases": ["b"]})
    state.require_usable({"cases": ["a"]}, begins_anew=True)
    assert state.folder.exists()
    state.require_usable({"cases": ["b"]}, begins_anew=True)
    assert not state.folder.exists()
