import os
import signal
import socket
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from MuscleSegLib.cohort import prepare_output, run_participants, write_group
from MuscleSegLib.cohort.outputs import DESCRIPTION, ScanFiles, record_files
from MuscleSegLib.cohort.records import read_record
from MuscleSegLib.errors import MuscleSegError
from Testing.cohort.fake_work import do, do_slowly, serial

dask = pytest.importorskip("dask", reason="Dask is optional")
distributed = pytest.importorskip("distributed", reason="Dask is optional")

from MuscleSegLib.cohort.dask_engine import in_dask, in_slurm, slurm_options, slurm_script  # noqa: E402 - only where Dask is installed

pytestmark = pytest.mark.slow
TABLES = ("group_muscles.tsv", "group_scans.tsv", "group_failures.tsv")


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes; a task on which one dies is given up, and tried again alone."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=2, dashboard_address=None, silence_logs="ERROR"
        ) as two,
    ):
        yield two


@pytest.fixture
def in_cluster(cluster):
    return partial(in_dask, address=cluster.scheduler_address, do=do)


def tables(output: Path) -> list[str]:
    write_group(output)
    return [(output / name).read_text() for name in TABLES]


def test_tables_of_two_dask_workers_are_those_without_an_engine(in_cluster, scans, output, settings, tmp_path):
    scans[1].roles["image"].path.write_text("fail")
    prepare_output(tmp_path / "plain", tmp_path / "input")

    totals = run_participants(scans, output, settings, engine=in_cluster)
    run_participants(scans, tmp_path / "plain", settings, engine=serial)

    assert (totals.done, totals.failed) == (4, 1)
    assert tables(output) == tables(tmp_path / "plain")
    assert run_participants(scans, output, settings, engine=in_cluster).kept == 4


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(cluster, in_cluster, scans, output, settings, tmp_path):
    many = [replace(scan, subject=f"{number}{scan.subject}") for number in range(1, 5) for scan in scans]
    killed = []

    def kill(state):
        if not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    engine = partial(in_cluster, do=do_slowly)
    totals = run_participants(many, output, settings, engine=engine, report=kill)

    assert killed
    prepare_output(tmp_path / "plain", tmp_path / "input")
    run_participants(many, tmp_path / "plain", settings, engine=serial)
    assert tables(output) == tables(tmp_path / "plain")
    assert (totals.done + totals.kept, totals.failed, totals.elsewhere) == (20, 0, 0)
    assert len(list(record_files(output))) == 20
    assert not list(output.rglob("*.claim"))


def test_a_scan_on_which_worker_after_worker_dies_is_named_and_the_others_are_done(in_cluster, scans, output, settings):
    scans[2].roles["image"].path.write_text("die")

    totals = run_participants(scans, output, settings, engine=in_cluster)

    assert (totals.done + totals.kept, totals.failed) == (4, 1)
    assert "died one after another" in read_record(ScanFiles.of(output, scans[2]).record).reason


def test_workers_that_do_not_see_the_output_are_refused(in_cluster, scans, output, settings):
    (output / DESCRIPTION).unlink()

    with pytest.raises(MuscleSegError, match="does not see"):
        run_participants(scans, output, settings, engine=in_cluster)


def test_an_address_without_a_scheduler_is_refused(scans, output, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(MuscleSegError, match="no Dask scheduler at tcp://127.0.0.1"),
    ):
        run_participants(scans, output, settings, engine=partial(in_dask, address=address))


@pytest.mark.parametrize(("memory", "words"), [(None, "--mem=4G"), (8_000_000_000, "--mem=8G")])
def test_the_script_of_a_job_asks_for_queue_core_memory_and_gpu(memory, words):
    pytest.importorskip("dask_jobqueue")

    script = slurm_script(slurm_options("long", memory=memory, on_gpu=memory is not None)).splitlines()

    assert script[0] == "#!/usr/bin/env bash"
    assert {"#SBATCH -p long", "#SBATCH -n 1", "#SBATCH --cpus-per-task=1", f"#SBATCH {words}"} <= set(script)
    assert ("#SBATCH --gres=gpu:1" in script) == (memory is not None)
    (command,) = [line for line in script if "dask_worker" in line]
    assert "--nthreads 1" in command


def test_a_computer_without_slurm_is_told_so(scans, output, settings, monkeypatch):
    pytest.importorskip("dask_jobqueue")
    monkeypatch.setenv("PATH", str(output))

    with pytest.raises(MuscleSegError, match="where sbatch can be run"):
        run_participants(scans, output, settings, engine=partial(in_slurm, options=slurm_options("long"), workers=1))


SBATCH = """#!/bin/bash
{before}
if [ "$1" = --test-only ]; then exit 0; fi
cp "$1" "$0.job"  # as SLURM does: its sender removes it
setsid bash "$0.job" > "$0.log" 2>&1 < /dev/null &
echo "Submitted batch job $!"
"""


@pytest.fixture
def slurm(tmp_path, monkeypatch, project_root):
    """Put programs in the place of SLURM's: a job is a process of this computer."""
    pytest.importorskip("dask_jobqueue")
    place = tmp_path / "slurm"
    place.mkdir()
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(project_root))

    def write(before: str = "") -> None:
        for name, text in (("sbatch", SBATCH.format(before=before)), ("scancel", "#!/bin/bash\nkill -- -$1\n")):
            (place / name).write_text(text)
            (place / name).chmod(0o755)

    return write


def test_jobs_of_slurm_do_the_work(slurm, scans, output, settings):
    slurm()
    engine = partial(in_slurm, options=slurm_options("long"), workers=1, do=do)

    assert run_participants(scans, output, settings, engine=engine).done == 5


def test_a_queue_that_slurm_does_not_have_is_told(slurm, scans, output, settings):
    slurm('echo "sbatch: error: invalid partition specified: long" >&2; exit 1')

    with pytest.raises(MuscleSegError, match="invalid partition specified"):
        run_participants(
            scans, output, settings, engine=partial(in_slurm, options=slurm_options("long"), workers=1, do=do)
        )
