"""Measuring a label map, and one muscle of it again after an edit."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from MuscleSegLib.anatomy import Label, Scheme
from MuscleSegLib.biomarkers.adipose import FF_LIMIT_PERCENT, AdiposeRow, FatImages, on_grid
from MuscleSegLib.biomarkers.adipose_rows import AdiposeTable
from MuscleSegLib.biomarkers.arrange import alongside, slices_first
from MuscleSegLib.biomarkers.asked import require_known
from MuscleSegLib.biomarkers.cells import fat_cells, map_cells
from MuscleSegLib.biomarkers.extent import Extent, Limb, extent_of
from MuscleSegLib.biomarkers.labels import label_values
from MuscleSegLib.biomarkers.laid import Laid, lay
from MuscleSegLib.biomarkers.linear_algebra import in_one_thread
from MuscleSegLib.biomarkers.profiles import ProfileRow
from MuscleSegLib.biomarkers.rows import OTHER_REGION, UNITS, Row
from MuscleSegLib.biomarkers.sampled_map import SampledMap
from MuscleSegLib.biomarkers.shape import Shape, far_apart, shape_of
from MuscleSegLib.biomarkers.statistics import Statistics
from MuscleSegLib.biomarkers.units import MapUnit, require_unit
from MuscleSegLib.biomarkers.warnings import map_warnings, muscle_warnings, unit_warnings
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Volume, require_overlap

MAP_NAMES = tuple(UNITS)
"""Fat fraction in percent, magnetization transfer ratio in percent, T2 in milliseconds."""

THREADS = 2
"""Muscles, and then maps, are worked on side by side: NumPy and SciPy leave Python's lock while they compute."""

_Box = tuple[slice, slice, slice]


@dataclass(frozen=True)
class _Found:
    """What is kept of a muscle beside its shares."""

    extent: Extent
    coverage: Mapping[str, float]
    eroded: float | None
    dilated: float | None


