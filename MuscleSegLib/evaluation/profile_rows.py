"""Profiles along the limb out of files that anybody may have edited: each number is one that it can be."""

import csv
import itertools
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from MuscleSegLib.biomarkers import ProfileRow
from MuscleSegLib.evaluation.levels import AREA

UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, csv.Error)
"""What reading JSON and CSV raises, whatever is in them: fields over 131,072 letters, numbers of 5,000 digits, a
thousand brackets."""

MOST_MM = 10_000.0
"""Farthest a slice may lie from the center of a scanner, and longest that it may be imaged."""

LEAST_STEP_MM = 0.1
"""Slices of one muscle lie no closer."""

VOLUME_AND_MEANS = re.compile(r"volume_cm3|(ff|mtr)_(mean|inner)_percent|t2_(mean|inner)_ms")
"""Quantities of a muscle as a whole."""

_LARGEST_LABEL = 65535
_VALUES = {
    re.compile(AREA): (0.0, 1e6),
    re.compile(r"(ff|mtr)_(mean|inner)_percent"): (-20.0, 120.0),
    re.compile(r"t2_(mean|inner)_ms"): (0.0, 1e5),
}
"""Values that a quantity may have: those of a map that measuring leaves in."""

_STEP_TOLERANCE = 0.02
"""How far a slice may lie from where the others say that it lies, as a part of their distance."""

_ROUNDING = 0.02
"""Of positions in tables, in mm and in percent: six digits of up to thousands of mm."""


def rows_in(path: Path) -> list[Mapping[str, Any]]:
    """Return the rows of profiles in a .json file of ``muscleseg measure``, or in a table.

    Raises:
        Exception: One of ``UNREADABLE``.

    """
    if path.suffix.lower() == ".json":
        return list(json.loads(path.read_text(encoding="utf-8"))["profiles"])
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def profile_row(row: Mapping[str, Any]) -> ProfileRow:
    """Return a row with every field checked.

    Raises:
        Exception: One of ``UNREADABLE``: a field is missing, a number is none or out of range.

    """
    quantity = str(row["quantity"])
    limits = [values for pattern, values in _VALUES.items() if pattern.fullmatch(quantity)]
    if not limits:
        raise ValueError
    return ProfileRow(
        region=str(row["region"]),
        side={"": None, "right": "right", "left": "left"}[row["side"] or ""],
        muscle=str(row["muscle"]),
        abbreviation=str(row["abbreviation"]),
        label=_whole(row["label"], 1, _LARGEST_LABEL),
        quantity=quantity,
        slice=_whole(row["slice"], 0, _LARGEST_LABEL),
        position_mm=_number(row["position_mm"], -MOST_MM, MOST_MM),
        position_percent=_number(row["position_percent"], -100.0, 200.0),  # of a map, beyond the labels' slices too
        value=_number(row["value"], *limits[0]),
    )


def what_is_odd(rows: Sequence[ProfileRow]) -> str:
    """Return what is wrong with the places of rows that are right one by one, or "" where nothing is."""
    places = {(row.label, row.quantity, row.position_mm) for row in rows}
    if len(places) < len(rows):
        return "two numbers of one muscle at one position"
    names = {(row.label, row.region, row.side, row.muscle, row.abbreviation) for row in rows}
    if len(names) > len({row.label for row in rows}):
        return "two names of one label"
    areas = sorted({row.position_mm: row.position_percent for row in rows if row.quantity == AREA}.items())
    if any(after - before < LEAST_STEP_MM for (before, _), (after, _) in itertools.pairwise(areas)):
        return f"slices less than {LEAST_STEP_MM:g} mm apart"
    if len(areas) > 1:
        (first, low), (last, high) = areas[0], areas[-1]
        if high <= low or 100 * (last - first) / (high - low) > MOST_MM:
            return "positions in mm and in percent that contradict each other"
    return "" if _is_even(rows) else "slices that are not equally far apart"


def _is_even(rows: Sequence[ProfileRow]) -> bool:
    """Return whether the slices of the labels lie where their numbers say, in mm and in percent."""
    places = {(row.slice, row.position_mm, row.position_percent) for row in rows if row.quantity == AREA}
    if len(places) < 3:
        return True
    numbers, *positions = np.array(sorted(places)).T
    if len(set(numbers)) < len(numbers):
        return False
    for position in positions:
        step = (position[-1] - position[0]) / (numbers[-1] - numbers[0])
        beside = position - position[0] - step * (numbers - numbers[0])
        if np.abs(beside).max() > _STEP_TOLERANCE * abs(step) + _ROUNDING:
            return False
    return True


def _whole(given: Any, lowest: int, highest: int) -> int:  # noqa: ANN401 - whatever a file holds
    number = _number(given, lowest, highest)
    if not number.is_integer():
        raise ValueError
    return int(number)


def _number(given: Any, lowest: float, highest: float) -> float:  # noqa: ANN401 - whatever a file holds
    if isinstance(given, bool):
        raise TypeError
    number = float(given)
    if not (math.isfinite(number) and lowest <= number <= highest):
        raise ValueError
    return number
