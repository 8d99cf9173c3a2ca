"""Slicer comes without torch and MONAI: the module loads, says so, offers to install them, and does all else."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_without_packages_that_slicer_lacks_everything_but_segmenting_works(host):
    done = subprocess.run(
        [sys.executable, "-m", "Testing.module.without_packages"], cwd=ROOT, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("passed\n")
