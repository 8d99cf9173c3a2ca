"""Mean and standard deviation, as papers give them."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean, stdev


@dataclass(frozen=True)
class Spread:
    """What is known of a quantity over muscles.

    Attributes:
        mean: None where no value is known.
        sd: Sample standard deviation (n - 1); None where fewer than two values are known.

    """

    mean: float | None
    sd: float | None

    @classmethod
    def of(cls, values: Iterable[float | None]) -> "Spread":
        """Return that of values of which some are missing."""
        known = [value for value in values if value is not None]
        return cls(mean(known) if known else None, stdev(known) if len(known) > 1 else None)
