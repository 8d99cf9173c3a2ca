"""Slicer's segmentation files (.seg.nrrd).

The format: https://slicer.readthedocs.io/en/latest/developer_guide/modules/segmentations.html. Slicer gives segments
new label values whenever it likes, so that each segment carries its label value as a tag, which Slicer keeps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.terminology import CodedConcept, Terminology
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.checks import at_right_angles
from MuscleSegLib.volume.formats import DESCRIPTION_KEY, one_line
from MuscleSegLib.volume.integrity import damaged
from MuscleSegLib.volume.itk import grid_of, ras_from_lps
from MuscleSegLib.volume.label_values import voxel_counts
from MuscleSegLib.volume.nrrd_header import PYNRRD_ENCODINGS, check_nrrd
from MuscleSegLib.volume.remarks import remark
from MuscleSegLib.volume.segment_fields import remark_unclaimed_voxels, segment_names
from MuscleSegLib.volume.segments import REMARK, SLICERS_GREEN, Recognize, Segment, flattened
from MuscleSegLib.volume.verifying import holds_voxels, not_whole
from MuscleSegLib.volume.volume import Volume

TAGS = "MuscleSeg."
LABEL_TAG = f"{TAGS}Label"
_REPRESENTATION = "Binary labelmap"
_CATEGORY_CONTEXT = "Segmentation category and type - 3D Slicer General Anatomy list"
_ANATOMY_CONTEXT = "Anatomic codes - DICOM master list"
_COPIES = 4
"""Copies of the voxels in memory at once: unpacked, as pynrrd returns them, of a segment and of the labels."""
_COMPRESSION = 6
"""Level of gzip, its default: files are a sixth larger than with level 9, and written in a fifth of the time."""


@dataclass(frozen=True)
class _Stored:
    """A stored segment: the voxels of ``layer`` that equal ``stored_value``."""

    layer: int
    stored_value: int
    tagged_value: int | None
    fields: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.fields.get("name") or self.fields["id"])


def write_seg_nrrd(labels: Volume, path: Path, *, segments: Sequence[Segment], description: str) -> None:
    """Write a uint8 label map with the given segments, also those without voxels.

    Raises:
        MuscleSegError: A label in the array has no segment, two segments share a value, the grid is sheared, or the
            place cannot be written to.
    """
    import slicerio

    grid_of(labels.geometry)  # raises for sheared grids
    values = [segment.value for segment in segments]
    unnamed = voxel_counts(labels.array).keys() - values
    if unnamed or len(set(values)) < len(values):
        if not unnamed:
            message = _("{file} cannot be written: every label value needs one segment, but two share one.")
            raise MuscleSegError(message, file=path.name)
        message = _("{file} cannot be written: every label value needs one segment, but {values} has none.")
        raise MuscleSegError(message, file=path.name, values=", ".join(map(str, sorted(unnamed))))
    columns, rows, slices = (size - 1 for size in reversed(labels.geometry.shape))
    segmentation = {
        "voxels": labels.array.T,
        "ijkToLPS": ras_from_lps(labels.geometry.affine),
        "encoding": "gzip",
        "containedRepresentationNames": [_REPRESENTATION],
        "masterRepresentation": _REPRESENTATION,
        "referenceImageExtentOffset": [0, 0, 0],
        # All segments share one layer, and versions of Slicer crop a layer to the extent of its first segment: the
        # extent of a segment is that of its layer, as in the files that Slicer writes.
        "segments": [_fields(segment, [0, columns, 0, rows, 0, slices], description) for segment in segments],
    }
    with written_whole(path) as temporary:
        slicerio.write_segmentation(str(temporary), segmentation, compression_level=_COMPRESSION)
        if not holds_voxels(temporary, labels.array):
            raise not_whole(path)


def read_seg_nrrd(path: Path, *, recognize: Recognize | None = None) -> tuple[Volume, tuple[Segment, ...]]:
    """Read a segmentation into one label map.

    Segments with the tag ``MuscleSeg.Label`` get its value. Others keep their value in the file where it is unique,
    else they are numbered from the first free value.

    Args:
        path: The file.
        recognize: Function that gives each segment another value; segments passed over may overlap others.

    Returns:
        The labels (uint8 or uint16, [k, j, i]) on the file's grid, which Slicer may have cropped, and the segments in
        the file's order.

    Raises:
        MuscleSegError: The file is not a segmentation or damaged, segments overlap, or two claim one label.
    """
    geometry = check_nrrd(path, copies=_COPIES, encodings=PYNRRD_ENCODINGS)
    layers, stored = _layers_and_segments(path)
    if stored:
        remark_unclaimed_voxels(path, layers, ((segment.layer, segment.stored_value) for segment in stored))
    values = _values(path, stored)
    described = (segment.fields.get("tags", {}).get(DESCRIPTION_KEY, "") for segment in stored)
    description = next(filter(None, described), "")
    segments = [_segment(segment, value) for segment, value in zip(stored, values, strict=True)]
    for text in dict.fromkeys(text for segment in segments if (text := segment.tags.get(REMARK))):
        remark(text)
    if recognize is not None and segments:
        given = recognize(segments, description)
        stored = [segment for segment, value in zip(stored, given, strict=True) if value]
        segments = [replace(segment, value=value) for segment, value in zip(segments, given, strict=True) if value]
    array = layers[0]
    if values:
        masks = (layers[segment.layer] == segment.stored_value for segment in stored)
        names, values = [segment.name for segment in stored], [segment.value for segment in segments]
        array = flattened(path, array.shape, names, values, masks)
    if layers.shape[:0:-1] != geometry.shape:
        raise damaged(path, _("its layers are not along its first axis"))
    return at_right_angles(Volume(np.ascontiguousarray(array.T), geometry, path, description)), tuple(segments)


def _layers_and_segments(path: Path) -> tuple[NDArray[Any], list[_Stored]]:
    """Return the stored voxels, [layer, i, j, k], and the segments in them."""
    import slicerio

    names = segment_names(path)
    try:
        content = slicerio.read_segmentation(str(path))
    except MemoryError:
        raise
    except Exception as error:  # the header is parsed without checks, so that anything may be raised
        raise damaged(path, _("it is not a segmentation that can be read")) from error
    voxels: NDArray[Any] = content["voxels"]
    layers = voxels if voxels.ndim == 4 else voxels[np.newaxis]
    return layers, [
        _stored(path, index, fields | {"name": names.get(str(fields["id"]))}, layers)
        for index, fields in enumerate(content.get("segments", []))
    ]


def _fields(segment: Segment, extent: list[int], description: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": f"Segment_{segment.value}",
        "name": segment.name,
        "nameAutoGenerated": False,
        "color": [round(part / 255, 6) for part in segment.color],
        "colorAutoGenerated": False,
        "labelValue": segment.value,
        "layer": 0,
        "extent": extent,
        "tags": {LABEL_TAG: str(segment.value), **{TAGS + name: text for name, text in segment.tags.items()}},
    }
    if description:
        fields["tags"][DESCRIPTION_KEY] = one_line(description).replace("|", "/")  # | separates tags
    if segment.terminology is not None:
        fields["terminology"] = {
            "contextName": _CATEGORY_CONTEXT,
            "category": list(segment.terminology.category),
            "type": list(segment.terminology.type),
            "anatomicContextName": _ANATOMY_CONTEXT,
        }
        if segment.terminology.type_modifier is not None:
            fields["terminology"]["typeModifier"] = list(segment.terminology.type_modifier)
    return fields


def _stored(path: Path, index: int, fields: Mapping[str, Any], layers: NDArray[Any]) -> _Stored:
    # Files from before shared layers had one layer a segment, with the voxel value 1.
    layer = int(fields.get("layer", index if len(layers) > 1 else 0))
    if not 0 <= layer < len(layers):
        why = _("segment {index} lies in layer {layer} of {layer_count}")
        raise damaged(path, why, index=index + 1, layer=layer, layer_count=len(layers))
    tag = str(fields.get("tags", {}).get(LABEL_TAG, "")).strip()
    tagged = int(tag) if tag.isdecimal() and int(tag) > 0 else None
    return _Stored(layer, int(fields.get("labelValue", 1)), tagged, fields)


def _values(path: Path, stored: Sequence[_Stored]) -> list[int]:
    owners: dict[int, str] = {}
    for segment in stored:
        if segment.tagged_value is None:
            continue
        if segment.tagged_value in owners:
            message = _(
                "{path} has two segments for label {tagged_value}, "
                '"{owners}" and "{segment}": delete one of them in '
                "Slicer and save again."
            )
            raise MuscleSegError(
                message,
                path=path,
                tagged_value=segment.tagged_value,
                owners=owners[segment.tagged_value],
                segment=segment.name,
            )
        owners[segment.tagged_value] = segment.name
    if not owners:
        stored_values = [segment.stored_value for segment in stored]
        return (
            stored_values
            if len(set(stored_values)) == len(stored_values) and min(stored_values, default=1) > 0
            else list(range(1, len(stored_values) + 1))
        )
    # Label values of segments without the tag are Slicer's invention and might be those of a muscle.
    free = iter(range(max(owners) + 1, max(owners) + 1 + len(stored)))
    return [next(free) if segment.tagged_value is None else segment.tagged_value for segment in stored]


def _segment(segment: _Stored, value: int) -> Segment:
    color = segment.fields.get("color")
    rgb = SLICERS_GREEN if color is None else tuple(round(min(max(part, 0.0), 1.0) * 255) for part in color)
    codes, tags = _terminology(segment.fields.get("terminology")), _tags(segment.fields.get("tags", {}))
    is_tagged = segment.tagged_value is not None
    return Segment(value, one_line(segment.name), (rgb[0], rgb[1], rgb[2]), codes, tags, is_tagged)


def _tags(tags: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of a caller: those with this library's prefix without those of this module."""
    own_tags = {LABEL_TAG, DESCRIPTION_KEY}
    return {
        key.removeprefix(TAGS): one_line(str(text))
        for key, text in tags.items()
        if key.startswith(TAGS) and key not in own_tags and key.removeprefix(TAGS).isalpha()
    }


def _terminology(fields: Mapping[str, Any] | None) -> Terminology | None:
    if fields is None or not any(fields["type"]):
        return None
    modifier = fields.get("typeModifier")
    return Terminology(_code(fields["category"]), _code(fields["type"]), None if modifier is None else _code(modifier))


def _code(parts: Sequence[str]) -> CodedConcept:
    scheme, value, meaning = (*parts, "", "", "")[:3]
    return scheme, value, meaning
