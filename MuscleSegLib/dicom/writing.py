"""Writing of objects into a folder: all of them or none."""

import io
import os
from collections.abc import Iterator, Mapping
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

_BYTES_OF_A_STEP = 4 << 20


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
    for _step in written_in_steps(encoded(objects), folder):
        pass


def encoded(objects: Objects) -> dict[str, bytes]:
    """Return the files of objects by their names, without ending."""
    contents = {}
    for name, dataset in objects.items():
        file = io.BytesIO()
        with quiet_highdicom():
            dataset.save_as(file, enforce_file_format=True)
        contents[name] = file.getvalue()
    return contents


def written_in_steps(contents: Mapping[str, bytes], folder: Path) -> Iterator[None]:
    """Write files of objects as ``write_objects`` does, in steps, for a program with a window.

    Nothing is written where the generator is closed before its end.

    Raises:
        MuscleSegError: As for ``write_objects``.
    """
    require_new_folder(folder)
    try:
        with TemporaryFolder(folder.absolute().parent) as temporary:
            made = temporary / "objects"
            made.mkdir()
            for name, content in contents.items():
                with (made / f"{name}.dcm").open("wb") as file:
                    for first in range(0, len(content), _BYTES_OF_A_STEP):
                        file.write(content[first : first + _BYTES_OF_A_STEP])
                        file.flush()
                        os.fsync(file.fileno())  # here, since all at the end would be a long step
                        yield
            if folder.is_dir():
                folder.rmdir()  # Windows renames no folder to the name of another
            publish(made, folder)
    except OSError as error:
        message = _("{folder} could not be written ({reason}): check the disk and its permissions.")
        raise MuscleSegError(message, folder=folder, reason=error.strerror or error) from error
