"""Durations of the parts of a job."""

import contextlib
import time
from collections.abc import Callable, Iterator


class Stopwatch:
    """Stopwatch with named parts.

    Args:
        clock: Seconds.

    Attributes:
        seconds: Seconds by part, in the order of the first use.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add the duration of the block to a part."""
        start = self._clock()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + self._clock() - start
