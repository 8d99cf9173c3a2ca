"""Studies of many cases: what fails, what is kept, what is done again."""

import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.study import Agreement, Case, CaseRow
from MuscleSegLib.evaluation.study.case_jobs import ENDED, CaseJob, run_jobs
from MuscleSegLib.progress import silent

CALLS: Counter[str] = Counter()


def work(given):
    CALLS[given] += 1
    if given == "bad":
        message = "bad.nii.gz lies on another grid."
        raise MuscleSegError(message)
    if given == "broken":
        return [][1]
    if given.startswith("waits"):
        Path(given.removeprefix("waits in "), "at work").touch()
        time.sleep(60)
    if given == "dies":
        os._exit(9)  # as the kernel ends a process that takes too much memory
    nothing = dict.fromkeys(Agreement.__dataclass_fields__)
    row = CaseRow(**{**nothing, "case": given, "method": "m", "region": "calf", "muscle": "soleus", "dsc": 0.5})
    return Case((row,), ("a note",), float(os.environ.get("OMP_NUM_THREADS", "0")))


def jobs_of(*names):
    return [CaseJob(name, "m", f"digest of {name}", work, name) for name in names]


@pytest.fixture(autouse=True)
def _no_calls():
    CALLS.clear()


def test_a_case_that_fails_is_told_with_its_reason_and_the_others_go_on(tmp_path):
    outcomes = run_jobs(jobs_of("one", "bad", "broken", "two"), tmp_path, workers=1, progress=silent)

    assert [outcome.case is not None for outcome in outcomes] == [True, False, False, True]
    assert outcomes[1].reason == "bad.nii.gz lies on another grid."
    assert outcomes[2].reason == "unexpected failure (IndexError: list index out of range)"


def test_what_is_done_is_not_done_again_and_what_failed_is(tmp_path):
    jobs = jobs_of("one", "bad")
    first = run_jobs(jobs, tmp_path, workers=1, progress=silent)
    second = run_jobs(jobs, tmp_path, workers=1, progress=silent)

    assert CALLS == {"one": 1, "bad": 2}
    assert second[0].case == first[0].case


def test_another_input_is_another_digest_and_is_done_again(tmp_path):
    jobs = jobs_of("one")
    run_jobs(jobs, tmp_path, workers=1, progress=silent)
    run_jobs([replace(jobs[0], digest="another")], tmp_path, workers=1, progress=silent)

    assert CALLS["one"] == 2


def test_half_a_file_counts_as_none(tmp_path):
    jobs = jobs_of("one")
    run_jobs(jobs, tmp_path, workers=1, progress=silent)
    jobs[0].file(tmp_path).write_text('{"digest": "dig')

    assert run_jobs(jobs, tmp_path, workers=1, progress=silent)[0].case is not None
    assert CALLS["one"] == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace('"dsc": 0.5', '"dsc": 0.9'),
        lambda text: text.replace('"dsc": 0.5', '"dsc": "high"'),
        lambda text: text.replace('"muscle": "soleus"', '"muscle": null'),
        lambda text: text.replace('["a note"]', '"a note"'),
        lambda text: text.replace('"rows": [', '"rows": [[], '),
        lambda text: text.replace('"seconds": ', '"seconds": 1'),
        lambda text: "[" * 100_000,
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "null",
    ],
    ids=["number", "type", "name", "notes", "row", "seconds", "deep", "half", "empty", "nothing"],
)
def test_a_kept_result_that_was_damaged_is_made_again(tmp_path, damage):
    jobs = jobs_of("one")
    first = run_jobs(jobs, tmp_path, workers=1, progress=silent)[0]
    file = jobs[0].file(tmp_path)
    text = file.read_text(encoding="utf-8")
    assert damage(text) != text
    file.write_text(damage(text), encoding="utf-8")

    assert run_jobs(jobs, tmp_path, workers=1, progress=silent)[0].case == first.case
    assert CALLS["one"] == 2
    assert run_jobs(jobs, tmp_path, workers=1, progress=silent)[0].case == first.case
    assert CALLS["one"] == 2


def test_a_result_that_cannot_be_kept_is_not_lost(tmp_path):
    jobs = jobs_of("one")
    jobs[0].file(tmp_path).mkdir()
    outcome = run_jobs(jobs, tmp_path, workers=1, progress=silent)[0]

    assert outcome.case.rows[0].dsc == 0.5
    assert "could not be kept" in outcome.case.notes[-1]


def test_names_that_are_alike_in_a_file_system_are_kept_apart(tmp_path):
    names = ["a/b", "a b", "a_b", "A_b"]
    run_jobs(jobs_of(*names), tmp_path, workers=1, progress=silent)

    assert len({path.name.lower() for path in tmp_path.iterdir()}) == 4


def test_progress_counts_every_case(tmp_path):
    reports = []
    run_jobs(jobs_of("one", "bad"), tmp_path, workers=1, progress=lambda *report: reports.append(report))

    assert reports == [(0, "0 of 2 were done before"), (0.5, "1 of 2: one, m"), (1, "2 of 2: bad, m")]


@pytest.mark.slow
def test_a_process_that_is_killed_fails_alone_and_each_has_one_thread(tmp_path):
    names = ["one", "dies", "two", "bad", "three"]
    outcomes = run_jobs(jobs_of(*names), tmp_path, workers=2, progress=silent)

    assert [outcome.job.case for outcome in outcomes] == names
    assert [outcome.reason for outcome in outcomes] == ["", ENDED, "", "bad.nii.gz lies on another grid.", ""]
    assert [outcome.case.seconds for outcome in outcomes if outcome.case] == [1, 1, 1]


def test_a_study_that_is_killed_leaves_no_process_behind(tmp_path):
    script = "import sys; sys.path[:0] = sys.argv[1:3]\nfrom pathlib import Path\nimport test_case_jobs as own\n"
    script += "if __name__ == '__main__':\n    jobs = own.jobs_of(f'waits in {sys.argv[3]}')\n"
    script += "    own.run_jobs(jobs, Path(sys.argv[3]), workers=2, progress=own.silent)\n"
    (tmp_path / "study.py").write_text(script, encoding="utf-8")
    test_file = Path(__file__)
    words = [sys.executable, tmp_path / "study.py", test_file.parents[3], test_file.parent, tmp_path]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as study:
        try:
            end = time.monotonic() + 240
            while not (tmp_path / "at work").exists() and time.monotonic() < end:
                time.sleep(0.05)
        finally:
            study.kill()

        study.communicate(timeout=30)  # what it prints to is closed when the last process that has it has ended

    assert (tmp_path / "at work").exists()
