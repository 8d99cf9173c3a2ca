"""The most memory that a process has held."""

from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_mb() -> float:
    """Return the most memory that this process has held so far, in MB.

    Where there is no ``/proc``, it is what ``getrusage`` says: no less than what the parent held when it started the
    process, so that a large parent hides what the process takes itself.
    """
    if _STATUS.exists():
        (line,) = [line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
