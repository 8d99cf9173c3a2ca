"""Quantities of a muscle's row that a report holds, with their codes and units."""

from collections.abc import Iterator
from dataclasses import dataclass

from MuscleSegLib.biomarkers import Row
from MuscleSegLib.biomarkers.rows import UNITS
from MuscleSegLib.dicom import codes
from MuscleSegLib.terminology import CodedConcept

_MM2_IN_CM2 = 100.0

_STATISTICS = {"mean": codes.MEAN, "sd": codes.STANDARD_DEVIATION, "median": codes.MEDIAN}


@dataclass(frozen=True)
class Quantity:
    """A number of a row as a coded measurement.

    Attributes:
        column: Column of the row.
        name: Measured quantity.
        unit: Unit of UCUM.
        value: Number in this unit.
        derivation: How it was computed from the voxels; None for what is no statistic.
    """

    column: str
    name: CodedConcept
    unit: CodedConcept
    value: float
    derivation: CodedConcept | None = None


def quantities_of(row: Row) -> tuple[Quantity, ...]:
    """Return the measurements of a row; missing values have none."""
    return tuple(_quantities(row))


def _quantities(row: Row) -> Iterator[Quantity]:
    if row.volume_cm3 is not None:
        yield Quantity("volume_cm3", codes.VOLUME, codes.CUBIC_CENTIMETER, row.volume_cm3)
    if row.contractile_cm3 is not None:
        yield Quantity("contractile_cm3", codes.CONTRACTILE_VOLUME, codes.CUBIC_CENTIMETER, row.contractile_cm3)
    if row.largest_area_cm2 is not None:
        area_mm2 = _MM2_IN_CM2 * row.largest_area_cm2
        yield Quantity("largest_area_cm2", codes.AREA, codes.SQUARE_MILLIMETER, area_mm2, codes.MAXIMUM)
    for map_name, (name, unit) in codes.MAP_CODES.items():
        for statistic, derivation in _STATISTICS.items():
            column = f"{map_name}_{statistic}_{UNITS[map_name]}"
            value = getattr(row, column)
            if value is not None:
                yield Quantity(column, name, unit, float(value), derivation)
    if row.confidence is not None:
        yield Quantity("confidence", codes.ESTIMATED_DICE, codes.NO_UNITS, row.confidence)
