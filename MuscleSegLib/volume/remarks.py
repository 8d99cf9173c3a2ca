"""What reading a file has to say of it: logged at once, and kept with the volume for every number that is made of it.

A warning that only a log has is lost on who reads a table.
"""

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

_log = logging.getLogger(__name__)

_gathering: ContextVar[tuple[list[str], ...]] = ContextVar("remarks", default=())


def remark(sentence: str) -> None:
    """Keep a sentence about a file for who gathers remarks, and log it as a warning unless they have it already.

    Args:
        sentence: It names the file.

    """
    gathering = _gathering.get()
    if not any(sentence in remarks for remarks in gathering):
        _log.warning("%s", sentence)
    for remarks in gathering:
        if sentence not in remarks:
            remarks.append(sentence)


@contextlib.contextmanager
def gathered_remarks() -> Iterator[list[str]]:
    """Give a list that grows by each remark that is made within the block, in blocks within it too."""
    remarks: list[str] = []
    token = _gathering.set((*_gathering.get(), remarks))
    try:
        yield remarks
    finally:
        _gathering.reset(token)
