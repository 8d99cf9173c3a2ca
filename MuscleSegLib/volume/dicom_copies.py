"""DICOM images at one position: copies of one another, or different images."""

from collections.abc import Iterator, Sequence

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.dicom_files import header_of, quiet_pydicom
from MuscleSegLib.volume.dicom_pixels import planes_of
from MuscleSegLib.volume.dicom_slices import Slice
from MuscleSegLib.volume.remarks import remark

_SHOWN = 6
_OF_THE_INSTANCE = ("SOPInstanceUID", "MediaStorageSOPInstanceUID")
"""Attributes that differ between copies."""


def without_copies(groups: Sequence[Sequence[Slice]], *, name: str) -> list[Slice]:
    """Return the first image of each position, where all others have equal pixels.

    Args:
        groups: Images at one position each, with headers that do not distinguish them.
        name: Name of the series in messages.

    Raises:
        MuscleSegError: Images at one position differ in their pixels or their scale.
    """
    copies = []
    pairs = [(group, other) for group in groups for other in group[1:]]
    planes = planes_of(image for group, other in pairs for image in (group[0], other))
    for group, other in pairs:
        has_other_pixels = not np.array_equal(next(planes), next(planes))
        differences = list(_differences(group[0], other, has_other_pixels=has_other_pixels))
        if differences:
            raise _not_alike(group, differences, name)
        copies.append(other.path.name)
    if copies:
        shown = ", ".join(copies[:_SHOWN]) + (", ..." if len(copies) > _SHOWN else "")
        sentence = _("{name} holds {count} copies of images, pixel by pixel, passed over: {files}.")
        if len(copies) == 1:
            sentence = _("{name} holds {count} copy of images, pixel by pixel, passed over: {files}.")
        remark(sentence, name=name, count=len(copies), files=shown)
    return [group[0] for group in groups]


def _differences(first: Slice, other: Slice, *, has_other_pixels: bool) -> Iterator[str]:
    """Yield the differences of two images: none with equal pixels and scale."""
    has_other_scale = (first.slope, first.intercept) != (other.slope, other.intercept)
    if not has_other_scale and not has_other_pixels:
        return
    if has_other_pixels:
        yield _("their pixels")
    if has_other_scale:
        yield "RescaleSlope or RescaleIntercept"
    if first.path == other.path:
        return
    with quiet_pydicom():
        headers = [{element.tag: element for element in header_of(image.path, ())} for image in (first, other)]
    for tag in sorted({*headers[0], *headers[1]}):
        elements = [header.get(tag) for header in headers]
        values = [None if element is None else element.value for element in elements]
        element = elements[0] or elements[1]
        keyword = element.keyword if element is not None else ""
        if values[0] != values[1] and keyword not in _OF_THE_INSTANCE and not keyword.startswith("Rescale"):
            yield keyword or str(tag).replace(" ", "")


def _not_alike(group: Sequence[Slice], differences: Sequence[str], name: str) -> MuscleSegError:
    names = sorted({image.path.name for image in group})
    if len(names) < len(group):
        names = sorted({f"{image.path.parent.name}/{image.path.name}" for image in group})
    files = ", ".join(names[:_SHOWN])
    shown = ", ".join(differences[: 2 * _SHOWN]) + (", ..." if len(differences) > 2 * _SHOWN else "")
    message = _(
        "{name} has {group_count} images at one position (such as {files}), which differ in {shown}, and in nothing "
        "that says which of them is meant: give a folder with one image for each position."
    )
    return MuscleSegError(message, name=name, group_count=len(group), files=files, shown=shown)
