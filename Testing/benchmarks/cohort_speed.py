"""Time and memory of a cohort, scan by scan, and what two cores bring.

    python Testing/benchmarks/cohort_speed.py DATASET [--output Testing/benchmarks/cohort_speed.md]

DATASET is of digital scans (``muscleseg phantom --bids 200 --legs 1 --protocol quick``). In one process, every scan is
worked on as a cohort's process does, and the last twelve are also segmented and measured as the commands do, networks
kept in both, now the one first and now the other. Then the first ones are done in processes, with one and with two.
Times are processor time, so that other programs change them little; what two cores bring is by the clock, too, and
wants a quiet computer. Prints Markdown, and its progress to stderr.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from MuscleSegLib.cohort import Scan
    from MuscleSegLib.cohort.working import Job, Outcome

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

FIRST = 9  # scans before the tenth warm up
KINDS = 6  # scans in a row of which each is of another kind: thigh or calf, every third with T2
COMPARED = 12  # scans that are segmented and measured alone, too
T = TypeVar("T")


@dataclass
class Times:
    """Processor time in seconds of each scan in the cohort and alone, and memory in MB after each."""

    cohort: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def main() -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--scans", type=int, help="the first ones only")
    parser.add_argument(
        "--in-processes", type=int, default=60, help="scans that are done in one process and in two; 0 leaves it out"
    )
    parser.add_argument("--keep", type=Path, help="a new folder for the output of all scans, as for cohort_kills.py")
    parser.add_argument("--output", type=Path, help="a Markdown file")
    options = parser.parse_args()
    os.environ.update({f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS")})  # as a cohort's processes
    with tempfile.TemporaryDirectory() as folder:
        rows = _rows(options, Path(folder))
    heading = [
        "# Time and memory of a cohort",
        "",
        f"Written by `Testing/benchmarks/cohort_speed.py` on {date.today()}.",
    ]
    lines = ["| | measured | asked for |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    text = "\n".join([*heading, "", *lines])
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


def _rows(options: argparse.Namespace, folder: Path) -> list[tuple[str, str, str]]:
    from MuscleSegLib.cohort import Settings, find_scans, prepare_output, run_participants
    from MuscleSegLib.inference import keep_networks

    keep_networks()
    scans = find_scans(options.dataset).scans[: options.scans]
    output, settings, times = options.keep or folder / "out", Settings(device="cpu"), Times()
    prepare_output(output, options.dataset)
    run_participants(scans, output, settings, engine=lambda jobs: _timed(jobs, folder / "labels.nii.gz", times))
    cohort, plain, memory = times.cohort, times.plain, times.memory
    first = min(FIRST, len(cohort) // 5)
    fifth = max(1, (len(cohort) - first) // 5 // KINDS) * KINDS
    early, late = sum(cohort[first : first + fifth]), sum(cohort[-fifth:])
    rows = [
        ("scans", str(len(scans)), ""),
        ("processor time of a scan, median", f"{statistics.median(cohort[first:]):.2f} s", ""),
        (f"the last {fifth} scans over {fifth} from number {first + 1} on, time", f"{late / early:.3f}", "≤ 1.1"),
        (
            f"memory after scan {first + 1}, after half of all and after the last",
            f"{memory[first]:.0f}, {memory[len(memory) // 2]:.0f} and {memory[-1]:.0f} MB: "
            f"{memory[-1] / memory[first]:.3f}",
            "≤ 1.1",
        ),
        (
            f"over segmenting and measuring alone, the last {len(plain)} scans",
            f"{100 * (sum(cohort[-len(plain) :]) / sum(plain) - 1):+.1f} %",
            "≤ 10 %",
        ),
    ]
    some = scans[: options.in_processes]
    return [*rows, *_two_cores(some, folder, options.dataset)] if some else rows


def _timed(jobs: Sequence["Job"], labels: Path, times: Times) -> Iterator["Outcome"]:
    """Do jobs in this process; the last ones are segmented and measured alone, too, first or second in turn."""
    from MuscleSegLib.cohort.working import work_on

    for number, job in enumerate(jobs):
        is_compared = number >= len(jobs) - COMPARED
        if is_compared and number % 2:
            times.plain.append(_seconds(lambda job=job: _segment_and_measure(job.scan, labels))[0])
        seconds, outcome = _seconds(lambda job=job: work_on(job))
        if is_compared and not number % 2:
            times.plain.append(_seconds(lambda job=job: _segment_and_measure(job.scan, labels))[0])
        if outcome.status != "done":
            raise RuntimeError(outcome)
        times.cohort.append(seconds)
        times.memory.append(_resident_mb())
        _log(f"{number + 1} of {len(jobs)} scans, {seconds:.2f} s, {times.memory[-1]:.0f} MB")
        yield outcome


def _two_cores(scans: Sequence["Scan"], folder: Path, dataset: Path) -> list[tuple[str, str, str]]:
    from MuscleSegLib.cohort import Settings, prepare_output, run_participants

    seconds = {}
    for workers in (1, 2):
        output = folder / f"processes{workers}"
        prepare_output(output, dataset)
        start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        run_participants(scans, output, Settings(device="cpu"), workers=workers)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        seconds[workers] = time.monotonic() - start, processor
        _log(f"{workers} processes: {seconds[workers][0]:.0f} s")
    (clock_1, one), (clock_2, two) = seconds[1], seconds[2]
    return [
        (
            f"{len(scans)} scans by the clock in one process and in two, with what else the computer did",
            f"{clock_1:.0f} and {clock_2:.0f} s: {clock_1 / clock_2:.2f}",
            "≥ 1.7",
        ),
        ("processor time of both, the processes' start included", f"{one:.1f} and {two:.1f} s", ""),
        ("two free cores would be faster by that, at best", f"{2 * one / two:.2f}", ""),
    ]


def _seconds(call: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    result = call()
    return time.process_time() - start, result


def _log(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def _segment_and_measure(scan: "Scan", labels: Path) -> None:
    from MuscleSegLib.anatomy import scheme
    from MuscleSegLib.biomarkers import MAP_NAMES, Measurement
    from MuscleSegLib.inference import AUTO, segment_file
    from MuscleSegLib.volume import read_volume

    roles = scan.roles
    _, result = segment_file(roles["image"].path, labels, region=AUTO, device="cpu")
    maps = {name: read_volume(roles[name].path) for name in MAP_NAMES if name in roles}
    Measurement(result.labels, scheme(result.region), maps=maps, confidence=result.confidence).rows()


def _resident_mb() -> float:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
