import logging
import subprocess
import sys

import pytest

from MuscleSegLib import __version__
from MuscleSegLib.cli import app, networks
from MuscleSegLib.errors import MuscleSegError


def test_the_version_is_the_package_s(muscleseg):
    assert muscleseg("--version").out.strip() == f"MuscleSeg {__version__}"


@pytest.mark.parametrize("command", [command.__name__.rpartition(".")[2] for command in app.COMMANDS])
def test_every_command_has_help_with_an_example(muscleseg, command):
    ended = muscleseg(command, "--help")

    assert ended.code == 0
    assert f"Example: muscleseg {command}" in ended.out


@pytest.mark.parametrize(
    "arguments", [(), ("nothing",), ("segment",), ("segment", "x", "--region", "arm", "--output", "y")]
)
def test_wrong_use_is_one_line_and_exit_code_2(muscleseg, arguments):
    ended = muscleseg(*arguments)

    assert ended.code == 2
    assert ended.out == ""
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MuscleSegError("The scan is\nblank."), "The scan is blank."),
        (KeyboardInterrupt(), "stopped; nothing was written."),
        (MemoryError(), "memory does not suffice"),
        (ZeroDivisionError("division by zero"), "unexpected failure (ZeroDivisionError: division by zero)"),
    ],
)
def test_any_failure_is_one_line_and_exit_code_1(muscleseg, monkeypatch, error, sentence):
    def fail(*_):
        raise error

    monkeypatch.setattr(networks, "available_bundles", fail)

    ended = muscleseg("networks")

    assert ended.code == 1
    assert len(ended.err.splitlines()) == 1
    assert sentence in ended.err


def test_debug_shows_the_traceback(muscleseg, monkeypatch):
    def fail():
        raise ZeroDivisionError

    monkeypatch.setattr(networks, "available_bundles", fail)

    with pytest.raises(ZeroDivisionError):
        muscleseg("networks", "--debug")


def test_the_package_runs_as_the_command(project_root):
    ended = subprocess.run(
        [sys.executable, "-m", "MuscleSegLib", "--version"], cwd=project_root, capture_output=True, text=True
    )

    assert ended.stdout.strip() == f"MuscleSeg {__version__}"


def test_a_command_that_has_ended_leaves_no_handler_of_warnings_behind(tmp_path, capsys):
    before = [*logging.getLogger().handlers]

    assert (
        app.main(["segment", str(tmp_path / "none.nii.gz"), "--region", "thigh", "--output", str(tmp_path / "o.nii")])
        == 1
    )

    assert logging.getLogger().handlers == before
