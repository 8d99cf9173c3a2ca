"""Thousands of damaged files of every kind: how each ends.

    python Testing/benchmarks/fuzzing.py [--count 1000] [--seed 0] [--seconds 600] [--processes 2]
        [--output Testing/benchmarks/fuzzing.md]

Each kind has a process of its own, whose most memory is told. Prints Markdown.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from Testing.fuzzed_kinds import kinds
from Testing.fuzzed_runs import OUTCOMES, Tally, tally

INTRODUCTION = """# Damaged files

`python Testing/benchmarks/fuzzing.py --count {count} --seed {seed} --seconds {seconds:g}`, {today}. In each file bits
are turned, bytes are put in, left out, set to zero or said twice, it is cut, and words, lines, cells or fields are
replaced (0, -1, NaN, infinity, 1e308, 2^31, 2^63, nothing, very long, of another type, nested deep, no text), once to
three times. A kind ends after {count} files, or after {seconds:g} s.

- *intact*: read as before the damage; *refused*: in one sentence; *told*: read otherwise, with a warning;
- *independent*: read otherwise, exactly as nibabel, pynrrd or pydicom read the damaged file;
- *silent*: read otherwise without a word, and there is no independent reader that agrees. What is left of it no check
  can see without a checksum of the whole file: one number for another that is as good (a digit of an origin, the eps of
  a layer, a value in a table), a letter of a name or of a tag, a whole line or row that nothing else promises, and what
  only describes (a version, the number of scans of a training). Labels of a network that name no muscle are ignored,
  and its notes name them;
- *failed*: a traceback, an "unexpected failure", or more than one line; *lost*: files that are not as they were though
  the input was refused.

| Kind | Files | Intact | Refused | Told | Independent | Silent | Failed | Lost | Peak, MB | s |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""


def row(done: Tally) -> str:
    """Return a row of the table."""
    cells = [done.name, done.outcomes.total(), *(done.outcomes[name] for name in OUTCOMES), len(done.lost)]
    return f"| {' | '.join(map(str, cells))} | {done.peak_mb:.0f} | {done.seconds:.0f} |"


def main() -> None:
    """Run every kind, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=600.0, help="of a kind, at most")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        numbers = range(len(kinds()))
        jobs = [pool.submit(tally, number, options.count, options.seed, options.seconds) for number in numbers]
        tallies = [job.result() for job in jobs]
    settings = {"count": options.count, "seed": options.seed, "seconds": options.seconds, "today": date.today()}
    text = INTRODUCTION.format(**settings) + "\n".join(map(row, tallies)) + "\n"
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    for done in tallies:
        print(done.name, *done.failures[:20], *done.lost[:20], sep="\n    ", file=sys.stderr)
        print("    silent:", ", ".join(done.silent[:20]), file=sys.stderr)


if __name__ == "__main__":
    main()
