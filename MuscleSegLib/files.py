"""Files that are whole or absent."""

import contextlib
import glob
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError


def require_writable(path: Path) -> None:
    """Check, before any work is done, that ``path`` can be written.

    Raises:
        MuscleSegError: The folder is missing or read-only, or ``path`` is a folder.

    """
    folder = path.absolute().parent
    if not folder.is_dir():
        message = f"The folder {folder} for {path.name} does not exist: create it or choose another place."
        raise MuscleSegError(message)
    if path.is_dir():
        message = f"{path} is a folder: give the name of a file in it."
        raise MuscleSegError(message)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message = f"The folder {folder} cannot be written to ({error.strerror}): choose another place for {path.name}."
        raise MuscleSegError(message) from error


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` that takes its place when the block ends well, and vanishes otherwise.

    The temporary name ends like ``path``, so that writers which choose a format by the ending choose the same one.

    Raises:
        MuscleSegError: The place cannot be written to; whatever was at ``path`` is as it was.

    """
    require_writable(path)
    with tempfile.TemporaryDirectory(prefix=_beside(path), dir=path.absolute().parent) as folder:
        temporary = Path(folder) / path.name
        try:
            yield temporary
            temporary.replace(path)
        except OSError as error:
            message = f"{path} could not be written ({error.strerror or error}): check the disk and its permissions."
            raise MuscleSegError(message) from error


def remove_unfinished(path: Path) -> None:
    """Remove what a process that was killed while it wrote ``path`` has left beside it.

    Raises:
        OSError: It cannot be removed.

    """
    for folder in path.absolute().parent.glob(f"{glob.escape(_beside(path))}*"):
        shutil.rmtree(folder)


def _beside(path: Path) -> str:
    """Return how the temporary folders in which a file is written are called; names have some 255 letters at most."""
    return f".muscleseg-{path.name[:40]}-"
