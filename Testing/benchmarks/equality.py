"""Whether another version gives the same results: after a restructuring, every voxel and number has to be equal.

    git worktree add --detach ../before COMMIT
    OMP_NUM_THREADS=1 python Testing/benchmarks/equality.py ../before . [--quick] [--output MD]

Both versions segment, measure and evaluate the same digital people and the scans of ../shared/data, side by side. What
a command reads was made by the first version: digital people, their labels, measured tables. Label maps are compared
voxel for voxel with their headers, and tables cell for cell: JSON holds full precision, XLSX 16 digits, CSV six.
Sentences (warnings, remarks, notes, standard error) are compared apart, as they may be worded anew. What a clock or
the calendar says is passed over, and so are HTML pages, whose numbers are those of the tables.

Prints Markdown: a line for each command, and below what differs. --quick leaves out all networks but the default,
networks on digital people, and maps. Exit code 1: a voxel or a number differs, or a command fails.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from equality_commands import Command, commands
from equality_values import Comparison, Content, compare, content_of

RUNNER = Path(__file__).with_name("equality_runner.py")
BEFORE, AFTER = "before", "after"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
NOT_COMPARED = (".html",)
KEPT = {"cases", "scans"}  # folders of an evaluation, in which names hold the digest of the code
MOST_SHOWN = 12


def main() -> None:
    """Run every command with both versions, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, help="a checkout")
    parser.add_argument("after", type=Path, help="another checkout")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--quick", action="store_true", help="the default networks alone")
    parser.add_argument("--folder", type=Path, help="a new folder that keeps what the commands write")
    parser.add_argument("--output", type=Path, help="a Markdown file")
    options = parser.parse_args()
    checkouts = [options.before.resolve(), options.after.resolve()]
    start = time.monotonic()
    compared = []
    with tempfile.TemporaryDirectory() as temporary, contextlib.ExitStack() as stack:
        folder = (options.folder or Path(temporary)).resolve()
        versions = [
            stack.enter_context(_runner(checkout, folder / side))
            for side, checkout in ((BEFORE, checkouts[0]), (AFTER, checkouts[1]))
        ]
        for command in commands(folder / BEFORE, checkouts[0], options.data, is_quick=options.quick):
            compared.append((command, _compared_run(command, versions)))
            print(_line(*compared[-1]), file=sys.stderr, flush=True)
    lines = [*_heading(checkouts, time.monotonic() - start), *(_line(*pair) for pair in compared), *_details(compared)]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    sys.exit(any(comparison.differences or comparison.has_failed for _, comparison in compared))


