"""Memory available to this process, by the computer, its limits and its container."""

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path


def available_bytes() -> int:
    """Return the available bytes: the least of the computer's free memory, the process's limits and its container's."""
    return min([_free(), *_left_by_limits(), *_left_by_control_groups()])


def total_bytes() -> int:
    """Return the bytes that processes may have together: the computer's memory, or that of its container."""
    totals = [limit for limit, _ in _control_groups()]
    if sys.platform != "win32":
        totals.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(totals, default=_free())


def private_bytes(process: int) -> int | None:
    """Return the bytes in memory that a process shares with no other; None where it ended, or the system does not tell.

    Linux alone tells. Libraries and files that several processes have in memory are left out.
    """
    try:
        _, resident, shared, *_ = Path(f"/proc/{process}/statm").read_text().split()
    except (OSError, ValueError):
        return None
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")


def in_words(size: float) -> str:
    """Return bytes in words, "1.2 GB" or "350 MB"."""
    return f"{size / 1e9:.1f} GB" if size >= 0.95e9 else f"{max(1, round(size / 1e6))} MB"


def _free() -> int:
    if sys.platform == "linux":
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable"):
                return 1024 * int(line.split()[1])
    if sys.platform == "win32":
        return _free_on_windows()
    # macOS reports free memory only through kernel calls: half of the built-in memory is a careful estimate.
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def _free_on_windows() -> int:
    fields = ["total", "free", "total_page", "free_page", "total_virtual", "free_virtual", "free_extended"]

    class Status(ctypes.Structure):
        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((field, ctypes.c_ulonglong) for field in fields),
        ]

    status = Status(length=ctypes.sizeof(Status))
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # type: ignore[attr-defined, unused-ignore]
    return int(status.free)


def _left_by_limits() -> list[int]:
    """Return the bytes that ``ulimit -v`` and ``ulimit -d`` leave; Windows has neither."""
    try:
        import resource
    except ImportError:
        return []
    left = []
    with contextlib.suppress(OSError):
        pages = Path("/proc/self/statm").read_text().split()
        for limit, used in ((resource.RLIMIT_AS, pages[0]), (resource.RLIMIT_DATA, pages[5])):
            soft, _ = resource.getrlimit(limit)
            if soft != resource.RLIM_INFINITY:
                left.append(max(0, soft - int(used) * resource.getpagesize()))
    return left


def _left_by_control_groups(
    root: Path = Path("/sys/fs/cgroup"), process_groups: Path = Path("/proc/self/cgroup")
) -> list[int]:
    """Return the bytes that each control group of the process leaves."""
    return [max(0, limit - used) for limit, used in _control_groups(root, process_groups)]


def _control_groups(
    root: Path = Path("/sys/fs/cgroup"), process_groups: Path = Path("/proc/self/cgroup")
) -> Iterator[tuple[int, int]]:
    """Yield limit and use of each control group of the process: version 2, or version 1's memory controller."""
    if not process_groups.is_file():
        return
    for line in process_groups.read_text().splitlines():
        _, controllers, name = line.split(":", 2)
        if controllers not in ("", "memory"):
            continue
        top = root / controllers
        names = ("memory.max", "memory.current") if not controllers else MEMORY_OF_VERSION_1
        folder = top / name.strip("/")
        for place in (folder, *folder.parents):
            with contextlib.suppress(OSError, ValueError):  # "max" is no number
                yield int((place / names[0]).read_text()), int((place / names[1]).read_text())
            if place == top:
                break


MEMORY_OF_VERSION_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes")
