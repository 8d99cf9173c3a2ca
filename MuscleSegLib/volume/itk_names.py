"""Names of files for ITK, which ends the process where one is not UTF-8."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.temporary import TemporaryFolder
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.formats import ending_of

_DETACHED = (".mhd", ".nhdr")


@contextlib.contextmanager
def readable_name(path: Path) -> Iterator[str]:
    """Yield a name under which ITK can read a file.

    Raises:
        MuscleSegError: No such name is possible.
        OSError: The system's temporary folder cannot be written to.
    """
    if _is_utf8(path):
        yield str(path)
        return
    if ending_of(path) in _DETACHED:  # the voxels are in another file beside it
        raise _unusable(path)
    with TemporaryFolder() as folder:
        other = _other_name(folder, path)
        try:
            other.symlink_to(path.absolute())
        except OSError:  # Windows restricts links
            shutil.copyfile(path, other)
        yield str(other)


@contextlib.contextmanager
def writable_name(path: Path) -> Iterator[str]:
    """Yield a name under which ITK can write a file, which is moved to ``path`` at the end.

    Raises:
        MuscleSegError: No such name is possible.
        OSError: The file cannot be moved.
    """
    if _is_utf8(path):
        yield str(path)
        return
    with TemporaryFolder() as folder:
        other = _other_name(folder, path)
        yield str(other)
        shutil.copyfile(other, path)


def _other_name(folder: Path, path: Path) -> Path:
    if not _is_utf8(folder):
        raise _unusable(path)
    return folder / f"image{ending_of(path)}"


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _unusable(path: Path) -> MuscleSegError:
    message = _("The name of {path} is not UTF-8, which this format needs: rename the file or its folder.")
    return MuscleSegError(message, path=path)
