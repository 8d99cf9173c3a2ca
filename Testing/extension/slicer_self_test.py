"""Run MuscleSeg's self test in a real 3D Slicer, and end with 0 only where it passed.

    python Testing/extension/slicer_self_test.py --executable path/to/Slicer

Slicer has to have what MuscleSeg needs (the extension PyTorch, and MONAI): in testing mode nothing is installed. Parts
that cannot run are shown as skipped.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
INSIDE = Path(__file__).resolve().with_name("inside_slicer.py")
REPORT = "MUSCLESEG_SELF_TEST_REPORT"
"""The environment variable that tells the script inside Slicer where its report goes."""
LIMIT_S = 1800
"""A self test segments one small scan, on a slow computer in minutes: after half an hour something hangs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the self test and say how it went: 0 passed, 1 failed, 2 wrong use."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--executable", type=Path, required=True, help="Slicer's launcher: Slicer, or Slicer.exe")
    executable = parser.parse_args(arguments).executable
    if not executable.is_file():
        print(f"There is no file {executable}: give the path of Slicer's launcher.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [*virtual_screen(os.environ), *slicer_command(executable.resolve())]
        environment = {**clean_environment(os.environ), REPORT: str(report)}
        try:
            exit_code = subprocess.run(command, env=environment, timeout=LIMIT_S).returncode
        except subprocess.TimeoutExpired:
            print(f"The self test failed: Slicer had not ended after {LIMIT_S // 60} minutes.", file=sys.stderr)
            return 1
        passed, sentence = judge(report, exit_code)
    print(sentence, file=sys.stderr)
    return 0 if passed else 1


def slicer_command(executable: Path) -> list[str]:
    """Return the command that starts Slicer with the module of the source tree and runs the self test in it."""
    modules = ["--additional-module-paths", str(ROOT / "MuscleSeg")]
    return [str(executable), "--no-splash", "--testing", *modules, "--python-script", str(INSIDE)]


def virtual_screen(environment: Mapping[str, str]) -> list[str]:
    """Return what a command begins with where Linux has no screen: Slicer does not start without one."""
    has_screen = sys.platform != "linux" or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    xvfb = None if has_screen else shutil.which("xvfb-run")
    return [xvfb, "-a"] if xvfb else []


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what leads Slicer's Python to the packages of another one."""
    return {name: value for name, value in environment.items() if name not in ("PYTHONPATH", "PYTHONHOME")}


def judge(report: Path, exit_code: int) -> tuple[bool, str]:
    """Say whether the self test passed, and the sentence for the person who waits.

    A Slicer that ends well has not necessarily tested anything, and one that reports well may crash afterwards: both
    its report and its exit code have to be good.
    """
    try:
        outcome: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False, f"The self test failed: Slicer ended with exit code {exit_code} before its tests were done."
    skipped = "".join(f"\n  skipped: {reason}" for reason in outcome["skipped"])
    if outcome["failed"]:
        return False, f"The self test failed in Slicer {outcome['slicer']}: {', '.join(outcome['failed'])}.{skipped}"
    if outcome["run"] == len(outcome["skipped"]):
        return False, f"The self test failed: no test ran in Slicer {outcome['slicer']}.{skipped}"
    if exit_code:
        return False, f"The self test failed: its tests passed, and then Slicer ended with exit code {exit_code}."
    return True, f"The self test passed in Slicer {outcome['slicer']}.{skipped}"


if __name__ == "__main__":
    sys.exit(main())
