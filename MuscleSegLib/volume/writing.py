"""Writing of volumes, without what compiled libraries say on standard error meanwhile."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.files import written_whole
from MuscleSegLib.volume.formats import DESCRIPTION_KEY, IMAGE_ENDINGS, NIFTI_ENDINGS, one_line, require_ending
from MuscleSegLib.volume.itk import image_of, quiet
from MuscleSegLib.volume.itk_names import writable_name
from MuscleSegLib.volume.origin import shortened
from MuscleSegLib.volume.verifying import holds_voxels, not_whole
from MuscleSegLib.volume.volume import Volume

_NIFTI_DESCRIPTION_BYTES = 79
"""``descrip`` has 80 bytes, the last of which is 0; ITK refuses longer ones."""

_STANDARD_ERROR = 2
_one_at_a_time = threading.RLock()  # the descriptor is the whole process's


def require_image_format(path: Path) -> None:
    """Check, before any work is done, that an image can be written under a name.

    Raises:
        MuscleSegError: Its ending is none of .nii.gz, .nii, .nrrd and .mha.
    """
    require_ending(path, IMAGE_ENDINGS)


def write_volume(volume: Volume, path: Path | str) -> None:
    """Write an image or a map, its voxel type and its description kept, compressed except as .nii.

    NIfTI keeps positions as 32-bit floats (to about 3e-5 mm) and 79 bytes of the description. Booleans are written as
    uint8 and half floats as single ones, which the formats do not have.

    Args:
        volume: [k, j, i] voxels; its ``path`` plays no part.
        path: A name that ends with .nii.gz, .nii, .nrrd or .mha.

    Raises:
        MuscleSegError: The ending is another one, the place cannot be written to, or the grid is sheared. Whatever was
            at ``path`` is then as it was.
    """
    path = Path(path)
    ending = require_ending(path, IMAGE_ENDINGS)
    image = image_of(volume)
    description = one_line(volume.description)
    if ending in NIFTI_ENDINGS:
        # ITK writes the field "descrip" from this key.
        image.SetMetaData("ITK_FileNotes", shortened(description, _NIFTI_DESCRIPTION_BYTES))
    elif description:
        image.SetMetaData(DESCRIPTION_KEY, description)
    with written_whole(path) as temporary:
        try:
            with quiet(), silent_libraries(), writable_name(temporary) as name:
                sitk.WriteImage(image, name, useCompression=ending != ".nii")
        except RuntimeError as error:
            raise not_whole(path) from error
        if not holds_voxels(temporary, sitk.GetArrayViewFromImage(image)):
            raise not_whole(path)


@contextlib.contextmanager
def silent_libraries() -> Iterator[None]:
    """Suppress messages of C libraries about failures that are raised or checked anyway."""
    with _one_at_a_time, contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError, ValueError, AttributeError):  # a window may have no standard error
            sys.stderr.flush()
            kept = os.dup(_STANDARD_ERROR)
            stack.callback(_restore, kept)
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, _STANDARD_ERROR)
            os.close(nothing)
        yield


def _restore(kept: int) -> None:
    os.dup2(kept, _STANDARD_ERROR)
    os.close(kept)
