"""Distances between the surfaces of two masks, in millimeters."""

import numpy as np
import SimpleITK as sitk  # noqa: N813 - everybody's name for it
from numpy.typing import NDArray

from MuscleSegLib.volume.itk import voxels_of

Mask = NDArray[np.bool_]
Distances = NDArray[np.float64]


def surface_distances_mm(
    mask: Mask, other: Mask, spacing_mm: tuple[float, float, float]
) -> tuple[Distances, Distances]:
    """Return the distances between the surfaces of two masks, in both directions.

    The surface of a mask is its voxels with a face to the outside, beyond the array too. The distance of a voxel is
    that of its center to the nearest center of the other surface, in three dimensions and exact to single precision
    (Maurer et al., IEEE Trans Pattern Anal Mach Intell 2003;25:265-270).

    Args:
        mask: [k, j, i] mask, not empty.
        other: [k, j, i] mask on the same grid, not empty.
        spacing_mm: Voxel size along i, j and k, which are at right angles.

    Returns:
        [voxel] distances of the surface voxels of ``mask`` in millimeters, and [voxel] those of ``other``.
    """
    surfaces = [_surface(either, spacing_mm) for either in (mask, other)]
    away = [_distance_mm(surface) for surface in surfaces]
    on_surface = [voxels_of(surface) > 0 for surface in surfaces]
    return away[1][on_surface[0]], away[0][on_surface[1]]


def _surface(mask: Mask, spacing_mm: tuple[float, float, float]) -> sitk.Image:
    # Padded, since ITK takes nothing beyond an image for outside.
    image = sitk.GetImageFromArray(np.pad(mask, 1).astype(np.uint8))
    image.SetSpacing(spacing_mm)
    contour: sitk.Image = sitk.BinaryContour(image, fullyConnected=False, foregroundValue=1)
    return contour


def _distance_mm(surface: sitk.Image) -> Distances:
    squared = voxels_of(sitk.SignedMaurerDistanceMap(surface, squaredDistance=True, useImageSpacing=True))
    # ITK's zeros on the surface are some 1e-11 mm2, with a root of 5e-6 mm.
    return np.sqrt(np.where(voxels_of(surface) > 0, 0, np.abs(squared)), dtype=np.float64)
