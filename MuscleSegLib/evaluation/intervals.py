"""A figure with its 95 % confidence interval."""

from dataclasses import dataclass

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
