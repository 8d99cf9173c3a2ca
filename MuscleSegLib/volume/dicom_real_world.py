"""What the stored values of DICOM images mean: real-world values and their unit, or rescaled ones.

A real-world value mapping (DICOM PS3.3, C.7.6.16.2.11) is of stored values, whatever the rescaling beside it says,
which may be for display alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from MuscleSegLib.volume import dicom_checks
from MuscleSegLib.volume.formats import one_line
from MuscleSegLib.volume.integrity import contradictory

if TYPE_CHECKING:
    from pydicom import Dataset

MAPPINGS = "RealWorldValueMappingSequence"
NO_UNIT = "1"
"""In UCUM, which DICOM calls "no units": it may stand for a fraction, or for nothing at all."""

_TOLERANCE = 1e-5
"""How far two slopes may differ that are one: rounding of decimal strings and single-precision numbers."""

_UNSPECIFIED = ("US", "UNSPECIFIED", "NORMALIZED", "NONE")
"""Rescale types that name no unit: the first is the standard's (PS3.3, C.11.1.1.2), and no microsecond."""

_SAME = {"pct": "%", "percent": "%"}
"""How rescale types spell units of real-world values."""


@dataclass(frozen=True)
class Scaling:
    """How real values come from stored ones.

    Attributes:
        slope: Factor from stored to real values.
        intercept: What is added after it.
        unit: Of the real values, as the file spells it; empty where it does not say.
        limits: Least and most stored value that have a real one; None where all do.
        doubt: What is to be said of it, the series' name before; empty where there is nothing.

    """

    slope: float
    intercept: float
    unit: str
    limits: tuple[float, float] | None = None
    doubt: str = ""


def scaling_of(path: Path, fields: Mapping[str, Any]) -> Scaling:
    """Return what an image's header says of its values: by a linear mapping, or else by rescaling.

    Args:
        path: The file, for messages.
        fields: Of one image, by keyword.

    Raises:
        MuscleSegError: A slope is 0, or a number is none.

    """
    slope, intercept = dicom_checks.rescale(path, fields)
    rescale_type = one_line(str(fields.get("RescaleType") or ""))
    rescaled = Scaling(slope, intercept, "" if rescale_type.upper() in _UNSPECIFIED else rescale_type)
    items: Sequence[Dataset] = fields.get(MAPPINGS) or []
    if not items:
        return rescaled
    if not all("RealWorldValueSlope" in item for item in items):
        return _doubtful(rescaled, f"maps its values to real ones by a table ({MAPPINGS}), which is not read")
    mapped = {_linear(path, item) for item in items}
    if len(mapped) > 1:
        return _doubtful(rescaled, f"has several mappings to real values ({MAPPINGS}), of which none is taken")
    (mapping,) = mapped
    return Scaling(mapping.slope, mapping.intercept, mapping.unit, mapping.limits, _contradiction(rescaled, mapping))


def _doubtful(rescaled: Scaling, why: str) -> Scaling:
    return Scaling(rescaled.slope, rescaled.intercept, "", None, f"{why}: its numbers may be wrong.")


def _linear(path: Path, item: "Dataset") -> Scaling:
    slope, intercept = (
        dicom_checks.finite(path, keyword, item.get(keyword))
        for keyword in ("RealWorldValueSlope", "RealWorldValueIntercept")
    )
    if slope == 0:
        raise contradictory(path, "RealWorldValueSlope is 0, which makes all voxels equal")
    unit = _unit(item)
    return Scaling(slope, intercept, unit, None if unit in ("", NO_UNIT) else _limits(item))


def _unit(item: "Dataset") -> str:
    codes = item.get("MeasurementUnitsCodeSequence")
    if not codes:
        return ""
    is_ucum = str(codes[0].get("CodingSchemeDesignator") or "").strip().upper() == "UCUM"
    keywords = ("CodeValue", "CodeMeaning") if is_ucum else ("CodeMeaning", "CodeValue")
    return one_line(str(next((text for keyword in keywords if (text := codes[0].get(keyword))), "")))


def _limits(item: "Dataset") -> tuple[float, float] | None:
    for kind in ("DoubleFloatRealWorldValue", "RealWorldValue"):
        try:
            first, last = (float(item.get(f"{kind}{which}ValueMapped")) for which in ("First", "Last"))
        except (TypeError, ValueError):  # none, or not of the type that the pixels have
            continue
        if first < last and not math.isinf(last - first):
            return first, last
    return None


def _contradiction(rescaled: Scaling, mapped: Scaling) -> str:
    """Return what is to be said of a rescaling that says something, and something else than a mapping."""
    numbers = ((rescaled.slope, mapped.slope), (rescaled.intercept, mapped.intercept))
    is_same = all(
        math.isclose(by_rescaling, by_mapping, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
        for by_rescaling, by_mapping in numbers
    )
    is_said = (rescaled.slope, rescaled.intercept) != (1.0, 0.0)
    unit = rescaled.unit.lower()
    is_other_unit = is_said and bool(unit) and _SAME.get(unit, unit) != mapped.unit.lower()
    if (is_same or not is_said) and not is_other_unit:
        return ""
    in_unit = f", in {mapped.unit}" if mapped.unit else ""
    return f"has other values by its rescaling than by its {MAPPINGS}: the latter are taken{in_unit}."
