"""Unit of a map's values: as a person states it, as its file says it, or as its values let it be assumed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from MuscleSegLib.biomarkers.unit_proposals import Proposal, propose_unit
from MuscleSegLib.biomarkers.unit_sample import UnitSample, sample_of_volume
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

_OF_FRACTIONS = {
    "percent": 1.0,
    "fraction": 100.0,
    "permille": 0.1,
    "0.01percent": 0.01,
    "8bit": 100 / 255,
    "12bit": 100 / 4095,
}

MAP_UNITS: Mapping[str, Mapping[str, float]] = {
    "ff": _OF_FRACTIONS,
    "mtr": _OF_FRACTIONS,
    "t2": {"ms": 1.0, "s": 1000.0, "0.1ms": 0.1, "us": 0.001},
}
"""By map and unit: the factor to percent or milliseconds. The first unit is the standard one; "8bit" and "12bit" stand
for 100 percent stored as 255 and 4095."""

_ASSUMED = ("percent", "fraction", "ms", "s")
"""Others have to be stated: in one of them, an anatomical image would pass for a map."""

_POSSIBLE = {"ff": (-20.0, 110.0), "mtr": (-20.0, 100.0), "t2": (5.0, 300.0)}
"""Median in muscles, in percent or milliseconds, that a stated unit may lead to."""

_SPELLINGS = {
    "percent": "%|pct|percent|percentage|percent units?|pu|p\\.u\\.",
    "permille": "‰|permille|per mille|\\[ppth\\]|0\\.1 ?%",
    "0.01percent": "0\\.01 ?%",
    "fraction": "fraction|fractions?( of one)?|ratio",
    "ms": "ms|msec|milliseconds?",
    "s": "s|sec|seconds?",
    "us": "us|µs|microseconds?",
    "0.1ms": "0\\.1 ?ms",
    "of another quantity": "hz|1/s|s-1|rad|radians?|hu|t|tesla|degrees?|mm|mm2/s",
}
"""Spellings of units in files, as whole words in lower case: BIDS's Units, DICOM's rescale types and UCUM codes."""

_DESCRIBED = {
    "ff": r"fat fraction(,| \()(.*)",
    "mtr": r"MTR(,| \()(.*)",
    "t2": r"T2( of water)?(,| \()(.*)",
    "B0": r"B0 \(Hz\)",
    "B1": r"B1 \(%\)",
    "T2*": r"T2\* \(ms\)",
    "anatomy": r"T1-weighted",
}
"""Descriptions of this library's own maps; of digital legs, after "digital legs: "."""

_SUFFIXES = {
    **{"ffmap": "ff", "pdffmap": "ff", "mtrmap": "mtr", "t2map": "t2", "t1map": "T1", "t2starmap": "T2*"},
    **{"r1map": "R1", "r2map": "R2", "r2starmap": "R2*", "tb1map": "B1", "rb1map": "B1", "pdmap": "proton density"},
    **{"t1w": "anatomy", "t2w": "anatomy", "pdw": "anatomy", "t2starw": "anatomy", "mtsat": "MT saturation"},
}
"""BIDS's suffixes of file names, in lower case."""


@dataclass(frozen=True)
class MapUnit:
    """The unit that a map's values are taken in.

    Attributes:
        name: Key of ``MAP_UNITS``.
        factor: Factor from the map's values to percent or milliseconds.
        is_assumed: Whether neither a person nor the file states it.
        reason: Source of the unit, in a few words.
        likely: Another unit that the values look more like; empty where there is none.
    """

    name: str
    factor: float
    is_assumed: bool
    reason: str
    likely: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.reason})"


def resolve_unit(
    map_name: str, volume: Volume, *, stated: str | None = None, sample: UnitSample | None = None
) -> MapUnit:
    """Return the unit of a map: the stated one, else that of its file, else the one that its values let assume.

    Args:
        map_name: "ff", "mtr" or "t2".
        volume: [k, j, i] the map.
        stated: A unit of ``MAP_UNITS[map_name]`` that a person names.
        sample: The map's values in the muscles and around them; all of the map where None.

    Raises:
        MuscleSegError: There is no such map or unit, the map is one of another quantity, or its values are not
            plausible in the unit that is stated, or in any that could be assumed.
    """
    require_unit(map_name, stated)
    units, title = MAP_UNITS[map_name], map_title(map_name, volume)
    sample = sample_of_volume(volume) if sample is None else sample
    described = _described_quantity(volume)
    proposal = propose_unit(map_name, sample, units, is_described=described == map_name)
    if stated is not None:
        _require_possible(map_name, title, sample, stated)
        return MapUnit(stated, units[stated], False, "stated", _likelier(map_name, stated, sample, proposal))
    _require_quantity(map_name, described, title)
    file_unit = _unit_of_file(map_name, volume, title)
    if file_unit is not None and _is_no_unit(volume):  # the values are fractions then, or it says nothing
        is_fraction = _is_possible(map_name, sample, file_unit) and not _likelier(map_name, file_unit, sample, proposal)
        file_unit = file_unit if is_fraction else None
    if file_unit is not None:
        _require_possible(map_name, title, sample, file_unit)
        if _likelier(map_name, file_unit, sample, proposal):
            raise _implausible(map_name, title, proposal)
        return MapUnit(file_unit, units[file_unit], False, f"the map says {volume.unit}")
    if proposal.unit not in _ASSUMED:
        raise _implausible(map_name, title, proposal)
    return MapUnit(proposal.unit, units[proposal.unit], True, "assumed")


