"""Table of a segmentation that a person corrects, measured again muscle by muscle, beside the automatic one."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Scheme, Side, side_name
from MuscleSegLib.biomarkers import MAP_NAMES, MapUnit, Measurement, Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.review.live_rows import Change, LiveRow
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume import Volume

ResultT = TypeVar("ResultT")

_NO_CONFIDENCE: Mapping[int, float] = {}


class CorrectedTable:
    """Measured labels, kept up to date edit by edit, beside the labels that a network made.

    Attributes:
        measurement: The measurement, for profiles and adipose tissue.
        patient: Patient of the images, from the first DICOM header that names one.

    """

    def __init__(
        self,
        labels: Volume,
        scheme: Scheme,
        *,
        automatic: Volume | None = None,
        maps: Mapping[str, Volume] | None = None,
        fat_water: tuple[Volume, Volume] | None = None,
        confidence: Mapping[int, float] = _NO_CONFIDENCE,
        units: Mapping[str, str] | None = None,
        remarks: Sequence[str] = (),
        in_steps: bool = False,
    ) -> None:
        """Measure.

        Args:
            labels: [k, j, i] as they are now.
            scheme: Meaning of the labels.
            automatic: [k, j, i] the network's labels, on the same grid; None where no network made them.
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
            message = _("The labels do not lie on the grid of the network's own any more: segment the scan again.")
            raise MuscleSegError(message)
        self.patient = next((volume.patient for volume in (labels, *(maps or {}).values()) if volume.patient), "")
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
            automatic = self._measured_automatic(in_steps=True)
            yield from automatic.steps()
            self._automatic_rows = self._rows_of(automatic)

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
        """Do the same as ``update`` with labels, [k, j, i], a muscle at each step, and return the same.

        Muscles that are not measured again when this is left are measured by the next update.
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
        # In the same units, so that a change is due to the muscle.
        units = {name: unit.name for name, unit in self.map_units.items()}
        return Measurement(self._automatic, self._scheme, **self._options, units=units, in_steps=in_steps)

    def _compare(self, labels: Volume) -> bool:
        """Take the DSC of every muscle that is not as the network drew it, and return whether there is any."""
        if self._automatic is None:
            return False
        edited = _changed(self._automatic.array, labels.array)
        dsc = dice(labels, self._automatic) if edited else {}
        self._dsc = {value: dsc.get(value, 0.0) for value in edited}
        return bool(edited)

    def _live(self, row: Row) -> LiveRow:
        coverages = [getattr(row, f"{name}_coverage_percent") for name in MAP_NAMES]
        coverages = [coverage for coverage in coverages if coverage is not None]
        name = side_name(row.muscle, Side(row.side) if row.side else None)
        change = self._change(row)
        if self._remarks and row.volume_cm3 is not None:
            row = replace(row, warnings=joined(" ", filter(None, (row.warnings, *self._remarks))))
        return LiveRow(row, name, min(coverages, default=None), change)

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


def _changed(before: NDArray[np.integer], after: NDArray[np.integer]) -> tuple[int, ...]:
    """Return the labels of which any voxel came or went between two label maps, [k, j, i]; never the background."""
    if before.shape != after.shape:
        return tuple(np.unique(after[after > 0]).tolist())
    moved = before != after
    values = np.union1d(before[moved], after[moved])
    return tuple(int(value) for value in values if value > 0)


def _last(steps: Generator[None, None, ResultT]) -> ResultT:
    """Go through all steps, and return the result of the last step."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: ResultT = end.value
            return result


def _difference(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
