"""Processor time of everything around the network, of this checkout beside that of an earlier one.

    python Testing/benchmarks/around_network.py EARLIER IMAGE ... [--rounds 5] [--float32]

EARLIER is a folder with another state of this repository (``git worktree add EARLIER main``). Both states segment each
image in turn, in a process each that stays, as the worker does; what the network itself takes is left out, and given
apart. Labels of both are compared. Prints Markdown.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

PARTS = (
    "export of the scan", "reading", "finding legs", "cutting", "loading the network", "putting back and confidence",
    "cleaning up", "check of the view", "writing .nrrd", "import", "writing .seg.nrrd", "writing .nii.gz", "table",
)  # fmt: skip
NETWORK = "the network"

Seconds = dict[str, float]


def main() -> None:
    """Measure both states, or, in a process of its own, one."""
    if len(sys.argv) == 3 and sys.argv[1] == "--serve":
        serve(Path(sys.argv[2]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("earlier", type=Path)
    parser.add_argument("images", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--region", default="thigh")
    parser.add_argument("--float32", action="store_true", help="as on a processor without bfloat16")
    options = parser.parse_args()
    here = Path(__file__).resolve().parents[2]
    for image in options.images:
        with Side(options.earlier.resolve()) as earlier, Side(here) as now:
            job = {"image": str(image.resolve()), "region": options.region, "float32": options.float32}
            runs = [(earlier.run(job), now.run(job)) for _ in range(1 + options.rounds)]
            print("\n".join(table(image.name, runs)), flush=True)


class Side:
    """A process that measures one state of the repository, one core for both.

    Args:
        root: The state's folder.
    """

    def __init__(self, root: Path) -> None:
        threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--serve", str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | threads | {"PYTHONPATH": str(root)},
        )

    def __enter__(self) -> "Side":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, job: dict[str, Any]) -> dict[str, Any]:
        """Return the seconds of each part and the labels' file of one run."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))


def table(name: str, runs: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[str]:
    """Return the least seconds of each part; the first run, which loads libraries, is given apart."""
    lines = [f"\n## {name}\n", "| part | before (s) | now (s) | ratio |", "|---|---|---|---|"]
    warm = [[min(run[side]["seconds"].get(part, 0.0) for run in runs[1:]) for side in (0, 1)] for part in PARTS]
    rows = [*zip(PARTS, warm, strict=True), ("**all of these**", np.sum(warm, axis=0).tolist())]
    rows.append((NETWORK, [min(run[side]["seconds"][NETWORK] for run in runs[1:]) for side in (0, 1)]))
    rows.append(("all parts, first run", [sum(runs[0][side]["seconds"][part] for part in PARTS) for side in (0, 1)]))
    for part, (before, now) in rows:
        lines.append(f"| {part} | {before:.3f} | {now:.3f} | {before / max(now, 1e-4):.1f} |")
    before, now = (np.load(runs[-1][side]["labels"]) for side in (0, 1))
    muscle = np.count_nonzero((before > 0) | (now > 0))
    numbers = [runs[-1][side]["numbers"] for side in (0, 1)]
    same = "the same" if numbers[0] == numbers[1] else "not the same"
    return [*lines, "", f"{np.count_nonzero(before != now)} of {muscle} labels differ; the tables are {same}."]


class Clock:
    """Processor seconds of parts, each without the parts within it."""

    def __init__(self) -> None:
        self.seconds: Seconds = defaultdict(float)
        self._running: list[float] = []

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add what the block takes to a part."""
        start = time.process_time()
        self._running.append(0.0)
        yield
        spent = time.process_time() - start
        self.seconds[name] += spent - self._running.pop()
        if self._running:
            self._running[-1] += spent

    def within(self, module: Any, name: str, part: str) -> None:  # noqa: ANN401 - a module or a class
        """Time a function of a module or a class as a part."""
        original: Callable[..., Any] = getattr(module, name)

        def timed(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever the function takes
            with self.part(part):
                return original(*arguments, **options)

        setattr(module, name, timed)


def serve(root: Path) -> None:
    """Do what standard input asks for, with one state of the library."""
    sys.path[0] = str(root)
    sink, sys.stdout = sys.stdout, sys.stderr
    from MuscleSegLib.inference import labeling, loading, predict, runner
    from MuscleSegLib.inference.cost import processor

    segmenting = sys.modules["MuscleSegLib.inference.segment"]
    quality = sys.modules["MuscleSegLib.inference.quality"]
    view = sys.modules["MuscleSegLib.inference.view"]
    clock = Clock()
    for module, name, part in (
        (labeling, "find_legs", "finding legs"), (view, "find_legs", "finding legs"),
        (predict, "cut_window", "cutting"), (quality, "cut_window", "cutting"),
        (labeling, "load_runner", "loading the network"), (quality, "load_runner", "loading the network"),
        (predict, "clean_labels", "cleaning up"), (segmenting, "judge_view", "check of the view"),
        (runner.Runner, "__call__", NETWORK),
    ):  # fmt: skip
        clock.within(module, name, part)
    loading.warm_up()
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            clock.seconds.clear()
            job = json.loads(line)
            if job["float32"]:
                for module in (processor, loading):
                    module.has_bfloat16 = lambda _: False  # type: ignore[attr-defined]
            labels, numbers = run(job, Path(folder), clock)
            place = Path(folder) / "labels.npy"
            np.save(place, labels)
            answer = {"seconds": clock.seconds, "labels": str(place), "numbers": numbers}
            sink.write(json.dumps(answer) + "\n")
            sink.flush()
            if os.environ.get("PROFILE"):
                print(json.dumps(clock.seconds), file=sys.stderr)


def run(job: dict[str, Any], folder: Path, clock: Clock) -> tuple[np.ndarray, list[str]]:
    """Segment and measure one image; return its labels and the table."""
    from MuscleSegLib.anatomy import scheme
    from MuscleSegLib.biomarkers import Measurement
    from MuscleSegLib.bundle import find_bundle
    from MuscleSegLib.inference import segment
    from MuscleSegLib.volume import Volume, read_labels, read_volume, write_volume

    source = read_volume(job["image"])
    with clock.part("export of the scan"):
        write_volume(source, folder / "scan.nii")
    with clock.part("reading"):
        image = read_volume(folder / "scan.nii")
    with clock.part("putting back and confidence"):
        result = segment(image, find_bundle(job["region"]))
    for ending in (".nrrd", ".seg.nrrd", ".nii.gz"):
        with clock.part(f"writing {ending}"):
            result.write(folder / f"labels{ending}")
    with clock.part("import"):
        labels, _ = read_labels(folder / "labels.nrrd")
    fat = source.array.astype(np.float32)
    percent = Volume(100 * fat / max(float(fat.max()), 1.0), source.geometry)
    with clock.part("table"):
        rows = Measurement(labels, scheme(job["region"]), maps={"ff": percent}, units={"ff": "percent"}).rows()
    return labels.array, [str(row) for row in rows]


if __name__ == "__main__":
    main()
