"""The command that fills a folder of wheels for a Slicer without a connection."""

from pathlib import Path

import pytest

from Testing.extension.wheels import CPU_INDEX, pip_command, requirements


def values(command: list[str], option: str) -> list[str]:
    """What the option is given, each time that it stands there."""
    return [after for word, after in zip(command, command[1:], strict=False) if word == option]


def test_wheels_are_those_of_slicers_python_and_system(tmp_path: Path):
    command = pip_command(tmp_path, python="3.12", gpu=False, system="win32")

    assert values(command, "--python-version") == ["3.12"]
    assert values(command, "--platform") == ["win_amd64"]
    assert values(command, "--dest") == [str(tmp_path)]
    assert "--only-binary=:all:" in command  # pip refuses another Python's version without it


def test_torch_and_monai_are_downloaded_without_extras(tmp_path: Path):
    command = pip_command(tmp_path, python="3.12", gpu=False, system="linux")

    assert {"torch>=2.8", "monai>=1.5"} <= set(command)


@pytest.mark.parametrize("package", ["numpy", "scipy", "SimpleITK", "pydicom"])
def test_what_slicer_ships_is_not_asked_for(package: str):
    assert not [line for line in requirements() if line.startswith(package)]


def test_torch_for_processors_unless_gpu_is_wanted(tmp_path: Path):
    small = pip_command(tmp_path, python="3.12", gpu=False, system="linux")
    large = pip_command(tmp_path, python="3.12", gpu=True, system="linux")

    assert values(small, "--extra-index-url") == [CPU_INDEX]
    assert CPU_INDEX not in large
