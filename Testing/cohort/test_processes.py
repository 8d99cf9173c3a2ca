import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from MuscleSegLib.cohort import run_participants
from MuscleSegLib.cohort.outputs import ScanFiles, record_files
from MuscleSegLib.cohort.processes import in_processes
from MuscleSegLib.cohort.records import read_record
from Testing.cohort.fake_work import do, serial

pytestmark = pytest.mark.slow


def test_a_scan_whose_process_is_ended_is_named_and_the_others_are_done(scans, output, settings):
    scans[1].roles["image"].path.write_text("die")

    totals = run_participants(scans, output, settings, engine=partial(in_processes, workers=1, do=do))

    assert totals.done + totals.kept == 4
    assert totals.failed == 1
    assert "ended from outside" in read_record(ScanFiles.of(output, scans[1]).record).reason


KILLED = """
import sys
from functools import partial
from pathlib import Path
from MuscleSegLib.cohort import Settings, find_scans, run_participants
from MuscleSegLib.cohort.processes import in_processes
from Testing.cohort.fake_work import do_slowly

if __name__ == "__main__":
    source, output = map(Path, sys.argv[1:])
    run_participants(
        find_scans(source).scans, output, Settings(), engine=partial(in_processes, workers=1, do=do_slowly),
        report=lambda state: print(state.finished, flush=True),
    )
"""


def test_runs_that_are_killed_go_on_and_do_every_scan_once_without_leftovers(touch, tmp_path, project_root, settings):
    from MuscleSegLib.cohort import find_scans, prepare_output

    source = touch("bids", [f"sub-{number:02}/anat/sub-{number:02}_T1w.nii.gz" for number in range(1, 13)])
    output, script = tmp_path / "killed", tmp_path / "killed.py"
    prepare_output(output, source)
    script.write_text(KILLED)
    for number in (2, 5):
        command = [sys.executable, str(script), str(source), str(output)]
        environment = {**os.environ, "PYTHONPATH": str(project_root)}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment, cwd=project_root, start_new_session=True
        ) as run:
            for line in run.stdout:
                if int(line) == number:
                    time.sleep(0.05)
                    os.killpg(run.pid, signal.SIGKILL)
    scans = find_scans(source).scans
    kept = len(list(record_files(output)))
    totals = run_participants(scans, output, settings, engine=serial)

    assert 0 < kept < 12
    assert (totals.kept, totals.done, totals.failed) == (kept, 12 - kept, 0)
    undisturbed = tmp_path / "undisturbed"
    prepare_output(undisturbed, source)
    run_participants(scans, undisturbed, settings, engine=serial)
    trees = [sorted(path.relative_to(place) for path in place.rglob("*")) for place in (output, undisturbed)]
    assert trees[0] == trees[1]
