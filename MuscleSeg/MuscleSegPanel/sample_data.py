"""Digital legs in Slicer's module *Sample Data*: made on this computer when they are wanted, nothing is downloaded."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import slicer
import slicer.util
from slicer.i18n import tr as _

if TYPE_CHECKING:
    from MuscleSegLib.phantom.acquisition import Acquisition

CATEGORY = "MuscleSeg"
SAMPLES = {"MuscleSegThighs": "thigh", "MuscleSegCalves": "calf"}
"""Regions by the name of the sample."""

_SEED = 7
_FAT_PERCENT = 12.0


def register(icons: Path) -> None:
    """Register the samples, once: a module that is loaded again has registered them before."""
    import SampleData

    known = getattr(slicer.modules, "sampleDataSources", {}).get(CATEGORY, ())
    words = {"thigh": _("Digital thighs"), "calf": _("Digital calves")}
    for name, region in SAMPLES.items():
        if any(source.sampleName == name for source in known):
            continue
        SampleData.SampleDataLogic.registerCustomSampleDataSource(
            category=CATEGORY,
            sampleName=name,
            # Nothing is there to download; the lists only have to be as long as one another.
            uris=f"muscleseg:{region}",
            fileNames=f"{name}.nrrd",
            nodeNames=words[region],
            thumbnailFileName=str(icons / f"{name}.png"),
            customDownloader=functools.partial(_load_source, region),
        )


def scanned(region: str) -> Acquisition:
    """Make digital legs and scan them.

    Args:
        region: "thigh" or "calf".

    """
    from MuscleSegLib.phantom import digital_legs
    from MuscleSegLib.phantom.acquisition import acquire
    from MuscleSegLib.phantom.protocols import protocol

    with slicer.util.WaitCursor():
        legs = digital_legs(region, seed=_SEED, fat_fraction=_FAT_PERCENT)
        return acquire(legs, protocol("quick", length_mm=legs.length_mm, legs=len(legs.legs)))


def show(region: str, made: Acquisition) -> dict[str, slicer.vtkMRMLScalarVolumeNode]:
    """Put the scan and its maps into the scene, and show the scan.

    Returns:
        The volume nodes as "anatomy", "ff" (fat fraction), "mtr" and "t2".

    """
    from MuscleSegLib.scene.views import show_in_views
    from MuscleSegLib.scene.volumes import add_volume

    words = {"thigh": _("Thighs"), "calf": _("Calves")}[region]
    names = {"anatomy": _("T1-weighted"), "ff": _("fat fraction (%)"), "mtr": _("MTR (%)"), "t2": _("T2 map (ms)")}
    nodes = {name: add_volume(made.images[name], f"{words} {what}") for name, what in names.items()}
    show_in_views(nodes["anatomy"])
    return nodes


def _load_source(region: str, _source: object) -> list[slicer.vtkMRMLScalarVolumeNode]:
    return list(show(region, scanned(region)).values())
