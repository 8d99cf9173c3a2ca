"""Time and memory of a cohort, scan by scan, and what two cores bring.

    python Testing/benchmarks/cohort_speed.py DATASET [--output Testing/benchmarks/cohort_speed.md]

DATASET is of digital scans (``muscleseg phantom --bids 200 --protocol quick``). In one process, every scan is worked
on as a cohort's process does, and the last twelve before that segmented and measured as the commands do, networks kept
in both. Then all are done in processes, with one and with two. Times are processor time, so that other programs change
them little; the clock's are only shown. Prints Markdown.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

FIRST = 9  # scans before the tenth warm up
KINDS = 6  # scans in a row of which each is of another kind: thigh or calf, every third with T2
COMPARED = 12  # scans that are segmented and measured alone, too


def main() -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--scans", type=int, help="the first ones only")
    parser.add_argument("--without-processes", action="store_true", help="leave out what two cores bring")
    parser.add_argument("--output", type=Path, help="a Markdown file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = _rows(options, Path(folder))
    heading = [
        "# Time and memory of a cohort",
        "",
        f"Written by `Testing/benchmarks/cohort_speed.py` on {date.today()}.",
    ]
    text = "\n".join([*heading, "", "| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


def _rows(options: argparse.Namespace, folder: Path) -> list[tuple[str, str]]:
    from MuscleSegLib.cohort import Settings, find_scans, prepare_output
    from MuscleSegLib.inference import keep_networks

    keep_networks()
    scans = find_scans(options.dataset).scans[: options.scans]
    settings = Settings(device="cpu")
    prepare_output(folder / "out", options.dataset)
    cohort, plain, memory = [], [], []
    for number, scan in enumerate(scans):
        if number >= len(scans) - COMPARED:
            plain.append(_seconds(lambda scan=scan: _segment_and_measure(scan, folder / "labels.nii.gz")))
        cohort.append(_seconds(lambda scan=scan: _work(scan, folder / "out", settings)))
        memory.append(_resident_mb())
    first = min(FIRST, len(cohort) // 5)
    fifth = max(1, (len(cohort) - first) // 5 // KINDS) * KINDS
    early, late = sum(cohort[first : first + fifth]), sum(cohort[-fifth:])
    rows = [
        ("scans", str(len(scans))),
        ("processor time of a scan, median", f"{statistics.median(cohort[first:]):.2f} s"),
        (f"the last {fifth} scans over {fifth} from number {first + 1} on", f"{late / early:.3f}"),
        (f"memory after scan {first + 1} and after the last", f"{memory[first]:.0f} and {memory[-1]:.0f} MB"),
        (
            f"over segmenting and measuring alone, {len(plain)} scans",
            f"{100 * (sum(cohort[-len(plain) :]) / sum(plain) - 1):+.1f} %",
        ),
    ]
    return rows if options.without_processes else [*rows, *_two_cores(scans, folder, options.dataset)]


def _two_cores(scans: Sequence, folder: Path, dataset: Path) -> list[tuple[str, str]]:
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
    (clock_1, one), (clock_2, two) = seconds[1], seconds[2]
    return [
        ("processor time of all, one process and two, their start included", f"{one:.1f} and {two:.1f} s"),
        ("two free cores would be faster by that, at best", f"{2 * one / two:.2f}"),
        (
            "by the clock, with what else the computer did",
            f"{clock_1:.0f} and {clock_2:.0f} s: {clock_1 / clock_2:.2f}",
        ),
    ]


def _seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def _segment_and_measure(scan: "object", labels: Path) -> None:
    from MuscleSegLib.anatomy import scheme
    from MuscleSegLib.biomarkers import MAP_NAMES, Measurement
    from MuscleSegLib.inference import AUTO, segment_file
    from MuscleSegLib.volume import read_volume

    roles = scan.roles
    _, result = segment_file(roles["image"].path, labels, region=AUTO, device="cpu")
    maps = {name: read_volume(roles[name].path) for name in MAP_NAMES if name in roles}
    Measurement(result.labels, scheme(result.region), maps=maps, confidence=result.confidence).rows()


def _work(scan: "object", output: Path, settings: "object") -> None:
    from MuscleSegLib.cohort.working import Job, work_on

    outcome = work_on(Job(scan, output, settings))
    if outcome.status != "done":
        raise RuntimeError(outcome)


def _resident_mb() -> float:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
