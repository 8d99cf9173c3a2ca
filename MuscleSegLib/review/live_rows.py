"""Rows of muscles under correction, and the order in which a person should look at them."""

from collections.abc import Sequence
from dataclasses import dataclass

from MuscleSegLib.biomarkers import Row, without_assumed_units


@dataclass(frozen=True)
class Change:
    """Effect of a correction on a muscle, corrected - automatic. None is a missing value.

    Attributes:
        dsc: Dice similarity coefficient of the corrected and the automatic muscle; 0 where either is missing.
        ff_points: Change of the mean fat fraction, in percentage points.
        volume_cm3: Change of the volume; None where either is missing.
    """

    dsc: float
    ff_points: float | None
    volume_cm3: float | None


@dataclass(frozen=True)
class LiveRow:
    """Row of a muscle under correction.

    Attributes:
        row: Measurements of the muscle.
        name: Name for a person, with the side if the labels tell it: "Right biceps femoris".
        coverage_percent: Smallest coverage of all maps; None without a map, or without the muscle.
        change: Effect of the correction; None for a muscle without correction, or without an automatic label map.
    """

    row: Row
    name: str
    coverage_percent: float | None
    change: Change | None

    @property
    def is_missing(self) -> bool:
        """Whether the labels hold no voxel of the muscle."""
        return self.row.volume_cm3 is None


def review_first(rows: Sequence[LiveRow]) -> tuple[LiveRow, ...]:
    """Return rows in the order in which a person should look at them.

    Muscles that are missing come first, then the others by the network's confidence, from the lowest to two digits;
    among equals those with a warning (but of an assumed unit), and among these the order of the rows. An unknown
    confidence counts as 1.
    """

    def urgency(row: LiveRow) -> tuple[bool, float, bool]:
        confidence = 1.0 if row.row.confidence is None else row.row.confidence
        return not row.is_missing, round(confidence, 2), not without_assumed_units(row.row.warnings)

    return tuple(sorted(rows, key=urgency))
