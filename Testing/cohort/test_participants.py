import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from MuscleSegLib.cohort import Settings, check_output, run_participants, shard_of
from MuscleSegLib.cohort.claims import claimed, remove_claims
from MuscleSegLib.cohort.outputs import ScanFiles, prepare_output
from MuscleSegLib.cohort.records import read_record
from MuscleSegLib.cohort.working import Job
from MuscleSegLib.errors import MuscleSegError
from Testing.cohort.fake_work import do, serial


def run(scans, output, settings, **options):
    return run_participants(scans, output, settings, engine=serial, **options)


def image_of(scan) -> Path:
    return scan.roles["image"].path


@pytest.mark.parametrize(
    ("text", "reason"),
    [("fail", "The image is bad: give another one."), ("bug", "Unexpected failure (ZeroDivisionError")],
)
def test_a_scan_that_fails_is_recorded_with_its_reason_and_stops_no_other(text, reason, scans, output, settings):
    image_of(scans[1]).write_text(text)

    totals = run(scans, output, settings)

    assert (totals.done, totals.failed) == (4, 1)
    record = read_record(ScanFiles.of(output, scans[1]).record)
    assert record is not None
    assert record.reason.startswith(reason)


def test_what_is_done_is_kept_and_what_failed_is_tried_again_on_request_only(scans, output, settings):
    image_of(scans[0]).write_text("fail")
    run(scans, output, settings)

    again = run(scans, output, settings)
    retried = run(scans, output, settings, retry_failed=True)

    assert (again.done, again.failed, again.kept, again.failed_before) == (0, 0, 4, 1)
    assert (retried.done, retried.failed, retried.kept) == (0, 1, 4)


@pytest.mark.parametrize("change", ["content", "touched", "settings", "result lost", "record damaged"])
def test_a_scan_is_done_again_if_what_its_numbers_depend_on_has_changed(change, scans, output, settings):
    run(scans, output, settings)
    files = ScanFiles.of(output, scans[2])
    if change == "content":
        image_of(scans[2]).write_text("another image")
    elif change == "touched":
        os.utime(image_of(scans[2]), ns=(0, 0))
    elif change == "settings":
        settings = Settings(region="thigh")
    elif change == "result lost":
        files.labels.unlink()
    else:
        files.record.write_text(files.record.read_text()[:40])

    totals = run(scans, output, settings)

    expected = {"content": 1, "touched": 0, "settings": 5, "result lost": 1, "record damaged": 1}
    assert totals.done == expected[change]


def test_a_problem_of_a_scan_is_its_failure(scans, output, settings):
    from dataclasses import replace

    from MuscleSegLib.cohort.working import work_on

    broken = replace(scans[0], problem="Two files are there for one role.")

    totals = run_participants([broken, scans[1]], output, settings, engine=lambda jobs: map(work_on, jobs[:1]))

    assert totals.failed == 1
    assert read_record(ScanFiles.of(output, broken).record).reason == "Two files are there for one role."


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_shards_share_out_all_scans_and_each_once(count, scans):
    shared = [scan.name for index in range(count) for scan in shard_of(scans, index + 1, count)]

    assert sorted(shared) == [scan.name for scan in scans]


def test_a_scan_that_another_run_works_on_is_left_to_it(scans, output, settings):
    with claimed(output, scans[0].name) as is_ours:
        assert is_ours
        totals = run(scans, output, settings)

    assert (totals.done, totals.elsewhere) == (4, 1)
    assert run(scans, output, settings).done == 1


def test_the_claim_of_a_killed_run_is_no_obstacle_and_is_removed(scans, output, settings):
    code = (
        "import sys, time; from pathlib import Path; from MuscleSegLib.cohort.claims import claimed\n"
        f"with claimed(Path({str(output)!r}), {scans[0].name!r}): print('claimed', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "claimed\n"
        assert run(scans[:1], output, settings).elsewhere == 1
        other.kill()
        other.wait()

    assert run(scans, output, settings).done == 5
    assert not (output / ".muscleseg").exists()


def test_claims_of_others_stay(output):
    with claimed(output, "sub-1"):
        remove_claims(output)

        assert [path.name for path in (output / ".muscleseg").iterdir()] == ["sub-1.claim"]


def test_a_full_disk_stops_the_run_and_what_is_done_stays_done(scans, output, settings):
    def full(job: Job):
        from MuscleSegLib.cohort.working import work_on

        def work(*_: object):
            raise OSError(28, "No space left on device")

        return do(job) if job.scan is not scans[2] else work_on(job, work)

    with pytest.raises(MuscleSegError, match="is full: make room and run the command again"):
        run_participants(scans, output, settings, engine=lambda jobs: map(full, jobs))

    assert run(scans, output, settings).kept == 2


@pytest.mark.parametrize(("source", "place"), [("data", "data/out"), ("data", "data"), ("out/data", "out")])
def test_an_output_in_the_input_is_refused(source, place, tmp_path):
    (tmp_path / source).mkdir(parents=True)

    before = sorted(tmp_path.rglob("*"))
    for check in (check_output, prepare_output):
        with pytest.raises(MuscleSegError, match="lie in one another"):
            check(tmp_path / place, tmp_path / source)
    assert sorted(tmp_path.rglob("*")) == before


def test_derivatives_of_the_input_are_a_place_for_the_output(tmp_path):
    (tmp_path / "data").mkdir()

    prepare_output(tmp_path / "data" / "derivatives" / "muscleseg", tmp_path / "data")

    assert (tmp_path / "data" / "derivatives" / "muscleseg" / "dataset_description.json").is_file()


def test_progress_has_rate_and_time_left(scans, output, settings):
    states = []
    start = time.monotonic()

    run(scans, output, settings, report=states.append)

    seconds = time.monotonic() - start
    assert [state.finished for state in states] == [1, 2, 3, 4, 5]
    assert states[-1].scans_per_hour > 3600 * 5 / (seconds + 1)
    assert states[-1].seconds_left == 0
    assert states[0].seconds_left == pytest.approx(4 * 3600 / states[0].scans_per_hour)
