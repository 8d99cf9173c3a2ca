"""Resampling of a volume on another grid."""

from typing import Literal

import numpy as np
import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.volume.geometry import Geometry
from MuscleSegLib.volume.itk import grid_of, image_of, voxels_of
from MuscleSegLib.volume.volume import Volume

_INTERPOLATORS = {"nearest": sitk.sitkNearestNeighbor, "linear": sitk.sitkLinear}


def resample(
    volume: Volume, geometry: Geometry, *, interpolation: Literal["nearest", "linear"], fill: float = 0.0
) -> Volume:
    """Resample a volume at the voxel centers of a grid.

    Args:
        volume: [k, j, i] voxels.
        geometry: Grid of the result.
        interpolation: "nearest" for labels: keeps values and type. "linear" for images: makes float32 of integers.
        fill: Value outside the volume.

    Returns:
        A volume on ``geometry``, with the path, description and remarks of ``volume``.

    Raises:
        MuscleSegError: The voxel axes of one of the grids are not at right angles.
    """
    image = image_of(volume)
    if interpolation == "linear" and not np.issubdtype(volume.array.dtype, np.floating):
        image = sitk.Cast(image, sitk.sitkFloat32)
    origin, spacing, direction = grid_of(geometry)
    resampler = sitk.ResampleImageFilter()
    resampler.SetSize(geometry.shape[::-1])
    resampler.SetOutputOrigin(origin)
    resampler.SetOutputSpacing(spacing)
    resampler.SetOutputDirection(direction)
    resampler.SetInterpolator(_INTERPOLATORS[interpolation])
    resampler.SetDefaultPixelValue(fill)
    resampled = voxels_of(resampler.Execute(image))
    return Volume(resampled, geometry, volume.path, volume.description, remarks=volume.remarks)
