"""Segmentations of label maps, as files."""

from datetime import datetime
from pathlib import Path

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.dicom import read_source, segmentation_of
from Testing.dicom_sources import saved

NOW = datetime(2025, 4, 1, 12, 30, 5)
KINDS = ("BINARY", "LABELMAP")


def written(tmp_path, labels, folder, kind="BINARY", name="seg.dcm", **more) -> Path:
    """A file of the segmentation of a label map on the series in a folder."""
    source = read_source(folder, labels)
    made = segmentation_of(labels, scheme("thigh"), source, now=NOW, kind=kind, **more)
    return saved(made.dataset, tmp_path / name)
