"""Files that are whole or absent."""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.temporary import TemporaryFolder

_NOT_SUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}

_record: ContextVar[list[Path] | None] = ContextVar("_record", default=None)


def require_name(path: Path) -> None:
    """Check that ``path`` can be the name of a file.

    Raises:
        MuscleSegError: The system takes no such name: a character of it is impossible, or it is too long.

    """
    try:
        path.lstat()
    except ValueError as error:  # a null character, or half of one that takes two
        message = f"{_shown(path)} holds a character that no file's name can hold: give another name."
        raise MuscleSegError(message) from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            message = f"{_shown(path)} is too long for the name of a file: give a shorter one."
            raise MuscleSegError(message) from error


def require_writable(path: Path) -> None:
    """Check, before any work is done, that ``path`` can be written.

    Raises:
        MuscleSegError: The folder is missing or read-only, or ``path`` is something else than a file.

    """
    require_name(path)
    target = _target(path)
    folder = target.parent
    if not folder.is_dir():
        message = f"The folder {folder} for {path.name} does not exist: create it or choose another place."
        raise MuscleSegError(message)
    if path.is_dir():
        message = f"{path} is a folder: give the name of a file in it."
        raise MuscleSegError(message)
    if target.exists() and not target.is_file():
        message = f"{path} is a device and no file: choose another place."
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

    The temporary name ends like ``path``, so that writers which choose a format by the ending choose the same one. What
    the disk did not take is an error before anything is replaced. A file that is there keeps its permissions, and a
    symbolic link goes on pointing at its file, which is replaced.

    Raises:
        MuscleSegError: The place cannot be written to; whatever was at ``path`` is as it was.

    """
    require_writable(path)
    target = _target(path)
    try:
        with TemporaryFolder(target.parent) as folder:
            temporary = folder / path.name
            yield temporary
            publish(temporary, target)
    except OSError as error:
        message = f"{path} could not be written ({error.strerror or error}): check the disk and its permissions."
        raise MuscleSegError(message) from error


def publish(temporary: Path, path: Path) -> None:
    """Put a file or a folder that is whole in the place of ``path``, on the same file system.

    Raises:
        OSError: The disk has not taken all of it, or it cannot be put there; ``path`` is as it was.

    """
    target = _target(path)
    for file in temporary.rglob("*") if temporary.is_dir() else (temporary,):
        if file.is_file():
            _synchronize(file)
    if target.is_file():
        _copy_permissions(target, temporary)
    temporary.replace(target)
    written = _record.get()
    if written is not None:
        written.append(path)
    with contextlib.suppress(OSError):  # what matters is in place; Windows opens no folders
        _synchronize(target.parent)


@contextlib.contextmanager
def recorded() -> Iterator[list[Path]]:
    """Give a list that grows by each path that ``written_whole`` puts in its place within the block."""
    written: list[Path] = []
    token = _record.set(written)
    try:
        yield written
    finally:
        _record.reset(token)


def _target(path: Path) -> Path:
    """Return where a path leads if it is a symbolic link.

    Raises:
        MuscleSegError: It is a link that leads to itself.

    """
    try:
        return path.resolve() if path.is_symlink() else path.absolute()
    except (OSError, RuntimeError) as error:
        message = f"{path} is a symbolic link that leads nowhere: remove it or choose another place."
        raise MuscleSegError(message) from error


def _synchronize(path: Path) -> None:
    """Have the system write a file to the disk: some file systems only tell then that there is no room for it."""
    # Windows synchronizes only what is open for writing.
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NOT_SUPPORTED:
            raise
    finally:
        os.close(handle)


def _copy_permissions(source: Path, target: Path) -> None:
    """Give a file the mode, the owner and the access lists of another one, as far as the user may."""
    status = source.stat()
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(target, status.st_uid, status.st_gid)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(source):
                os.setxattr(target, name, os.getxattr(source, name))
    with contextlib.suppress(OSError):  # some file systems have no modes
        target.chmod(stat.S_IMODE(status.st_mode))


def _shown(path: Path) -> str:
    text = ascii(str(path))[1:-1]
    return text if len(text) <= 100 else f"{text[:40]}...{text[-40:]}"
