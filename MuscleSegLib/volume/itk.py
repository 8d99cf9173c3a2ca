"""Conversion between SimpleITK's images, in LPS, and the library's volumes, in RAS."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import SimpleITK as sitk  # noqa: N813 - everybody's name for it
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.geometry import Geometry
from MuscleSegLib.volume.volume import Volume

_RAS_FROM_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def ras_from_lps(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a 4x4 affine to RAS millimeters from one to LPS millimeters, or back: the same signs differ."""
    return _RAS_FROM_LPS @ affine + 0.0  # adding zero makes -0.0 an ordinary zero


def geometry_of(image: sitk.Image) -> Geometry:
    """Return the grid of the first three axes of a SimpleITK image; a 2D image is one axial slice 1 mm thick."""
    axes = min(image.GetDimension(), 3)
    direction = np.array(image.GetDirection()).reshape(image.GetDimension(), image.GetDimension())[:axes, :axes]
    lps = np.eye(4)
    lps[:axes, :axes] = direction * np.array(image.GetSpacing()[:axes])
    lps[:axes, 3] = image.GetOrigin()[:axes]
    columns, rows, slices = (*image.GetSize()[:axes], 1)[:3]
    return Geometry((slices, rows, columns), ras_from_lps(lps))


def grid_of(geometry: Geometry) -> tuple[list[float], list[float], list[float]]:
    """Return SimpleITK's origin (mm, LPS), spacing (mm) and direction (3x3, row after row) of a grid.

    Raises:
        MuscleSegError: The voxel axes are not at right angles, as SimpleITK and the file formats need.
    """
    if not geometry.is_orthogonal:
        message = _(
            "The voxel axes of this image are not at right angles, so that it cannot be resampled or saved: export it "
            "again from the scanner without tilt."
        )
        raise MuscleSegError(message)
    lps = ras_from_lps(geometry.affine)
    spacing = np.array(geometry.spacing_mm)
    return lps[:3, 3].tolist(), spacing.tolist(), (lps[:3, :3] / spacing).ravel().tolist()


def image_of(volume: Volume) -> sitk.Image:
    """Return a SimpleITK image with the volume's voxels; booleans become uint8 and half floats single ones.

    Raises:
        MuscleSegError: The voxel axes are not at right angles.
    """
    array = volume.array
    if array.dtype == np.bool_:
        array = array.astype(np.uint8)
    elif array.dtype == np.float16:
        array = array.astype(np.float32)
    image = sitk.GetImageFromArray(array.astype(array.dtype.newbyteorder("="), copy=False))
    origin, spacing, direction = grid_of(volume.geometry)
    image.SetOrigin(origin)
    image.SetSpacing(spacing)
    image.SetDirection(direction)
    return image


def voxels_of(image: sitk.Image) -> NDArray[Any]:
    """Return the [k, j, i] voxels of a SimpleITK image with single elements along axes beyond the third."""
    shape = (*image.GetSize()[:3], 1)[:3]
    array: NDArray[Any] = sitk.GetArrayFromImage(image)
    return array.reshape(shape[::-1])


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Suppress ITK's C++ warnings, which name no file; errors are raised."""
    before = sitk.ProcessObject.GetGlobalWarningDisplay()
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    try:
        yield
    finally:
        sitk.ProcessObject.SetGlobalWarningDisplay(before)
