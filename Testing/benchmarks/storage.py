"""Survival of a person's file: jobs and commands that are ended at random moments, two at once among them.

    python Testing/benchmarks/storage.py [--rounds 100] [--output Testing/benchmarks/storage.md]

Each round has an old file, and ends with it or with the whole new one: never without a file, never with a part of one,
and nothing beside it after the next run. Prints Markdown.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import protocol
from MuscleSegLib.phantom.scanning import acquire
from MuscleSegLib.temporary import PREFIX
from MuscleSegLib.volume import Geometry, Volume, read_volume, write_volume
from MuscleSegLib.worker import Client, Handlers, SegmentJob, SubprocessTransport

OLD = b"a person's corrections"
PATIENCE_S = 120.0


def judged(output: Path) -> str:
    """Return "old", "new", or what must not be."""
    if not output.exists():
        return "NEITHER"
    if output.read_bytes() == OLD:
        return "old"
    try:
        return "new" if read_volume(output).array.any() else "EMPTY"
    except Exception:  # whatever is wrong with it
        return "A PART"


def leftovers(folder: Path) -> int:
    """Count temporary folders."""
    return sum(path.name.startswith(PREFIX) for path in folder.iterdir())


class Jobs:
    """Jobs of a worker, ended at random."""

    def __init__(self, folder: Path) -> None:
        legs = digital_legs("thigh", seed=7)
        scan = acquire(legs, protocol("quick", length_mm=legs.length_mm, legs=2)).images["anatomy"]
        self.image, self.output = folder / "scan.nrrd", folder / "results" / ("a" * 45 + ".seg.nrrd")
        self.output.parent.mkdir()
        write_volume(scan, self.image)
        self.transports: list[SubprocessTransport] = []
        self.client = Client(self._make, log=lambda _: None)
        start = time.monotonic()
        for _ in range(2):  # the first one starts the worker
            start = time.monotonic()
            self.run("nothing", 0.0, 1)
        self.seconds = time.monotonic() - start

    def _make(self) -> SubprocessTransport:
        self.transports.append(SubprocessTransport())
        return self.transports[-1]

    def run(self, end: str, moment_s: float, count: int) -> str:
        """Begin ``count`` jobs with one output, end the first after so long, and return what is there at the end."""
        self.output.write_bytes(OLD)
        ended = [threading.Event() for _ in range(count)]
        jobs = [self._begin(event) for event in ended]
        if end != "nothing":
            time.sleep(moment_s)
            self._end(end, jobs[0])
        limit = time.monotonic() + PATIENCE_S
        while not all(event.wait(0.01) for event in ended):
            self.client.check()
            assert time.monotonic() < limit, "a job did not end"
        return judged(self.output)

    def _begin(self, event: threading.Event) -> str:
        def over(*_: object) -> None:
            event.set()

        job = SegmentJob(self.image, "thigh", self.output, device="cpu")
        return self.client.submit(job, Handlers(lambda *_: None, over, over, over))

    def _end(self, end: str, job: str) -> None:
        pid = self.transports[-1].pid
        if end == "cancel":
            self.client.cancel(job)
        elif end == "stop":
            self.client.stop()
        elif pid is not None:
            os.kill(pid, getattr(signal, end))


class Commands:
    """``muscleseg maps``, ended at random."""

    def __init__(self, folder: Path) -> None:
        array = np.random.default_rng(1).normal(500, 50, (40, 200, 200)).astype(np.float32)
        self.images = [folder / "off.nii", folder / "on.nii"]
        for path, share in zip(self.images, (1.0, 0.6), strict=True):
            write_volume(Volume(array * np.float32(share), Geometry(array.shape, np.eye(4))), path)
        self.output = folder / "maps" / "mtr.nii.gz"
        self.output.parent.mkdir()
        start = time.monotonic()
        self.run("nothing", 0.0, 1)
        self.seconds = time.monotonic() - start

    def run(self, end: str, moment_s: float, count: int) -> str:
        """Begin ``count`` commands with one output, end the first after so long, and return what is there then."""
        self.output.write_bytes(OLD)
        off, on = map(str, self.images)
        command = [sys.executable, "-m", "MuscleSegLib", "maps", "mtr", "--off", off, "--on", on, "--output"]
        processes = [
            subprocess.Popen([*command, str(self.output)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(count)
        ]
        if end != "nothing":
            time.sleep(moment_s)
            processes[0].send_signal(getattr(signal, end))
        for process in processes:
            process.wait(PATIENCE_S)
        return judged(self.output)


def tried(run: Callable[[str, float, int], str], ends: list[str], seconds: float, rounds: int, output: Path) -> Counter:
    """Return how many rounds ended how, with the most folders that were left behind at any time."""
    chosen, outcomes = random.Random(rounds), Counter()
    for number in range(rounds):
        count = 2 if number % 4 == 3 else 1
        # Every second moment is about the end, when files are put in their places.
        moment = chosen.uniform(0.0, 1.1) if number % 2 else max(0.0, chosen.gauss(1.0, 0.05))
        outcomes[run(chosen.choice(ends), moment * seconds, count)] += 1
        outcomes["left"] = max(outcomes["left"], leftovers(output.parent))
    run("nothing", 0.0, 1)
    outcomes["left at the end"] = leftovers(output.parent)
    return outcomes


def main() -> None:
    """Try, and print or write a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    lines = [
        "# Files that are ended in the middle",
        "",
        f"Written by `Testing/benchmarks/storage.py` on {date.today()}. Jobs and commands with an old file at their",
        "output are ended at random moments, every second one about the end; every fourth round has two of them",
        "with one output.",
        "",
        "| what was ended | rounds | old file | whole new file | a part | neither | left beside it at most "
        "| left after the next run |",
        "|---|---|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        jobs, commands = Jobs(folder), Commands(folder)
        for title, trial, ends in (
            ("a worker's job (killed, terminated, canceled, stopped)", jobs, ["SIGKILL", "SIGTERM", "cancel", "stop"]),
            ("a command (killed, terminated)", commands, ["SIGKILL", "SIGTERM"]),
        ):
            outcomes = tried(trial.run, ends, trial.seconds, options.rounds, trial.output)
            cut = outcomes["A PART"] + outcomes["EMPTY"]
            cells = title, options.rounds, outcomes["old"], outcomes["new"], cut, outcomes["NEITHER"], outcomes["left"]
            lines.append(f"| {' | '.join(map(str, cells))} | {outcomes['left at the end']} |")
        jobs.client.stop()
    text = "\n".join(lines) + "\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
