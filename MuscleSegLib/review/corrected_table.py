"""Table of a segmentation that a person corrects, measured again muscle by muscle, beside the automatic table."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import LOWER_LIMB, Scheme, Side, side_name
from MuscleSegLib.anatomy import scheme as scheme_of_name
from MuscleSegLib.biomarkers import MAP_NAMES, MapUnit, Measurement, Row, merge_labels
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.review.live_rows import Change, LiveRow
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume import Volume

ResultT = TypeVar("ResultT")

_NO_CONFIDENCE: Mapping[int, float] = {}


class CorrectedTable:
    """Measurements of corrected labels, kept up to date edit by edit, beside those of the automatic labels.

    Args:
        labels: Present label values, [k, j, i] of any integer dtype.
        scheme: Meaning of the label values.
        automatic: Label values of the network, [k, j, i], on the same grid; None where no network made them.
        maps: Maps, [k, j, i] each on its own grid, by the names of ``biomarkers.MAP_NAMES``.
        fat_water: Fat and water image, [k, j, i].
        confidence: Expected Dice similarity coefficient by label value, 0 to 1.
        units: Stated units by map.
        remarks: Sentences on the maps for the warnings of every row.
        in_steps: Leave measuring to ``steps``, which must end before rows are read.

    Attributes:
        scheme: Meaning of the label values.
        measurement: Measurement, for profiles and adipose tissue.
        patient: Patient of the images, from the first DICOM header with a PatientID.

    Raises:
        MuscleSegError: The labels lie on another grid than the automatic ones, or cannot be measured.
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
        if automatic is not None and not automatic.geometry.is_close(labels.geometry):
            message = _("The labels no longer lie on the grid of the network's labels: segment the scan again.")
            raise MuscleSegError(message)
        self.patient = next((volume.patient for volume in (labels, *(maps or {}).values()) if volume.patient), "")
        self._labels, self._automatic = labels.array.copy(), automatic
        self._place = replace(labels, array=self._labels)
        self._remarks, self._units = tuple(remarks), dict(units or {})
        self._rows: dict[int, Row] = {}
        self._dsc: dict[int, float] = {}
        self._automatic_rows: dict[int, Row] = {}
        self._options: dict[str, Any] = {"maps": maps, "fat_water": fat_water, "confidence": confidence}
        self.scheme = scheme
        self.measurement = Measurement(labels, scheme, **self._options, units=units, in_steps=in_steps)
        self._is_compared = automatic is not None and self._compare(labels)
        if not in_steps:
            self._take_rows()
            if self._is_compared:
                self._automatic_rows = self._rows_of(self._measured_automatic(in_steps=False))

    def steps(self) -> Iterator[None]:
        """Measure a muscle at each step, for a program whose window must not wait for all muscles.

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
        """Return a row a muscle in the scheme's order."""
        return tuple(self._live(row) for row in self._rows.values())

    def update(self, labels: Volume) -> tuple[int, ...]:
        """Measure the edited muscles again, and no others.

        Args:
            labels: Present label values, [k, j, i], on the same grid.

        Returns:
            Label values of the edited muscles.

        Raises:
            MuscleSegError: The labels lie on another grid, or hold a value that the table has no row for.
        """
        return _last(self.updates(labels))

    def updates(self, labels: Volume) -> Generator[None, None, tuple[int, ...]]:
        """Measure the edited muscles of labels, [k, j, i], a muscle at each step, and return their label values.

        The next update measures muscles whose step was left out.
        """
        values = _changed(self._labels, labels.array)
        for value in values:
            self._rows[value] = self.measurement.edited(labels, value)
            yield
        self._labels = labels.array.copy()
        if self._automatic is not None:
            self._compare(labels)
        return values

    def by_parent(self) -> "CorrectedTable":
        """Return a table of the muscles that fine muscles are parts of, of the present labels; measure it in ``steps``.

        Raises:
            MuscleSegError: No label is a part of a muscle of the thigh or the calf.
        """
        return CorrectedTable(
            self.merged(replace(self._place, array=self._labels)),
            scheme_of_name(self._parents),
            automatic=None if self._automatic is None else self.merged(self._automatic),
            maps=self._options["maps"],
            fat_water=self._options["fat_water"],
            units=self._units,
            remarks=self._remarks,
            in_steps=True,
        )

    def merged(self, labels: Volume) -> Volume:
        """Return labels, [k, j, i] with values of the scheme, with the values of ``by_parent``'s table."""
        return merge_labels(labels, self.scheme, self._parents)

    @property
    def _parents(self) -> str:
        return self.scheme.region or LOWER_LIMB

    @property
    def map_units(self) -> dict[str, MapUnit]:
        """Units of the maps' values, by map."""
        return self.measurement.map_units

    @property
    def maps(self) -> Mapping[str, Volume]:
        """Maps, [k, j, i], by name, as they were measured."""
        return self._options["maps"] or {}

    @property
    def is_corrected(self) -> bool | None:
        """Whether a muscle differs from the automatic label map; None without an automatic label map."""
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
        return Measurement(self._automatic, self.scheme, **self._options, units=units, in_steps=in_steps)

    def _compare(self, labels: Volume) -> bool:
        """Compute the DSC of every corrected muscle, and return whether there is any."""
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
    """Return the label values whose voxels differ between two label maps, [k, j, i]; never the background."""
    if before.shape != after.shape:
        return tuple(np.unique(after[after > 0]).tolist())
    moved = before != after
    values = np.union1d(before[moved], after[moved])
    return tuple(int(value) for value in values if value > 0)


def _last(steps: Generator[None, None, ResultT]) -> ResultT:
    """Return the result of a generator after its last step."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: ResultT = end.value
            return result


def _difference(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
