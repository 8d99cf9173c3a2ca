"""Digital legs in Slicer's module *Sample Data*: made on this computer when they are wanted, nothing is downloaded."""

import functools
from pathlib import Path

import slicer
import slicer.util
from slicer.i18n import tr as _

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


def load(region: str) -> dict[str, slicer.vtkMRMLScalarVolumeNode]:
    """Make digital legs and their scans: the anatomy, and maps of fat fraction, MTR and T2.

    Args:
        region: "thigh" or "calf".

    Returns:
        The volume nodes as "anatomy", "ff", "mtr" and "t2", and as "truth" a label map of the muscles as they are.

    """
    from MuscleSegLib.scene.views import show_in_views

    from MuscleSegLib.phantom import digital_legs
    from MuscleSegLib.phantom.acquisition import acquire
    from MuscleSegLib.phantom.protocols import protocol
    from MuscleSegLib.scene.volumes import add_volume

    words = {"thigh": _("Thighs"), "calf": _("Calves")}[region]
    names = {"anatomy": _("T1-weighted"), "ff": _("fat fraction (%)"), "mtr": _("MTR (%)"), "t2": _("T2 map (ms)")}
    with slicer.util.WaitCursor():
        legs = digital_legs(region, seed=_SEED, fat_fraction=_FAT_PERCENT)
        made = acquire(legs, protocol("quick", length_mm=legs.length_mm, legs=len(legs.legs)))
        nodes = {name: add_volume(made.images[name], f"{words} {what}") for name, what in names.items()}
    show_in_views(nodes["anatomy"])
    return nodes


def _load_source(region: str, _source: object) -> list[slicer.vtkMRMLScalarVolumeNode]:
    return list(load(region).values())
