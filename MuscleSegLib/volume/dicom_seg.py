"""DICOM segmentations as label maps.

Segmentation and Label Map Segmentation Storage: DICOM PS3.3, A.51 and C.8.20. highdicom reads them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.terminology import CodedConcept, Terminology
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.dicom_files import header_of, quiet_pydicom, whole_dataset
from MuscleSegLib.volume.dicom_pixels import promised_bytes, require_size
from MuscleSegLib.volume.dicom_slices import HEADER_TAGS, Slice, slices_of
from MuscleSegLib.volume.dicom_stack import SPACING_TOLERANCE
from MuscleSegLib.volume.formats import one_line
from MuscleSegLib.volume.geometry import Geometry
from MuscleSegLib.volume.integrity import damaged, parsing, require_room
from MuscleSegLib.volume.itk import ras_from_lps
from MuscleSegLib.volume.origin import origin_of
from MuscleSegLib.volume.remarks import remark
from MuscleSegLib.volume.segments import SLICERS_GREEN, Recognize, Segment, flattened
from MuscleSegLib.volume.volume import Volume

if TYPE_CHECKING:
    from pydicom import Dataset

_HALF = 0.5
_TRACKING_ID = "MuscleSeg label {}"
_TRACKED = re.compile(_TRACKING_ID.format(r"(\d{1,5})"))
_SEPARATORS = str.maketrans("^~|", "---")
"""Characters that separate codes in Slicer's files."""


def read_dicom_seg(path: Path, *, recognize: Recognize | None = None) -> tuple[Volume, tuple[Segment, ...]]:
    """Read a DICOM segmentation into one label map.

    Args:
        path: The file.
        recognize: Function that gives each segment another value; segments passed over may overlap others.

    Returns:
        The labels (uint8 or uint16, [k, j, i]) on the segmentation's own grid, which may be smaller than the image's,
        and the segments with their numbers as values, or with their label values where this library wrote them. Voxels
        of fractional segments belong to them above one half.

    Raises:
        MuscleSegError: The file is damaged, its frames are not slices of one volume, segments overlap, or highdicom is
            not installed.
    """
    with quiet_pydicom():
        header, places = _header(path)
        content = _content(path, places)
        geometry = _geometry(path, content, places)
        numbers, segments = _segments(path, content)
        if not segments:
            raise damaged(path, _("it lists no segments"))
        description = _description(header, content)
        values = list(recognize(segments, description)) if recognize else [segment.value for segment in segments]
        valued = [segment for segment, value in zip(segments, values, strict=True) if value]
        masks = _masks(path, content, [number for number, value in zip(numbers, values, strict=True) if value])
        array = flattened(path, geometry.shape, [segment.name for segment in segments], values, masks)
    if str(content.SegmentationType) == "FRACTIONAL":
        text = _("{path} is a fractional segmentation: a voxel belongs to the segment that fills more than half of it.")
        remark(text, path=path)
    labels = Volume(
        array,
        geometry,
        path,
        description,
        patient=one_line(str(header.get("PatientID") or "")),
        frame_of_reference=str(header.get("FrameOfReferenceUID") or ""),
    )
    if np.linalg.det(labels.geometry.affine[:3, :3]) < 0:  # slices along row x column, as of images
        labels = labels.flipped((0,))
        labels = replace(labels, array=np.ascontiguousarray(labels.array))
    given = filter(None, values)
    return labels, tuple(replace(segment, value=value) for segment, value in zip(valued, given, strict=True))


def label_tracking_id(value: int) -> str:
    """Return the tracking ID of a segment that this library writes, by which it has its label value back."""
    return _TRACKING_ID.format(value)


def _header(path: Path) -> tuple["Dataset", list[Slice]]:
    """Return the header and the position of each frame."""
    with parsing(path, _("its DICOM header cannot be read")):
        header = header_of(path, HEADER_TAGS)
        list(header)  # pydicom parses a value when it is asked for
        return header, slices_of(path, header)


def _content(path: Path, places: Sequence[Slice]) -> Any:
    """Return highdicom's view of a segmentation."""
    try:
        from highdicom.seg import Segmentation
    except ImportError as error:
        message = _(
            "{path} is a DICOM segmentation, which needs the Python package highdicom: install it, or load the "
            "segmentation into Slicer and save it as .seg.nrrd."
        )
        raise MuscleSegError(message, path=path) from error
    promised = promised_bytes(path, places[0].size)
    with parsing(path, _("it is no segmentation that can be read")):
        dataset = whole_dataset(path, promised)
        require_size(dataset, path)
        return Segmentation.from_dataset(dataset, copy=False)


