"""Time and memory of each case in a study of many.

    python Testing/benchmarks/evaluation.py [--cases 200] [--processes 2] [--output MD]

Each case has label maps of both thighs (20 slices of 320 x 320) by two raters, who differ, and maps of FF, MTR and T2
on grids of their own. Prints Markdown: for each tenth of the cases the time that one took in its process, and the
memory of all processes together (Linux tells it; elsewhere the column is empty).
"""

import argparse
import multiprocessing
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from MuscleSegLib.child_processes import usable_cores
from MuscleSegLib.evaluation.study.case_jobs import CaseJob, run_jobs
from MuscleSegLib.evaluation.study.label_files import LabelMeaning
from MuscleSegLib.evaluation.study.pairs import Pair, compare_files
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import hostin2023
from MuscleSegLib.phantom.scanning import acquire
from MuscleSegLib.volume import Volume, write_volume

PEOPLE = 2
"""Digital people; cases are theirs, moved in the image and with other noise."""

TENTHS = 10
MOST_MOVED = 12  # pixels


def main() -> None:
    """Make cases, compare them, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--processes", type=int, default=usable_cores())
    parser.add_argument("--output", type=Path, help="a Markdown file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        jobs = made_jobs(options.cases, Path(folder))
        text = "\n".join(table(jobs, options.processes, Path(folder))) + "\n"
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")


def made_jobs(cases: int, folder: Path) -> list[CaseJob]:
    """Write cases and return the jobs that compare them."""
    scans = []
    for seed in range(PEOPLE):
        legs = digital_legs("thigh", seed=seed)
        scans.append(acquire(legs, hostin2023(legs.length_mm, legs=2)))
    jobs = []
    for number in range(cases):
        rng, scan = np.random.default_rng(number), scans[number % PEOPLE]
        moved = rng.integers(-MOST_MOVED, MOST_MOVED + 1, 2)
        reference = np.roll(scan.labels.array, moved, axis=(1, 2))
        drawn = np.roll(reference, rng.integers(-1, 2, 2), axis=(1, 2))
        place = folder / f"{number:03d}"
        place.mkdir()
        for name, array in (("reference", reference), ("prediction", drawn)):
            write_volume(Volume(array, scan.labels.geometry), place / f"{name}.nii.gz")
        for name in ("ff", "mtr", "t2"):
            image = scan.images[name]
            noise = rng.normal(0, 0.5, image.array.shape).astype(np.float32)
            write_volume(Volume(image.array + noise, image.geometry), place / f"{name}.nii.gz")
        maps = tuple((name, place / f"{name}.nii.gz") for name in ("ff", "mtr", "t2"))
        files = place / "prediction.nii.gz", place / "reference.nii.gz"
        pair = Pair(place.name, "a rater", *files, maps, LabelMeaning(region="thigh"))
        jobs.append(CaseJob(place.name, "a rater", pair.digest(), compare_files, pair))
    return jobs


def table(jobs: list[CaseJob], processes: int, folder: Path) -> list[str]:
    """Compare all cases, and return time and memory as lines of Markdown."""
    state = folder / "state"
    state.mkdir()
    ended: list[tuple[float, float]] = []

    def note(fraction: float, message: str) -> None:
        ended.append((time.monotonic(), memory_mb()))

    outcomes = run_jobs(jobs, state, workers=processes, progress=note)
    failed = sum(outcome.case is None for outcome in outcomes)
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    lines = [
        f"{len(jobs)} cases in {processes} processes, {failed} failed, {ended[-1][0] - ended[0][0]:.0f} s in all; "
        f"{date}, {platform.machine()}, {os.cpu_count()} cores. The first tenth includes starting the processes.",
        "",
        "| cases | seconds a case | memory of all processes (MB) |",
        "|---|---|---|",
    ]
    for places in np.array_split(np.arange(1, len(ended)), min(TENTHS, len(jobs))):
        taken = ended[places[-1]][0] - ended[places[0] - 1][0]
        megabytes = max(ended[place][1] for place in places)
        lines.append(
            f"| {places[0]} to {places[-1]} | {processes * taken / len(places):.2f} | {megabytes:.0f} |"
            if megabytes
            else f"| {places[0]} to {places[-1]} | {processes * taken / len(places):.2f} | |"
        )
    return lines


def memory_mb() -> float:
    """Return the resident memory of all child processes, or 0 where the system does not tell."""
    total = 0
    for child in multiprocessing.active_children():
        try:
            pages = int(Path(f"/proc/{child.pid}/statm").read_text().split()[1])
        except OSError:
            return 0.0
        total += pages * os.sysconf("SC_PAGE_SIZE")
    return total / 1e6


if __name__ == "__main__":
    main()
