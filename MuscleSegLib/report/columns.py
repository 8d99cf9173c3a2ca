"""Headers of table columns, and text that stays text in a spreadsheet."""

import dataclasses
import re
from typing import Any

_UNITS = {"percent": "%", "ms": "ms", "cm3": "cm3", "cm2": "cm2", "mm": "mm", "mb": "MB"}
_NAMES = {
    **{
        word: word.upper() for word in ("ff", "mtr", "t2", "dsc", "hd", "hd95", "assd", "rmsd", "icc", "p", "sem", "sd")
    },
    "a1": "(A,1)",
    "c1": "(C,1)",
    "sat": "SAT",
    "intermat": "InterMAT",
    "intramat": "IntraMAT",
    "p05": "5th percentile",
    "p95": "95th percentile",
    "sha256": "SHA-256",
    "abbreviation": "abbr.",
}

TITLES = {
    "dsc": "DSC",
    "hd_mm": "HD (mm)",
    "hd95_mm": "HD95 (mm)",
    "assd_mm": "ASSD (mm)",
    "rmsd_mm": "RMSD (mm)",
    "volume_error_percent": "RVE (%)",
    "ff_error_percent": "ΔFF (%)",
    "ff_rms_error_percent": "RMS of ΔFF (%)",
    "mtr_error_percent": "ΔMTR (%)",
    "t2_error_ms": "ΔT2 (ms)",
    "volume_error_cm3": "ΔV (cm³)",
}
"""Names of a study's metrics in papers."""

_FORMULA_STARTS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")  # the last four are full-width forms, which Excel takes too
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def names_of(kind: type[Any]) -> list[str]:
    """Return the columns of a table of a dataclass, in order."""
    return [field.name for field in dataclasses.fields(kind)]


def header(name: str) -> str:
    """Return a column's header: ``ff_mean_percent`` is "FF mean (%)"."""
    words = name.split("_")
    unit = f" ({_UNITS[words.pop()]})" if words[-1] in _UNITS else ""
    text = " ".join(_NAMES.get(word, word) for word in words)
    return text[0].upper() + text[1:] + unit


def printable(text: str) -> str:
    """Return text without control characters, which neither XML nor a table can hold."""
    return _CONTROL.sub("", text)


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet may evaluate text as a formula, leading spaces and line ends aside."""
    return text.lstrip()[:1] in _FORMULA_STARTS if text.strip() else False


def harmless(text: str) -> str:
    """Return text for a CSV file, with an apostrophe before a formula of a spreadsheet.

    Source: OWASP, CSV Injection.
    """
    text = printable(text)
    return f"'{text}" if is_formula(text) or text[:1] in ("\t", "\r", "\n") else text
