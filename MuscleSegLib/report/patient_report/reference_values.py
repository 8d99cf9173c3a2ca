"""Reference values of the user's own, read from a table in which every field is checked."""

import csv
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from MuscleSegLib.anatomy import Label
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.report.patient_report.named_muscles import muscle_of
from MuscleSegLib.translatable import Translatable, _

COLUMNS = ("muscle", "side", "sex", "age from", "age to", "quantity", "mean", "sd")

_QUANTITIES = {
    "ff": "ff_mean_percent",
    "fat fraction": "ff_mean_percent",
    "volume": "volume_cm3",
    "contractile": "contractile_cm3",
    "contractile volume": "contractile_cm3",
    "largest area": "largest_area_cm2",
    "area": "largest_area_cm2",
    "mtr": "mtr_mean_percent",
    "t2": "t2_mean_ms",
}
_UNITS = re.compile(r" *\([^()]*\)$")
_SIDES: Mapping[str, Literal["right", "left"] | None] = {
    **dict.fromkeys(("right", "r"), "right"),
    **dict.fromkeys(("left", "l"), "left"),
    **dict.fromkeys(("both", "any", "all"), None),
}
_SEXES: Mapping[str, Literal["F", "M"] | None] = {
    **dict.fromkeys(("female", "f", "woman", "women", "w"), "F"),
    **dict.fromkeys(("male", "m", "man", "men"), "M"),
    **dict.fromkeys(("both", "any", "all"), None),
}
_OLDEST = 130.0
_MOST_BYTES = 10_000_000


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

    def overlaps(self, other: "ReferenceValue") -> bool:
        """Return whether a muscle of a person could have both."""
        return (
            (self.muscle, self.quantity) == (other.muscle, other.quantity)
            and (self.side == other.side or None in (self.side, other.side))
            and (self.sex == other.sex or None in (self.sex, other.sex))
            and self.age_from <= other.age_to
            and other.age_from <= self.age_to
        )


def read_reference_values(path: Path, label_table: Sequence[Label]) -> tuple[ReferenceValue, ...]:
    """Read a table of reference values.

    Args:
        path: A .csv file with the columns muscle, side, sex, age from, age to, quantity, mean and SD. Side and sex may
            be "both". Quantities are named as in the table of muscles ("ff_mean_percent"), or FF, volume, contractile
            volume, largest area, MTR and T2, in the units of that table. A file with semicolons may have decimal
            commas.
        label_table: Labels of the table of muscles.

    Raises:
        MuscleSegError: The file cannot be read, a field is missing or makes no sense, or two rows are for the same
            people.
    """
    rows = list(_rows(path))
    values = [_value(row, path, line, label_table) for line, row in rows]
    if not values:
        raise MuscleSegError(_("{path} holds no reference value: give a table with a row for each."), path=path)
    for (line, _row), value in zip(rows, values, strict=True):
        _require_plausible(value, path, line)
    numbered = zip((line for line, _row in rows), values, strict=True)
    for (line, value), (other_line, other) in itertools.combinations(numbered, 2):
        if value.overlaps(other):
            message = _(
                "{path}, lines {line} and {other}: both are for the same people, muscle and quantity, so that the "
                "reference is not known: keep one of them."
            )
            raise MuscleSegError(message, path=path, line=line, other=other_line)
    return tuple(values)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of each line with a value, and its fields by column."""
    text = _content(path)
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(text.splitlines(), delimiter=delimiter)
    try:
        header = [_column(field) for field in next(reader, [])]
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            message = _("{path} has no column {columns}: a table of reference values has {all}.")
            raise MuscleSegError(message, path=path, columns=", ".join(missing), all=", ".join(COLUMNS))
        for fields in reader:
            if any(field.strip() for field in fields):
                row = {name: field.strip() for name, field in zip(header, fields, strict=False)}
                if delimiter == ";":
                    row |= {name: row.get(name, "").replace(",", ".") for name in ("age from", "age to", "mean", "sd")}
                yield reader.line_num, row
    except csv.Error as error:
        message = _("{path} is no table with commas or semicolons: save it as CSV.")
        raise MuscleSegError(message, path=path) from error


def _content(path: Path) -> str:
    try:
        content = path.read_bytes()
        if len(content) > _MOST_BYTES:
            raise UnicodeError
        return content.decode("utf-8-sig")
    except OSError as error:
        message = _("{path} cannot be read ({reason}): check its name and permissions.")
        raise MuscleSegError(message, path=path, reason=error.strerror or error) from error
    except UnicodeError as error:
        message = _("{path} is no table of reference values in UTF-8: save it as CSV (UTF-8).")
        raise MuscleSegError(message, path=path) from error


def _column(field: str) -> str:
    return " ".join(re.split(r"[\s_]+", field.strip().casefold()))


def _value(row: Mapping[str, str], path: Path, line: int, label_table: Sequence[Label]) -> ReferenceValue:
    empty = [column for column in COLUMNS if not row.get(column)]
    if empty:
        message = _("{path}, line {line}: {column} is missing: fill it in (both for any side or sex).")
        raise MuscleSegError(message, path=path, line=line, column=empty[0])
    muscle = muscle_of(row["muscle"], label_table)
    if muscle is None:
        message = _("{path}, line {line}: there is no muscle called {name}: use a name of the table of muscles.")
        raise MuscleSegError(message, path=path, line=line, name=repr(row["muscle"]))
    side, sex = row["side"].casefold(), row["sex"].casefold()
    if side not in _SIDES or sex not in _SEXES:
        message = _("{path}, line {line}: {field} is no side or sex: write right, left, female, male or both.")
        raise MuscleSegError(message, path=path, line=line, field=repr(row["side" if side not in _SIDES else "sex"]))
    quantity = _quantity(row["quantity"])
    if quantity is None:
        message = _("{path}, line {line}: there is no quantity called {name}: write {quantities}.")
        names = "FF, volume, contractile volume, largest area, MTR, T2"
        raise MuscleSegError(message, path=path, line=line, name=repr(row["quantity"]), quantities=names)
    numbers = [_number(row[name], name, path, line) for name in ("age from", "age to", "mean", "sd")]
    return ReferenceValue(muscle, _SIDES[side], _SEXES[sex], numbers[0], numbers[1], quantity, numbers[2], numbers[3])


def _quantity(name: str) -> str | None:
    plain = _UNITS.sub("", name.strip().casefold())
    if plain in _QUANTITIES.values():
        return plain
    return _QUANTITIES.get(" ".join(re.split(r"[\s_]+", plain)))


def _number(text: str, column: str, path: Path, line: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        message = _("{path}, line {line}: {column} is {value}, which is no number: write one.")
        raise MuscleSegError(message, path=path, line=line, column=column, value=repr(text))
    return number


def _require_plausible(value: ReferenceValue, path: Path, line: int) -> None:
    """Check ages and spread.

    Raises:
        MuscleSegError: They make no sense.
    """
    fault: Translatable | None = None
    if value.sd <= 0:
        fault = _("the SD is {sd}, and a standard deviation is above 0").format(sd=f"{value.sd:g}")
    elif not 0 <= value.age_from <= value.age_to <= _OLDEST:
        fault = _("ages from {first} to {last} are no range of ages")
        fault = fault.format(first=f"{value.age_from:g}", last=f"{value.age_to:g}")
    elif value.mean < 0:
        fault = _("the mean is {mean}, and no quantity is negative").format(mean=f"{value.mean:g}")
    if fault:
        raise MuscleSegError(_("{path}, line {line}: {fault}: correct it."), path=path, line=line, fault=fault)
