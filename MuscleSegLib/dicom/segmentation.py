"""DICOM segmentations of muscles.

Segmentation and Label Map Segmentation Storage: DICOM PS3.3, A.51 and C.8.20. highdicom writes them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from MuscleSegLib.anatomy import LABEL_SETS, LOWER_LIMB, Label, Scheme
from MuscleSegLib.dicom.codes import REGION_CODES, category_of, concept, type_of
from MuscleSegLib.dicom.device import ascii_string, dates, equipment, long_string, quiet_highdicom
from MuscleSegLib.dicom.finishing import finished
from MuscleSegLib.dicom.source import SourceSeries
from MuscleSegLib.dicom.uids import derived_uid
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import LabelOrigin, Volume, label_tracking_id, origin_of, padded_to, voxel_counts

if TYPE_CHECKING:
    from highdicom.seg import Segmentation, SegmentDescription
    from pydicom import Dataset

Kind = Literal["BINARY", "LABELMAP"]

SERIES_NUMBER = 8701
"""Series numbers of objects begin here, far behind those of scanners."""

_NEURAL_NETWORK = ("DCM", "123110", "Artificial Intelligence")
_CONTENT_LABEL = "MUSCLES"
_UNKNOWN = "unknown"
_CORRECTED = "Corrected by a person."
_LONGEST_TEXT = 1024
"""Characters of a short text (ST)."""


@dataclass(frozen=True, eq=False)
class MuscleSegmentation:
    """A DICOM segmentation.

    Attributes:
        dataset: The object.
        numbers: Number of each segment by its label value.
    """

    dataset: "Dataset"
    numbers: Mapping[int, int]


def segmentation_of(
    labels: Volume,
    scheme: Scheme,
    source: SourceSeries,
    *,
    now: datetime,
    kind: Kind = "BINARY",
    corrected: bool | Collection[int] | None = None,
) -> MuscleSegmentation:
    """Return a label map as a DICOM segmentation of the source's images.

    Structures without voxels get no segment: a segmentation need not list what was not found. All frames of the others
    are there, also empty ones, so that the object's grid is the source's.

    Args:
        labels: [k, j, i] label map on the source's grid or a part of it, with its axes in any order and direction.
        scheme: Meaning of its values.
        source: Images that it was drawn on.
        now: Date of the content.
        kind: "BINARY", a frame for each segment and slice, which all viewers know, or "LABELMAP", a frame a slice.
        corrected: Whether a person corrected the labels, or the values of those that a person corrected; None if
            unknown.

    Raises:
        MuscleSegError: No voxel has a label, a value is not in the scheme, or the grid is another one.
    """
    array = _on_source(labels, source)
    table = _table(labels, scheme, array)
    values = [label.value for label in table]
    numbers = {value: value if kind == "LABELMAP" else number for number, value in enumerate(values, 1)}
    by_person = _corrected_values(values, corrected)
    sentence = _origin_sentence(labels, scheme)
    uid = derived_uid("SEG", kind, sentence, str(by_person), *source.identity, _digested(array), *map(repr, table))
    described = [_described(label, numbers[label.value], source, has_our_value=_is_ours(scheme)) for label in table]
    with quiet_highdicom():
        dataset = _object(source, kind, _numbered(array, numbers), described, uid, now)
    _tell_who_drew(dataset, {numbers[label.value]: label for label in table}, labels, by_person)
    dataset.ContentDescription = ascii_string(sentence)
    dataset.SeriesDescription = long_string(source.title("corrected muscles" if corrected else "muscles"))
    return MuscleSegmentation(finished(dataset, source, now), numbers)


def _on_source(labels: Volume, source: SourceSeries) -> np.ndarray[Any, Any]:
    """Return label values, [k, j, i], on the source's grid."""
    padded = padded_to(labels, source.geometry)
    if padded is None:
        message = _("{labels} does not lie on the voxel grid of the images: give the images that it was drawn on.")
        raise MuscleSegError(message, labels=labels.name)
    return padded.array


def _table(labels: Volume, scheme: Scheme, array: np.ndarray[Any, Any]) -> list[Label]:
    """Return the labels with voxels, by value.

    Raises:
        MuscleSegError: There are none, or a value is not in the scheme.
    """
    values = sorted(voxel_counts(array))
    if not values:
        message = _("{labels} holds no muscle (every voxel of it is background): a segmentation needs one.")
        raise MuscleSegError(message, labels=labels.name)
    in_map = {label.value: label for label in scheme.labels_in(values)}
    return [in_map.get(value) or scheme.label_of(value) for value in values]


def _corrected_values(values: Sequence[int], corrected: bool | Collection[int] | None) -> list[int] | None:
    """Return the values of corrected labels, in their order; None where unknown."""
    if corrected is None or isinstance(corrected, bool):
        return None if corrected is None else list(values) * corrected
    return [value for value in values if value in corrected]


