"""Writing and reading label maps."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_name
from MuscleSegLib.volume.formats import IMAGE_ENDINGS, SEGMENTATION_ENDING, ending_of, require_ending
from MuscleSegLib.volume.reading import read_volume
from MuscleSegLib.volume.seg_nrrd import read_seg_nrrd, write_seg_nrrd
from MuscleSegLib.volume.segments import LARGEST_LABEL, Segment
from MuscleSegLib.volume.volume import Volume
from MuscleSegLib.volume.writing import write_volume

_LARGEST_READ = 65535


def write_labels(labels: Volume, path: Path | str, *, segments: Sequence[Segment], description: str = "") -> None:
    """Write a label map as uint8.

    Args:
        labels: Whole numbers from 0 to 255.
        path: A name that ends with .seg.nrrd (keeps the segments' names, colors and codes, for Slicer), .nii.gz, .nii,
            .nrrd or .mha (keep the label values alone).
        segments: What the label values mean. In a .seg.nrrd all of them are listed, those without voxels too.
        description: One line that says where the labels come from. NIfTI keeps its first 79 bytes.

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


def read_labels(path: Path | str) -> tuple[Volume, tuple[Segment, ...]]:
    """Read a label map.

    Returns:
        The labels, in uint8 or, where a value is above 255, uint16; and the segments of a .seg.nrrd, none for other
        formats. Segments that this library wrote have their label values back, whatever Slicer made of them.

    Raises:
        MuscleSegError: The file cannot be read, its values are no whole numbers from 0 to 65535, or segments overlap.

    """
    path = Path(path)
    require_name(path)
    if ending_of(path) == SEGMENTATION_ENDING and path.is_file():
        volume, segments = read_seg_nrrd(path)
    else:
        volume, segments = read_volume(path), ()
    return replace(volume, array=_as_labels(volume, limit=_LARGEST_READ)), segments


def _as_labels(volume: Volume, *, limit: int) -> NDArray[Any]:
    lowest, highest = volume.array.min(), volume.array.max()
    # NaN fails the comparison with itself, infinity the one with the limit.
    whole = volume.array.dtype.kind in "biu" or np.array_equal(volume.array, np.rint(volume.array))
    if not whole or lowest < 0 or highest > limit:
        message = f"{volume.name} is not a label map (its values go from {lowest:g} to {highest:g}, and labels are "
        message += f"whole numbers from 0 to {limit}): give the segmentation, not the image."
        raise MuscleSegError(message)
    return volume.array.astype(np.min_scalar_type(int(highest)), copy=False)
