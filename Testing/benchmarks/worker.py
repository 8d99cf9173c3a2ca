"""Waiting time after pressing Segment: with a worker that is already there, and without.

    python Testing/benchmarks/worker.py [--output Testing/benchmarks/worker.md]

A digital scan of two thighs (320 x 320 x 20) in the scene is segmented by pressing the panel's button in the stand-in
for Slicer (the extra "slicer"), with a new worker and then with the same one again, in turn, with the default network
on the processor. It is over when the muscles are in the scene and in the panel's list. Prints Markdown.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

ROUNDS = 5
PARTS = {
    "export": "the scan out of the scene",
    "start": "starting Python",
    "import": "importing torch and the rest, and a first run of the network",
    "read": "reading the image",
    "legs": "finding the legs",
    "load": "loading the network",
    "network": "the network, cutting legs out and putting labels back",
    "write": "writing the labels",
    "scene": "the labels into the scene",
    "panel": "the panel's lists and the views",
    "other": "checks and messages",
    "total": "**Segment to muscles in the scene**",
}
MODULE = Path(__file__).resolve().parents[2] / "MuscleSeg" / "MuscleSeg.py"
LONGEST_S = 120

Seconds = dict[str, float]


@dataclass(frozen=True)
class Waiting:
    """Measured times.

    Attributes:
        cold: Of each round, by part.
        warm: Of each round, by part.
        importing: ``import torch`` in a process of its own, in each round.
        canceled: From pressing Cancel, with the network at work, until the panel is ready again.
    """

    cold: list[Seconds]
    warm: list[Seconds]
    importing: list[float]
    canceled: list[float]


def main() -> None:
    """Measure, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="a Markdown file")
    parser.add_argument("--note", default="", help="a sentence about the computer's state, for the heading")
    options = parser.parse_args()
    sys.path.insert(0, str(MODULE.parents[1]))
    waiting = _measure()
    text = "\n".join([*_heading(options.note), *_table(waiting), *_remarks(waiting)])
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


def _measure() -> Waiting:
    """Run everything in turn, so that what else the computer does falls on all alike."""
    from Testing.slicer_host.host import Host

    host = Host.start()
    waiting = Waiting([], [], [], [])
    try:
        desk = Desk(host)
        for number in range(ROUNDS):
            print(f"round {number + 1} of {ROUNDS} ...", file=sys.stderr)
            waiting.importing.append(
                _seconds(lambda: subprocess.run([sys.executable, "-c", "import torch"], check=True))
            )
            starting = _seconds(
                lambda: subprocess.run([sys.executable, "-c", "import MuscleSegLib.worker"], check=True)
            )
            desk.stop_worker()
            waiting.cold.append(_with_start(desk.segment(), starting))
            waiting.warm.append(desk.segment())
            waiting.canceled.append(desk.cancel())
    finally:
        host.close()
    return waiting


