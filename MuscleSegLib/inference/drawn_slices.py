"""Slices as a program drew them, remembered by checksums, so that a slice that a person corrected can be told.

The text of a muscle lists its slices with the checksum of its voxels there, as in ``3:9f2a11bc 4:07d1e2aa``. A slice
that is not listed was drawn empty. It is a tag of the muscle's segment, which .seg.nrrd files and Slicer keep.
"""

import re
import zlib

import numpy as np
from numpy.typing import NDArray

DRAWN = "Drawn"
"""Name of the tag of a segment."""

_ENTRY = re.compile(r"(\d+):([0-9a-f]{8})")

Labels = NDArray[np.unsignedinteger]


def drawn_slices(labels: Labels) -> dict[int, str]:
    """Return the text of each muscle by label value.

    Args:
        labels: Label values on the image's grid, [k, j, i].
    """
    texts: dict[int, list[str]] = {}
    for index, slice_ in enumerate(labels):
        for value, checksum in _checksums(slice_).items():
            texts.setdefault(value, []).append(f"{index}:{checksum:08x}")
    return {value: " ".join(entries) for value, entries in texts.items()}


def corrected_slices(labels: Labels, value: int, drawn: str) -> list[int]:
    """Return the slices in which a muscle is not as a program drew it.

    Args:
        labels: Label values on the image's grid, [k, j, i].
        value: Label value of the muscle.
        drawn: Its text; entries that cannot be read are passed over.
    """
    expected = {int(entry[1]): int(entry[2], 16) for entry in _ENTRY.finditer(drawn)}
    return [index for index, slice_ in enumerate(labels) if _checksums(slice_, value).get(value) != expected.get(index)]


def _checksums(slice_: Labels, only: int | None = None) -> dict[int, int]:
    """Return the checksum of the place and the voxels of each label value in a slice, [j, i]."""
    from scipy import ndimage

    values = slice_ if only is None else np.where(slice_ == only, slice_, 0)
    if not values.any():
        return {}
    checksums = {}
    for value, box in enumerate(ndimage.find_objects(values.astype(np.int32)), start=1):
        if box is not None:
            first = f"{box[0].start},{box[1].start},{box[1].stop - box[1].start};".encode()
            checksums[value] = zlib.crc32(first + np.packbits(values[box] == value).tobytes())
    return checksums
