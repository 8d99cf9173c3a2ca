"""Voxels without a value: Slicer's reader of NIfTI files makes them 0, which is a fat fraction like any other.

The NIfTI library sets what is not finite to 0 when it reads (``nifti_read_buffer``). So the file is read once more,
with the reader that the command line uses too, and what has no value there has none in the node again. Where the file
cannot tell, zeros are taken for missing values that lie in one piece around the body (``surrounding``).
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
"""Attribute of a volume node: the digest of its voxels when they were found, or made, equal to those of its file."""

_BLOCK = (1, 5, 5)
"""Voxels k, j, i of a block of zeros. Noise that is cut off at 0 leaves half of all 0, but hardly such a block."""


def restore_missing(node: slicer.vtkMRMLScalarVolumeNode) -> int:
    """Take out of a volume node what has no value in the NIfTI file that it was loaded from.

    Args:
        node: Its voxels become NaN where they are 0 and the file has no number. Nothing is changed where the voxels
            are not those of the file any more, or the file cannot be read.

    Returns:
        How many voxels have no value now that had one before.

    """
    path = file_to_restore(node)
    stored = stored_in(path) if path is not None else None
    return restore_from(node, stored) if stored is not None else 0


def file_to_restore(node: slicer.vtkMRMLScalarVolumeNode) -> Path | None:
    """Return the file that has to be read to restore missing values, or None where none can be missing."""
    path = file_of(node)
    if path is None or not path.name.lower().endswith(_NIFTI) or node.GetImageData() is None:
        return None
    array = slicer.util.arrayFromVolume(node)
    if array.ndim != 3 or not np.issubdtype(array.dtype, np.floating) or array.all():
        return None
    return None if is_restored(node) else path


def stored_in(path: Path) -> Volume | None:
    """Return what a file holds, or None where it cannot be read; nothing of Slicer is used for it."""
    try:
        return read_volume(path)
    except MuscleSegError:
        return None  # Slicer reads what the library refuses


def restore_from(node: slicer.vtkMRMLScalarVolumeNode, stored: Volume) -> int:
    """Do what ``restore_missing`` does, with what the file holds, and return the same."""
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
    """Return whether a volume node's voxels were found, or made, equal to those of its file by ``restore_missing``."""
    return node.GetAttribute(_READ) == voxels_digest(node)


def without_surrounding(volume: Volume, inside: NDArray[np.bool_]) -> Volume:
    """Return a map without the zeros around the body, where a muscle reaches into them.

    Args:
        volume: A map; one that holds whole numbers is taken as it is. One that ``is_restored`` has no such zeros.
        inside: [k, j, i] which voxels of the map lie in muscles.

    Returns:
        The volume itself where nothing is changed.

    """
    array = volume.array
    if not np.issubdtype(array.dtype, np.floating) or not (array[inside] == 0).any():
        return volume
    missing = surrounding(array == 0)
    if missing.all() or not (missing & inside).any():
        return volume
    return replace(volume, array=np.where(missing, np.array(np.nan, array.dtype), array))


def surrounding(zeros: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return [k, j, i] which voxels lie in blocks of zeros that hang together as far as the edge of their slices."""
    from scipy import ndimage

    centers = ndimage.minimum_filter(zeros.view(np.uint8), _BLOCK, mode="constant", cval=0)
    blocks = ndimage.maximum_filter(centers, _BLOCK, mode="constant", cval=0).astype(np.bool_)
    pieces, _count = ndimage.label(blocks)
    edge = np.concatenate([pieces[:, (0, -1), :].ravel(), pieces[:, :, (0, -1)].ravel()])
    found: NDArray[np.bool_] = np.isin(pieces, np.setdiff1d(edge, [0]))
    return found


def _equal(stored: NDArray[np.floating], shown: NDArray[np.floating]) -> bool:
    """Return whether voxels are the same, but for the last digit of a slope and an intercept."""
    return np.array_equal(stored, shown) or np.allclose(stored, shown, rtol=1e-6, atol=1e-6)
