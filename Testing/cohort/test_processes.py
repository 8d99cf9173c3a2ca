import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from MuscleSegLib.cohort import run_participants
from MuscleSegLib.cohort.outputs import ScanFiles, record_files
from MuscleSegLib.cohort.processes import gpus_of, in_processes
from MuscleSegLib.cohort.records import read_record
from Testing.cohort.fake_work import do, serial, tell_gpu

pytestmark = pytest.mark.slow


def test_scans_whose_processes_end_or_take_too_much_memory_are_named_and_the_others_are_done(scans, output, settings):
    dying, hungry, *others = scans
    dying.roles["image"].path.write_text("die")
    if sys.platform == "linux":  # which alone tells the memory of processes
        hungry.roles["image"].path.write_text("hog")
    engine = partial(in_processes, workers=1, do=do, memory_limit=500_000_000)

    totals = run_participants(scans, output, settings, engine=engine)

    ended = [dying, hungry] if sys.platform == "linux" else [dying]
    assert (totals.done + totals.kept, totals.failed) == (5 - len(ended), len(ended))
    assert "ended from outside" in read_record(ScanFiles.of(output, dying).record).reason
    if hungry in ended:
        files = ScanFiles.of(output, hungry)
        assert "more than the limit of 500 MB of memory" in read_record(files.record).reason
        assert list(files.scan_folder.iterdir()) == [files.record]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells the memory of processes")
def test_a_process_that_would_fill_the_memory_is_ended_and_its_scan_named(scans, output, settings, monkeypatch):
    monkeypatch.setattr("MuscleSegLib.cohort.memory_watch.total_bytes", lambda: 600_000_000)
    scans[1].roles["image"].path.write_text("hog")

    totals = run_participants(scans[:2], output, settings, engine=partial(in_processes, workers=1, do=do))

    assert (totals.done + totals.kept, totals.failed) == (1, 1)
    assert "of this computer's 600 MB of memory" in read_record(ScanFiles.of(output, scans[1]).record).reason


@pytest.mark.parametrize(
    ("visible", "count", "names"),
    [(None, 0, []), (None, 3, ["0", "1", "2"]), ("4,5", 2, ["4", "5"]), ("MIG-a, MIG-b", 1, ["MIG-a"]), ("", 0, [])],
)
def test_gpus_are_those_that_are_visible_and_none_for_the_processor(visible, count, names, monkeypatch):
    monkeypatch.setattr("MuscleSegLib.cohort.processes.usable_gpus", lambda: count)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)

    assert gpus_of("auto") == gpus_of("cuda") == names
    assert gpus_of("cpu") == []


def test_there_is_a_process_for_each_gpu_which_it_alone_sees(scans, output, settings, monkeypatch):
    monkeypatch.setattr("MuscleSegLib.cohort.processes.usable_gpus", lambda: 2)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,7")
    monkeypatch.setattr("MuscleSegLib.cohort.processes.work_with_kept_networks", tell_gpu)

    run_participants(scans, output, settings)

    seen = {tuple(line.split()) for line in Path(f"{output}.log").read_text().splitlines()}
    assert sorted(gpu for _, gpu in seen) == ["3", "7"]


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


def test_a_run_that_is_killed_goes_on_and_does_every_scan_once_without_leftovers(
    touch, tmp_path, project_root, settings
):
    from MuscleSegLib.cohort import find_scans, prepare_output

    source = touch("bids", [f"sub-{number:02}/anat/sub-{number:02}_T1w.nii.gz" for number in range(1, 13)])
    output, script = tmp_path / "killed", tmp_path / "killed.py"
    prepare_output(output, source)
    script.write_text(KILLED)
    command = [sys.executable, str(script), str(source), str(output)]
    environment = {**os.environ, "PYTHONPATH": str(project_root)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, cwd=project_root, start_new_session=True
    ) as run:
        for line in run.stdout:
            if int(line) == 3:
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
