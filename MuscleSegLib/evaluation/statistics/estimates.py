"""Estimates as papers give them: a value with its 95 % confidence interval, and mean with standard deviation."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean, stdev

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """An estimate with its confidence interval.

    Attributes:
        value: The estimate.
        low: Lower end of its 95 % confidence interval; None where there are too few values for one.
        high: Upper end of its 95 % confidence interval.
    """

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of a quantity over muscles.

    Attributes:
        mean: None where there is no value.
        sd: Sample standard deviation (n - 1); None where there are fewer than two values.
    """

    mean: float | None
    sd: float | None

    @classmethod
    def of(cls, values: Iterable[float | None]) -> "Spread":
        """Return mean and standard deviation of values, some of which may be missing."""
        present = [value for value in values if value is not None]
        return cls(mean(present) if present else None, stdev(present) if len(present) > 1 else None)
