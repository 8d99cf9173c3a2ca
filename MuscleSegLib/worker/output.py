"""The file that a job makes: there when it succeeded, and nothing of it where it did not."""

import contextlib
from pathlib import Path

from MuscleSegLib.files import remove_unfinished
from MuscleSegLib.worker.messages import Job, SegmentJob

_Stamp = tuple[int, int, int] | None


class Output:
    """The file that a job writes, if it writes one.

    Attributes:
        path: Where; None for a job that writes nothing.

    """

    def __init__(self, job: Job) -> None:
        self.path: Path | None = job.output if isinstance(job, SegmentJob) else None
        self._before: _Stamp = None

    def look(self) -> None:
        """Remember what is there before the job begins, since that stays if the job fails."""
        self._before = self._stamp()

    @property
    def is_missing(self) -> bool:
        """Whether a file should be there and is not."""
        return self.path is not None and not self.path.is_file()

    def remove(self) -> None:
        """Remove what the job has written, in part or as a whole."""
        if self.path is None:
            return
        with contextlib.suppress(OSError):
            remove_unfinished(self.path)
            if self._stamp() != self._before:
                self.path.unlink(missing_ok=True)

    def _stamp(self) -> _Stamp:
        try:
            found = self.path.stat() if self.path else None
        except OSError:
            return None
        return (found.st_ino, found.st_mtime_ns, found.st_size) if found else None
