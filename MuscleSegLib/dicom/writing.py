"""Writing of objects into a folder: all of them or none."""

from pathlib import Path
from typing import TYPE_CHECKING

from MuscleSegLib.dicom.device import quiet_highdicom
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import publish, require_name, require_writable
from MuscleSegLib.temporary import TemporaryFolder
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from pydicom import Dataset

Objects = dict[str, "Dataset"]
"""Objects by the names of their files, without ending."""


def require_new_folder(folder: Path) -> None:
    """Check, before any work is done, that objects can be written to a folder, and make its parents.

    Raises:
        MuscleSegError: It cannot be written, or is not empty: objects of two measurements must not be mixed.
    """
    require_name(folder)
    folder = folder.absolute()
    try:
        is_taken = folder.is_file() or (folder.is_dir() and any(folder.iterdir()))
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = _("The folder {folder} cannot be made ({reason}): choose another place.")
        raise MuscleSegError(message, folder=folder, reason=error.strerror or error) from error
    if is_taken:
        message = _("{folder} is there already: give a new or an empty folder, so that objects are not mixed.")
        raise MuscleSegError(message, folder=folder)
    require_writable(folder.with_name(f"{folder.name}.partial"))


def write_objects(objects: Objects, folder: Path) -> None:
    """Write objects to a new or an empty folder.

    Args:
        objects: Objects by the names of their files, without ending.
        folder: The folder, which appears when all objects are in it.

    Raises:
        MuscleSegError: It is not empty, or an object cannot be written. There is then no object in it.
    """
    require_new_folder(folder)
    try:
        with TemporaryFolder(folder.absolute().parent) as temporary, quiet_highdicom():
            made = temporary / "objects"
            made.mkdir()
            for name, dataset in objects.items():
                dataset.save_as(made / f"{name}.dcm", enforce_file_format=True)
            if folder.is_dir():
                folder.rmdir()  # Windows renames no folder to the name of another
            publish(made, folder)
    except OSError as error:
        message = _("{folder} could not be written ({reason}): check the disk and its permissions.")
        raise MuscleSegError(message, folder=folder, reason=error.strerror or error) from error
