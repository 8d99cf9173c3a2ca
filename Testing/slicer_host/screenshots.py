"""Pictures of the panel at each step of the work, for the pages: ``python -m Testing.slicer_host.screenshots``.

They are made in the host, whose widgets are Qt's: in Slicer the Segment Editor has its tools.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from Testing.slicer_host.host import Host

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "Resources" / "Screenshots"

_WIDTH = 462  # the panel's least, and the margins around it
_HEIGHT = 640  # what a window of 1280 × 800 pixels has for it
_LONGEST_S = 300.0


def make(folder: Path, region: str) -> None:
    """Go through the work with digital legs and take pictures on the way."""
    host = Host.start()
    panel = host.load(ROOT / "MuscleSeg" / "MuscleSeg.py")
    from MuscleSegPanel import sample_data

    def picture(name: str) -> None:
        host.work()
        panel.parent.setFixedSize(_WIDTH, _HEIGHT)
        host.work()
        host.grab(panel, folder / f"panel_{name}.png")

    scans = sample_data.show(region, sample_data.scanned(region).images)
    ui, parameters = panel.ui, panel.panel.parameters
    ui.scanSelector.setCurrentNode(scans["anatomy"])
    host.spin(lambda: bool(parameters.region), _LONGEST_S)
    host.spin(lambda: ui.networkTable.item(4, 3).text() != "…", _LONGEST_S)
    host.click(ui.networkSection)
    picture("1_scan_and_network")
    host.click(ui.networkSection)
    host.click(ui.segmentButton)
    host.spin(lambda: ui.progressBar.value > 300, _LONGEST_S)
    picture("2_segmenting")
    host.spin(lambda: not panel.panel.jobs.is_segmenting, _LONGEST_S)
    ui.musclesTable.setCurrentCell(0, 1)
    picture("3_segmented")
    _correct(panel.panel)
    host.spin(lambda: panel.panel.review.is_corrected, _LONGEST_S)
    ui.overlayCheckBox.checked = True
    host.click(ui.resultsSection)
    ui.resultsTable.scrollToItem(ui.resultsTable.item(7, 9))
    ui.resultsTable.horizontalScrollBar().setValue(5)
    picture("4_corrected")
    host.close()


def _correct(panel: Any) -> None:
    """Take the outermost voxels of the chosen muscle away in one slice, as somebody with an eraser does."""
    from MuscleSegLib.scene.muscle_masks import mask_of, set_mask
    from MuscleSegLib.volume import Volume

    parameters, value = panel.parameters, panel.review.muscles.chosen
    mask = mask_of(parameters.segmentation, value, parameters.scan)
    smaller = mask.array.copy()
    slices = smaller.shape[0]
    smaller[slices // 2] &= np.roll(smaller[slices // 2], 2, axis=1)
    set_mask(parameters.segmentation, value, Volume(smaller, mask.geometry))


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(prog="python -m Testing.slicer_host.screenshots", description=main.__doc__)
    parser.add_argument("--region", choices=["thigh", "calf"], default="thigh")
    parser.add_argument("--output", type=Path, default=PICTURES, help="a folder; Resources/Screenshots by default")
    options = parser.parse_args(arguments)
    make(options.output, options.region)


if __name__ == "__main__":
    main()
