"""Voxels of DICOM images."""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import SimpleITK as sitk  # noqa: N813 - everybody's name for it
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.temporary import TemporaryFolder
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.codestream import size_in_codestream
from MuscleSegLib.volume.dicom_files import header_of, quiet_pydicom, whole_dataset
from MuscleSegLib.volume.dicom_slices import Slice
from MuscleSegLib.volume.integrity import damaged, parsing, require_room
from MuscleSegLib.volume.itk import quiet

if TYPE_CHECKING:
    from pydicom import Dataset

_RESCALING = ("RescaleSlope", "RescaleIntercept", "PixelValueTransformationSequence")

_RUN_LENGTHS = "1.2.840.10008.1.2.5"
_TOO_LONG = re.compile(r"(\d+) vs\. (\d+) bytes expected")
"""Warning of pydicom about run lengths beyond the image, for which it raises no error."""

_FLOATING = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}


def voxels_of_slices(stack: Sequence[Slice]) -> NDArray[Any]:
    """Return the [k, j, i] voxels of sorted slices.

    Args:
        stack: Slices in the order of k.

    Returns:
        Stored values in their own type where no slice has a slope or intercept, else real values in float32; NaN where
        a mapping to real values does not reach.

    Raises:
        MuscleSegError: The pixels of a file are missing, cut off, not as many as the header says or compressed in a
            way that cannot be decoded, or there is too little memory.
    """
    rescaled = any((image.slope, image.intercept) != (1.0, 0.0) for image in stack)
    require_room(stack[0].path, needed=8 * len(stack) * stack[0].size[0] * stack[0].size[1])
    frames_of: dict[Path, NDArray[Any]] = {}
    planes = []
    for image in stack:
        if image.path not in frames_of:
            frames_of[image.path] = _frames(image)
        plane = _plane(image, frames_of[image.path])
        real = (plane * image.slope + image.intercept).astype(np.float32) if rescaled else plane
        planes.append(_within(image.limits, plane, real))
    return np.stack(planes)


def _within(limits: tuple[float, float] | None, stored: NDArray[Any], real: NDArray[Any]) -> NDArray[Any]:
    """Return real values, [row, column], NaN for stored values without one."""
    if limits is None:
        return real
    outside = (stored < limits[0]) | (stored > limits[1])
    return np.where(outside, np.float32(np.nan), real) if outside.any() else real


def planes_of(images: Iterable[Slice]) -> Iterator[NDArray[Any]]:
    """Return the stored [row, column] values of one image after the other.

    Raises:
        MuscleSegError: Pixels are missing, cut off or cannot be decoded, or there is too little memory.
    """
    cache: dict[Path, NDArray[Any]] = {}
    for image in images:
        if image.path not in cache:
            cache = {**dict(list(cache.items())[-1:]), image.path: _frames(image)}  # two files with many images each
        yield _plane(image, cache[image.path])


def _plane(image: Slice, frames: NDArray[Any]) -> NDArray[Any]:
    if image.frame >= len(frames):
        raise damaged(image.path, _("image {frame} is missing"), frame=image.frame + 1)
    plane: NDArray[Any] = frames[image.frame]
    return plane


def _frames(image: Slice) -> NDArray[Any]:
    """Return the stored values of all images of a file, [image, row, column]."""
    with quiet_pydicom():
        promised = promised_bytes(image.path, image.size)
        with parsing(image.path, _("its pixels are missing or cut off")):
            dataset = whole_dataset(image.path, promised)
            require_size(dataset, image.path)
        pixels = _decoded(dataset, image.path)
    if pixels.shape[-2:] != image.size or pixels.ndim not in (2, 3):
        sizes = " x ".join(str(size) for size in pixels.shape)
        why = _("its header says {size} x {size_2} pixels, and there are {sizes}")
        raise damaged(image.path, why, size=image.size[0], size_2=image.size[1], sizes=sizes)
    return pixels.reshape(-1, *image.size)


def promised_bytes(path: Path, size: tuple[int, int]) -> int:
    """Return the number of bytes of pixels that a header promises, checked against the memory.

    Args:
        path: The file.
        size: Numbers of rows and columns.

    Raises:
        MuscleSegError: They are more than there is memory for, or than a file of its size can mean.
    """
    try:
        header = header_of(path, ("NumberOfFrames", "BitsAllocated"))
        bits, frames = int(header.get("BitsAllocated") or 16), int(header.get("NumberOfFrames") or 1)
    except Exception as error:  # pydicom raises whatever its parsing meets
        raise damaged(path, _("its DICOM header cannot be read")) from error
    promised = (frames * size[0] * size[1] * bits + 7) // 8
    require_room(path, needed=2 * promised, file_bytes=path.stat().st_size)
    return promised


