"""Remarks on oddities of files: logged at once, and kept with the volume for every number computed from it.

A warning in a log alone is lost to the reader of a table.
"""

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

from MuscleSegLib.translatable import filled

_log = logging.getLogger(__name__)

_gathering: ContextVar[tuple[list[str], ...]] = ContextVar("remarks", default=())


def remark(template: str, /, **values: object) -> None:
    """Add a sentence about a file to the gathered remarks, and log it as a warning unless it is there already.

    Args:
        template: Sentence that names the file, with a field for each value.
        values: Values of the fields.
    """
    sentence = filled(template, values)
    gathering = _gathering.get()
    if not any(sentence in remarks for remarks in gathering):
        _log.warning("%s", sentence)
    for remarks in gathering:
        if sentence not in remarks:
            remarks.append(sentence)


@contextlib.contextmanager
def gathered_remarks() -> Iterator[list[str]]:
    """Yield a list that grows by each remark within the block, in nested blocks too."""
    remarks: list[str] = []
    token = _gathering.set((*_gathering.get(), remarks))
    try:
        yield remarks
    finally:
        _gathering.reset(token)
