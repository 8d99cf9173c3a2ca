"""Scaling of the stored values of DICOM images: real-world values and their unit, or rescaled values.

A real-world value mapping (DICOM PS3.3, C.7.6.16.2.11) applies to stored values, independent of the rescaling, which
may be for display alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from MuscleSegLib.translatable import _
from MuscleSegLib.volume import dicom_checks
from MuscleSegLib.volume.formats import one_line
from MuscleSegLib.volume.integrity import contradictory

if TYPE_CHECKING:
    from pydicom import Dataset

MAPPINGS = "RealWorldValueMappingSequence"
NO_UNIT = "1"
"""UCUM's code of "no units", of a fraction or of an unknown unit."""

_TOLERANCE = 1e-5
"""Relative tolerance of equal slopes: rounding of decimal strings and single-precision numbers."""

_UNSPECIFIED = ("US", "UNSPECIFIED", "NORMALIZED", "NONE")
"""Rescale types without a unit: the first is "unspecified" (PS3.3, C.11.1.1.2), not microseconds."""

_SAME = {"pct": "%", "percent": "%"}
"""Spellings of units of real-world values in rescale types."""


@dataclass(frozen=True)
class Scaling:
    """Linear scaling from stored to real values.

    Attributes:
        slope: Factor from stored to real values.
        intercept: Offset of the real values.
        unit: Unit of the real values in the file's spelling; empty if unknown.
        limits: Least and largest stored value with a real one; None for no limits.
        doubt: Remark that follows the name of the series; empty without doubt.
    """

    slope: float
    intercept: float
    unit: str
    limits: tuple[float, float] | None = None
    doubt: str = ""


def scaling_of(path: Path, fields: Mapping[str, Any]) -> Scaling:
    """Return the scaling in an image's header: that of a linear mapping, or else the rescaling.

    Args:
        path: The file, for messages.
        fields: Attributes of one image, by keyword.

    Raises:
        MuscleSegError: A slope is 0, or a value is no number.
    """
    slope, intercept = dicom_checks.rescale(path, fields)
    rescale_type = one_line(str(fields.get("RescaleType") or ""))
    rescaled = Scaling(slope, intercept, "" if rescale_type.upper() in _UNSPECIFIED else rescale_type)
    items: Sequence[Dataset] = fields.get(MAPPINGS) or []
    if not items:
        return rescaled
    if not all("RealWorldValueSlope" in item for item in items):
        return _doubtful(rescaled, _("maps its values to real ones by a table ({mappings}), which is not read"))
    mapped = {_linear(path, item) for item in items}
    if len(mapped) > 1:
        return _doubtful(rescaled, _("has several mappings to real values ({mappings}), and none is taken"))
    (mapping,) = mapped
    return Scaling(mapping.slope, mapping.intercept, mapping.unit, mapping.limits, _contradiction(rescaled, mapping))


def _doubtful(rescaled: Scaling, why: str) -> Scaling:
    doubt = _("{why}: its numbers may be wrong.").format(why=why.format(mappings=MAPPINGS))
    return Scaling(rescaled.slope, rescaled.intercept, "", None, doubt)


def _linear(path: Path, item: "Dataset") -> Scaling:
    slope, intercept = (
        dicom_checks.finite(path, keyword, item.get(keyword))
        for keyword in ("RealWorldValueSlope", "RealWorldValueIntercept")
    )
    if slope == 0:
        raise contradictory(path, _("RealWorldValueSlope is 0, which makes all voxels equal"))
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
    """Return a remark on a rescaling that contradicts the mapping, "" without one."""
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
    if not mapped.unit:
        remark = _("has other values by its rescaling than by its {mappings}: the latter are taken.")
        return remark.format(mappings=MAPPINGS)
    remark = _("has other values by its rescaling than by its {mappings}: the latter are taken, in {unit}.")
    return remark.format(mappings=MAPPINGS, unit=mapped.unit)
