"""Digital legs in Slicer's module *Sample Data*: made on this computer on demand, nothing is downloaded.

*Sample Data* copies a URI to a file and gives the file to Slicer, for a click in its gallery and for a program's
``SampleData.downloadSample`` alike. Here the URI holds the file itself: a line that names a region and an image of it.
It is read by the module's reader of such files, which makes the legs.
"""

import functools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import qt
import slicer
import slicer.util
from slicer.i18n import tr as _

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.phantom.scanning import Acquisition
from MuscleSegLib.volume import Volume

CATEGORY = "MuscleSeg"
SAMPLES = {"MuscleSegThighs": "thigh", "MuscleSegCalves": "calf"}
"""Regions by the name of the sample."""

IMAGES = ("anatomy", "ff", "mtr", "t2")
"""Scan, and maps of fat fraction (FF), magnetization transfer ratio (MTR) and T2."""

FILE_TYPE = "MuscleSegSample"
ENDING = ".muscleseg"

_SEED = 7
_FAT_PERCENT = 12.0
_TURN_S = 0.01
_LONGEST_LINE = 100  # characters

ResultT = TypeVar("ResultT")


def register(icons: Path) -> None:
    """Register the samples, once: a module that is loaded again has registered them before."""
    import SampleData

    registered = getattr(slicer.modules, "sampleDataSources", {}).get(CATEGORY, ())
    for name, region in SAMPLES.items():
        if any(source.sampleName == name for source in registered):
            continue
        SampleData.SampleDataLogic.registerCustomSampleDataSource(
            category=CATEGORY,
            sampleName=name,
            uris=[f"data:,{quote(f'{region} {image}')}" for image in IMAGES],
            fileNames=[f"{name}_{image}{ENDING}" for image in IMAGES],
            nodeNames=[_name(region, image) for image in IMAGES],
            loadFileTypes=[FILE_TYPE] * len(IMAGES),
            thumbnailFileName=str(icons / f"{name}.png"),
        )


def scanned(region: str) -> Acquisition:
    """Make digital legs and scan them, while Slicer's window goes on being drawn.

    Args:
        region: "thigh" or "calf".
    """
    return _meanwhile(functools.partial(_scanned, region))


def show(region: str, images: dict[str, Volume]) -> dict[str, slicer.vtkMRMLScalarVolumeNode]:
    """Put the scan and its maps into the scene, and show the scan.

    Returns:
        The volume nodes as "anatomy", "ff" (fat fraction), "mtr" and "t2".
    """
    return {image: _show_image(image, images[image], _name(region, image)) for image in IMAGES}


def load(path: Path, name: str = "") -> slicer.vtkMRMLScalarVolumeNode:
    """Make the image named in a sample file, and show it if it is the scan.

    Args:
        path: Sample file, which holds, for example, "thigh anatomy".
        name: Name of the node; empty for a name of region and image.

    Raises:
        MuscleSegError: The file names no image.
    """
    with path.open(encoding="utf-8", errors="replace") as file:
        region, _space, image = file.read(_LONGEST_LINE).strip().partition(" ")
    if region not in SAMPLES.values() or image not in IMAGES:
        message = _("{path} names no sample of MuscleSeg: it has to hold a region ({regions}) and an image ({images}).")
        regions = ", ".join(SAMPLES.values())
        raise MuscleSegError(message.format(path=path, regions=regions, images=", ".join(IMAGES)))
    return _show_image(image, _images(region)[image], name or _name(region, image))


@functools.lru_cache(maxsize=1)  # its images are loaded in sequence
def _images(region: str) -> dict[str, Volume]:
    made = scanned(region)
    return {image: made.images[image] for image in IMAGES}


def _scanned(region: str) -> Acquisition:
    from MuscleSegLib.phantom import digital_legs
    from MuscleSegLib.phantom.protocols import protocol
    from MuscleSegLib.phantom.scanning import acquire

    legs = digital_legs(region, seed=_SEED, fat_fraction=_FAT_PERCENT)
    return acquire(legs, protocol("quick", length_mm=legs.length_mm, legs=len(legs.legs)))


def _show_image(image: str, volume: Volume, name: str) -> slicer.vtkMRMLScalarVolumeNode:
    from MuscleSegLib.scene.views import show_in_views
    from MuscleSegLib.scene.volumes import add_volume

    node = add_volume(volume, name)
    if image == "anatomy":
        show_in_views(node)
    return node


def _name(region: str, image: str) -> str:
    legs = {"thigh": _("Thighs"), "calf": _("Calves")}[region]
    names = {"anatomy": _("T1-weighted"), "ff": _("fat fraction (%)"), "mtr": _("MTR (%)"), "t2": _("T2 map (ms)")}
    return f"{legs} {names[image]}"


def _meanwhile(make: Callable[[], ResultT]) -> ResultT:
    """Return the result of work in a thread, while the window is drawn but takes no input."""
    with slicer.util.WaitCursor(), ThreadPoolExecutor(1) as thread:
        result = thread.submit(make)
        while not result.done():
            slicer.app.processEvents(qt.QEventLoop.ExcludeUserInputEvents)
            time.sleep(_TURN_S)  # another thread works only while the main thread sleeps: Qt's loop keeps Python's lock
        return result.result()
