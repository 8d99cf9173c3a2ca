"""Disks without room: a real small one where this may be mounted, and files that may not grow where it may not."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

KINDS = ("disk", "limit")
SIZE = 4 << 20


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of 4 MiB on a new folder, or skip the test."""
    if sys.platform != "linux" or os.getuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a small disk, and on Linux")
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # a process that ends may still hold it


@contextlib.contextmanager
def room_of(size: int, folder: Path, kind: str) -> Iterator[None]:
    """Leave so many bytes on the disk of ``folder``, or let no file grow beyond them."""
    if kind == "disk":
        free = os.statvfs(folder)
        (folder / "filling").write_bytes(b"x" * max(0, free.f_bavail * free.f_frsize - size))
        yield
        (folder / "filling").unlink()
        return
    resource = pytest.importorskip("resource", reason="this system has no limits of a file's size")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
