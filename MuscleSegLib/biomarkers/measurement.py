"""Measurement of a label map and its maps, and of one muscle again after an edit."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from MuscleSegLib.anatomy import Label, Scheme
from MuscleSegLib.biomarkers.adipose import FF_LIMIT_PERCENT, AdiposeRow, AdiposeTable, FatImages, compartments_on_grid
from MuscleSegLib.biomarkers.coverage import slices_first
from MuscleSegLib.biomarkers.extent import Extent, LimbAxis
from MuscleSegLib.biomarkers.fat_water import arranged_fat_water
from MuscleSegLib.biomarkers.labels import label_values
from MuscleSegLib.biomarkers.linear_algebra import in_one_thread
from MuscleSegLib.biomarkers.profiles import ProfileRow, profile_rows
from MuscleSegLib.biomarkers.rasterization import Box, RasterizedMuscle, box_of, rasterize_muscle
from MuscleSegLib.biomarkers.row_fields import extent_fields, fat_fields, label_fields, map_fields
from MuscleSegLib.biomarkers.rows import UNITS, Row
from MuscleSegLib.biomarkers.sampled_map import SampledMap
from MuscleSegLib.biomarkers.units import MapUnit
from MuscleSegLib.biomarkers.validation import require_valid_arguments
from MuscleSegLib.biomarkers.warnings import map_warnings, muscle_warnings, unit_warnings
from MuscleSegLib.biomarkers.weighted_statistics import Statistics
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume import Volume, require_overlap

MAP_NAMES = tuple(UNITS)
"""Fat fraction in percent, magnetization transfer ratio in percent, T2 in milliseconds."""

THREADS = 2
"""Muscles, and then maps, are worked on side by side: NumPy and SciPy leave Python's lock while they compute."""


@dataclass(frozen=True)
class MeasuredMuscle:
    """Numbers of one muscle beside those that the maps keep.

    Attributes:
        extent: Its size on the labels' grid.
        coverage_percent: By map, the part of its volume for which the map has values.
        eroded_percent: Fat fraction with the outline one voxel farther in.
        dilated_percent: The same, farther out.
    """

    extent: Extent
    coverage_percent: Mapping[str, float]
    eroded_percent: float | None
    dilated_percent: float | None