def _geometry(path: Path, content: Any, places: Sequence[Slice]) -> Geometry:
    """Return the grid of the frames; frames without voxels of a segment may be left out of a file."""
    with parsing(path, _("where its frames lie cannot be read")):
        grid = content.get_volume_geometry()
        lps = None if grid is None else np.array(grid.affine, dtype=np.float64)
    if grid is None or lps is None:
        message = _(
            "{path} has frames that are no evenly spaced, parallel slices of one volume: save the segmentation again "
            "on the grid of its image."
        )
        raise MuscleSegError(message, path=path)
    distance = places[0].distance_mm or places[0].thickness_mm
    spacing = float(np.linalg.norm(lps[:3, 0]))
    if distance is None or abs(spacing - distance) > SPACING_TOLERANCE * distance:
        message = _(
            "{path} does not say how far apart its slices are (no SpacingBetweenSlices), and frames without voxels may "
            "have been left out: save the segmentation as .seg.nrrd in Slicer."
        )
        raise MuscleSegError(message, path=path)
    slices, rows, columns = (int(size) for size in grid.spatial_shape)
    require_room(path, needed=8 * slices * rows * columns)
    return Geometry((slices, rows, columns), ras_from_lps(lps[:, [2, 1, 0, 3]]))  # highdicom's indices are k, j, i


def _masks(path: Path, content: Any, numbers: Sequence[int]) -> Iterator[NDArray[np.bool_]]:
    """Yield the voxels of each segment, [k, j, i]."""
    with parsing(path, _("its pixels are missing or cut off")):
        # highdicom 0.28.2 finds no voxel of a label map's single segment with a number above 255.
        is_label_map = str(content.SegmentationType) == "LABELMAP"
        stored = np.asarray(content.get_volume(combine_segments=True).array) if is_label_map else None
    for number in numbers:
        yield _inside(path, content, number) if stored is None else stored == number


def _inside(path: Path, content: Any, number: int) -> NDArray[np.bool_]:
    with parsing(path, _("its pixels are missing or cut off")):
        array = np.asarray(content.get_volume(segment_numbers=[number]).array)
    mask: NDArray[np.bool_] = array.reshape(array.shape[:3]) > _HALF
    return mask


def _description(header: "Dataset", content: Any) -> str:
    """Return the origin of labels that this library wrote, or the series description."""
    origin = one_line(str(content.get("ContentDescription") or ""))
    return origin if origin_of(origin) else one_line(str(header.get("SeriesDescription") or ""))


def _segments(path: Path, content: Any) -> tuple[list[int], list[Segment]]:
    """Return the numbers of the segments, and the segments."""
    with parsing(path, _("what its segments are cannot be read")):
        numbers = [int(number) for number in content.segment_numbers if number > 0]
        described = [content.get_segment_description(number) for number in numbers]
        tracked = [_TRACKED.fullmatch(one_line(str(item.get("TrackingID") or ""))) for item in described]
        values = [int(match[1]) if match else 0 for match in tracked]
        # A copy of a segment has its tracking ID too.
        is_ours = [value > 0 and values.count(value) == 1 for value in values]
        return numbers, [
            _segment(item, value if tagged else number, is_tagged=tagged)
            for item, number, value, tagged in zip(described, numbers, values, is_ours, strict=True)
        ]


def _segment(described: Any, value: int, *, is_tagged: bool) -> Segment:
    kind = _item(described, "SegmentedPropertyTypeCodeSequence")
    region = _item(described, "AnatomicRegionSequence")
    modifier = _item(kind, "SegmentedPropertyTypeModifierCodeSequence") or _item(
        region, "AnatomicRegionModifierSequence"
    )
    category = _item(described, "SegmentedPropertyCategoryCodeSequence")
    terminology = None
    if kind is not None and category is not None:
        terminology = Terminology(_code(category), _code(kind), None if modifier is None else _code(modifier))
    name = one_line(str(described.get("SegmentLabel") or "")) or (terminology.type[2] if terminology else "")
    number = int(described.SegmentNumber)
    return Segment(value, name or f"Segment_{number}", _color(described), terminology, is_tagged=is_tagged)


def _item(dataset: Any, keyword: str) -> Any:
    """Return the one item of a sequence."""
    sequence = None if dataset is None else dataset.get(keyword)
    return sequence[0] if sequence else None


def _code(item: Any) -> CodedConcept:
    parts = (item.get("CodingSchemeDesignator"), item.get("CodeValue") or item.get("LongCodeValue"), item.CodeMeaning)
    scheme, value, meaning = (one_line(str(part or "")).translate(_SEPARATORS) for part in parts)
    return scheme, value, meaning


def _color(described: Any) -> tuple[int, int, int]:
    try:
        from highdicom.color import CIELabColor

        red, green, blue = CIELabColor.from_dicom_value(list(described.RecommendedDisplayCIELabValue)).to_rgb()
    except Exception:  # there is none, or none that means a color
        return SLICERS_GREEN
    return int(red), int(green), int(blue)