class Measurement:
    """A label map and its maps, ready to be measured."""

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
        """Lay the muscles over the maps.

        Args:
            labels: [k, j, i] integer labels.
            scheme: What the labels mean; it says which rows there are (``Scheme.labels_in``).
            maps: Maps by name: "ff" (%), "mtr" (%), "t2" (ms), each on a grid of its own.
            fat_water: The fat and the water image that "ff" was made of, for the ratio of sums.
            thickness_mm: Thickness of slices by map, where it is less than the distance between their centers and no
                DICOM header says so; under "labels" that of the labels', to leave the gaps between them out of volumes.
            minimum_share: A map's voxel counts for a muscle that fills more than this share of it, 0.5 to 1.
            confidence: Of the network that made the labels, by label.
            units: By map, that of its values where a person states it (``biomarkers.MAP_UNITS``); without, what the
                map's file says or, with a warning in every row, what its values let assume.
            in_steps: Leave the muscles to ``steps``, which has to come to its end before anything is asked.

        Raises:
            MuscleSegError: A label is not in the scheme, a map has another name, lies elsewhere in the patient, or
                has values that are not plausible.
            ValueError: ``minimum_share`` is not in [0.5, 1).

        """
        maps, self._thickness = maps or {}, dict(thickness_mm or {})
        self._confidence = dict(confidence or {})
        require_known(maps, self._thickness, minimum_share)
        units = dict(units or {})
        for name, unit in units.items():
            require_unit(name, unit)
        counts = label_values(labels, scheme)
        for volume in maps.values():
            require_overlap(volume, labels)
        self._labels = slices_first(labels)
        self._limb = Limb(self._labels.geometry)
        self._rows_of = {label.value: label for label in scheme.labels_in(counts)}
        self._about_all = map_warnings(labels, maps, scheme, counts, fat_water=fat_water)
        self._maps = {
            name: SampledMap(
                name,
                maps[name],
                self._labels.geometry,
                self._thickness.get(name),
                minimum_share,
                stated_unit=units.get(name),
            )
            for name in MAP_NAMES
            if name in maps
        }
        self._fat_water = self._flat_images(fat_water, maps)
        self._found: dict[int, _Found] = {}
        self._values = tuple(counts)
        if not in_steps:
            self._found = self._lay_all(self._values)

    def steps(self) -> Iterator[None]:
        """Lay one muscle after the other over the maps, for a program whose window must not wait for all of them.

        A step takes some hundredths of a second.

        Raises:
            MuscleSegError: A map cannot be in percent.

        """
        from scipy import ndimage

        boxes, all_laid = ndimage.find_objects(self._labels.array), {}
        for value in self._values:
            with in_one_thread():
                all_laid[value] = self._lay(value, boxes[value - 1])
            yield
        for name, one in self._maps.items():
            yield from one.put_in_steps({value: on_maps[name] for value, (_, on_maps, _) in all_laid.items()})
        for value, laid in all_laid.items():
            with in_one_thread():
                self._found[value] = self._finish(value, *laid)
            yield

    def rows(self) -> tuple[Row, ...]:
        """Return one row a label in the scheme's order. A muscle that is not in the labels has a row without values."""
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
            message = f"Label {value} of {labels.name} cannot be measured again, since the labels' grid has changed or "
            message += "there is no such muscle: measure the whole label map."
            raise MuscleSegError(message)
        self._labels = arranged
        box = _box_of(arranged.array == value)
        if box is None:
            self._found.pop(value, None)
            for one in self._maps.values():
                one.remove(value)
            return self._row(self._rows_of[value])
        with in_one_thread():
            shapes, laid, extent = self._lay(value, box)
            for name, one in self._maps.items():
                one.put_again(value, laid[name])
            self._found[value] = self._finish(value, shapes, laid, extent)
        return self._row(self._rows_of[value])

    def profiles(self) -> tuple[ProfileRow, ...]:
        """Return every muscle's area and means slice by slice along the limb."""
        return tuple(row for label in self._rows_of.values() for row in self._profile(label))

    @property
    def map_units(self) -> dict[str, MapUnit]:
        """The units that the maps' values were taken in, by map; a map without a value in any muscle has none."""
        return {name: one.unit for name, one in self._maps.items() if one.unit is not None}

    @property
    def shared_warnings(self) -> tuple[str, ...]:
        """What is to be said of every number: how files were read, whose they are, and which units were assumed."""
        return (*self._about_all, *unit_warnings(self.map_units))

    @property
    def thickness_mm(self) -> dict[str, float]:
        """Thickness of slices that was reckoned with, where there are gaps between them."""
        own = {name: one.thickness_mm for name, one in self._maps.items()}
        own["labels"] = self._thickness.get("labels")
        return {name: millimeters for name, millimeters in own.items() if millimeters is not None}

    def adipose(
        self, *, ff_limit_percent: float = FF_LIMIT_PERCENT, compartments: Volume | None = None
    ) -> tuple[AdiposeRow, ...]:
        """Return adipose tissue, of each leg as a whole and of its muscles (``biomarkers.adipose`` says how).

        Args:
            ff_limit_percent: From which fat fraction on a voxel counts by the second rule.
            compartments: [k, j, i] labels of a network: 1 is all inside the fascia, 2 the fat under the skin, of the
                left leg 101 and 102 or the same. Without them, both are told from the fat and the water image.

        Raises:
            MuscleSegError: The compartments lie elsewhere, or have other values.

        """
        images = self.fat_images()
        return AdiposeTable(
            tuple(self._rows_of.values()),
            self.rows(),
            {value: self._maps["ff"].voxels(value) for value in self._found} if images else {},
            images,
            compartments=None if images is None or compartments is None else on_grid(compartments, images.geometry),
            ff_limit_percent=ff_limit_percent,
            shared_warnings=(*self.shared_warnings, *(compartments.remarks if compartments else ())),
        ).rows()

    def fat_images(self) -> FatImages | None:
        """Return the fat fraction in percent, with the images that it was made of, its axes along the labels'."""
        if "ff" not in self._maps:
            return None
        one = self._maps["ff"]
        shape = one.geometry.shape
        fat, water = (None, None) if self._fat_water is None else (flat.reshape(shape) for flat in self._fat_water)
        return FatImages(one.geometry, one.values(), fat, water)

    def _lay_all(self, values: Iterable[int]) -> dict[int, _Found]:
        """Lay all muscles over the maps, and take what is found in them."""
        from scipy import ndimage

        boxes, values = ndimage.find_objects(self._labels.array), tuple(values)
        with in_one_thread(), ThreadPoolExecutor(THREADS) as threads:
            laid = dict(zip(values, threads.map(lambda value: self._lay(value, boxes[value - 1]), values), strict=True))
            of_maps = [{value: on_maps[name] for value, (_, on_maps, _) in laid.items()} for name in self._maps]
            list(threads.map(SampledMap.put, self._maps.values(), of_maps))
            found = threads.map(lambda value: self._finish(value, *laid[value]), values)
            return dict(zip(values, found, strict=True))

    def _lay(self, value: int, box: _Box) -> tuple[dict[bool, Shape], dict[str, Laid], Extent]:
        geometry = self._labels.geometry
        wide = (box[0], *(slice(max(side.start - 1, 0), side.stop + 1) for side in box[1:]))
        first = (wide[0].start, wide[1].start, wide[2].start)
        mask = self._labels.array[wide] == value
        extent = extent_of(mask, first, geometry, thickness_mm=self._thickness.get("labels"))
        shapes: dict[bool, Shape] = {}
        laid: dict[str, Laid] = {}
        for name, one in self._maps.items():
            like = next((other for other in laid if self._maps[other].grid.is_like(one.grid)), None)
            if like is not None:
                laid[name] = laid[like]
                continue
            between = far_apart(geometry) and not one.grid.is_same
            if between not in shapes:
                shapes[between] = shape_of(mask, first, geometry, between=between)
            laid[name] = lay(shapes[between], one.grid, is_moved=name == "ff")
        return shapes, laid, extent

    def _finish(self, value: int, shapes: Mapping[bool, Shape], laid: Mapping[str, Laid], extent: Extent) -> _Found:
        if {"ff", "t2"} <= self._maps.keys():
            self._maps["t2"].guide(value, self._maps["ff"])
        coverage = {name: one.coverage(next(iter(shapes.values())), value) for name, one in self._maps.items()}
        moved = (laid["ff"].eroded, laid["ff"].dilated) if "ff" in laid else (None, None)
        eroded, dilated = (None if one is None else self._maps["ff"].mean_of(one) for one in moved)
        return _Found(extent, coverage, eroded, dilated)

    def _statistics(self, name: str, value: int) -> Statistics:
        if name not in self._maps:
            return Statistics()
        return replace(self._maps[name].statistics(value), coverage_percent=self._found[value].coverage[name])

    def _row(self, label: Label) -> Row:
        cells: dict[str, Any] = {
            "region": label.region or OTHER_REGION,
            "side": str(label.side) if label.side else None,
            "muscle": label.muscle,
            "abbreviation": label.abbreviation,
            "label": label.value,
            "volume_cm3": None,
        }
        if label.value not in self._found:
            return Row(**cells)
        found = self._found[label.value]
        for name, unit in UNITS.items():
            cells |= map_cells(name, unit, self._statistics(name, label.value))
        cells |= self._extent_cells(found.extent)
        cells |= fat_cells(cells, eroded=found.eroded, dilated=found.dilated)
        cells["confidence"] = self._confidence.get(label.value)
        cells["ff_ratio_of_sums_percent"] = self._ratio_of_sums(label.value)
        row = Row(**cells)
        about_fat = self._maps["ff"].voxels(label.value).values if "ff" in self._maps else np.empty(0)
        return replace(row, warnings=" ".join([*muscle_warnings(row, about_fat), *self.shared_warnings]))

    def _extent_cells(self, extent: Extent) -> dict[str, Any]:
        largest = int(np.argmax(extent.area_cm2))
        position = self._position_mm(largest)
        return {
            "volume_cm3": extent.volume_cm3,
            "volume_is_partial": extent.is_cut,
            "largest_area_cm2": float(extent.area_cm2[largest]),
            "largest_area_position_mm": position,
            "largest_area_position_percent": self._limb.percent(position),
        }

    def _position_mm(self, number: int) -> float:
        return float(self._limb.position_mm(self._labels.geometry.world_from_index((0, 0, number))))

    def _ratio_of_sums(self, value: int) -> float | None:
        if self._fat_water is None:
            return None
        index = self._maps["ff"].voxels(value)
        fat, water = (float(image[index.index].astype(np.float64) @ index.share) for image in self._fat_water)
        return 100 * fat / (fat + water) if fat + water > 0 else None

    def _flat_images(
        self, fat_water: tuple[Volume, Volume] | None, maps: Mapping[str, Volume]
    ) -> list[np.ndarray[Any, Any]] | None:
        if fat_water is None:
            return None
        if "ff" not in maps or not all(image.geometry.is_close(maps["ff"].geometry) for image in fat_water):
            message = "The fat and the water image do not lie on the fat fraction's grid: give those it was made of."
            raise MuscleSegError(message)
        arranged = [alongside(image, self._labels.geometry).array for image in fat_water]
        return [np.ascontiguousarray(array).reshape(-1) for array in arranged]

    def _profile(self, label: Label) -> list[ProfileRow]:
        if label.value not in self._found:
            return []
        area = self._found[label.value].extent.area_cm2
        found = [("area_cm2", int(k), self._position_mm(int(k)), float(area[k])) for k in np.flatnonzero(area)]
        for name, one in self._maps.items():
            for what, numbers in (("mean", one.by_slice(label.value)), ("inner", one.inner_by_slice(label.value))):
                for k, mean, point in numbers:
                    found.append((f"{name}_{what}_{UNITS[name]}", k, float(self._limb.position_mm(point)), mean))
        words = (label.region or OTHER_REGION, str(label.side) if label.side else None, label.muscle)
        return [
            ProfileRow(*words, label.abbreviation, label.value, what, k, mm, self._limb.percent(mm), value)
            for what, k, mm, value in found
        ]


def _box_of(mask: np.ndarray[Any, np.dtype[np.bool_]]) -> _Box | None:
    sides = [np.flatnonzero(mask.any(axis=axes)) for axes in ((1, 2), (0, 2), (0, 1))]
    if not all(side.size for side in sides):
        return None
    k, j, i = (slice(int(side[0]), int(side[-1]) + 1) for side in sides)
    return k, j, i
