"""Atomic writing of files, which are whole or absent."""

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
from MuscleSegLib.translatable import _

_NOT_SUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}

_record: ContextVar[list[Path] | None] = ContextVar("_record", default=None)


def require_name(path: Path) -> None:
    """Check that ``path`` can be the name of a file.

    Raises:
        MuscleSegError: A character of the name is impossible, or it is too long.
    """
    try:
        path.lstat()
    except ValueError as error:  # a null character, or half of one that takes two
        message = _("{path} holds a character that no file's name can hold: give another name.")
        raise MuscleSegError(message, path=_shown(path)) from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            message = _("{path} is too long for the name of a file: give a shorter one.")
            raise MuscleSegError(message, path=_shown(path)) from error


def require_writable(path: Path) -> None:
    """Check, before any work is done, that ``path`` can be written.

    Raises:
        MuscleSegError: The folder is missing or read-only, or ``path`` is no file.
    """
    require_name(path)
    target = _target(path)
    folder = target.parent
    if not folder.is_dir():
        message = _("The folder {folder} for {path} does not exist: create it or choose another place.")
        raise MuscleSegError(message, folder=folder, path=path.name)
    if path.is_dir():
        raise MuscleSegError(_("{path} is a folder: give the name of a file in it."), path=path)
    if target.exists() and not target.is_file():
        raise MuscleSegError(_("{path} is a device and no file: choose another place."), path=path)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message = _("The folder {folder} cannot be written to ({reason}): choose another place for {path}.")
        raise MuscleSegError(message, folder=folder, reason=error.strerror, path=path.name) from error


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place when the block succeeds, and is removed otherwise.

    The temporary name has the ending of ``path``, by which writers choose a format. A full disk is an error before
    anything is replaced. An existing file keeps its permissions, and a symbolic link keeps its target, whose content is
    replaced.

    Raises:
        MuscleSegError: The file cannot be written; the content of ``path`` is unchanged.
    """
    require_writable(path)
    target = _target(path)
    try:
        with TemporaryFolder(target.parent) as folder:
            temporary = folder / path.name
            yield temporary
            publish(temporary, target)
    except OSError as error:
        message = _("{path} could not be written ({reason}): check the disk and its permissions.")
        raise MuscleSegError(message, path=path, reason=error.strerror or error) from error


def publish(temporary: Path, path: Path) -> None:
    """Move a complete file or folder to ``path``, on one file system.

    Raises:
        OSError: The disk is full, or it cannot be moved; the content of ``path`` is unchanged.
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
    with contextlib.suppress(OSError):  # the file is in place; Windows opens no folders
        _synchronize(target.parent)


@contextlib.contextmanager
def recorded() -> Iterator[list[Path]]:
    """Yield a list that grows by each path that ``written_whole`` completes within the block."""
    written: list[Path] = []
    token = _record.set(written)
    try:
        yield written
    finally:
        _record.reset(token)


def _target(path: Path) -> Path:
    """Return the target of a path, through symbolic links.

    Raises:
        MuscleSegError: A link leads to itself.
    """
    try:
        return path.resolve() if path.is_symlink() else path.absolute()
    except (OSError, RuntimeError) as error:
        message = _("{path} is a symbolic link that leads nowhere: remove it or choose another place.")
        raise MuscleSegError(message, path=path) from error


def _synchronize(path: Path) -> None:
    """Synchronize a file to the disk: some file systems report only then that it is full."""
    # Windows synchronizes only files that are open for writing.
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NOT_SUPPORTED:
            raise
    finally:
        os.close(handle)


def _copy_permissions(source: Path, target: Path) -> None:
    """Copy mode, owner and access lists of a file to another, as far as the user may."""
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
