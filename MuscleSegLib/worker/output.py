"""Output file of a job, put in its place last, by the client, which knows whether it is still wanted."""

import contextlib
from dataclasses import replace
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import publish, require_writable
from MuscleSegLib.temporary import TemporaryFolder
from MuscleSegLib.translatable import _, with_changed_values
from MuscleSegLib.worker.messages import Job, PropagateJob, SegmentJob


def output_of(job: Job) -> Path | None:
    """Return the place of the file that a job writes; None for a job that writes nothing."""
    if isinstance(job, SegmentJob) or (isinstance(job, PropagateJob) and job.given):
        return job.output
    return None


class Output:
    """Output file of a job, if it has any.

    The worker writes it in a folder beside its place that no other job has. So whatever happens to the worker, and
    whenever a job is canceled, what was at the place before is there as it was, or the whole new file is.

    Attributes:
        path: Where it is in the end; None for a job that writes nothing.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self.path: Path | None = output_of(job)
        self._folder: TemporaryFolder | None = None

    def begin(self) -> Job:
        """Return the job as the worker is to do it, which writes into a folder of its own."""
        if self.path is None or not isinstance(self._job, SegmentJob | PropagateJob):
            return self._job
        # Where there can be no folder the worker says why.
        with contextlib.suppress(MuscleSegError, OSError):
            require_writable(self.path)
            self._folder = TemporaryFolder(self._place.parent)
            return replace(self._job, output=self._written)
        return self._job

    def publish(self) -> None:
        """Put the file in its place.

        Raises:
            MuscleSegError: It is not there, or cannot be put there; its place is as it was.
        """
        if self.path is None:
            return
        try:
            if self._folder is not None:
                publish(self._written, self.path)
            self.path.stat()
        except OSError as error:
            message = _("The result {path} is not there ({reason}): check the disk and try again.")
            raise MuscleSegError(message, path=self.path, reason=error.strerror or error) from error
        finally:
            self.remove()

    def remove(self) -> None:
        """Remove what the job has written, unless it is in its place; nobody else's file is touched."""
        if self._folder is not None:
            self._folder.cleanup()

    def named(self, text: str) -> str:
        """Return the worker's answer with the file's final path in place of the temporary one."""
        if self._folder is None:
            return text
        written, folder = str(self._written), self._folder.name

        def with_place(part: str) -> str:
            return part.replace(written, str(self.path)).replace(folder, str(self._place.parent))

        return with_changed_values(text, with_place)

    @property
    def _place(self) -> Path:
        assert self.path is not None
        return self.path.resolve() if self.path.is_symlink() else self.path.absolute()

    @property
    def _written(self) -> Path:
        assert self.path is not None
        assert self._folder is not None
        return self._folder.path / self.path.name
