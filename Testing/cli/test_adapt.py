"""``muscleseg adapt``: what it says of a network that is better, and of one that is not; and the family in the list."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from MuscleSegLib.bundle import Adaptation, Available, find_bundle
from MuscleSegLib.cli import main
from MuscleSegLib.cli import networks as networks_module
from MuscleSegLib.errors import Canceled
from MuscleSegLib.inference import CostEstimate
from MuscleSegLib.training import adaptation
from MuscleSegLib.training.adaptation import Adapted
from MuscleSegLib.training.adaptation.gates import Gate
from MuscleSegLib.training.adaptation.overlap import MuscleScore

BETTER = Adapted(
    name="mine",
    parent="thigh-paired-unet",
    folder=Path("networks") / "mine",
    is_taken=True,
    reason="",
    cases=1,
    left_out="slices",
    steps=120,
    held_out=Gate((MuscleScore(3, 0.7, 0.8, 1, 16),), 0.7, 0.8),
    rehearsed=Gate((MuscleScore(3, 0.95, 0.948, 6, 90),), 0.95, 0.948),
    notes=("a note",),
)
COMMAND = ["adapt", "--region", "thigh", "--cases", "corrected", "--output", "mine", "--minutes", "3"]


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """The requests that the command makes; their outcome is the value by ``outcome``."""
    requests = []

    def answer(request, progress):
        requests.append(request)
        if isinstance(answer.outcome, type):
            raise answer.outcome
        return answer.outcome

    monkeypatch.setattr(adaptation, "adapt", answer)
    answer.outcome, answer.requests = BETTER, requests
    answer.command = [*COMMAND, "--cache", str(tmp_path)]
    return answer


def test_a_better_network_is_told_muscle_by_muscle(asked, capsys):
    assert main(asked.command) == 0
    text = capsys.readouterr().out
    assert "thigh-paired-unet learned from 1 corrected scan, in 120 steps." in text
    assert "Corrected slices that were left out: mean DSC 0.700 before, 0.800 after" in text
    assert "0.950 -> 0.948   (legs: 6, slices: 90)" in text
    assert "To go back, choose thigh-paired-unet." in text
    (request,) = asked.requests
    assert (request.bundle.metadata.name, request.minutes, request.scheme) == ("thigh-paired-unet", 3.0, None)


def test_a_network_that_is_no_better_is_told_with_the_reason_and_its_place(asked, capsys):
    asked.outcome = replace(BETTER, is_taken=False, reason="It forgot.")
    assert main(asked.command) == 0
    text = capsys.readouterr().out
    assert "Not better, and so not among your networks: It forgot." in text
    assert f"It is kept in {BETTER.folder}" in text


def test_programs_read_the_same(asked, capsys):
    assert main([*asked.command, "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert (read["is_taken"], read["held_out"]["rows"][0]["n"]) == (True, 1)


@pytest.mark.parametrize("end", [Canceled, KeyboardInterrupt])
def test_a_stop_loses_nothing_and_says_so(asked, capsys, end):
    asked.outcome = end
    assert main(asked.command) == 1
    assert "the same command goes on from there" in capsys.readouterr().err


def test_the_list_of_networks_shows_the_family(monkeypatch, capsys):
    parent = find_bundle("thigh")
    about = parent.metadata
    descent = Adaptation(about.name, about.version, about.sha256, ("0" * 16,), 120, 0.7, 0.8, 0.95, 0.948)
    child = replace(parent, metadata=replace(about, name="mine", adaptation=descent))
    cost = CostEstimate(10, 5 * 10**9, 600_000_000, 41.24, is_extrapolated=False)
    monkeypatch.setattr(networks_module, "estimate_cost", lambda bundle, progress: cost)
    monkeypatch.setattr(networks_module, "available_bundles", lambda: Available((parent, child), ()))

    assert main(["networks"]) == 0

    text = capsys.readouterr().out
    assert "versions  mine" in text
    assert f"family    {descent.summary}; mean DSC 0.700 before and 0.800 after" in text
    assert main(["networks", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["adaptation"] is None for entry in listed] == [True, False]
    assert [entry["versions"] for entry in listed] == [["mine"], ["mine"]]
