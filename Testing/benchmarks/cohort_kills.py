"""A cohort whose runs are killed at random moments and started again, beside one that nothing disturbs.

    python Testing/benchmarks/cohort_kills.py [--scans 200] [--kills 10] [--output Testing/benchmarks/cohort_kills.md]

Digital scans (coarse ones of one leg, thighs and calves in turn, with fat fraction, every third with T2) are written as
BIDS by ``muscleseg phantom``. ``muscleseg cohort`` is killed with SIGKILL, every second time with all its processes at
once and otherwise its first process alone, and given again, until every scan is done. Prints Markdown, and its progress
to stderr. A dataset and an output of it that nothing disturbed can be those of ``cohort_speed.py``.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 60  # where nobody takes note of ended processes, they stay in their group
TABLES = ("group_muscles.tsv", "group_muscles.parquet", "group_scans.tsv", "group_failures.tsv")
RESULTS = ("*_dseg.nii.gz", "*_dseg.tsv", "*_muscles.tsv", "*_overview.png", "*_overview.jpg")
LAST = 0.95  # part of the scans after which no kill is planned: it shall meet a run at work


@dataclass
class Counts:
    """What was seen.

    Attributes:
        done: Scans done at each kill.
        in_work: Scans claimed at each kill: some of them were in the middle.
        missed: Kills that met no run, as it had ended.
        left: Temporary files in the output after each kill.
        repeated: Scans that a run did although one before had.
    """

    done: list[int] = field(default_factory=list)
    in_work: list[int] = field(default_factory=list)
    missed: int = 0
    left: list[int] = field(default_factory=list)
    repeated: int = 0

    def count_repeated(self, before: dict[str, str], after: dict[str, str]) -> None:
        """Count the scans whose record is another one, with another duration, than before a run."""
        self.repeated += sum(after.get(name) != digest for name, digest in before.items())


def main() -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dataset", type=Path, help="a dataset of at least so many digital scans, made before")
    parser.add_argument("--plain", type=Path, help="an output of the same scans that nothing disturbed, made before")
    parser.add_argument("--output", type=Path, help="a Markdown file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = _measured(options, Path(folder))
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


def _measured(options: argparse.Namespace, folder: Path) -> str:
    dataset = options.dataset or folder / "bids"
    if not options.dataset:
        made = ["phantom", "--bids", options.scans, "--legs", 1, "--protocol", "quick", "--output", dataset]
        subprocess.run(_command(*made), check=True, env=_environment(), stdout=subprocess.DEVNULL)
        _log("the scans are made")
    labels = [path.name.removeprefix("sub-") for path in sorted(dataset.glob("sub-*"))][: options.scans]
    plain, killed = options.plain or folder / "plain", folder / "killed"
    start = time.monotonic()
    if not options.plain:
        _run_through(dataset, plain, labels, options.processes)
    seconds = time.monotonic() - start
    _log("the undisturbed run is there")
    counts = _kill_often(dataset, killed, labels, options)
    before = _records(killed)
    _run_through(dataset, killed, labels, options.processes)
    counts.count_repeated(before, _records(killed))
    _log("the killed run is at its end")
    for output in (plain, killed):
        subprocess.run(
            _command("cohort", dataset, output, "group"), check=True, env=_environment(), capture_output=True
        )
    return _table(options, len(labels), seconds, counts, plain, killed)


def _kill_often(dataset: Path, output: Path, labels: list[str], options: argparse.Namespace) -> Counts:
    """Start and kill runs. Moments are random numbers of scans that are done, and a random part of a scan's time."""
    chance = random.Random(options.seed)
    moments = sorted(chance.randrange(max(1, int(LAST * len(labels)))) for _ in range(options.kills))
    counts = Counts()
    for number, moment in enumerate(moments):
        before = _records(output)
        command = _participants(dataset, output, labels, options.processes)
        with subprocess.Popen(
            command, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as run:
            while len(_records(output)) < moment and run.poll() is None:
                time.sleep(0.05)
            time.sleep(chance.uniform(0, 5))
            counts.missed += run.poll() is not None
            _kill(run, is_alone=number % 2 == 1)
        _wait_for_end(run.pid)
        after = _records(output)
        left = [path for path in output.rglob("*") if path.is_file() and not _is_result(path)]
        counts.done.append(len(after))
        counts.in_work.append(sum(path.suffix == ".claim" for path in left))
        counts.left.append(len(left) - counts.in_work[-1])
        counts.count_repeated(before, after)
        _log(f"kill {number + 1} of {len(moments)} at {len(after)} of {len(labels)} scans")
    return counts


def _kill(run: subprocess.Popen[bytes], *, is_alone: bool) -> None:
    with contextlib.suppress(ProcessLookupError):  # the run has ended
        if is_alone:
            run.kill()
        else:
            os.killpg(run.pid, signal.SIGKILL)


def _log(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def _wait_for_end(group: int) -> None:
    """Wait until a killed process's children have ended: they notice it themselves."""
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)


def _is_result(path: Path) -> bool:
    return not any(part.startswith(".muscleseg") for part in path.parts)


def _records(output: Path) -> dict[str, str]:
    """Return a digest of each record by its name."""
    records = {}
    for folder, _, names in os.walk(output):  # which passes over folders that vanish meanwhile
        for name in names:
            if name.endswith("_record.json"):
                with contextlib.suppress(FileNotFoundError):  # replaced at this moment
                    records[name] = hashlib.sha256(Path(folder, name).read_bytes()).hexdigest()
    return records


def _run_through(dataset: Path, output: Path, labels: list[str], processes: int) -> None:
    subprocess.run(
        _participants(dataset, output, labels, processes), check=True, env=_environment(), capture_output=True
    )


def _participants(dataset: Path, output: Path, labels: list[str], processes: int) -> list[str]:
    return _command(
        *("cohort", dataset, output, "participant", "--device", "cpu", "--processes", processes),
        *("--participant-label", *labels),
    )


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "MuscleSegLib", *map(str, arguments)]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _table(options: argparse.Namespace, scans: int, seconds: float, counts: Counts, plain: Path, killed: Path) -> str:
    trees = [sorted(str(path.relative_to(output)) for path in output.rglob("*")) for output in (plain, killed)]
    statuses = [json.loads(path.read_text())["status"] for path in killed.rglob("*_record.json")]
    tables = [plain / name for name in TABLES if (plain / name).is_file()]  # Parquet only where pyarrow is installed
    same, results = (
        all(path.read_bytes() == (killed / path.relative_to(plain)).read_bytes() for path in paths)
        for paths in (tables, [path for pattern in RESULTS for path in plain.rglob(pattern)])
    )
    groups = len(counts.done[::2])
    rows = [
        ("scans", scans),
        (
            "kills, of the whole group of processes and of the first process alone",
            f"{groups}, {len(counts.done) - groups}",
        ),
        ("kills that came too late, after the run's end", counts.missed),
        ("scans done at each kill", ", ".join(map(str, counts.done))),
        ("scans claimed at each kill", ", ".join(map(str, counts.in_work))),
        ("temporary files that lay there after each kill", ", ".join(map(str, counts.left))),
        ("scans with a record at the end, and those done", f"{len(statuses)}, {statuses.count('done')}"),
        ("scans done again although they were done", counts.repeated),
        ("tables as those of the undisturbed run, byte for byte", _yes(same)),
        ("label maps, rows and pictures as those of the undisturbed run, byte for byte", _yes(results)),
        ("files by their names as those of the undisturbed run", _yes(trees[0] == trees[1])),
    ]
    if not options.plain:
        rows.append(("duration of the undisturbed run, with what else the computer did", f"{seconds:.0f} s"))
    return "\n".join(
        [
            "# A cohort that is killed again and again",
            "",
            f"Written by `Testing/benchmarks/cohort_kills.py` on {date.today()}. Processes: {options.processes}.",
            "",
            "| | |",
            "|---|---|",
            *(f"| {name} | {value} |" for name, value in rows),
        ]
    )


def _yes(answer: bool) -> str:
    return "yes" if answer else "**no**"


if __name__ == "__main__":
    main()
