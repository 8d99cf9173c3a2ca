"""The command that fills a folder of wheels for a Slicer without a connection."""

import ast
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from Testing.extension.wheels import REQUIREMENTS, pip_command


def values(command: list[str], option: str) -> list[str]:
    """What the option is given, each time that it stands there."""
    return [after for word, after in zip(command, command[1:], strict=False) if word == option]


def test_wheels_are_those_of_slicers_python_and_system(tmp_path: Path):
    command = pip_command(tmp_path, python="3.12", build="cpu", system="win32")

    assert values(command, "--python-version") == ["3.12"]
    assert values(command, "--platform") == ["win_amd64"]
    assert values(command, "--dest") == [str(tmp_path)]
    assert "--only-binary=:all:" in command  # pip refuses another Python's version without it


def test_wheels_are_of_what_the_panel_installs(project_root: Path, tmp_path: Path):
    source = (project_root / "MuscleSeg" / "MuscleSegPanel" / "dependencies.py").read_text(encoding="utf-8")
    assigned = [
        statement.value for statement in ast.parse(source).body if isinstance(statement, ast.Assign)
    ]  # the module needs Slicer
    installed = {
        constant.value for value in assigned for constant in ast.walk(value) if isinstance(constant, ast.Constant)
    }

    assert installed == set(REQUIREMENTS)
    assert set(pip_command(tmp_path, python="3.12", build="cpu", system="linux")) >= installed


def test_wheels_are_of_the_versions_that_the_library_asks_for(project_root: Path):
    settings = tomllib.loads((project_root / "pyproject.toml").read_text(encoding="utf-8"))
    stated = [*settings["project"]["dependencies"], *settings["project"]["optional-dependencies"]["pdf"]]
    required = {line.name: line.specifier for line in map(Requirement, stated)}

    for wanted in map(Requirement, REQUIREMENTS):
        assert wanted.specifier == required[wanted.name]


def test_build_of_torch_is_the_one_that_is_asked_for(tmp_path: Path):
    command = pip_command(tmp_path, python="3.12", build="cu128", system="win32")

    assert values(command, "--extra-index-url") == ["https://download.pytorch.org/whl/cu128"]
