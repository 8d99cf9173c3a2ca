"""How long work says where it is."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""``progress(fraction, message)``: how much is done, 0 to 1, and what is done now. It raises ``Canceled`` to stop."""


def silent(fraction: float, message: str) -> None:
    """Report to nobody."""


def part(progress: Progress, start: float, stop: float) -> Progress:
    """Return a callback whose 0 to 1 is the stretch from ``start`` to ``stop`` of ``progress``."""

    def report(fraction: float, message: str) -> None:
        progress(start + (stop - start) * fraction, message)

    return report
