"""The table of a segmentation that a person corrects: measured again muscle by muscle, beside what was automatic."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Scheme, Side, side_name
from MuscleSegLib.biomarkers import MAP_NAMES, MapUnit, Measurement, Row, without_assumed_units
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.metrics.overlap import dice
from MuscleSegLib.volume import Volume

ResultT = TypeVar("ResultT")

_NONE: Mapping[int, float] = {}


@dataclass(frozen=True)
class Change:
    """What a correction changed in one muscle, corrected - automatic. None is a missing value.

    Attributes:
        dsc: Dice similarity coefficient of the corrected and the automatic muscle; 0 where one of them is not there.
        ff_points: Of the mean fat fraction.
        volume_cm3: Of the volume; None where one of them is not there.

    """

    dsc: float
    ff_points: float | None
    volume_cm3: float | None


@dataclass(frozen=True)
class LiveRow:
    """One muscle as it is now.

    Attributes:
        row: What is measured in it.
        name: What a person reads, with the side if it is known: "Right biceps femoris".
        coverage_percent: Of the maps' coverages the smallest; None without a map, or without the muscle.
        change: What was corrected, or None where the muscle is as the network drew it, or no network did.

    """

    row: Row
    name: str
    coverage_percent: float | None
    change: Change | None

    @property
    def is_missing(self) -> bool:
        """Whether there is no such muscle in the labels."""
        return self.row.volume_cm3 is None


class CorrectedTable:
    """Measured labels, kept up to date edit by edit, beside the labels that a network made.

    Attributes:
        measurement: What was measured, for profiles and adipose tissue.
        patient: Whose images they are, as the first DICOM header says that does.

    """

    def __init__(
        self,
        labels: Volume,
        scheme: Scheme,
        *,
        automatic: Volume | None = None,
        maps: Mapping[str, Volume] | None = None,
        fat_water: tuple[Volume, Volume] | None = None,
        confidence: Mapping[int, float] = _NONE,
        units: Mapping[str, str] | None = None,
        remarks: Sequence[str] = (),
        in_steps: bool = False,
    ) -> None:
        """Measure.

        Args:
            labels: [k, j, i] as they are now.
            scheme: What they mean.
            automatic: The network's own, on the same grid; None where no network made them.
            maps: As for ``biomarkers.Measurement``, as is all that follows.
            fat_water: The fat and the water image.
            confidence: Of the network, by label.
            units: Stated units, by map.
            remarks: Sentences about the maps for the warnings of every row.
            in_steps: Leave measuring to ``steps``, which has to come to its end before anything is asked.

        Raises:
            MuscleSegError: The labels lie on another grid than the automatic ones, or cannot be measured.

        """
        if automatic is not None and not automatic.geometry.is_close(labels.geometry):
            message = "The labels do not lie on the grid of the network's own any more: segment the scan again."
            raise MuscleSegError(message)
        self.patient = next((one.patient for one in (labels, *(maps or {}).values()) if one.patient), "")
        self._labels, self._automatic = labels.array.copy(), automatic
        self._remarks = tuple(remarks)
        self._rows: dict[int, Row] = {}
        self._dsc: dict[int, float] = {}
        self._automatic_rows: dict[int, Row] = {}
        self._options: dict[str, Any] = {"maps": maps, "fat_water": fat_water, "confidence": confidence}
        self._scheme = scheme
        self.measurement = Measurement(labels, scheme, **self._options, units=units, in_steps=in_steps)
        self._is_compared = automatic is not None and self._compare(labels)
        if not in_steps:
            self._take_rows()
            if self._is_compared:
                self._automatic_rows = self._rows_of(self._measured_automatic(in_steps=False))

    def steps(self) -> Iterator[None]:
        """Measure a muscle at each step, for a program whose window must not wait for all of them.

        Raises:
            MuscleSegError: As for ``biomarkers.Measurement.steps``.

        """
        yield from self.measurement.steps()
        self._take_rows()
        if self._is_compared:
            own = self._measured_automatic(in_steps=True)
            yield from own.steps()
            self._automatic_rows = self._rows_of(own)

    def rows(self) -> tuple[LiveRow, ...]:
        """Return one row a muscle in the scheme's order."""
        return tuple(self._live(row) for row in self._rows.values())

    def update(self, labels: Volume) -> tuple[int, ...]:
        """Measure again the muscles that an edit changed, and no other.

        Args:
            labels: [k, j, i] as they are now, on the grid that they were on.

        Returns:
            Their label values; none where nothing changed.

        Raises:
            MuscleSegError: The labels lie on another grid, or hold a value that the table has no row for.

        """
        return _last(self.updates(labels))

    def updates(self, labels: Volume) -> Generator[None, None, tuple[int, ...]]:
        """Do what ``update`` does, a muscle at each step, and return the same.

        Edits of the muscles that are not measured again when this is left are found by the next update.
        """
        values = _changed(self._labels, labels.array)
        for value in values:
            self._rows[value] = self.measurement.edited(labels, value)
            yield
        self._labels = labels.array.copy()
        if self._automatic is not None:
            self._compare(labels)
        return values

    @property
    def map_units(self) -> dict[str, MapUnit]:
        """The units that the maps' values were taken in, by map."""
        return self.measurement.map_units

    @property
    def is_corrected(self) -> bool | None:
        """Whether a muscle differs from what the network drew; None where no network drew it."""
        return None if self._automatic is None else bool(self._dsc)

    def _take_rows(self) -> None:
        self._rows = self._rows_of(self.measurement)
        self._automatic_rows = dict(self._rows)

    def _rows_of(self, measurement: Measurement) -> dict[int, Row]:
        return {row.label: row for row in measurement.rows()}

    def _measured_automatic(self, *, in_steps: bool) -> Measurement:
        assert self._automatic is not None
        # In the same units, so that a change is one of the muscle.
        units = {name: unit.name for name, unit in self.map_units.items()}
        return Measurement(self._automatic, self._scheme, **self._options, units=units, in_steps=in_steps)

    def _compare(self, labels: Volume) -> bool:
        """Take the DSC of every muscle that is not as the network drew it, and return whether there is any."""
        if self._automatic is None:
            return False
        edited = _changed(self._automatic.array, labels.array)
        found = dice(labels, self._automatic) if edited else {}
        self._dsc = {value: found.get(value, 0.0) for value in edited}
        return bool(edited)

    def _live(self, row: Row) -> LiveRow:
        coverages = [getattr(row, f"{name}_coverage_percent") for name in MAP_NAMES]
        name = side_name(row.muscle, Side(row.side) if row.side else None)
        known = [coverage for coverage in coverages if coverage is not None]
        change = self._change(row)
        if self._remarks and row.volume_cm3 is not None:
            row = replace(row, warnings=" ".join(filter(None, (row.warnings, *self._remarks))))
        return LiveRow(row, name, min(known, default=None), change)

    def _change(self, row: Row) -> Change | None:
        if row.label not in self._dsc:
            return None
        before = self._automatic_rows.get(row.label)
        if before is None:
            return Change(self._dsc[row.label], None, None)
        return Change(
            self._dsc[row.label],
            _difference(row.ff_mean_percent, before.ff_mean_percent),
            _difference(row.volume_cm3, before.volume_cm3),
        )


def review_first(rows: Sequence[LiveRow]) -> tuple[LiveRow, ...]:
    """Return rows with those first that a person should look at first.

    Muscles that were not found come first, then the others by the network's confidence, from the lowest to two digits;
    among equals those with a warning (but of an assumed unit), and among these the order of the rows. An unknown
    confidence counts as 1.
    """

    def urgency(row: LiveRow) -> tuple[bool, float, bool]:
        confidence = 1.0 if row.row.confidence is None else row.row.confidence
        return not row.is_missing, round(confidence, 2), not without_assumed_units(row.row.warnings)

    return tuple(sorted(rows, key=urgency))


def _changed(before: NDArray[np.integer], after: NDArray[np.integer]) -> tuple[int, ...]:
    """Return the labels of which any voxel came or went; none is the background."""
    if before.shape != after.shape:
        return tuple(np.unique(after[after > 0]).tolist())
    moved = before != after
    values = np.union1d(before[moved], after[moved])
    return tuple(int(value) for value in values if value > 0)


def _last(steps: Generator[None, None, ResultT]) -> ResultT:
    """Go through all steps, and return what the last one returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: ResultT = end.value
            return result


def _difference(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
