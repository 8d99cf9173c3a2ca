"""Corrected scans and networks that learn from them, for scripts, by the rules of the panel and without its widgets."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import slicer

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.bundle import available_bundles, find_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.worker import AdaptJob, Handlers
from MuscleSegPanel import dependencies, slicer_scene
from MuscleSegPanel.background import Background
from MuscleSegPanel.collecting import collect as collect_scan
from MuscleSegPanel.improving import improved_name
from MuscleSegPanel.interfaces import Answer
from MuscleSegPanel.process import ProcessClient
from MuscleSegPanel.scripting import VolumeNode, no_choice, require_kind, scan_of, waited_for


def collect(
    folder: Path, segmentation: slicer.vtkMRMLSegmentationNode, scan: VolumeNode | None, companion: VolumeNode | None
) -> None:
    """Write a scan and its corrected muscles into a folder, as the panel does.

    Raises:
        MuscleSegError: Nothing was corrected, a node is of another kind, or the folder cannot be written to.
    """
    scan = scan_of(segmentation, scan)
    if companion is not None:
        require_kind(companion, slicer.vtkMRMLScalarVolumeNode, "companion")
    region = slicer_scene.region_of(segmentation)
    _require_region(region)
    collect_scan(folder, region, scan=scan, segmentation=segmentation, companion=companion, scene=slicer_scene)


def improve(folder: Path, region: str, *, network: str | None, name: str | None, minutes: float) -> dict[str, Any]:
    """Let a network learn from corrected scans in a worker process of its own, and return what came of it.

    Raises:
        MuscleSegError: The network cannot learn here, or not from these scans, the name is taken, a package is missing,
            or Slicer was closed meanwhile.
    """
    if sentence := dependencies.what_is_missing():
        raise MuscleSegError(sentence)
    _require_region(region)
    parent = find_bundle(region, network).metadata.name
    wanted = name or improved_name(parent, (bundle.metadata.name for bundle in available_bundles().bundles))
    job = AdaptJob(region, folder, wanted, network, float(minutes), installs=True)
    background = Background(ProcessClient())

    def begin(
        *,
        progress: Callable[[float, str], None],
        done: Callable[[Answer], None],
        failed: Callable[[str], None],
        canceled: Callable[[], None],
    ) -> None:
        background.begin(job, Handlers(progress, done, failed, canceled))

    return waited_for(begin, dict, stop=background.stop)


def _require_region(region: str) -> None:
    names = [each.name for each in REGIONS]
    if region not in names:
        message = no_choice("region", region, names)
        raise MuscleSegError(message)
