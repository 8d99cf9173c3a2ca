"""What may import what. The contracts are in pyproject.toml, under ``tool.importlinter``."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"matplotlib", "monai", "scipy", "torch"}


def test_no_import_breaks_a_contract(project_root: Path):
    linted = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
        cwd=project_root,
        capture_output=True,
        text=True,
    )

    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize(
    "room",
    [
        "MuscleSegLib",
        "MuscleSegLib.anatomy",
        "MuscleSegLib.biomarkers",
        "MuscleSegLib.cli",
        "MuscleSegLib.volume",
        "MuscleSegLib.worker",
    ],
)
def test_importing_a_light_room_loads_nothing_heavy(room: str, project_root: Path):
    imported = subprocess.run(
        [sys.executable, "-c", f"import sys, {room}; print(*sys.modules, sep='\\n')"],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=True,
    )

    assert room in imported.stdout.splitlines()
    assert HEAVY.isdisjoint(imported.stdout.splitlines())
