"""Matching of levels: measurements of one person at several times, over the same levels of the limb.

A muscle's fat fraction changes along it, and no two scans cover the same of it: means of all that was imaged cannot be
compared. The areas of the muscles along the limb tell how far one scan lies above the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.biomarkers import ProfileRow
from MuscleSegLib.errors import MuscleSegError

AREA = "area_cm2"
VOLUME = "volume_cm3"

STEP_MM = 1.0
"""Profiles are integrated in steps of this, linear between slices."""

SHIFT_STEP_MM = 0.5
LEAST_COMMON = 0.5
"""Part of the shorter scan that the other scan must share with it."""

Floats = NDArray[np.float64]
Key = tuple[int, str]
"""A muscle's label, and a quantity."""


@dataclass(frozen=True)
class LimbProfiles:
    """The profiles of one measurement, ready to be matched with another.

    Attributes:
        low_mm: Outer face of the lowest slice of the labels.
        high_mm: Outer face of the highest.
        values: By label and quantity: positions, (n,) in mm, ascending, and values, (n,). Areas have all slices, 0
            where the muscle is not; maps have those on which the muscle was measured.
        ranges_mm: By quantity: the levels that it was measured on, of any muscle.
    """

    low_mm: float
    high_mm: float
    values: dict[Key, tuple[Floats, Floats]]
    ranges_mm: dict[str, tuple[float, float]]

    def area_cm2(self, label: int, levels_mm: Floats) -> Floats:
        """Return a muscle's cross section, (n,), at some levels, (n,)."""
        return np.asarray(np.interp(levels_mm, *self.values[label, AREA]), np.float64)


def limb_profiles(profiles: Sequence[ProfileRow], name: str) -> LimbProfiles:
    """Return the profiles of a measurement, sorted.

    Args:
        profiles: As ``Measurement.profiles`` gives them.
        name: Of the measurement, in messages.

    Raises:
        MuscleSegError: They are not of two slices at least.
    """
    areas = {row.position_mm: row.position_percent for row in profiles if row.quantity == AREA}
    if len(areas) < 2:
        message = f"{name} has muscles in fewer than two slices, so that levels of the limb cannot be matched: give a "
        message += "measurement with profiles along the limb."
        raise MuscleSegError(message)
    low, high, step = _labels_range(areas)
    slices = np.asarray(low + step * (np.arange(round((high - low) / step)) + 0.5), np.float64)
    values: dict[Key, tuple[Floats, Floats]] = {}
    for key in {(row.label, row.quantity) for row in profiles}:
        points = sorted((row.position_mm, row.value) for row in profiles if (row.label, row.quantity) == key)
        positions, numbers = (np.array(column) for column in zip(*points, strict=True))
        values[key] = _on_all_slices(positions, numbers, slices, step) if key[1] == AREA else (positions, numbers)
    ranges = {}
    for quantity in {quantity for _, quantity in values}:
        positions = np.concatenate([values[key][0] for key in values if key[1] == quantity])
        ranges[quantity] = (float(positions.min()), float(positions.max()))
    return LimbProfiles(low, high, values, ranges)


def _labels_range(areas: Mapping[float, float]) -> tuple[float, float, float]:
    """Return the outer faces of the lowest and the highest slice of the labels, and the distance of slices, in mm.

    Args:
        areas: Position in percent of the imaged length, by position in mm, of the slices with muscles.
    """
    (first, last), (start, stop) = (min(areas), max(areas)), (areas[min(areas)], areas[max(areas)])
    length = 100 * (last - first) / (stop - start)
    low = first - start / 100 * length
    return low, low + length, float(np.diff(sorted(areas)).min())


def _on_all_slices(positions: Floats, areas: Floats, slices: Floats, step: float) -> tuple[Floats, Floats]:
    """Return positions and areas, (m,), of all slices, from those, (n,), of the slices with the muscle."""
    everywhere = np.zeros(len(slices))
    everywhere[np.clip(np.rint((positions - slices[0]) / step).astype(int), 0, len(slices) - 1)] = areas
    return slices, everywhere


