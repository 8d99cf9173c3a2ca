"""The one error that every room raises, and the one that stops work on request."""


class MuscleSegError(Exception):
    """Something that the user can put right.

    The message is one sentence that a clinician can act on: what is wrong, in which file, and what to do.
    """


class Canceled(Exception):  # noqa: N818 - a request that was granted, not an error
    """Raised by a progress callback to stop the work that reports to it."""
