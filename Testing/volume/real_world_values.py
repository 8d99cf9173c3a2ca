"""Items of real-world value mappings, as pydicom writes them."""

from typing import Any

from pydicom import Dataset

UNITS = {"%": "Percent", "ms": "millisecond", "s": "second", "1": "no units", "[ppth]": "per mille"}


def mapping(slope: float, intercept: float, unit: str | None, **more: Any) -> Dataset:
    """Return an item of a real-world value mapping as pydicom writes it."""
    item = Dataset()
    item.RealWorldValueFirstValueMapped, item.RealWorldValueLastValueMapped = 0, 4095
    item.RealWorldValueSlope, item.RealWorldValueIntercept = slope, intercept
    if unit is not None:
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = unit, "UCUM", UNITS[unit]
        item.MeasurementUnitsCodeSequence = [code]
    for keyword, value in more.items():
        setattr(item, keyword, value)
    return item
