"""Longest wait of Slicer's window while the panel works: the longest gap of a timer that fires every 20 ms.

    python Testing/benchmarks/window.py [--output Testing/benchmarks/window.md]

What is worked on is the case of ``muscleseg phantom --region thigh --seed 7``. It runs in the tests' host, which is
Slicer's real scene under a Qt of its own. A real Slicer also draws its views, and gives threads less time. Prints
Markdown.
"""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import slicer
import slicer.util

from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import protocol
from MuscleSegLib.phantom.scanning import Acquisition, acquire
from MuscleSegLib.scene.muscle_masks import mask_of, set_mask
from MuscleSegLib.volume import Volume, write_volume
from Testing.slicer_host.host import Host
from Testing.slicer_host.timers import Gaps

MODULE = Path(__file__).resolve().parents[2] / "MuscleSeg" / "MuscleSeg.py"
PATIENCE_S = 900.0
EDITED = 4


class Desk:
    """A person at the panel, with a clock beside."""

    def __init__(self, case: Acquisition, folder: Path) -> None:
        self.host = Host.start()
        self.widget = self.host.load(MODULE)
        self.ui, self.panel = self.widget.ui, self.widget.panel
        self.scans = {}
        for name, word in {"anatomy": "T1", "ff": "FF", "mtr": "MTR", "t2": "T2 map"}.items():
            path = folder / f"{word}.nii.gz"
            write_volume(case.images[name], path)
            self.scans[name] = slicer.util.loadVolume(str(path))  # as a person does
        self.lines: list[str] = []

    def watch(self, title: str, act: Callable[[], object], until: Callable[[], bool] = lambda: True) -> None:
        """Do something, wait for its end, and write down how long the window waited at most."""
        self.host.work()
        start = time.monotonic()
        with Gaps() as gaps:
            act()
            while not until() or self.is_busy():
                assert time.monotonic() < start + PATIENCE_S, title
                self.host.turn()
            whole = time.monotonic() - start
        self.lines.append(f"| {title} | {whole:.2f} | {gaps.longest_s:.2f} | {gaps.longest_own_s:.2f} |")
        print(self.lines[-1], flush=True)

    def is_busy(self) -> bool:
        """Whether the panel works in steps."""
        review = self.panel.review
        return review.measuring.is_busy or review.measuring._timer.isActive()

    def shrink(self) -> None:
        """Erase the front half of a muscle."""
        parameters = self.panel.parameters
        mask = mask_of(parameters.segmentation, EDITED, parameters.scan)
        kept = mask.array.copy()
        kept[:, : kept.shape[1] // 2] = False
        set_mask(parameters.segmentation, EDITED, Volume(kept, mask.geometry))

    def export(self, button: object, path: Path) -> None:
        """Press a button of the section Results and choose a file."""
        self.host.dialogs.will_answer(path)
        button.click()

    def has_change(self) -> bool:
        """Whether the edited muscle's row is new."""
        table = self.panel.review.measuring.table
        return table is not None and bool(table.is_corrected)


def measured(folder: Path) -> list[str]:
    """Return the rows of the page's table."""
    legs = digital_legs("thigh", seed=7)
    desk = Desk(acquire(legs, protocol("hostin2023", length_mm=legs.length_mm, legs=2)), folder)
    panel, ui = desk.panel, desk.ui
    measuring = panel.review.measuring
    ui.scanSelector.setCurrentNode(desk.scans["anatomy"])
    desk.host.spin(lambda: not panel.arrivals._timer.isActive())  # the maps are proposed, too
    for name in ("ff", "mtr", "t2"):
        setattr(panel.parameters, name, None)
    desk.host.spin(lambda: panel.parameters.region == "thigh", PATIENCE_S)
    desk.watch(
        "a segmentation, from the button to the table without maps",
        ui.segmentButton.click,
        lambda: not panel.jobs.is_segmenting and measuring.table is not None,
    )

    def choose_maps() -> None:
        with_maps = {name: desk.scans[name] for name in ("ff", "mtr", "t2")}
        panel.presenter._is_following = True  # one change of three parameters
        for name, node in with_maps.items():
            setattr(panel.parameters, name, node)
        panel.presenter._is_following = False
        panel.follow()

    desk.watch("three maps chosen and measured", choose_maps)
    desk.watch("an edit, until its row is new", desk.shrink, desk.has_change)
    for name in ("table.csv", "table.xlsx", "table.json", "labels.seg.nrrd", "labels.nii.gz"):
        path = folder / name
        button = ui.exportTableButton if path.stem == "table" else ui.exportLabelsButton
        desk.watch(f"export of {name}", lambda b=button, p=path: desk.export(b, p), path.exists)
    import SampleData

    for name in ("MuscleSegThighs", "MuscleSegCalves"):
        desk.watch(f"sample data {name}", lambda n=name: SampleData.downloadSamples(n))
    desk.host.close()
    return desk.lines


def main() -> None:
    """Measure, and print or write a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = measured(Path(name))
    lines = [
        "# How long the window waits",
        "",
        f"Written by `Testing/benchmarks/window.py` on {date.today()} with Python {platform.python_version()} on",
        f"{os.cpu_count()} processors, for which {os.getloadavg()[1]:.0f} programs waited at a time. The longest gap",
        "of a timer that fires every 20 ms, while the panel works on the case of",
        "`muscleseg phantom --region thigh --seed 7`. It is measured in the tests' host: Slicer's real scene under a",
        "Qt of its own. It is no real Slicer, which draws its views besides: these numbers are the panel's and the",
        "library's own. The last column counts only what the window's thread worked, and not what it waited for a",
        "processor.",
        "",
        "| what is done | takes (s) | longest gap (s) | of it the window's own work at most (s) |",
        "|---|---|---|---|",
        *rows,
    ]
    text = "\n".join(lines) + "\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
