"""What a user waits for after pressing Segment: with a worker that is already there, and without.

    python Testing/benchmarks/worker.py [--output Testing/benchmarks/worker.md]

A digital scan of two thighs (320 x 320 x 20) is segmented to a .seg.nrrd file, by a new worker and then by the same one
again, in turn, with the shipped network on the processor. Prints Markdown.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

ROUNDS = 5
PARTS = {
    "start": "starting Python",
    "import": "importing torch and the rest, and a first run of the network",
    "read": "reading the image",
    "legs": "finding the legs",
    "load": "loading the network",
    "network": "the network, cutting legs out and putting labels back",
    "write": "writing the labels",
    "other": "checks and messages",
    "total": "**Segment to labels file**",
}

Seconds = dict[str, float]


@dataclass(frozen=True)
class Waiting:
    """What was measured.

    Attributes:
        cold: Of each round, by part.
        warm: Of each round, by part.
        importing: ``import torch`` in a process of its own, in each round.
        cancelled: From asking to the worker's answer, with the network at work.

    """

    cold: list[Seconds]
    warm: list[Seconds]
    importing: list[float]
    cancelled: list[float]


def main() -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="a Markdown file")
    parser.add_argument("--note", default="", help="a sentence about the computer's state, for the heading")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder) / "thighs.nrrd"
        _make_scan(scan)
        found = _measure(scan, Path(folder) / "labels.seg.nrrd")
    text = "\n".join([*_heading(options.note), *_table(found), *_remarks(found)])
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


def _make_scan(path: Path) -> None:
    from MuscleSegLib.phantom import digital_legs
    from MuscleSegLib.phantom.acquisition import acquire
    from MuscleSegLib.phantom.protocols import hostin2023
    from MuscleSegLib.volume import write_volume

    legs = digital_legs("thigh", seed=0)
    write_volume(acquire(legs, hostin2023(legs.length_mm, legs=2)).images["anatomy"], path)


def _measure(scan: Path, output: Path) -> Waiting:
    """Run everything in turn, so that what else the computer does falls on all alike."""
    from MuscleSegLib.worker import Client, SegmentJob, SubprocessTransport

    found = Waiting([], [], [], [])
    job = SegmentJob(scan, "thigh", output, device="cpu")
    for number in range(ROUNDS):
        print(f"round {number + 1} of {ROUNDS} ...", file=sys.stderr)
        found.importing.append(_seconds(lambda: subprocess.run([sys.executable, "-c", "import torch"], check=True)))
        starting = _seconds(lambda: subprocess.run([sys.executable, "-c", "import MuscleSegLib.worker"], check=True))
        client = Client(SubprocessTransport)
        found.cold.append(_with_start(_job(client, job), starting))
        found.warm.append(_job(client, job))
        found.cancelled.append(_cancel(client, job))
        client.stop()
    return found


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _job(client: Any, job: Any) -> Seconds:  # noqa: ANN401 - the package is imported late, as all benchmarks do
    """Return the seconds of the parts as the worker measured them, and the whole as its client sees it."""
    from MuscleSegLib.worker import Handlers

    over, answers = threading.Event(), []

    def take(values: Mapping[str, Any]) -> None:
        answers.append(values)
        over.set()

    def fail(sentence: str) -> None:
        print(sentence, file=sys.stderr)
        over.set()

    start = time.perf_counter()
    client.submit(job, Handlers(lambda *_: None, take, fail, over.set))
    over.wait()
    total = time.perf_counter() - start
    seconds = dict(answers[0]["seconds"])
    known = sum(value for part, value in seconds.items() if part != "total")
    return {**seconds, "other": total - known, "total": total}


def _with_start(seconds: Seconds, starting: float) -> Seconds:
    """Tell what a new worker does before its first job, and starting Python in it."""
    known = sum(value for part, value in seconds.items() if part not in ("other", "total"))
    return {"start": starting, "import": seconds["total"] - known - starting, **seconds, "other": 0.0}


def _cancel(client: Any, job: Any) -> float:  # noqa: ANN401 - as above
    """Return the seconds from asking in the middle of the network's work to the end of the job."""
    from MuscleSegLib.worker import Handlers

    halfway, over = threading.Event(), threading.Event()

    def watch(fraction: float, message: str) -> None:
        if fraction > 0.4:
            halfway.set()

    job_id = client.submit(job, Handlers(watch, lambda _: over.set(), lambda _: over.set(), over.set))
    halfway.wait()
    start = time.perf_counter()
    client.cancel(job_id)
    while not over.wait(0.05):
        client.check()
    return time.perf_counter() - start


def _heading(note: str) -> list[str]:
    import torch

    from MuscleSegLib.inference.processor import processor_name

    return [
        "# From pressing Segment to labels\n",
        f"Written by `Testing/benchmarks/worker.py` on {date.today()}: {processor_name()}, {os.cpu_count()} cores, "
        f"{platform.system()}, torch {torch.__version__}; load over the last 15 minutes {os.getloadavg()[2]:.1f}. "
        f"{note}".rstrip()
        + "\n",
        f"Two digital thighs, 320 x 320 x 20, to a .seg.nrrd file, default network, processor. Medians of {ROUNDS} "
        "rounds, in each of which cold and warm follow one another.\n",
    ]


def _table(found: Waiting) -> list[str]:
    lines = [
        "| part | cold (s) | of the whole (%) | warm (s) | of the whole (%) |",
        "|---|---|---|---|---|",
    ]
    for part, title in PARTS.items():
        cells = []
        for rounds in (found.cold, found.warm):
            values = [one.get(part, 0.0) for one in rounds]
            shares = [100 * one.get(part, 0.0) / one["total"] for one in rounds]
            cells += [f"{median(values):.2f}", f"{median(shares):.0f}"] if any(values) else ["-", "-"]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return lines


def _remarks(found: Waiting) -> list[str]:
    pairs = zip(found.cold, found.warm, strict=True)
    faster = median(cold["total"] / warm["total"] for cold, warm in pairs)
    over = median(warm["total"] / importing for warm, importing in zip(found.warm, found.importing, strict=True))
    return [
        "",
        f"A worker that is there already is {faster:.1f} times faster. A warm job takes {over:.2f} times as long as "
        f"`import torch` alone ({median(found.importing):.2f} s).",
        f"Cancel, pressed in the middle of the network's work, ends the job after {median(found.cancelled):.2f} s, at "
        f"most {max(found.cancelled):.2f} s.",
    ]


if __name__ == "__main__":
    main()
