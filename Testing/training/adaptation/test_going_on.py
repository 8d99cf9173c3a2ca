"""An adaptation that is killed goes on, and ends with the weights of one that was not."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from MuscleSegLib.bundle import available_bundles, read_bundle, user_folder
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.progress import silent
from MuscleSegLib.training.adaptation import Request, Settings, State, adapt
from MuscleSegLib.training.adaptation.gates import Gate
from MuscleSegLib.training.adaptation.overlap import MuscleScore
from MuscleSegLib.training.adaptation.parent import parent_of
from MuscleSegLib.training.adaptation.rehearsal import FrozenPerson
from MuscleSegLib.training.legs import PHANTOM, SCANNED_PHANTOM
from MuscleSegLib.volume import canonical

pytestmark = pytest.mark.slow

MODULE = "MuscleSegLib.training.adaptation.adapting"
SMALL = Settings(most_steps=6, least_steps=6, batch=4)
BETTER = Gate((MuscleScore(2, 0.5, 0.7, 1, 5),), 0.5, 0.7)


class Killed(BaseException):
    """End of the process: nothing in the library catches it."""


@pytest.fixture
def request_for(thighs, write_case, tiny_network, make_leg_volume, tmp_path, monkeypatch):
    """A function that returns the request of an adaptation to one leg, in networks of a user of that name."""
    image, labels = thighs
    array = np.where(labels.array > 100, 0, labels.array)
    folder = write_case(image, replace(labels, array=array))
    leg = make_leg_volume("phantom-0")
    scanned = replace(leg, name="phantom-0-scan", images=leg.tissues.astype(np.float16) / 12)
    person = FrozenPerson(canonical(image), canonical(labels).array)
    monkeypatch.setattr(f"{MODULE}.rehearsal_of", lambda *_: {PHANTOM: [leg], SCANNED_PHANTOM: [scanned]})
    monkeypatch.setattr(f"{MODULE}.frozen_people", lambda *_: [person])
    monkeypatch.setattr(f"{MODULE}.check_case", lambda *_: None)  # the tiny network sees no muscle

    def make(user, **changed):
        monkeypatch.setenv("MUSCLESEG_NETWORKS", str(tmp_path / user))
        return replace(Request(tiny_network, folder, "mine", tmp_path / "cache", settings=SMALL), **changed)

    return make


@pytest.fixture
def better(monkeypatch):
    """Whatever was learned is better on corrected slices, and no worse elsewhere."""
    monkeypatch.setattr(f"{MODULE}.held_out_gate", lambda *_: BETTER)
    monkeypatch.setattr(f"{MODULE}.rehearsed_gate", lambda *_: replace(BETTER, after=0.495))


def weights(folder):
    return hashlib.sha256((folder / "models" / "model.pt").read_bytes()).hexdigest()


def killed_at(number):
    count = 0

    def progress(fraction, message):
        nonlocal count
        count += 1
        if count == number:
            raise Killed

    return progress


def test_killed_at_ten_moments_it_ends_with_the_same_weights_and_the_parent_is_untouched(
    request_for, better, tiny_network
):
    before = {path: path.read_bytes() for path in tiny_network.folder.rglob("*") if path.is_file()}
    whole = adapt(request_for("whole"), silent)

    rng, deaths = np.random.default_rng(27), 0
    request = request_for("killed")
    while deaths < 10:
        try:
            killed = adapt(request, killed_at(int(rng.integers(1, 6))))
            break
        except Killed:
            deaths += 1
    else:
        killed = adapt(request, silent)

    assert deaths >= 3
    assert weights(killed.folder) == weights(whole.folder)
    assert {path: path.read_bytes() for path in tiny_network.folder.rglob("*") if path.is_file()} == before


def test_a_better_network_is_among_the_user_s_with_its_descent(request_for, better, tiny_network):
    adapted = adapt(request_for("user"), silent)

    assert adapted.is_taken
    (mine,) = [bundle for bundle in available_bundles().bundles if bundle.metadata.name == "mine"]
    descent = mine.metadata.adaptation
    assert descent is not None
    assert descent.parent_sha256 == tiny_network.metadata.sha256
    assert len(descent.cases) == 1
    assert (descent.held_out_before, descent.held_out_after) == (0.5, 0.7)
    assert any("confidence is that of tiny" in note for note in mine.metadata.notes)
    content = (mine.folder / "configs" / "metadata.json").read_text(encoding="utf-8")
    assert "P_labels" not in content, "the name of a patient's file"
    mine.require_intact()
    assert mine.load() is not None
    assert [path.name for path in user_folder().iterdir() if not path.name.startswith(".")] == ["mine"]


def test_of_a_pair_the_network_for_slices_alone_learns(request_for, better, tiny_pair):
    adapted = adapt(request_for("user", bundle=tiny_pair), silent)

    before, after = tiny_pair.load().state_dict(), read_bundle(adapted.folder).load().state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert before.keys() == after.keys()
    assert {name.partition(".")[0] for name in changed} == {"slices"}


def test_of_any_other_network_the_weights_end_half_way_to_the_learned_ones(tiny_network):
    before = tiny_network.load().state_dict()
    learned = {name: value + 1 if value.is_floating_point() else value for name, value in before.items()}

    joined = parent_of(tiny_network).joined(learned)

    floats = [name for name, value in before.items() if value.is_floating_point()]
    assert floats
    assert all(torch.allclose(joined[name], before[name] + 0.5) for name in floats)


def test_a_name_is_given_once(request_for, better):
    adapt(request_for("user"), silent)
    with pytest.raises(MuscleSegError, match="There is a network called mine already"):
        adapt(request_for("user"), silent)


def test_a_network_that_is_no_better_is_kept_apart_with_the_reason(request_for, monkeypatch):
    monkeypatch.setattr(f"{MODULE}.held_out_gate", lambda *_: replace(BETTER, after=0.5))
    monkeypatch.setattr(f"{MODULE}.rehearsed_gate", lambda *_: BETTER)

    adapted = adapt(request_for("user"), silent)

    assert not adapted.is_taken
    assert "not better on corrected slices that it did not see: mean DSC 0.500 before and 0.500 after" in adapted.reason
    assert all(bundle.metadata.name != "mine" for bundle in available_bundles().bundles)
    notes = json.loads((adapted.folder / "configs" / "metadata.json").read_text(encoding="utf-8"))["muscleseg"]["notes"]
    assert any(note.startswith("not better than tiny") for note in notes)


def test_other_scans_under_the_name_of_a_begun_adaptation_are_refused(request_for, better):
    with pytest.raises(Killed):
        adapt(request_for("user"), killed_at(4))
    with pytest.raises(MuscleSegError, match="was begun with other scans or settings"):
        adapt(request_for("user", minutes=3.0), silent)


def test_a_better_network_waits_where_it_is_not_to_be_installed(request_for, better):
    adapted = adapt(request_for("user", installs=False), silent)
    assert adapted.is_taken
    assert all(bundle.metadata.name != "mine" for bundle in available_bundles().bundles)
    again = adapt(request_for("user", installs=False), silent)
    assert again.folder == adapted.folder
    State("mine").conclude(is_used=True)

    (mine,) = [bundle for bundle in available_bundles().bundles if bundle.metadata.name == "mine"]
    mine.require_intact()


def test_a_network_of_volumes_learns_as_a_flat_one_does(request_for, better, tiny_volume_network):
    adapted = adapt(request_for("user", bundle=tiny_volume_network), silent)

    (mine,) = [bundle for bundle in available_bundles().bundles if bundle.metadata.name == "mine"]
    assert mine.metadata.input == tiny_volume_network.metadata.input
    assert weights(mine.folder) != tiny_volume_network.metadata.sha256
    assert adapted.steps == SMALL.most_steps