def _object(
    source: SourceSeries,
    kind: Kind,
    pixels: np.ndarray[Any, Any],
    described: Sequence["SegmentDescription"],
    uid: str,
    now: datetime,
) -> "Segmentation":
    """Return highdicom's object of [k, j, i] numbers of segments."""
    from highdicom.seg import Segmentation

    return Segmentation(
        source_images=list(source.headers),
        pixel_array=pixels,
        segmentation_type=kind,
        segment_descriptions=described,
        series_instance_uid=derived_uid("series", uid),
        series_number=SERIES_NUMBER,
        sop_instance_uid=uid,
        instance_number=1,
        content_label=_CONTENT_LABEL,
        omit_empty_frames=False,
        **_planes(source),
        **equipment(),
        **dates(now),
    )


def _origin_sentence(labels: Volume, scheme: Scheme) -> str:
    """Return where the labels come from, in the words by which ``read_named_labels`` knows their meaning."""
    if origin_of(labels.description):
        return labels.description
    return str(LabelOrigin(scheme.name)) if _is_ours(scheme) else f"label scheme {scheme.name}"


def _is_ours(scheme: Scheme) -> bool:
    """Return whether label values are those of this library, which a reader knows again."""
    return scheme.name in {LOWER_LIMB, *(region.name for region in LABEL_SETS)}


def _digested(array: np.ndarray[Any, Any]) -> bytes:
    return np.ascontiguousarray(array.astype("<u2")).tobytes()


def _numbered(array: np.ndarray[Any, Any], numbers: Mapping[int, int]) -> np.ndarray[Any, Any]:
    """Return [k, j, i] numbers of segments in place of label values."""
    largest = max(numbers.values())
    table = np.zeros(max(numbers) + 1, np.uint8 if largest <= np.iinfo(np.uint8).max else np.uint16)
    for value, number in numbers.items():
        table[value] = number
    numbered: np.ndarray[Any, Any] = table[array]
    return numbered


def _planes(source: SourceSeries) -> dict[str, Any]:
    """Return the places of the frames, which highdicom takes from single images by itself."""
    if not source.is_multi_frame:
        return {}
    from highdicom import PlanePositionSequence

    return {"plane_positions": [PlanePositionSequence("PATIENT", image.position) for image in source.stack]}


def _described(label: Label, number: int, source: SourceSeries, *, has_our_value: bool) -> "SegmentDescription":
    """Return the description of a segment, without its algorithm."""
    from highdicom.color import CIELabColor
    from highdicom.seg import SegmentDescription

    region = REGION_CODES.get(label.region or "")
    described = SegmentDescription(
        number,
        ascii_string(label.name),
        concept(category_of(label)),
        concept(type_of(label)),
        "MANUAL",
        tracking_uid=tracking_uid(source, label),
        tracking_id=label_tracking_id(label.value) if has_our_value else ascii_string(label.name),
        anatomic_regions=[concept(region)] if region else None,
        display_color=CIELabColor.from_rgb(*label.color),
    )
    side = label.side.modifier if label.side else None
    if side:
        described.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence = [concept(side)]
        if region:
            described.AnatomicRegionSequence[0].AnatomicRegionModifierSequence = [concept(side)]
    return described


def tracking_uid(source: SourceSeries, label: Label) -> str:
    """Return the UID by which segmentation and report mean the same muscle."""
    return derived_uid("structure", str(source.headers[0].SeriesInstanceUID), label.region or "", label.name)


def _tell_who_drew(
    dataset: "Dataset", table: Mapping[int, Label], labels: Volume, corrected: Sequence[int] | None
) -> None:
    """Describe the algorithm and the correction of each segment, given labels by number of the segment."""
    for segment in dataset.SegmentSequence:
        label = table.get(segment.SegmentNumber)  # the background of a label map has none
        is_corrected = None
        if corrected is not None:
            is_corrected = bool(corrected) if label is None else label.value in corrected
        for keyword, value in _algorithm(labels, is_corrected).items():
            setattr(segment, keyword, value)
        words = [label.note, _CORRECTED if is_corrected else ""] if label else []
        if any(words):
            segment.SegmentDescription = ascii_string(" ".join(filter(None, words)), _LONGEST_TEXT)


def _algorithm(labels: Volume, is_corrected: bool | None) -> dict[str, Any]:
    """Return type and name of the algorithm that drew a segment (PS3.3, C.8.20.2).

    A network's labels are semi-automatic unless it is known that nobody corrected them. So are those of unknown origin,
    of which neither of the other types can be said.
    """
    from highdicom import AlgorithmIdentificationSequence

    origin = origin_of(labels.description)
    if origin is None or not origin.network:
        return {} if is_corrected else {"SegmentAlgorithmType": "SEMIAUTOMATIC", "SegmentAlgorithmName": _UNKNOWN}
    name, _, version = map(ascii_string, origin.network.rpartition(" "))
    return {
        "SegmentAlgorithmType": "AUTOMATIC" if is_corrected is False else "SEMIAUTOMATIC",
        "SegmentAlgorithmName": name,
        "SegmentationAlgorithmIdentificationSequence": AlgorithmIdentificationSequence(
            name, concept(_NEURAL_NETWORK), version, source="MuscleSeg"
        ),
    }
