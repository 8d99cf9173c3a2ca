"""The error of every room, and the exception that stops work on request."""


class MuscleSegError(Exception):
    """A failure that the user can put right.

    The message is one sentence that a clinician can act on: the fault, the file, and the remedy.
    """


class Canceled(Exception):  # noqa: N818 - a request that was granted, not an error
    """Raised by a progress callback to stop the work that reports to it."""
