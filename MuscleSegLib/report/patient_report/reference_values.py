"""Reference values of the user's own, and the place of a person's muscles among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _


@dataclass(frozen=True)
class ReferenceValue:
    """Mean and spread of a quantity of one muscle in a group of people.

    Attributes:
        muscle: Name of the muscle, as in the table of muscles.
        side: "right", "left", or None for both.
        sex: "F", "M", or None for both.
        age_from: Least age in completed years.
        age_to: Largest age in completed years.
        quantity: Column of the table of muscles, such as "ff_mean_percent".
        mean: Mean in the column's unit.
        sd: Standard deviation, above 0.
    """

    muscle: str
    side: Literal["right", "left"] | None
    sex: Literal["F", "M"] | None
    age_from: float
    age_to: float
    quantity: str
    mean: float
    sd: float


def read_reference_values(path: Path, muscles: Sequence[str]) -> tuple[ReferenceValue, ...]:
    """Read a table of reference values: muscle, side, sex, age from, age to, quantity, mean, SD.

    Args:
        path: A .csv file.
        muscles: Names of the muscles that a table can have.

    Raises:
        MuscleSegError: The file cannot be read, a field is missing or no number, or a muscle is unknown.
    """
    raise MuscleSegError(_("{path} cannot be read: it is no table of reference values."), path=path)
