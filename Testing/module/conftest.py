"""The panel in the host, and digital legs to work on, made once."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.scanning import Acquisition
from MuscleSegLib.volume import Geometry, Volume
from Testing.dicom_sources import complaints as complaints
from Testing.dicom_sources import contradictions as contradictions
from Testing.dicom_sources import labels_on as labels_on
from Testing.dicom_sources import siemens_series as siemens_series
from Testing.slicer_host.fixtures import host

__all__ = ["host"]

MODULE = Path(__file__).resolve().parents[2] / "MuscleSeg" / "MuscleSeg.py"
STARTED_S = 120  # the worker's start on a busy computer, with torch
SEEDS = {"thigh": 7, "calf": 7}


@cache
def acquired(region: str, legs: int) -> Acquisition:
    """Return scans of digital legs."""
    from MuscleSegLib.phantom.protocols import protocol
    from MuscleSegLib.phantom.scanning import acquire

    subject = digital_legs(region, seed=SEEDS[region], legs=legs, fat_fraction=12.0)
    return acquire(subject, protocol("quick", length_mm=subject.length_mm, legs=legs))


@dataclass
class Work:
    """The panel, and what a person does with it.

    Attributes:
        host: The stand-in for Slicer.
        widget: The module's panel.
        scans: Nodes that were loaded beforehand, by "anatomy", "ff", "mtr" and "t2".
    """

    host: Any
    widget: Any
    scans: dict[str, Any] = field(default_factory=dict)

    @property
    def ui(self) -> Any:
        return self.widget.ui

    @property
    def panel(self) -> Any:
        return self.widget.panel

    @property
    def parameters(self) -> Any:
        return self.panel.parameters

    def load(self, region: str, legs: int = 2) -> dict[str, Any]:
        """Put a scan and its three maps into the scene."""
        from MuscleSegLib.scene.volumes import add_volume

        images = acquired(region, legs).images
        names = {"anatomy": "T1", "ff": "FF", "mtr": "MTR", "t2": "T2 map"}
        return {name: add_volume(images[name], f"{region} {word}") for name, word in names.items()}

    def load_with_muscles(self) -> dict[str, Any]:
        """Put a scan of one thigh, its maps and its true muscles into the scene, and choose them, without a worker."""
        import slicer

        from MuscleSegLib.inference import segments_of
        from MuscleSegLib.scene.automatic import keep_automatic
        from MuscleSegLib.scene.segmentations import show_labels

        scans, labels = self.load("thigh", legs=1), acquired("thigh", 1).labels
        self.ui.scanSelector.setCurrentNode(scans["anatomy"])
        self.host.click(self.ui.thighButton)
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")
        show_labels(node, labels, segments_of("thigh", two_legs=False), reference=scans["anatomy"])
        keep_automatic(node, labels)
        self.ui.segmentationSelector.setCurrentNode(node)
        self.host.work()
        return scans

    def choose(self, scan: Any, region: str) -> None:
        """Choose a scan, whose region is then found."""
        self.ui.scanSelector.setCurrentNode(scan)
        self.host.spin(lambda: self.parameters.region == region, STARTED_S)

    def segment(self) -> Any:
        """Press Segment and wait; return the segmentation."""
        self.host.click(self.ui.segmentButton)
        self.wait()
        return self.parameters.segmentation

    def wait(self) -> None:
        """Wait until nothing is segmented any more."""
        self.host.spin(lambda: not self.panel.jobs.is_segmenting, STARTED_S)
        self.host.work()

    def shrink(self, value: int) -> None:
        """Erase the front half of a muscle, as the Segment Editor does."""
        from MuscleSegLib.scene.muscle_masks import mask_of, set_mask

        mask = mask_of(self.parameters.segmentation, value, self.parameters.scan)
        kept = mask.array.copy()
        rows = np.flatnonzero(kept.any(axis=(0, 2)))
        kept[:, : rows.mean().astype(int)] = False
        set_mask(self.parameters.segmentation, value, Volume(kept, mask.geometry))

    def table(self) -> dict[str, list[str]]:
        """Return the table as it is shown, its cells by the muscle's name."""
        shown = self.ui.resultsTable
        return {
            shown.verticalHeaderItem(row).text(): [
                shown.item(row, column).text() for column in range(shown.columnCount)
            ]
            for row in range(shown.rowCount)
        }

    def warnings(self) -> dict[str, str]:
        """Return the warnings in full, at which the mouse points in the table, by the muscle's name."""
        shown = self.ui.resultsTable
        return {
            shown.verticalHeaderItem(row).text(): shown.item(row, shown.columnCount - 1).toolTip()
            for row in range(shown.rowCount)
        }


@pytest.fixture
def work(host) -> Work:
    """A person at the opened panel, in an empty scene."""
    return Work(host, host.load(MODULE))


def lack_torch(monkeypatch) -> None:
    """Make the panel believe that it cannot segment, since torch is missing, and all other packages are there."""
    torch = "torch>=2.8"
    dependencies = sys.modules["MuscleSegPanel.dependencies"]
    monkeypatch.setattr(
        dependencies, "missing", lambda wanted=(torch,): tuple(name for name in wanted if name == torch)
    )


@pytest.fixture
def at_desk(work, monkeypatch) -> Work:
    """Person at the panel with true muscles to review, and without a worker, as where its packages are missing."""
    lack_torch(monkeypatch)
    work.scans = work.load_with_muscles()
    return work


@pytest.fixture
def message() -> Callable[[Any], str]:
    """Return what a label of the panel says, to who opens its section, if it is shown there."""
    return lambda label: "" if label.isHidden() else label.text


@pytest.fixture(scope="module")
def stations(plain_scan):
    """Images and true labels, five slices each, 24 mm apart: two calves, two thighs above them, and both in one."""
    affine = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 24, -48], [0, 0, 0, 1.0]])
    grid, shape = Geometry((5, 113, 173), affine), (10, 113, 173)
    made = {region: plain_scan(digital_legs(region, seed=2, fat_fraction=5), grid) for region in ("calf", "thigh")}
    calf, thigh = (made[region][1].array for region in ("calf", "thigh"))
    labels = np.concatenate([calf + np.uint8(20) * (calf > 0), thigh]).astype(np.uint8)
    image = np.concatenate([made[region][0].array for region in ("calf", "thigh")])
    higher = affine.copy()
    higher[:3, 3] = affine[:3, 3] + 5 * affine[:3, 2]
    above = Geometry(grid.shape, higher)
    return {
        "calf": made["calf"],
        "thigh": tuple(Volume(volume.array, above) for volume in made["thigh"]),
        "both": (Volume(image, Geometry(shape, affine)), Volume(labels, Geometry(shape, affine))),
    }


THIGH, CALF = (1, 4, 109, 110), (1, 5, 103, 106)
"""Muscles of a scan from DICOM."""


@pytest.fixture
def loaded(work, siemens_series, labels_on, monkeypatch):
    """A function that loads a scan with muscles from DICOM, and returns the drawn muscles."""
    import slicer

    from .dicom_desk import load_from_dicom

    lack_torch(monkeypatch)
    monkeypatch.setattr(sys.modules["MuscleSegPanel.report_export"], "patient_report", lambda *_: b"%PDF-1.4\n%%EOF\n")
    monkeypatch.setattr(slicer, "dicomDatabase", None, raising=False)

    def load(orientation="axial", region="thigh", **options):
        folder = siemens_series(orientation=orientation)
        labels = labels_on(folder, THIGH if region == "thigh" else CALF)
        load_from_dicom(work, folder, labels, region, **options)
        return folder, labels

    return load
