"""Suppression of the output of compiled libraries on standard error."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

_STANDARD_ERROR = 2
_one_at_a_time = threading.RLock()  # the descriptor is the whole process's


@contextlib.contextmanager
def silent_libraries() -> Iterator[None]:
    """Suppress messages of C libraries about failures that are raised or checked anyway."""
    with _one_at_a_time, contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError, ValueError, AttributeError):  # a window may have no standard error
            sys.stderr.flush()
            kept = os.dup(_STANDARD_ERROR)
            stack.callback(_restore, kept)
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, _STANDARD_ERROR)
            os.close(nothing)
        yield


def _restore(kept: int) -> None:
    os.dup2(kept, _STANDARD_ERROR)
    os.close(kept)
