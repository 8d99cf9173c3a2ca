"""How long the parts of a job take."""

import contextlib
import time
from collections.abc import Iterator


class Stopwatch:
    """Seconds of named parts.

    Attributes:
        seconds: By part, in the order in which they were first timed.

    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add what the block takes to a part."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
