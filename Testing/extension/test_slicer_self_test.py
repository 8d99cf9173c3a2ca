"""The self test in a real Slicer, with a program in Slicer's place: what it says, and how it ends."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from Testing.extension.slicer_self_test import clean_environment, judge, slicer_command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the program in Slicer's place is a script")

# It runs the script that it is given as Slicer does: in the main module, with the module's folder on the path.
STAND_IN = """#!{python}
import runpy, sys, types
sys.modules["slicer"] = slicer = types.ModuleType("slicer")
slicer.app = types.SimpleNamespace(applicationVersion="5.12.0")
slicer.util = types.SimpleNamespace(exit=sys.exit, EXIT_SUCCESS=0, EXIT_FAILURE=1)
sys.path.insert(0, {folder!r})
runpy.run_path(sys.argv[sys.argv.index("--python-script") + 1], run_name="__main__")
{after}
"""
MODULE = """
import os, unittest
class MuscleSegTest(unittest.TestCase):
    def test_panel(self):
        {body}
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def self_test(project_root: Path, tmp_path: Path) -> Run:
    """A function that runs the command with a self test of this body."""

    def run(body: str, after: str = "") -> subprocess.CompletedProcess[str]:
        (tmp_path / "MuscleSeg.py").write_text(MODULE.format(body=body))
        slicer = tmp_path / "Slicer"
        slicer.write_text(STAND_IN.format(python=sys.executable, folder=str(tmp_path), after=after))
        slicer.chmod(0o755)
        command = [sys.executable, str(project_root / "Testing" / "run.py"), "slicer", "--executable", str(slicer)]
        return subprocess.run(command, capture_output=True, text=True, env={"PATH": "", "DISPLAY": ":0"})

    return run


def test_self_test_that_passes_ends_with_0(self_test: Run):
    done = self_test("pass")

    assert done.returncode == 0
    assert "passed in Slicer 5.12.0." in done.stderr


def test_self_test_that_fails_ends_with_1_and_is_named(self_test: Run):
    done = self_test("self.fail()")

    assert done.returncode == 1
    assert "failed in Slicer 5.12.0: test_panel (MuscleSeg.MuscleSegTest.test_panel)" in done.stderr


def test_slicer_that_dies_in_the_test_is_a_failure(self_test: Run):
    done = self_test("os._exit(0)")

    assert done.returncode == 1
    assert "Slicer ended with exit code 0 before its tests were done" in done.stderr


def test_skipped_tests_alone_are_a_failure_with_their_reason(self_test: Run):
    done = self_test("self.skipTest('PyTorch is not installed')")

    assert done.returncode == 1
    assert "no test ran" in done.stderr
    assert "PyTorch is not installed" in done.stderr


def test_executable_that_is_not_there_is_wrong_use(project_root: Path):
    command = [sys.executable, str(project_root / "Testing" / "run.py"), "slicer", "--executable", "no/Slicer"]

    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 2
    assert "There is no file no/Slicer" in done.stderr


def test_slicer_that_crashes_after_its_tests_is_a_failure(tmp_path: Path):
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"slicer": "5.12.0", "run": 3, "failed": [], "skipped": []}))

    assert judge(report, exit_code=0)[0]
    assert not judge(report, exit_code=-11)[0]


def test_slicer_is_started_in_testing_mode_with_the_module_of_the_source_tree(project_root: Path):
    command = slicer_command(Path("Slicer"))

    assert {"--testing", "--no-splash"} <= set(command)
    assert command[command.index("--additional-module-paths") + 1] == str(project_root / "MuscleSeg")


def test_packages_of_another_python_are_kept_from_slicer():
    assert clean_environment({"PYTHONPATH": "elsewhere", "PYTHONHOME": "there", "HOME": "here"}) == {"HOME": "here"}
