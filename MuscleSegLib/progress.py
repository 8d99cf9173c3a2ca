"""Progress of long work."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""``progress(fraction, message)``: fraction done, 0 to 1, and current step. It raises ``Canceled`` to stop."""


def silent(fraction: float, message: str) -> None:
    """Ignore progress."""


def part(progress: Progress, start: float, stop: float) -> Progress:
    """Return a callback that maps 0 to 1 to the range from ``start`` to ``stop`` of ``progress``."""

    def report(fraction: float, message: str) -> None:
        progress(start + (stop - start) * fraction, message)

    return report
