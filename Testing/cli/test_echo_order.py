"""Echoes that are given as files, in a shell's order, with times in seconds, or with BIDS's JSON files."""

import json
import logging
from pathlib import Path

import numpy as np
import pytest

from MuscleSegLib.cli.echo_order import in_echo_order
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume

GRID = Geometry((1, 2, 2), np.eye(4))
TIMES = [10.0, 20.0, 100.0]


def images(*names, folder=Path("scan")):
    return [Volume(np.zeros(GRID.shape), GRID, folder / name) for name in names]


def names_of(volumes):
    return [volume.path.name for volume in volumes]


@pytest.mark.parametrize("pattern", ["t2_e{}.nii.gz", "sub-01_echo-{}_MESE.nii.gz", "scan_Echo{}_M.nrrd", "TE{}.mha"])
def test_a_shell_s_order_becomes_that_of_the_echoes_with_a_word(pattern, caplog):
    given = [pattern.format(number) for number in (1, 10, 11, 2)]
    with caplog.at_level(logging.WARNING):
        ordered, times = in_echo_order(images(*given), [10, 20, 30, 40])
    assert names_of(ordered) == [pattern.format(number) for number in (1, 2, 10, 11)]
    assert times == (10, 20, 30, 40)
    assert given[1] in caplog.text


@pytest.mark.parametrize("given", [(2, 1), (3, 1, 2), (10, 2, 1)])
def test_an_order_that_no_shell_makes_is_refused(given):
    with pytest.raises(MuscleSegError, match="not in the order of their numbers"):
        in_echo_order(images(*(f"t2_e{number}.nii" for number in given)), TIMES[: len(given)])


@pytest.mark.parametrize(
    "given", [("a.nii", "b.nii"), ("t2_e1.nii", "t2_e2.nii"), ("s9.nii", "s10.nii"), ("e1.nii", "x.nii")]
)
def test_an_order_that_says_nothing_else_is_kept(given, caplog):
    assert names_of(in_echo_order(images(*given), TIMES[:2])[0]) == list(given)
    assert not caplog.records


@pytest.mark.parametrize("times", [(0.01, 0.02), (0.00238, 0.00476, 0.00714), (0.0087, 0.139)])
def test_echo_times_in_seconds_become_milliseconds_with_a_word(times, caplog):
    with caplog.at_level(logging.WARNING):
        _, times_ms = in_echo_order(images(*(f"e{number}.nii" for number in range(len(times)))), times)
    assert times_ms == pytest.approx([1000 * time for time in times])
    assert "taken as seconds" in caplog.text


@pytest.mark.parametrize("given", [(), (10.0, 20.0, 100.0)])
def test_echo_times_of_json_files_decide(tmp_path, given):
    names = ("a.nii.gz", "b.nii.gz", "c.nii.gz")
    for name, seconds in zip(names, (0.1, 0.01, 0.02), strict=True):
        (tmp_path / name.replace(".nii.gz", ".json")).write_text(json.dumps({"EchoTime": seconds}))
    ordered, times = in_echo_order(images(*names, folder=tmp_path), given)
    assert names_of(ordered) == ["b.nii.gz", "c.nii.gz", "a.nii.gz"]
    assert times == pytest.approx(TIMES)
    with pytest.raises(MuscleSegError, match="contradict those in the JSON files"):
        in_echo_order(images(*names, folder=tmp_path), [10, 20, 30])
