"""Profiles along the limb, read from files that anybody may have edited: every number is checked."""

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
from MuscleSegLib.evaluation.longitudinal.levels import AREA

UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, csv.Error)
"""Exceptions of reading JSON and CSV, whatever is in them: fields over 131,072 letters, numbers of 5,000 digits, a
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
"""Range of values by quantity; of maps, the values that are not excluded from measuring."""

_STEP_TOLERANCE = 0.02
"""Largest deviation of a slice from equal distances, as a part of the distance."""

_ROUNDING = 0.02
"""Rounding of positions in tables, in mm and in percent: six digits of up to thousands of mm."""


def read_profile_rows(path: Path) -> list[Mapping[str, Any]]:
    """Return the rows of profiles in a .json file of ``muscleseg measure``, or in a table.

    Raises:
        Exception: One of ``UNREADABLE``.
    """
    if path.suffix.lower() == ".json":
        return list(json.loads(path.read_text(encoding="utf-8"))["profiles"])
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def checked_profile_row(row: Mapping[str, Any]) -> ProfileRow:
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
        label=_int_within(row["label"], 1, _LARGEST_LABEL),
        quantity=quantity,
        slice=_int_within(row["slice"], 0, _LARGEST_LABEL),
        position_mm=_float_within(row["position_mm"], -MOST_MM, MOST_MM),
        position_percent=_float_within(row["position_percent"], -100.0, 200.0),  # of a map, beyond the labels' too
        value=_float_within(row["value"], *limits[0]),
    )


def misplacement(rows: Sequence[ProfileRow]) -> str:
    """Return the contradiction between the positions of rows, in words; "" where there is none."""
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
        deviation = position - position[0] - step * (numbers - numbers[0])
        if np.abs(deviation).max() > _STEP_TOLERANCE * abs(step) + _ROUNDING:
            return False
    return True


def _int_within(field: Any, lowest: int, highest: int) -> int:  # noqa: ANN401 - whatever a file holds
    number = _float_within(field, lowest, highest)
    if not number.is_integer():
        raise ValueError
    return int(number)


def _float_within(field: Any, lowest: float, highest: float) -> float:  # noqa: ANN401 - whatever a file holds
    if isinstance(field, bool):
        raise TypeError
    number = float(field)
    if not (math.isfinite(number) and lowest <= number <= highest):
        raise ValueError
    return number
