"""The recipes of the documentation, run with a muscleseg that only writes down how it is called."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FAKE = """#!/bin/bash
printf '%s|' "$@" >> "$LOG"
echo >> "$LOG"
if [ "$4" = group ]; then mkdir -p "$3"; echo > "$3/group_scans.tsv"; fi
"""


@pytest.fixture
def call(tmp_path, monkeypatch, project_root):
    """Run a command with the faked muscleseg, and return how that was called."""
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")
    program, log = tmp_path / "bin" / "muscleseg", tmp_path / "log"
    program.parent.mkdir()
    program.write_text(FAKE)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("LOG", str(log))

    def run(*command: object) -> list[list[str]]:
        words = [str(word) for word in command]
        ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return [line.split("|")[:-1] for line in log.read_text().splitlines()]

    return run


@pytest.fixture
def recipes(project_root) -> Path:
    return project_root / "Resources" / "Documentation" / "recipes"


@pytest.mark.parametrize(("task", "cores"), [("1", "4"), ("7", "2"), (None, None)])
def test_a_job_of_the_array_does_its_part_with_its_cores(task, cores, call, recipes, monkeypatch):
    for name, value in (("SLURM_ARRAY_TASK_ID", task), ("SLURM_CPUS_PER_TASK", cores)):
        monkeypatch.delenv(name, raising=False)
        if value:
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("SLURM_ARRAY_TASK_COUNT", "2")  # as where two jobs of ten are given again

    (called,) = call("bash", recipes / "cohort_array.sh", "Daten ä", "out put")

    shard = ["--shard", f"{task or 1}/10", "--processes", cores or "4"]
    assert called == ["cohort", "Daten ä", "out put", "participant", *shard]


def test_the_array_has_as_many_jobs_as_parts(recipes):
    text = (recipes / "cohort_array.sh").read_text()

    assert "#SBATCH --array=1-10\n" in text
    assert "\nPARTS=10\n" in text


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("snakemake") is None, reason="Snakemake is not installed")
def test_snakemake_does_all_parts_and_then_gathers(call, recipes):
    configuration = ["input=my data", "output=my results", "parts=3"]

    calls = call("snakemake", "--cores", 1, "--snakefile", recipes / "Snakefile", "--config", *configuration)

    *parts, last = calls
    assert sorted(parts) == [
        ["cohort", "my data", "my results", "participant", "--shard", f"{part}/3", "--processes", "1"]
        for part in (1, 2, 3)
    ]
    assert last == ["cohort", "my data", "my results", "group"]