def shift_mm(first: LimbProfiles, second: LimbProfiles) -> float:
    """Return by how much a level of the first lies higher in the second, so that the areas fit best.

    The sum of squared differences of all muscles' areas is least, over the levels that both have.

    Raises:
        MuscleSegError: The two have no muscle in common.
    """
    labels = sorted({label for label, name in first.values if name == AREA and (label, AREA) in second.values})
    if not labels:
        message = "The two measurements have no muscle in common: give measurements of the same person and region."
        raise MuscleSegError(message)
    shorter = min(first.high_mm - first.low_mm, second.high_mm - second.low_mm)
    lowest = second.low_mm - first.high_mm + LEAST_COMMON * shorter
    highest = second.high_mm - first.low_mm - LEAST_COMMON * shorter
    shifts = np.arange(np.ceil(lowest / SHIFT_STEP_MM), np.floor(highest / SHIFT_STEP_MM) + 1) * SHIFT_STEP_MM
    return float(min(shifts, key=lambda shift: (_misfit(first, second, labels, float(shift)), abs(shift))))


def _misfit(first: LimbProfiles, second: LimbProfiles, labels: Sequence[int], shift: float) -> float:
    levels = _levels(max(first.low_mm, second.low_mm - shift), min(first.high_mm, second.high_mm - shift))
    squares = [
        np.mean((first.area_cm2(label, levels) - second.area_cm2(label, levels + shift)) ** 2) for label in labels
    ]
    return float(np.sum(squares))


@dataclass(frozen=True)
class MatchedQuantity:
    """Quantity of a muscle in all measurements, over the same levels.

    Attributes:
        label: The muscle's value.
        quantity: "volume_cm3" (of these levels), or as in ``biomarkers.ProfileRow``.
        values: Of each measurement; None where the muscle is not in these levels.
        length_mm: Of the levels.
    """

    label: int
    quantity: str
    values: tuple[float | None, ...]
    length_mm: float


def match_levels(measurements: Sequence[LimbProfiles]) -> tuple[MatchedQuantity, ...]:
    """Return all quantities at the levels that all measurements of one person share.

    Raises:
        MuscleSegError: A measurement has no muscle in common with the first.
    """
    first = measurements[0]
    shifts = [0.0, *(shift_mm(first, other) for other in measurements[1:])]
    quantities = {name for name in first.ranges_mm if all(name in limb.ranges_mm for limb in measurements)}
    matched = []
    for quantity in sorted(quantities):
        ranges = [_range(limb, quantity) for limb in measurements]
        low = max(low - shift for (low, _), shift in zip(ranges, shifts, strict=True))
        high = min(high - shift for (_, high), shift in zip(ranges, shifts, strict=True))
        if high - low < STEP_MM:
            continue
        levels = _levels(low, high)
        name = VOLUME if quantity == AREA else quantity
        for label in sorted({label for limb in measurements for label, key in limb.values if key == quantity}):
            values = tuple(
                _value(limb, label, quantity, levels + shift) for limb, shift in zip(measurements, shifts, strict=True)
            )
            matched.append(MatchedQuantity(label, name, values, len(levels) * STEP_MM))
    return tuple(matched)


def _range(limb: LimbProfiles, quantity: str) -> tuple[float, float]:
    return (limb.low_mm, limb.high_mm) if quantity == AREA else limb.ranges_mm[quantity]


def _levels(low: float, high: float) -> Floats:
    """Return (n,) the middles of steps from one level to another."""
    count = max(1, int((high - low) / STEP_MM + 1e-6))
    margin = (high - low - count * STEP_MM) / 2
    return np.asarray(low + margin + STEP_MM * (np.arange(count) + 0.5), np.float64)


def _value(limb: LimbProfiles, label: int, quantity: str, levels: Floats) -> float | None:
    """Return a muscle's volume, or its mean of a quantity weighted by area, over levels, (n,)."""
    if (label, AREA) not in limb.values or (label, quantity) not in limb.values:
        return None
    areas = limb.area_cm2(label, levels)
    if not areas.any():
        return None
    if quantity == AREA:
        return float(areas.sum() * STEP_MM / 10)  # cm2 times mm
    return float(np.average(np.interp(levels, *limb.values[label, quantity]), weights=areas))