def _likelier(map_name: str, name: str, sample: UnitSample, proposal: Proposal) -> str:
    """Return the unit that is proposed instead of one in which the values are not plausible; empty where none is."""
    if proposal.unit in (None, name):
        return ""
    alone = propose_unit(map_name, sample, {name: MAP_UNITS[map_name][name]}, is_described=False)
    return "" if alone.unit == name else str(proposal.unit)


def require_unit(map_name: str, stated: str | None) -> None:
    """Check that there is such a map, and such a unit of it.

    Raises:
        MuscleSegError: There is not.
    """
    if map_name not in MAP_UNITS:
        message = _("There is no map called {map_name}: maps are called {names}.")
        raise MuscleSegError(message, map_name=map_name, names=", ".join(MAP_UNITS))
    if stated is not None and stated not in MAP_UNITS[map_name]:
        message = _("There is no unit {stated} of {map}: its units are {units}.")
        raise MuscleSegError(message, stated=stated, map=map_name.upper(), units=", ".join(MAP_UNITS[map_name]))


def map_title(map_name: str, volume: Volume) -> str:
    """Return the title of a map, [k, j, i], in messages: its name, and its file."""
    if volume.path is None:
        return _("The {map} map").format(map=map_name.upper())
    return _("The {map} map {path}").format(map=map_name.upper(), path=volume.path)


def _unit_of_file(map_name: str, volume: Volume, title: str) -> str | None:
    text = volume.unit.strip().strip("[]{}").lower()
    if not text:
        return None
    if _is_no_unit(volume):
        return "fraction" if "fraction" in MAP_UNITS[map_name] else None
    for name, pattern in _SPELLINGS.items():
        if re.fullmatch(pattern, text) or re.fullmatch(pattern, volume.unit.strip().lower()):
            if name in MAP_UNITS[map_name]:
                return name
            message = _(
                "{title} has values in {unit}, as its file says, which is no unit of {map}: give another map, or "
                "choose its unit (--{option}-unit on the command line)."
            )
            raise MuscleSegError(message, title=title, unit=volume.unit, map=map_name.upper(), option=map_name)
    return None


def _described_quantity(volume: Volume) -> str | None:
    """Return the quantity that a file holds by its description or BIDS name; None where neither says so."""
    text = volume.description.removeprefix("digital legs: ")
    for quantity, pattern in _DESCRIBED.items():
        if re.fullmatch(pattern, text):
            return quantity
    stem = "" if volume.path is None else volume.path.name.lower().split(".")[0]
    return _SUFFIXES.get(stem.rpartition("_")[2])


def _require_quantity(map_name: str, described: str | None, title: str) -> None:
    if described is not None and described != map_name:
        shown = described.upper() if described in MAP_UNITS else described
        message = _(
            "{title} is an image of {shown}, as its description or its name says: give the map of {map}, or "
            "choose its unit (--{option}-unit on the command line) if it is one."
        )
        raise MuscleSegError(message, title=title, shown=shown, map=map_name.upper(), option=map_name)


def _require_possible(map_name: str, title: str, sample: UnitSample, name: str) -> None:
    if not _is_possible(map_name, sample, name):
        median = float(np.median(sample.muscles))
        message = _(
            "{title} is not in {name} (half of the muscles' voxels are {median} or more): choose another unit "
            "(--{option}-unit on the command line), or give another map."
        )
        raise MuscleSegError(message, title=title, name=name, median=f"{median:.3g}", option=map_name)


def _is_possible(map_name: str, sample: UnitSample, name: str) -> bool:
    if not sample.muscles.size:
        return True
    low, high = _POSSIBLE[map_name]
    return bool(low <= float(np.median(sample.muscles)) * MAP_UNITS[map_name][name] <= high)


def _is_no_unit(volume: Volume) -> bool:
    """Return whether a file gives the unit 1, which DICOM calls "no units"."""
    return volume.unit.strip() == "1"


def _implausible(map_name: str, title: str, proposal: Proposal) -> MuscleSegError:
    units = MAP_UNITS[map_name]
    first, second = (name for name in units if name in _ASSUMED)
    message = _(
        "{title} is not in {first}, nor in {second}, as far as its values tell ({why}): give the map of {map}, or "
        "choose its unit (--{option}-unit on the command line: {units})."
    )
    return MuscleSegError(
        message,
        title=title,
        first=first,
        second=second,
        why=proposal.why,
        map=map_name.upper(),
        option=map_name,
        units=", ".join(units),
    )
