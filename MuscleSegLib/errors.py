"""The error of every room, and the exception that stops work on request."""

from MuscleSegLib.translatable import filled


class MuscleSegError(Exception):
    """A failure that the user can put right.

    The message is one sentence that a clinician can act on: the fault, the file, and the remedy.

    Args:
        template: Sentence, with a field for each value; marked by ``translatable._`` if the panel may show it.
        values: Values of the fields. Without any, braces in the sentence are braces.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(filled(template, values))

    @property
    def message(self) -> str:
        """Sentence, for translation; ``str()`` of the error is plain English."""
        sentence: str = self.args[0]
        return sentence


class Canceled(Exception):  # noqa: N818 - a request that was granted, not an error
    """Raised by a progress callback to stop the work that reports to it."""
