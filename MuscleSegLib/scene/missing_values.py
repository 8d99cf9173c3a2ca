"""Missing values: Slicer's reader of NIfTI files makes them 0, which is a fat fraction like any other.

The NIfTI library sets values that are not finite to 0 (``nifti_read_buffer``). So the file is read once more, with the
reader of the command line, and its missing values are made NaN in the node. Where the file cannot tell, zeros in one
piece around the body (``surrounding``) are taken for missing values.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import slicer
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.scene.volumes import file_of, local_geometry_of, voxels_digest
from MuscleSegLib.volume import Volume, read_volume

_NIFTI = (".nii", ".nii.gz", ".hdr", ".img", ".img.gz")

_READ = "MuscleSeg.VoxelsAsInFile"
"""Attribute of a volume node: digest of its voxels when they were last equal to those of its file."""

_BLOCK = (1, 5, 5)
"""Voxels k, j, i of a block of zeros. Noise that is cut off at 0 leaves half of all 0, but hardly such a block."""


def restore_missing(node: slicer.vtkMRMLScalarVolumeNode) -> int:
    """Make the missing values of a NIfTI file NaN in the volume node that was loaded from it.

    Args:
        node: Volume node. Voxels become NaN where they are 0 and the file has no number; none is changed where the
            voxels differ from the file's, or the file cannot be read.

    Returns:
        Number of voxels made NaN.
    """
    path = file_to_restore(node)
    stored = stored_in(path) if path is not None else None
    return restore_from(node, stored) if stored is not None else 0


def file_to_restore(node: slicer.vtkMRMLScalarVolumeNode) -> Path | None:
    """Return the file with a node's missing values, or None where no value can be missing."""
    path = file_of(node)
    if path is None or not path.name.lower().endswith(_NIFTI) or node.GetImageData() is None:
        return None
    array = slicer.util.arrayFromVolume(node)
    if array.ndim != 3 or not np.issubdtype(array.dtype, np.floating) or array.all():
        return None
    return None if is_restored(node) else path


def stored_in(path: Path) -> Volume | None:
    """Return a file's volume, [k, j, i], or None where it cannot be read; nothing of Slicer is used for it."""
    try:
        return read_volume(path)
    except MuscleSegError:
        return None  # Slicer reads what the library refuses


def restore_from(node: slicer.vtkMRMLScalarVolumeNode, stored: Volume) -> int:
    """Restore missing values from the file's volume, [k, j, i], and return their number, as ``restore_missing``."""
    array = slicer.util.arrayFromVolume(node)
    if stored.array.shape != array.shape or not stored.geometry.is_close(local_geometry_of(node)):
        return 0
    missing = ~np.isfinite(stored.array)
    if not _equal(np.where(missing, 0, stored.array), array):
        return 0
    if missing.any():
        array[missing] = np.nan
        slicer.util.arrayFromVolumeModified(node)
    node.SetAttribute(_READ, voxels_digest(node))
    return int(np.count_nonzero(missing))


def is_as_in_file(node: slicer.vtkMRMLVolumeNode) -> bool:
    """Return whether a volume node has the voxels of the file that it came from."""
    if file_of(node) is None:
        return False
    return not node.GetModifiedSinceRead() or is_restored(node)


def is_restored(node: slicer.vtkMRMLVolumeNode) -> bool:
    """Return whether a volume node still has the voxels with which ``restore_missing`` left it."""
    return node.GetAttribute(_READ) == voxels_digest(node)


def without_surrounding(volume: Volume, inside: NDArray[np.bool_]) -> Volume:
    """Return a map without the zeros around the body, where a muscle reaches into them.

    Args:
        volume: Map, [k, j, i]; whole numbers stay as they are. A map that ``is_restored`` has no such zeros.
        inside: Mask of the muscles, [k, j, i] bool, on the map's grid.

    Returns:
        Map with NaN around the body; the volume itself where nothing is changed.
    """
    array = volume.array
    if not np.issubdtype(array.dtype, np.floating) or not (array[inside] == 0).any():
        return volume
    missing = surrounding(array == 0)
    if missing.all() or not (missing & inside).any():
        return volume
    return replace(volume, array=np.where(missing, np.array(np.nan, array.dtype), array))


def surrounding(zeros: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the mask, [k, j, i] bool, of connected blocks of zeros that reach the edge of their slices.

    Args:
        zeros: Mask of the voxels that are 0, [k, j, i] bool.
    """
    from scipy import ndimage

    centers = ndimage.minimum_filter(zeros.view(np.uint8), _BLOCK, mode="constant", cval=0)
    blocks = ndimage.maximum_filter(centers, _BLOCK, mode="constant", cval=0).astype(np.bool_)
    pieces, _count = ndimage.label(blocks)
    edge = np.concatenate([pieces[:, (0, -1), :].ravel(), pieces[:, :, (0, -1)].ravel()])
    around: NDArray[np.bool_] = np.isin(pieces, np.setdiff1d(edge, [0]))
    return around


def _equal(stored: NDArray[np.floating], shown: NDArray[np.floating]) -> bool:
    """Return whether voxels are the same, but for the last digit of a slope and an intercept."""
    return np.array_equal(stored, shown) or np.allclose(stored, shown, rtol=1e-6, atol=1e-6)
