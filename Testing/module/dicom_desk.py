"""A person at the panel with a scan that was loaded from Slicer's DICOM database."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom

from MuscleSegLib.volume import Volume, read_volume

from .conftest import Work

NETWORK = "thigh-unet 1.2"


class Database:
    """Of Slicer's DICOM database, what is asked for: ctkDICOMDatabase answers "" for an instance that it lacks."""

    isOpen = True  # noqa: N815 - its name in Slicer

    def __init__(self, folder: Path) -> None:
        self.files = {str(pydicom.dcmread(path).SOPInstanceUID): path for path in sorted(folder.iterdir())}

    def fileForInstance(self, uid: str) -> str:  # noqa: N802 - its name in Slicer
        return str(self.files.get(uid, ""))

    def instanceValue(self, uid: str, tag: str) -> str:  # noqa: N802 - its name in Slicer
        path = self.files.get(uid)
        if path is None or not path.exists():
            return ""
        element = pydicom.dcmread(path).get(pydicom.tag.Tag(tag.split(",")))
        return "" if element is None else str(element.value)


def load_from_dicom(work: Work, folder: Path, labels: Volume, region: str, *, flipped: tuple[int, ...] = ()) -> Any:
    """Put a series, a map of fat fraction and drawn muscles into the scene as Slicer does, and choose them.

    Args:
        work: Person at the panel.
        folder: Files of the series.
        labels: [k, j, i] muscles on its grid.
        region: "thigh" or "calf".
        flipped: Axes of the array along which Slicer has read the slices the other way round.

    Returns:
        The database.
    """
    import slicer

    from MuscleSegLib.inference import segments_of
    from MuscleSegLib.scene.automatic import Description, describe, keep_automatic
    from MuscleSegLib.scene.segmentations import show_labels
    from MuscleSegLib.scene.volumes import add_volume

    database = slicer.dicomDatabase = Database(folder)
    scan = add_volume(read_volume(folder).flipped(flipped), "4: t1_tse_tra")
    scan.SetAttribute("DICOM.instanceUIDs", " ".join(database.files))  # as DICOMScalarVolumePlugin does
    fractions = np.random.default_rng(1).uniform(5, 60, labels.array.shape)
    ff = add_volume(Volume(fractions, labels.geometry), "FF")
    work.scans = {"anatomy": scan, "ff": ff}
    work.ui.scanSelector.setCurrentNode(scan)
    work.host.click(getattr(work.ui, f"{region}Button"))
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "t1_tse_tra muscles")
    show_labels(node, labels, segments_of(region, two_legs=True), reference=scan)
    keep_automatic(node, labels.flipped(flipped))
    describe(node, Description(region, two_legs=True, network=NETWORK, device="cpu"))
    work.ui.segmentationSelector.setCurrentNode(node)
    work.ui.ffSelector.setCurrentNode(ff)
    work.parameters.ff_unit = type(work.parameters.ff_unit)["PERCENT"]
    work.host.work()
    return database


def export(work: Work, folder: Path, said: Callable[[Any], str]) -> dict[str, Path]:
    """Press *Export DICOM…*, wait for the end, and return the written files by name."""
    folder.mkdir(exist_ok=True)
    work.host.spin(lambda: work.ui.exportDicomButton.enabled, 60)
    work.host.dialogs.will_answer(folder)
    work.host.click(work.ui.exportDicomButton)
    work.host.spin(lambda: not work.panel.review.measuring.is_busy, 60)
    assert said(work.ui.resultsMessage).startswith("Saved"), said(work.ui.resultsMessage)
    (made,) = folder.iterdir()
    return {path.stem: path for path in made.iterdir()}