class Desk:
    """The opened panel with a scan, and a clock.

    Args:
        host: The stand-in for Slicer.
    """

    def __init__(self, host: Any) -> None:  # noqa: ANN401 - the host comes with an extra
        from MuscleSegLib.phantom import digital_legs
        from MuscleSegLib.phantom.protocols import hostin2023
        from MuscleSegLib.phantom.scanning import acquire
        from MuscleSegLib.scene.volumes import add_volume

        self._host, self._widget = host, host.load(MODULE)
        self._panel, self._ui = self._widget.panel, self._widget.ui
        self._parts: Seconds = {}
        self._in_scene = 0.0  # when the labels were
        self._panel.jobs.ask_costs = lambda *_: None  # they would be asked between the rounds, and waited for
        self._time("MuscleSegPanel.slicer_scene", "export_volume", "export")
        self._time("MuscleSegPanel.segmenting", "put_into_scene", "scene")
        legs = digital_legs("thigh", seed=0)
        scan = add_volume(acquire(legs, hostin2023(legs.length_mm, legs=2)).images["anatomy"], "thighs")
        self._ui.scanSelector.setCurrentNode(scan)
        host.spin(lambda: self._panel.parameters.region == "thigh", LONGEST_S)

    def stop_worker(self) -> None:
        """Let the next job begin with starting a worker."""
        self._panel.jobs.stop()

    def segment(self) -> Seconds:
        """Press Segment, with nothing segmented so far; return the seconds of each part and of the whole."""
        self._panel.parameters.segmentation = None
        self._parts.clear()
        total = _seconds(self._press_and_wait)
        self._parts["panel"] = time.perf_counter() - self._in_scene
        timed = sum(self._parts.values())
        return {**self._parts, "other": total - timed, "total": total}

    def cancel(self) -> float:
        """Press Segment, and in the middle of the network's work Cancel; return the seconds since then."""
        self._host.click(self._ui.segmentButton)
        self._host.spin(lambda: self._ui.progressBar.value > 0.4 * self._ui.progressBar.maximum, LONGEST_S)
        return _seconds(self._press_and_wait)

    def _press_and_wait(self) -> None:
        self._host.click(self._ui.segmentButton)
        self._host.spin(lambda: not self._panel.jobs.is_segmenting, LONGEST_S)
        self._host.work()

    def _time(self, module: str, function: str, part: str) -> None:
        """Add up what a function of the panel takes, and take note of what the worker tells it."""
        original = getattr(sys.modules[module], function)

        def timed(*arguments: Any) -> Any:  # noqa: ANN401 - whatever the function takes
            start = time.perf_counter()
            answer = original(*arguments)
            self._parts[part] = self._parts.get(part, 0.0) + time.perf_counter() - start
            if part == "scene":
                self._in_scene = time.perf_counter()
                seconds: Mapping[str, float] = arguments[1]["seconds"]
                self._parts.update({name: value for name, value in seconds.items() if name != "total"})
            return answer

        setattr(sys.modules[module], function, timed)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _with_start(seconds: Seconds, starting: float) -> Seconds:
    """Tell what a new worker does before its first job, and starting Python in it."""
    timed = sum(value for part, value in seconds.items() if part not in ("other", "total"))
    return {"start": starting, "import": seconds["total"] - timed - starting, **seconds, "other": 0.0}


def _heading(note: str) -> list[str]:
    import torch

    from MuscleSegLib.inference.cost.processor import processor_name

    return [
        "# From pressing Segment to labels\n",
        f"Written by `Testing/benchmarks/worker.py` on {date.today()}: {processor_name()}, {os.cpu_count()} cores, "
        f"{platform.system()}, torch {torch.__version__}; load over the last 15 minutes {os.getloadavg()[2]:.1f}. "
        f"{note}".rstrip()
        + "\n",
        f"Two digital thighs, 320 x 320 x 20, default network, processor, in the stand-in for Slicer. Medians of "
        f"{ROUNDS} rounds, in each of which cold and warm follow one another.\n",
    ]


def _table(waiting: Waiting) -> list[str]:
    lines = ["| part | cold (s) | of the whole (%) | warm (s) | of the whole (%) |", "|---|---|---|---|---|"]
    for part, title in PARTS.items():
        cells = []
        for rounds in (waiting.cold, waiting.warm):
            values = [seconds.get(part, 0.0) for seconds in rounds]
            shares = [100 * seconds.get(part, 0.0) / seconds["total"] for seconds in rounds]
            cells += [f"{median(values):.2f}", f"{median(shares):.0f}"] if any(values) else ["-", "-"]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return lines


def _remarks(waiting: Waiting) -> list[str]:
    pairs = zip(waiting.cold, waiting.warm, strict=True)
    faster = median(cold["total"] / warm["total"] for cold, warm in pairs)
    over = median(warm["total"] / importing for warm, importing in zip(waiting.warm, waiting.importing, strict=True))
    return [
        "",
        f"A worker that is there already is {faster:.1f} times faster. A warm job takes {over:.2f} times as long as "
        f"`import torch` alone ({median(waiting.importing):.2f} s).",
        f"Cancel, pressed in the middle of the network's work, ends the job after {median(waiting.canceled):.2f} s, at "
        f"most {max(waiting.canceled):.2f} s.",
    ]


if __name__ == "__main__":
    main()
