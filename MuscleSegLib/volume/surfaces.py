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
    """Return how far each mask's surface lies from the other's.

    A mask's surface is its voxels of which a face borders on the outside; what lies beyond the array is outside. A
    voxel's distance is that of its center to the nearest center of the other surface, in three dimensions and exact to
    single precision (Maurer et al., IEEE Trans Pattern Anal Mach Intell 2003;25:265-270).

    Args:
        mask: [k, j, i], not empty.
        other: On the same grid, not empty.
        spacing_mm: Of the voxels along i, j and k, which are at right angles.

    Returns:
        (n,) distances of the surface voxels of ``mask``, and (m,) those of ``other``.

    """
    surfaces = [_surface(either, spacing_mm) for either in (mask, other)]
    away = [_distance_mm(surface) for surface in surfaces]
    there = [voxels_of(surface) > 0 for surface in surfaces]
    return away[1][there[0]], away[0][there[1]]


def _surface(mask: Mask, spacing_mm: tuple[float, float, float]) -> sitk.Image:
    # The frame is what voxels at the array's edge border on: ITK takes nothing beyond an image for outside.
    image = sitk.GetImageFromArray(np.pad(mask, 1).astype(np.uint8))
    image.SetSpacing(spacing_mm)
    contour: sitk.Image = sitk.BinaryContour(image, fullyConnected=False, foregroundValue=1)
    return contour


def _distance_mm(surface: sitk.Image) -> Distances:
    squared = voxels_of(sitk.SignedMaurerDistanceMap(surface, squaredDistance=True, useImageSpacing=True))
    # ITK's zeros on the surface are some 1e-11 mm2, of which the root would be 5e-6 mm.
    return np.sqrt(np.where(voxels_of(surface) > 0, 0, np.abs(squared)), dtype=np.float64)