class Measurement:
    """A label map and its maps, ready to be measured: each muscle's voxel fractions on every map are computed.

    Args:
        labels: [k, j, i] integer labels.
        scheme: Meaning of the labels; it determines the rows (``Scheme.labels_in``).
        maps: Maps, [k, j, i], by name: "ff" (%), "mtr" (%), "t2" (ms), each on a grid of its own.
        fat_water: The fat and the water image that "ff" was made of, for the ratio of sums.
        thickness_mm: Thickness of slices by map, where it is less than the distance between their centers and no
            DICOM header says so; under "labels" that of the labels', to leave the gaps between them out of volumes.
        minimum_share: A map's voxel counts for a muscle that fills more than this share of it, 0.5 to 1.
        confidence: Of the network that made the labels, by label.
        units: By map, that of its values where a person states it (``biomarkers.MAP_UNITS``); without, the unit in
            the map's file or, with a warning in every row, the one that its values let assume.
        in_steps: Leave the muscles to ``steps``, which has to come to its end before anything is asked.

    Raises:
        MuscleSegError: A label is not in the scheme, a map has another name, lies elsewhere in the patient, or
            has values that are not plausible.
        ValueError: ``minimum_share`` is not in [0.5, 1).
    """

    def __init__(
        self,
        labels: Volume,
        scheme: Scheme,
        *,
        maps: Mapping[str, Volume] | None = None,
        fat_water: tuple[Volume, Volume] | None = None,
        thickness_mm: Mapping[str, float] | None = None,
        minimum_share: float = 0.5,
        confidence: Mapping[int, float] | None = None,
        units: Mapping[str, str] | None = None,
        in_steps: bool = False,
    ) -> None:
        maps, units = maps or {}, units or {}
        self._thickness, self._confidence = dict(thickness_mm or {}), dict(confidence or {})
        require_valid_arguments(maps, self._thickness, minimum_share, units)
        counts = label_values(labels, scheme)
        for volume in maps.values():
            require_overlap(volume, labels)
        self._labels = slices_first(labels)
        grid = self._labels.geometry
        self._axis = LimbAxis(grid)
        self._rows_of = {label.value: label for label in scheme.labels_in(counts)}
        self._map_warnings = map_warnings(labels, maps, scheme, counts, fat_water=fat_water)
        self._maps = {
            name: SampledMap(
                name, maps[name], grid, self._thickness.get(name), minimum_share, stated_unit=units.get(name)
            )
            for name in MAP_NAMES
            if name in maps
        }
        self._fat_water = arranged_fat_water(fat_water, maps.get("ff"), grid)
        self._values = tuple(counts)
        self._muscles: dict[int, MeasuredMuscle] = {} if in_steps else self._measured()

    def steps(self) -> Iterator[None]:
        """Measure one muscle after the other, for a program whose window must not wait for all of them.

        A step takes some hundredths of a second.

        Raises:
            MuscleSegError: A map cannot be in percent.
        """
        boxes, rasterized = self._boxes(), {}
        for value in self._values:
            with in_one_thread():
                rasterized[value] = self._rasterize(value, boxes[value])
            yield
        for name, sampled in self._maps.items():
            yield from sampled.set_muscles_in_steps(
                {value: muscle.on_maps[name] for value, muscle in rasterized.items()}
            )
        for value, muscle in rasterized.items():
            with in_one_thread():
                self._muscles[value] = self._finish(value, muscle)
            yield

    def rows(self) -> tuple[Row, ...]:
        """Return a row for each label in the scheme's order, without values for a muscle that is absent."""
        return tuple(self._row(label) for label in self._rows_of.values())

    def edited(self, labels: Volume, value: int) -> Row:
        """Return a muscle's row after the labels were edited; other muscles stay as they were before.

        Args:
            labels: [k, j, i] the edited labels, on the grid that they were on.
            value: The label that is measured again.

        Raises:
            MuscleSegError: The labels lie on another grid, or there is no row for the value.
        """
        arranged = slices_first(labels)
        if not arranged.geometry.is_close(self._labels.geometry) or value not in self._rows_of:
            message = _(
                "Label {value} of {labels} cannot be measured again, since the labels' grid has changed or there is no "
                "such muscle: measure the whole label map."
            )
            raise MuscleSegError(message, value=value, labels=labels.name)
        self._labels = arranged
        box = box_of(arranged.array == value)
        if box is None:
            self._muscles.pop(value, None)
            for sampled in self._maps.values():
                sampled.remove(value)
            return self._row(self._rows_of[value])
        with in_one_thread():
            muscle = self._rasterize(value, box)
            for name, sampled in self._maps.items():
                sampled.update_muscle(value, muscle.on_maps[name])
            self._muscles[value] = self._finish(value, muscle)
        return self._row(self._rows_of[value])

    def profiles(self) -> tuple[ProfileRow, ...]:
        """Return every muscle's area and means slice by slice along the limb."""
        return tuple(
            row
            for value, label in self._rows_of.items()
            if value in self._muscles
            for row in profile_rows(label, self._muscles[value].extent.area_cm2, self._maps, self._axis)
        )

    @property
    def map_units(self) -> dict[str, MapUnit]:
        """The units that the maps' values were taken in, by map; a map without a value in any muscle has none."""
        return {name: sampled.unit for name, sampled in self._maps.items() if sampled.unit is not None}

    @property
    def shared_warnings(self) -> tuple[str, ...]:
        """Warnings of every number: on how files were read, on whose they are, and on assumed units."""
        return (*self._map_warnings, *unit_warnings(self.map_units))

    @property
    def thickness_mm(self) -> dict[str, float]:
        """Thickness of slices that was reckoned with, where there are gaps between them."""
        thickness = {name: sampled.thickness_mm for name, sampled in self._maps.items()}
        thickness["labels"] = self._thickness.get("labels")
        return {name: millimeters for name, millimeters in thickness.items() if millimeters is not None}

    def adipose(
        self, *, ff_limit_percent: float = FF_LIMIT_PERCENT, compartments: Volume | None = None
    ) -> tuple[AdiposeRow, ...]:
        """Return adipose tissue, of each leg as a whole and of its muscles (see ``biomarkers.adipose``).

        Args:
            ff_limit_percent: Fat fraction from which on a voxel counts by the second rule.
            compartments: [k, j, i] labels of a network: 1 is all inside the fascia, 2 the fat under the skin, of the
                left leg 101 and 102 or the same. Without them, both are estimated from the fat and the water image.

        Raises:
            MuscleSegError: The compartments lie elsewhere, or have other values.
        """
        images = self.fat_images()
        on_grid = None
        if images is not None and compartments is not None:
            on_grid = compartments_on_grid(compartments, images.geometry)
        return AdiposeTable(
            tuple(self._rows_of.values()),
            self.rows(),
            {value: self._maps["ff"].voxels(value) for value in self._muscles} if images else {},
            images,
            compartments=on_grid,
            ff_limit_percent=ff_limit_percent,
            shared_warnings=(*self.shared_warnings, *(compartments.remarks if compartments else ())),
        ).rows()

    def fat_images(self) -> FatImages | None:
        """Return the fat fraction in percent, with the images that it was made of, its axes along the labels'."""
        if "ff" not in self._maps:
            return None
        sampled = self._maps["ff"]
        shape = sampled.geometry.shape
        if self._fat_water is None:
            return FatImages(sampled.geometry, sampled.values())
        fat, water = self._fat_water.fat.reshape(shape), self._fat_water.water.reshape(shape)
        return FatImages(sampled.geometry, sampled.values(), fat, water)

    def _boxes(self) -> dict[int, Box]:
        from scipy import ndimage

        boxes = ndimage.find_objects(self._labels.array)
        return {value: boxes[value - 1] for value in self._values}

    def _measured(self) -> dict[int, MeasuredMuscle]:
        """Measure all muscles."""
        boxes = self._boxes()
        with in_one_thread(), ThreadPoolExecutor(THREADS) as threads:
            rasterized = dict(zip(boxes, threads.map(self._rasterize, boxes, boxes.values()), strict=True))
            on_maps = [{value: muscle.on_maps[name] for value, muscle in rasterized.items()} for name in self._maps]
            list(threads.map(SampledMap.set_muscles, self._maps.values(), on_maps))
            finished = threads.map(self._finish, rasterized, rasterized.values())
            return dict(zip(rasterized, finished, strict=True))

    def _rasterize(self, value: int, box: Box) -> RasterizedMuscle:
        return rasterize_muscle(self._labels, value, box, self._maps, thickness_mm=self._thickness.get("labels"))

    def _finish(self, value: int, muscle: RasterizedMuscle) -> MeasuredMuscle:
        if {"ff", "t2"} <= self._maps.keys():
            self._maps["t2"].correct_by_fat(value, self._maps["ff"])
        shape = muscle.shape
        coverage = (
            {} if shape is None else {name: sampled.coverage(shape, value) for name, sampled in self._maps.items()}
        )
        on_ff = muscle.on_maps.get("ff")
        eroded, dilated = (
            None if fractions is None else self._maps["ff"].mean_of(fractions)
            for fractions in ((on_ff.eroded, on_ff.dilated) if on_ff else (None, None))
        )
        return MeasuredMuscle(muscle.extent, coverage, eroded, dilated)

    def _statistics(self, name: str, value: int) -> Statistics:
        if name not in self._maps:
            return Statistics()
        coverage = self._muscles[value].coverage_percent[name]
        return replace(self._maps[name].statistics(value), coverage_percent=coverage)

    def _row(self, label: Label) -> Row:
        fields: dict[str, Any] = {**label_fields(label), "parent": label.parent or None, "volume_cm3": None}
        if label.value not in self._muscles:
            return Row(**fields)
        muscle = self._muscles[label.value]
        for name, unit in UNITS.items():
            fields |= map_fields(name, unit, self._statistics(name, label.value))
        fields |= extent_fields(muscle.extent, self._axis)
        fields |= fat_fields(fields, eroded=muscle.eroded_percent, dilated=muscle.dilated_percent)
        fields["confidence"] = self._confidence.get(label.value)
        fat_percent = np.empty(0)
        if "ff" in self._maps:
            voxels = self._maps["ff"].voxels(label.value)
            fat_percent = voxels.values
            if self._fat_water is not None:
                fields["ff_ratio_of_sums_percent"] = self._fat_water.ratio_of_sums_percent(voxels)
        row = Row(**fields)
        return replace(row, warnings=joined(" ", [*muscle_warnings(row, fat_percent), *self.shared_warnings]))
