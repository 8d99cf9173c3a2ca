"""Watch over the memory of processes: the largest is ended before the system ends any, and the reason is kept."""

from collections.abc import Iterable
from multiprocessing.process import BaseProcess

from MuscleSegLib.memory import in_words, private_bytes, total_bytes

_SHARE = 0.9
"""Part of the computer's memory, or its container's, that all processes may have: beyond it, the system may end any."""


class MemoryWatch:
    """Watch over processes that run side by side. Linux alone tells their memory: elsewhere, none is ended.

    Args:
        limit: Most bytes of one process; None where only the sum of all is limited, by the computer's memory.

    Attributes:
        reason: Sentence why a process was ended last; empty where none was.
    """

    def __init__(self, limit: int | None = None) -> None:
        self.reason = ""
        self._limit = limit
        self._total = total_bytes()

    def check(self, processes: Iterable[BaseProcess]) -> None:
        """End the largest process if it, or all together, have too much memory."""
        sizes = [(private_bytes(process.pid or 0) or 0, process) for process in processes]
        largest, process = max(sizes, key=lambda entry: entry[0], default=(0, None))
        if process is None or not largest:
            return
        if self._limit and largest > self._limit:
            self.reason = (
                f"Its process needed more than the limit of {in_words(self._limit)} of memory and was ended: allow "
                "more, or crop the image to the legs."
            )
        elif sum(size for size, _ in sizes) > _SHARE * self._total:
            self.reason = (
                f"Its process had taken {in_words(largest)} of this computer's {in_words(self._total)} of memory and "
                "was ended before the memory was full: use a computer with more, or crop the image to the legs."
            )
        else:
            return
        process.kill()
