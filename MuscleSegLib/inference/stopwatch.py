"""Durations of the parts of a job."""

import contextlib
import time
from collections.abc import Iterator


class Stopwatch:
    """Stopwatch with named parts.

    Attributes:
        seconds: Seconds by part, in the order of the first use.

    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add the duration of the block to a part."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
