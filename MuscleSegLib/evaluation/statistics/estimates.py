"""Estimates as papers give them: a value with its 95 % confidence interval, and mean with standard deviation."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean, stdev

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A figure and how sure it is.

    Attributes:
        value: The estimate.
        low: Lower end of its 95 % confidence interval; None where too few values are known for one.
        high: Upper end.

    """

    value: float
    low: float | None = None
    high: float | None = None


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
