"""Temporary folders for images of patients, removed by the next process after a kill.

A lock on a file in a folder shows that its process lives; the operating system releases it with the process. A process
ID is reused later, and has no meaning in another container.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import sys
import tempfile
import time
import weakref
from pathlib import Path
from types import TracebackType

PREFIX = ".muscleseg-"
LOCK = ".muscleseg-owner"

_LOCKED_BYTE = 1 << 20  # behind the end of the file: Windows forbids reading locked bytes
_DAY_S = 86400.0
_ATTEMPTS = 20


class TemporaryFolder:
    """A private folder that is removed at the end.

    Used like ``tempfile.TemporaryDirectory``, except that a ``with`` statement gives a path, and that leftovers of
    ended processes are removed from ``parent`` first.

    Args:
        parent: Folder in which it is made; the system's folder for temporary files where None.

    Raises:
        OSError: The folder cannot be made.
    """

    def __init__(self, parent: Path | None = None) -> None:
        parent = (parent or Path(tempfile.gettempdir())).absolute()
        remove_abandoned(parent)
        self.path, lock = _made(parent)
        self._finalizer = weakref.finalize(self, _remove_own, self.path, lock, os.getpid())
        _in_use.add(self)

    @property
    def name(self) -> str:
        """Path as text."""
        return str(self.path)

    def cleanup(self) -> None:
        """Remove the folder with its content, as far as the system allows."""
        self._finalizer()

    def __enter__(self) -> Path:
        """Return the path."""
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Remove the folder."""
        self.cleanup()


_in_use: weakref.WeakSet[TemporaryFolder] = weakref.WeakSet()


def remove_all() -> None:
    """Remove all temporary folders of this process, which is about to end without ``atexit``."""
    for folder in list(_in_use):
        folder.cleanup()


def remove_abandoned(parent: Path) -> None:
    """Remove the temporary folders of ended processes in ``parent``."""
    folders: list[Path] = []
    with contextlib.suppress(OSError), os.scandir(parent) as entries:
        folders = [Path(entry.path) for entry in entries if entry.name.startswith(PREFIX)]
    for folder in folders:
        with contextlib.suppress(OSError):
            if folder.is_dir() and not folder.is_symlink():
                _remove_if_abandoned(folder)


def _made(parent: Path) -> tuple[Path, int]:
    """Make a folder, and return it and its lock."""
    for _ in range(_ATTEMPTS):
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{'-'.join(_host())}-", dir=parent))
        try:
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except FileNotFoundError:  # another process took the folder, which was not locked yet, for abandoned
            continue
        except OSError:
            folder.rmdir()
            raise
        if is_locked_by_us(lock) is not False and (folder / LOCK).exists():
            return folder, lock
        os.close(lock)
    message = "temporary folders vanish as soon as they are made"
    raise OSError(message)


def is_locked_by_us(lock: int) -> bool | None:
    """Lock a file, and return whether that succeeded; None where the file system has no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(lock, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return None
    return True


def _remove_if_abandoned(folder: Path) -> None:
    status = folder.lstat()
    if hasattr(os, "getuid") and status.st_uid != os.getuid():  # in a folder with write access for all
        return
    is_old = time.time() - status.st_mtime > _DAY_S
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        # Its process ended before it wrote anything, or it is of an earlier version, which knew no locks.
        shutil.rmtree(folder) if is_old else folder.rmdir()
        return
    is_ours = any(
        part_of_host == part_of_name
        for part_of_host, part_of_name in zip(_host(), folder.name.removeprefix(PREFIX).split("-"), strict=False)
    )
    # Not every network file system shows the locks of other computers.
    if is_locked_by_us(lock) and (is_ours or is_old):
        _remove(folder, lock)
    else:
        os.close(lock)


def _remove_own(folder: Path, lock: int, process: int) -> None:
    if os.getpid() == process:  # and not a fork of it, which has a copy of everything
        _remove(folder, lock)


def _remove(folder: Path, lock: int) -> None:
    """Remove a folder, its lock last, so that a rest that cannot be removed, as on Windows, is not taken for new."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.name == LOCK:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    os.close(lock)
    with contextlib.suppress(OSError):
        if [path.name for path in folder.iterdir()] == [LOCK]:
            (folder / LOCK).unlink()
            folder.rmdir()


def _host() -> tuple[str, str]:
    """Return digests of this computer's name and of its current boot; containers share the second."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    names = platform.node(), boot.read_text(encoding="ascii") if boot.exists() else platform.node()
    digests = (hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:6] for name in names)
    first, second = digests
    return first, second
