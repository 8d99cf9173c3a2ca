"""Corrected scans on their way into the folder from which a network learns; no Qt, no Slicer."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import publish
from MuscleSegLib.inference.corrected_scans import FAT, SINGLE, WATER, collected_name
from MuscleSegLib.temporary import TemporaryFolder
from MuscleSegLib.translatable import _
from MuscleSegPanel.interfaces import Node, Scene

_LABELS = ".seg.nrrd"


def require_one_region(segmentation: Node, region: str, scene: Scene) -> None:
    """Check that muscles are those of the region whose network learns.

    Raises:
        MuscleSegError: They are not.
    """
    if scene.region_of(segmentation) != region:
        message = _("{name} does not hold the muscles of the chosen region alone: choose the region of its muscles.")
        raise MuscleSegError(message, name=segmentation.GetName())


def collect(folder: Path, region: str, *, scan: Node, segmentation: Node, companion: Node | None, scene: Scene) -> bool:
    """Write a scan and its corrected muscles into a folder, whole or not at all, and return whether it was there.

    The name tells the region and a digest of the scan's voxels, so that the same scan replaces itself.

    Args:
        folder: The folder.
        region: "thigh" or "calf".
        scan: Scan.
        segmentation: Its muscles.
        companion: Another image of the scan, or None.
        scene: Slicer's.

    Raises:
        MuscleSegError: Nothing was corrected, the muscles are of another region, or the folder is missing or cannot be
            written to.
    """
    require_one_region(segmentation, region, scene)
    if not folder.is_dir():
        message = _("The folder {folder} for corrected scans is not there: choose another one, or connect its disk.")
        raise MuscleSegError(message, folder=folder)
    name = collected_name(region, scene.voxels_digest(scan))
    images = {f"{name}{ending}": node for ending, node in _images(scan, companion, scene).items()}
    labels = folder / f"{name}{_LABELS}"
    was_there = labels.exists()
    try:
        with TemporaryFolder(folder) as temporary:
            scene.write_corrected(segmentation, scan, region, temporary / labels.name)
            for file, node in images.items():
                scene.export_volume(node, temporary / file)
            _publish(temporary, [*(folder / file for file in images), labels])  # without labels an image is no case
    except OSError as error:
        message = _("{folder} could not be written to ({reason}): check the disk and its permissions.")
        raise MuscleSegError(message, folder=folder, reason=error.strerror or error) from error
    for ending in (FAT, WATER, SINGLE):
        if f"{name}{ending}" not in images:
            (folder / f"{name}{ending}").unlink(missing_ok=True)
    return was_there


def _images(scan: Node, companion: Node | None, scene: Scene) -> Mapping[str, Node]:
    """Return the images by the ending of their file: the labels lie on the grid of the first."""
    if companion is None:
        return {SINGLE: scan}
    scene.require_together(scan, companion)
    is_fat = scene.proposed_maps().get("fat") is companion
    if is_fat and scene.geometry_of(companion).is_close(scene.geometry_of(scan)):
        return {FAT: companion, WATER: scan}
    return {FAT: scan, WATER: companion}


def _publish(temporary: Path, files: list[Path]) -> None:
    """Move files into their places, in their order; if one cannot be moved, no new one stays.

    Raises:
        OSError: One cannot be moved.
    """
    published = []
    try:
        for file in files:
            is_new = not file.exists()
            publish(temporary / file.name, file)
            published += [file] if is_new else []
    except OSError:
        for file in published:
            with contextlib.suppress(OSError):
                file.unlink()
        raise
