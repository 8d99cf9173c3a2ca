"""Run in a real Slicer by slicer_self_test.py: run the self test of MuscleSeg and report it to a file."""

import json
import os
import unittest
from pathlib import Path
from typing import Any

REPORT = "MUSCLESEG_SELF_TEST_REPORT"
TESTS = "MuscleSeg.MuscleSegTest"  # not the whole module: it has imported the empty test of Slicer's base class, too


def run_self_test(report: Path, slicer_version: str) -> bool:
    """Run the tests, write what came of them, and return whether all is well."""
    suite = unittest.defaultTestLoader.loadTestsFromName(TESTS)
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    outcome: dict[str, Any] = {
        "slicer": slicer_version,
        "run": result.testsRun,
        "failed": [str(test) for test, _ in (*result.failures, *result.errors)],
        "skipped": [f"{test}: {reason}" for test, reason in result.skipped],
    }
    report.write_text(json.dumps(outcome), encoding="utf-8")
    return result.wasSuccessful()


if __name__ == "__main__":
    import slicer

    succeeded = run_self_test(Path(os.environ[REPORT]), slicer.app.applicationVersion)
    slicer.util.exit(slicer.util.EXIT_SUCCESS if succeeded else slicer.util.EXIT_FAILURE)
