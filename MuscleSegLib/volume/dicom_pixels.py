"""The voxels of DICOM images."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import SimpleITK as sitk  # noqa: N813 - everybody's name for it
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.temporary import TemporaryFolder
from MuscleSegLib.volume.dicom_slices import Slice
from MuscleSegLib.volume.integrity import damaged
from MuscleSegLib.volume.itk import quiet

if TYPE_CHECKING:
    from pydicom import Dataset

_RESCALING = ("RescaleSlope", "RescaleIntercept", "PixelValueTransformationSequence")


def voxels_of_slices(stack: Sequence[Slice]) -> NDArray[Any]:
    """Return the [k, j, i] voxels of sorted slices.

    Returns:
        Stored values in their own type where no slice has a rescale slope or intercept, else real values in float32.

    Raises:
        MuscleSegError: The pixels of a file are missing, cut off or compressed in a way that cannot be decoded.

    """
    rescaled = any((one.slope, one.intercept) != (1.0, 0.0) for one in stack)
    frames_of: dict[Path, NDArray[Any]] = {}
    planes = []
    for one in stack:
        if one.path not in frames_of:
            frames_of[one.path] = _frames(one)
        if one.frame >= len(frames_of[one.path]):
            raise damaged(one.path, f"image {one.frame + 1} is missing")
        plane = frames_of[one.path][one.frame]
        planes.append((plane * one.slope + one.intercept).astype(np.float32) if rescaled else plane)
    return np.stack(planes)


def _frames(one: Slice) -> NDArray[Any]:
    """Return the stored values of all images of a file, [image, row, column]."""
    import pydicom

    dataset = pydicom.dcmread(one.path)
    try:
        pixels = dataset.pixel_array
    except Exception as error:  # pydicom and its plugins raise whatever their decoding meets
        if not _is_compressed(dataset):
            raise damaged(one.path, "its pixels are missing or cut off") from error
        pixels = _decoded_by_itk(dataset, one.path)
    return np.asarray(pixels).reshape(-1, *one.size)


def _is_compressed(dataset: "Dataset") -> bool:
    try:
        return bool(dataset.file_meta.TransferSyntaxUID.is_compressed)
    except (AttributeError, ValueError):  # the header lacks it, or it is something else
        return False


def _decoded_by_itk(dataset: "Dataset", path: Path) -> NDArray[Any]:
    """Decode pixels with GDCM, which knows the compressions for which pydicom needs plugins that Slicer lacks."""
    # GDCM applies rescaling to some kinds of images and not to others: it is not shown any.
    dataset.walk(_without_rescaling)
    with TemporaryFolder() as folder:
        copy = folder / "image.dcm"
        dataset.save_as(copy)
        try:
            with quiet():
                image = sitk.ReadImage(str(copy), imageIO="GDCMImageIO")
        except RuntimeError as error:
            message = f"{path} is compressed in a way that cannot be decoded "
            message += f"({dataset.file_meta.TransferSyntaxUID.name}): export it uncompressed."
            raise MuscleSegError(message) from error
    array: NDArray[Any] = sitk.GetArrayFromImage(image)
    return array


def _without_rescaling(dataset: "Dataset", element: Any) -> None:
    if element.keyword in _RESCALING:
        del dataset[element.tag]
