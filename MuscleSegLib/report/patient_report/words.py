"""Words and numbers of a report."""

from collections.abc import Mapping, Sequence

from MuscleSegLib.anatomy import REGIONS, Side
from MuscleSegLib.biomarkers import Row
from MuscleSegLib.report.patient_report.document import MISSING
from MuscleSegLib.translatable import Translatable, _

SIDES = ("right", "left", None)
"""Sides in the order of columns: the subject's right is on the left of a radiological picture."""

SHORT_SIDES: Mapping[str | None, Translatable] = {"right": _("R"), "left": _("L"), None: _("value")}

SEXES: Mapping[str, Translatable] = {"F": _("female"), "M": _("male"), "O": _("other")}

QUANTITIES: Mapping[str, Translatable] = {
    "ff_mean_percent": _("FF (%)"),
    "volume_cm3": _("Volume (cm³)"),
    "contractile_cm3": _("Contractile volume (cm³)"),
    "largest_area_cm2": _("Largest area (cm²)"),
    "mtr_mean_percent": _("MTR (%)"),
    "t2_mean_ms": _("T2 (ms)"),
    "confidence": _("Confidence (DSC)"),
}
"""Headers of columns by the columns of ``Row``."""

DIGITS: Mapping[str, int] = {"confidence": 2}
"""Digits behind the point, where it is not one."""

GROUP_NAMES: Mapping[str, Translatable] = {
    "quadriceps": _("Quadriceps"),
    "hamstrings": _("Hamstrings"),
    "medial": _("Medial thigh"),
    "whole thigh": _("Whole thigh"),
    "anterior": _("Anterior calf"),
    "lateral": _("Lateral calf"),
    "posterior": _("Posterior calf"),
    "whole calf": _("Whole calf"),
}


def number(value: float | None, digits: int = 1, *, signed: bool = False) -> str:
    """Return a number in a table: a dash where it is missing, and a sign where it is a difference."""
    if value is None:
        return MISSING
    text = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    if float(text) == 0:
        text = f"{0:.{digits}f}"
    return text.replace("-", "−")


def quantity_text(row: object, name: str) -> str:
    """Return a row's number in its column's digits."""
    return number(getattr(row, name, None), DIGITS.get(name, 1))


def sides_in(rows: Sequence[Row]) -> tuple[str | None, ...]:
    """Return the sides with a muscle, in the order of columns; those of the labels where there is no muscle."""
    sides = {row.side for row in rows if row.volume_cm3 is not None} or {row.side for row in rows}
    return tuple(side for side in SIDES if side in sides)


def side_word(side: str | None) -> Translatable | None:
    """Return the word for a side in a sentence."""
    return Side(side).word if side else None


def capitalized(text: str) -> str:
    """Return a text with a capital letter in front, in every language."""
    return text.capitalized() if isinstance(text, Translatable) else text[:1].upper() + text[1:]


def region_names() -> dict[str, Translatable]:
    """Return the names of regions by their words in rows."""
    return {region.name: region.name for region in REGIONS}  # type: ignore[misc] # names of regions are literals