def require_size(dataset: "Dataset", path: Path) -> None:
    """Check the number of uncompressed pixels against the header: pydicom drops an excess silently.

    An excess below a row and a column is padding. Compressed pixels are checked by their codestream.

    Raises:
        MuscleSegError: The numbers differ.
    """
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        _require_size_of_codestream(dataset, path)
        return
    keyword = next((keyword for keyword in ("PixelData", *_FLOATING) if keyword in dataset), None)
    if keyword is None:
        raise damaged(path, _("its pixels are missing or cut off"))
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    bits = _FLOATING.get(keyword) or int(dataset.BitsAllocated)
    expected = (int(dataset.get("NumberOfFrames") or 1) * rows * columns * bits + 7) // 8
    actual = len(dataset[keyword].value)
    if not expected <= actual < expected + max(min(rows, columns) * bits // 8, 2):
        why = _("its header promises {expected} bytes of pixels ({rows} x {columns}), and there are {actual}")
        raise damaged(path, why, expected=expected, rows=rows, columns=columns, actual=actual)


def _require_size_of_codestream(dataset: "Dataset", path: Path) -> None:
    from pydicom.encaps import generate_frames

    count = int(dataset.get("NumberOfFrames") or 1)
    for frame in generate_frames(dataset.PixelData, number_of_frames=count):
        size = size_in_codestream(frame)
        if size is not None and size != (dataset.Rows, dataset.Columns):
            why = _("its header says {size} pixels, and its compressed pixels {compressed}")
            promised = f"{dataset.Rows} x {dataset.Columns}"
            raise damaged(path, why, size=promised, compressed=f"{size[0]} x {size[1]}")


def _decoded(dataset: "Dataset", path: Path) -> NDArray[Any]:
    """Decode pixels with pydicom, else with ITK."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            pixels = np.asarray(dataset.pixel_array)
    except Exception as error:  # pydicom and its plugins raise whatever their decoding meets
        # GDCM invents pixels that run lengths lack.
        if not _is_compressed(dataset) or dataset.file_meta.TransferSyntaxUID == _RUN_LENGTHS:
            raise damaged(path, _("its pixels are missing or cut off")) from error
        return _decoded_by_itk(dataset, path)
    for warning in caught:
        sizes = _TOO_LONG.search(str(warning.message))
        if sizes and int(sizes[1]) - int(sizes[2]) > 1:  # one byte may be padding
            why = _("its run lengths hold {sizes} pixels, and its header says {sizes_2}")
            raise damaged(path, why, sizes=sizes[1], sizes_2=sizes[2])
    return pixels


def _is_compressed(dataset: "Dataset") -> bool:
    try:
        return bool(dataset.file_meta.TransferSyntaxUID.is_compressed)
    except (AttributeError, ValueError):  # the header lacks it, or it is something else
        return False


def _decoded_by_itk(dataset: "Dataset", path: Path) -> NDArray[Any]:
    """Decode pixels with GDCM, for compressions for which pydicom needs plugins that Slicer lacks."""
    # GDCM applies rescaling to some kinds of images and not to others: it is removed.
    with TemporaryFolder() as folder:
        copy = folder / "image.dcm"
        try:
            dataset.walk(_without_rescaling)
            dataset.save_as(copy)
            with quiet():
                image = sitk.ReadImage(str(copy), imageIO="GDCMImageIO")
        except Exception as error:  # of pydicom, which cannot write what is no compressed image, or of GDCM
            message = _(
                "{path} is compressed in a way that cannot be decoded ({transfersyntaxuid}): export it uncompressed."
            )
            raise MuscleSegError(
                message, path=path, transfersyntaxuid=dataset.file_meta.TransferSyntaxUID.name
            ) from error
    array: NDArray[Any] = sitk.GetArrayFromImage(image)
    return array


def _without_rescaling(dataset: "Dataset", element: Any) -> None:
    if element.keyword in _RESCALING:
        del dataset[element.tag]
