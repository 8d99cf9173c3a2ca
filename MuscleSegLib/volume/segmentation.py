"""Writing and reading of label maps."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_name
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.dicom_kinds import segmentation_in
from MuscleSegLib.volume.dicom_seg import read_dicom_seg
from MuscleSegLib.volume.formats import IMAGE_ENDINGS, READABLE_ENDINGS, SEGMENTATION_ENDING, ending_of, require_ending
from MuscleSegLib.volume.integrity import opening
from MuscleSegLib.volume.reading import read_volume
from MuscleSegLib.volume.remarks import gathered_remarks
from MuscleSegLib.volume.seg_nrrd import read_seg_nrrd, write_seg_nrrd
from MuscleSegLib.volume.segments import LARGEST_LABEL, Recognize, Segment
from MuscleSegLib.volume.volume import Volume
from MuscleSegLib.volume.writing import write_volume

WHOLE_TOLERANCE = 1e-3
"""Largest deviation of a label from a whole number: labels of two legs scaled to 16 bits, as by programs that compute
in floats, are off by up to 110 / 65535 / 2 = 8e-4."""

_LARGEST_READ = 65535


def write_labels(labels: Volume, path: Path | str, *, segments: Sequence[Segment], description: str = "") -> None:
    """Write a label map as uint8.

    Args:
        labels: [k, j, i] whole numbers from 0 to 255.
        path: A name that ends with .seg.nrrd (keeps the segments' names, colors and codes, for Slicer), .nii.gz, .nii,
            .nrrd or .mha (keep the label values alone).
        segments: Segments of the label values. A .seg.nrrd lists all of them, also those without voxels.
        description: Origin of the labels in a line. NIfTI keeps 79 bytes of it (``origin``).

    Raises:
        MuscleSegError: The array is not a label map, a value has no segment (.seg.nrrd), the ending is another one, or
            the place cannot be written to. Whatever was at ``path`` is then as it was.
    """
    path = Path(path)
    ending = require_label_format(path)
    array = _as_labels(labels, limit=LARGEST_LABEL).astype(np.uint8, copy=False)
    written = replace(labels, array=array, description=description)
    if ending == SEGMENTATION_ENDING:
        write_seg_nrrd(written, path, segments=segments, description=description)
    else:
        write_volume(written, path)


def require_label_format(path: Path | str) -> str:
    """Return the ending of a label map that is to be written; for a check before any work is done.

    Raises:
        MuscleSegError: Its ending is none of a label map.
    """
    return require_ending(Path(path), (SEGMENTATION_ENDING, *IMAGE_ENDINGS))


def read_labels(path: Path | str, *, recognize: Recognize | None = None) -> tuple[Volume, tuple[Segment, ...]]:
    """Read a label map.

    Args:
        path: A file or DICOM folder, as for ``read_volume``, or a DICOM segmentation, or a folder that holds one.
        recognize: Function that gives each segment of a file another value, or passes it over.

    Returns:
        The labels, in uint8 or, where a value is above 255, uint16; and the segments of a .seg.nrrd or a DICOM
        segmentation, none for other formats. Segments that this library wrote have their label values back, whatever
        Slicer made of them.

    Raises:
        MuscleSegError: The file cannot be read, its values are no whole numbers from 0 to 65535, or segments overlap.
    """
    path = Path(path)
    require_name(path)
    with gathered_remarks() as remarks:
        volume, segments = _read(path, recognize)
    return replace(volume, array=_as_labels(volume, limit=_LARGEST_READ), remarks=tuple(remarks)), segments


def _read(path: Path, recognize: Recognize | None) -> tuple[Volume, tuple[Segment, ...]]:
    segmentation = None
    if path.is_dir() or (path.is_file() and ending_of(path) not in READABLE_ENDINGS):
        with opening(path):
            segmentation = segmentation_in(path)
    if segmentation is not None:
        return read_dicom_seg(segmentation, recognize=recognize)
    if ending_of(path) == SEGMENTATION_ENDING and path.is_file():
        with opening(path):
            return read_seg_nrrd(path, recognize=recognize)
    return read_volume(path), ()


def _as_labels(volume: Volume, *, limit: int) -> NDArray[Any]:
    array = _whole_numbers(volume.array)
    if array is None or array.min() < 0 or array.max() > limit:
        lowest, highest = volume.array.min(), volume.array.max()
        message = _(
            "{volume} is not a label map (its values go from {lowest} to {highest}, and labels are whole numbers from "
            "0 to {limit}): give the segmentation, not the image."
        )
        raise MuscleSegError(message, volume=volume.name, lowest=f"{lowest:g}", highest=f"{highest:g}", limit=limit)
    return array.astype(np.min_scalar_type(int(array.max())), copy=False)


def _whole_numbers(array: NDArray[Any]) -> NDArray[Any] | None:
    """Return an array with its values rounded, None where one is no whole number or all would be rounded to 0."""
    if array.dtype.kind in "biu":
        return array
    whole = np.rint(array)
    with np.errstate(invalid="ignore"):  # infinity less infinity
        near = np.abs(array - whole) <= WHOLE_TOLERANCE  # NaN is near nothing
    return whole if near.all() and whole.any() == array.any() else None
