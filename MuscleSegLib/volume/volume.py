"""An image: voxels on a grid in the patient, reoriented to the patient's axes and back, lossless to the bit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.geometry import Geometry, start_on

_OPPOSITE = {"R": "L", "L": "R", "A": "P", "P": "A", "S": "I", "I": "S"}


@dataclass(frozen=True, eq=False)
class Volume:
    """Number for every voxel of a grid: an image, a map or labels.

    Attributes:
        array: [k, j, i] voxel values, of any numeric type.
        geometry: Voxel grid; its shape is the array's.
        path: File or folder of the volume, for messages.
        description: Description in the file, in a line.
        patient: PatientID of a DICOM header; empty if unknown.
        frame_of_reference: UID of the DICOM frame of reference, common to images with common coordinates.
        thickness_mm: Slice thickness along k of a DICOM header, less than the spacing with gaps; None if unknown.
        unit: Unit of the values in the file's spelling, such as "%" or "ms"; empty if unknown.
        scale: Divisor for comparison with other images of one acquisition (Philips); None if unknown.
        remarks: Sentences about oddities of the file, which every number computed from it carries (``remark``).

    Raises:
        MuscleSegError: The array does not have the shape of the geometry.
    """

    array: NDArray[Any]
    geometry: Geometry
    path: Path | None = None
    description: str = ""
    patient: str = ""
    frame_of_reference: str = ""
    thickness_mm: float | None = None
    unit: str = ""
    scale: float | None = None
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.array.shape != self.geometry.shape:
            message = _("{name} has {shape} voxels on a grid of {grid}: give an array that was made for this grid.")
            raise MuscleSegError(message, name=self.name, shape=self.array.shape, grid=self.geometry.shape)

    @property
    def name(self) -> str:
        """Name of the volume in messages: its path, or "the image"."""
        return _("the image") if self.path is None else str(self.path)

    def permuted(self, axes: Sequence[int]) -> "Volume":
        """Return a view with array axes permuted, as by ``numpy.transpose``: 0 is k, 1 is j and 2 is i."""
        return replace(self, array=self.array.transpose(axes), geometry=self.geometry.permuted(axes))

    def flipped(self, axes: Sequence[int]) -> "Volume":
        """Return a view reversed along array axes, as by ``numpy.flip``: 0 is k, 1 is j and 2 is i."""
        return replace(self, array=np.flip(self.array, tuple(axes)), geometry=self.geometry.flipped(axes))

    def to_orientation(self, codes: str) -> "Volume":
        """Return the volume with its axes permuted and flipped to axis codes, without interpolation.

        Args:
            codes: Directions in the patient toward which i, j and k increase, as ``Geometry.axis_codes``.

        Returns:
            The same voxels in a contiguous array, as PyTorch needs it; oblique axes stay oblique.
        """
        old_codes = self.geometry.axis_codes
        old_axes = [max(old_codes.find(code), old_codes.find(_OPPOSITE[code])) for code in codes]
        flips = [2 - old for old, code in zip(old_axes, codes, strict=True) if old_codes[old] != code]
        turned = self.flipped(flips).permuted([2 - old for old in reversed(old_axes)])
        return replace(turned, array=np.ascontiguousarray(turned.array))


def canonical(volume: Volume) -> Volume:
    """Permute and flip axes until i runs toward the right, j toward anterior and k toward superior.

    No voxel is interpolated; an oblique volume stays as oblique as it was. ``like`` is the way back.

    Args:
        volume: [k, j, i] voxels, any orientation.

    Returns:
        The volume with axis codes "RAS".
    """
    return volume.to_orientation("RAS")


def like(volume: Volume, geometry: Geometry) -> Volume:
    """Permute and flip the axes of a volume back to a grid.

    Args:
        volume: [k, j, i] voxels on ``geometry`` with axes permuted or flipped.
        geometry: The grid.

    Returns:
        The same voxels, on ``geometry`` itself.

    Raises:
        MuscleSegError: The volume's voxels are not the voxels of ``geometry``.
    """
    turned = _turned(volume, geometry)
    if turned is None or not turned.geometry.is_close(geometry):
        message = _("{volume} does not lie on the voxel grid that is asked for: resample it to that grid first.")
        raise MuscleSegError(message, volume=volume.name)
    return replace(turned, array=np.ascontiguousarray(turned.array), geometry=geometry)


def padded_to(volume: Volume, geometry: Geometry) -> Volume | None:
    """Return a label map on a grid of which it covers all or a part, with background around it.

    Programs that write segmentations leave out slices and margins without segments.

    Args:
        volume: [k, j, i] label values, with axes permuted or flipped.
        geometry: The grid.

    Returns:
        The label values on ``geometry`` itself; None where the volume's voxels are no voxels of it.
    """
    turned = _turned(volume, geometry)
    start = None if turned is None else start_on(turned.geometry, geometry)
    if turned is None or start is None or (start < 0).any() or (start + turned.array.shape > geometry.shape).any():
        return None
    array = np.zeros(geometry.shape, volume.array.dtype)
    array[tuple(slice(first, first + size) for first, size in zip(start, turned.array.shape, strict=True))] = (
        turned.array
    )
    return replace(volume, array=array, geometry=geometry)


def _turned(volume: Volume, geometry: Geometry) -> Volume | None:
    """Return a volume with its axes permuted and flipped to those of a grid; None where they are no axes of it."""
    # The map between indices of two grids with the same voxels is a signed permutation.
    between = np.linalg.inv(volume.geometry.affine[:3, :3]) @ geometry.affine[:3, :3]
    signs = np.rint(between)
    if not all(np.array_equal(np.abs(signs).sum(axis=axis), np.ones(3)) for axis in (0, 1)):
        return None
    old_axes = [int(np.flatnonzero(signs[:, new])[0]) for new in range(3)]
    flips = [2 - old for new, old in enumerate(old_axes) if signs[old, new] < 0]
    return volume.flipped(flips).permuted([2 - old for old in reversed(old_axes)])