def _environment(checkout: Path, folder: Path) -> dict[str, str]:
    """Return the environment of a version: one thread, no networks and no cache of the user."""
    variables = {name: text for name, text in os.environ.items() if not name.startswith("MUSCLESEG")}
    homes = {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data")}
    return variables | ONE_THREAD | homes | {"PYTHONPATH": str(checkout)}


@dataclass(frozen=True)
class Version:
    """Version of MuscleSeg.

    Attributes:
        folder: Folder below which its commands are run.
        process: Process that runs them.
    """

    folder: Path
    process: subprocess.Popen[str]

    def run(self, command: Command) -> int:
        """Run a command, and return its exit code."""
        place = self.folder / command.folder
        place.mkdir(exist_ok=True)
        for source, target in command.copies:
            (place / target).parent.mkdir(exist_ok=True)
            shutil.copyfile(source, place / target)
        print(json.dumps([str(place), command.name, command.arguments]), file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())


@contextlib.contextmanager
def _runner(checkout: Path, folder: Path) -> Iterator[Version]:
    """Start the process of a version, and end it."""
    folder.mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-P", RUNNER],
        env=_environment(checkout, folder),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        place = process.stdout.readline().strip()
        if not Path(place).is_relative_to(checkout):
            sys.exit(f"{checkout} is not used: Python imports {place}. Give a checkout of MuscleSeg.")
        yield Version(folder, process)
        process.stdin.close()


def _compared_run(command: Command, versions: Sequence[Version]) -> Comparison:
    """Run a command with both versions at once, and compare what they wrote."""
    with ThreadPoolExecutor(len(versions)) as pool:
        exit_codes = list(pool.map(lambda version: version.run(command), versions))
    comparison = Comparison(has_failed=all(exit_codes))
    if exit_codes[0] != exit_codes[1]:
        comparison.differences.append(("exit code", *exit_codes))
    written = [sorted(_written(command, version.folder)) for version in versions]
    for name in sorted(set(written[0]) | set(written[1])):
        contents = [
            content_of(version.folder / name) if name in names else Content()
            for version, names in zip(versions, written, strict=True)
        ]
        compare(comparison, name, *contents)
    return comparison


def _written(command: Command, folder: Path) -> Iterator[str]:
    """Yield the names of the files that a command wrote: they begin with its name."""
    for path in (folder / command.folder).rglob("*"):
        inside = path.relative_to(folder / command.folder)
        is_of_command = re.match(rf"{re.escape(command.name)}(?![A-Za-z0-9])", inside.parts[0])
        if is_of_command and path.is_file() and not KEPT & set(inside.parts) and path.suffix not in NOT_COMPARED:
            yield path.relative_to(folder).as_posix()


def _amount(before: Any, after: Any) -> float:
    """Return how far two numbers are apart, infinity for anything else."""
    try:
        return abs(float(after) - float(before))
    except (TypeError, ValueError):
        return float("inf")


def _heading(checkouts: Sequence[Path], seconds: float) -> list[str]:
    commits = [
        subprocess.run(
            ["git", "-C", checkout, "describe", "--always", "--dirty"], check=True, capture_output=True, text=True
        ).stdout.strip()
        for checkout in checkouts
    ]
    return [
        f"# Results of {commits[1]} beside those of {commits[0]}\n",
        f"Written by `Testing/benchmarks/equality.py` in {seconds:.0f} s: numpy {np.__version__}, one thread.\n",
        "| command | input | files | voxels | cells | voxels and cells | sentences |",
        "|---|---|---|---|---|---|---|",
    ]


def _line(command: Command, comparison: Comparison) -> str:
    numbers = "**failed** with both" if comparison.has_failed else "equal"
    if comparison.differences:
        place, *pair = max(comparison.differences, key=lambda difference: _amount(*difference[1:]))
        numbers = f"**{len(comparison.differences)} differ**, most: {place} ({pair[0]} → {pair[1]})"
    gone, new = comparison.words_before.total(), comparison.words_after.total()
    sentences = f"{gone} gone, {new} new" if gone or new else "equal"
    cells = [command.title, command.input, comparison.files, comparison.voxels, comparison.cells, numbers, sentences]
    return f"| {' | '.join(map(str, cells))} |"


def _details(compared: Sequence[tuple[Command, Comparison]]) -> list[str]:
    """Return lines with the first differences of each command, and with the sentences of all that differ."""
    lines = []
    for command, comparison in compared:
        if comparison.differences:
            lines += ["", f"## {command.title}, {command.input}: voxels and cells", ""]
            lines += [f"- {place}: {pair[0]} → {pair[1]}" for place, *pair in comparison.differences[:MOST_SHOWN]]
            more = len(comparison.differences) - MOST_SHOWN
            lines += [f"- and {more} more"] if more > 0 else []
    for heading, said in (
        ("Sentences that the first alone says", _total(comparison.words_before for _, comparison in compared)),
        ("Sentences that the second alone says", _total(comparison.words_after for _, comparison in compared)),
    ):
        if said:
            lines += [
                "",
                f"## {heading}, digits as #",
                "",
                *(f"- {count} x {text}" for text, count in said.most_common()),
            ]
    return lines


def _total(counters: Iterable[Counter[str]]) -> Counter[str]:
    return sum(counters, Counter())


if __name__ == "__main__":
    main()
