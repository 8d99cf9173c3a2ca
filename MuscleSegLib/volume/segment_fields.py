"""Consistency of the fields of a .seg.nrrd file with one another and with its voxels.

slicerio, which reads these files, invents missing fields, drops letters that are not ASCII, and ignores voxels without
a segment. The fields: https://slicer.readthedocs.io/en/latest/developer_guide/modules/segmentations.html.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from MuscleSegLib.translatable import _
from MuscleSegLib.volume.integrity import damaged
from MuscleSegLib.volume.label_values import voxel_counts
from MuscleSegLib.volume.remarks import remark

_HEADER_BYTES = 1 << 23
_FIELD = re.compile(rb"Segment(\d+)_([A-Za-z]+)")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_NEEDED = ("ID", "Name", "LabelValue", "Layer")
"""Fields that identify a segment."""


def segment_names(path: Path) -> dict[str, str]:
    """Return the names of segments by their IDs, as slicerio reads these, after a check of all fields.

    A missing field that does not identify a segment is remarked.

    Raises:
        MuscleSegError: A field is no text, or a segment lacks a field that identifies it.
    """
    fields: dict[int, dict[str, str]] = {}
    for key, value in _pairs(path):
        if _CONTROL.search(key + value) or not key.isascii():
            raise damaged(path, _("a field of its header is no text"))
        if match := _FIELD.fullmatch(key):
            fields.setdefault(int(match[1]), {})[match[2].decode()] = _text(value)
    usual = set().union(*fields.values())
    for number, segment in sorted(fields.items()):
        lacking = sorted(usual - segment.keys())
        needed = [name for name in _NEEDED if name in lacking]
        if needed:
            why = _("its segment {number} has no {needed}, which others have")
            raise damaged(path, why, number=number + 1, needed=needed[0])
        if lacking:
            sentence = _("{path} may be damaged: its segment {number} has no {lacking}, which others have.")
            remark(sentence, path=path, number=number + 1, lacking=", ".join(lacking))
    named = [segment for segment in fields.values() if {"ID", "Name"} <= segment.keys()]
    return {segment["ID"].encode("ascii", "ignore").decode().strip(): segment["Name"] for segment in named}


def remark_unclaimed_voxels(path: Path, layers: NDArray[Any], claimed: Iterable[tuple[int, int]]) -> None:
    """Remark voxels without a segment.

    Args:
        path: The file.
        layers: [layer, i, j, k] stored values.
        claimed: Layer and stored value of each segment.
    """
    claims = set(claimed)
    for number, layer in enumerate(layers):
        for value, count in voxel_counts(layer).items():
            if (number, value) not in claims:
                sentence = _(
                    "{path} may be damaged: {count} voxels of it have the value {value}, which is no segment's, and "
                    "are taken for background."
                )
                remark(sentence, path=path, count=count, value=f"{value:g}")


def _text(value: bytes) -> str:
    try:
        return value.decode().strip()
    except UnicodeDecodeError:  # of a program that is older than Slicer's use of UTF-8
        return value.decode("latin-1").strip()


def _pairs(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys and values of the header beside the format's fields."""
    with path.open("rb") as file:
        while (line := file.readline(_HEADER_BYTES).rstrip(b"\r\n")).strip():
            key, mark, value = line.partition(b":=")
            if mark and not line.startswith(b"#"):
                yield key, value
