"""Claims: of several runs on one output, each scan is worked on by one.

A claim is a lock on a file, which the operating system releases with its process. Where a file system has no locks, two
runs may both work on a scan: they write the same files, each whole.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from MuscleSegLib.temporary import is_locked_by_us

FOLDER = ".muscleseg"


@contextlib.contextmanager
def claimed(output: Path, name: str) -> Iterator[bool]:
    """Yield whether this process alone works on a scan within the block.

    Args:
        output: Folder of the output.
        name: Name of the scan.

    Raises:
        OSError: The claim cannot be written.
    """
    path = output / FOLDER / f"{name}.claim"
    handle = _locked(path)
    if handle is None:
        yield False
        return
    try:
        yield True
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(handle)


def remove_claims(output: Path) -> None:
    """Remove what ended runs have left, as far as no other run holds it."""
    folder = output / FOLDER
    for path in folder.glob("*.claim"):
        handle = _locked(path)
        if handle is not None:
            with contextlib.suppress(OSError):
                path.unlink()
            os.close(handle)
    with contextlib.suppress(OSError):  # another run has claims in it, or it is not there
        folder.rmdir()


def _locked(path: Path) -> int | None:
    """Return the handle of a locked file, None where another process holds it."""
    while True:
        path.parent.mkdir(exist_ok=True)
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:  # the folder, which was empty, was removed by a run that has ended
            continue
        if is_locked_by_us(handle) is False:
            os.close(handle)
            return None
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        os.close(handle)  # its owner removed it between our opening and locking it
