"""Table of adipose tissue, computed from muscles on the grid of the fat fraction."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import GROUPS, Label, Side
from MuscleSegLib.biomarkers.adipose.depots import Depots, FatImages, depots_of_images, depots_of_network, volumes_cm3
from MuscleSegLib.biomarkers.adipose.leg_parts import Mask, separate_legs
from MuscleSegLib.biomarkers.adipose.rows import AdiposeRow
from MuscleSegLib.biomarkers.coverage import WeightedVoxels
from MuscleSegLib.biomarkers.rows import Row

BONES = frozenset({"femur", "tibia", "fibula", "patella", "ilium", "sacrum"})
"""Names of labels that are no muscle, in the schemes that have some."""

_NUMBER_FIELDS = [
    f"{depot}_{rule}_{unit}"
    for depot, units in (("sat", ["cm3"]), ("intermat", ["cm3"]), ("intramat", ["cm3", "percent"]))
    for rule in ("tenth_of_maximum", "above_ff_limit")
    for unit in units
]
_LEG_NUMBERS = {None: 0, Side.RIGHT: 1, Side.LEFT: 2}


class AdiposeTable:
    """Muscles on the grid of the fat fraction, and the depots of fat around them."""

    def __init__(
        self,
        labels: Sequence[Label],
        rows: Sequence[Row],
        muscles: Mapping[int, WeightedVoxels],
        images: FatImages | None,
        *,
        compartments: NDArray[np.integer[Any]] | None,
        ff_limit_percent: float,
        shared_warnings: Sequence[str] = (),
    ) -> None:
        """Estimate the depots.

        Args:
            labels: Labels of the table of muscles.
            rows: Rows of the table of muscles.
            muscles: Counting voxels by label.
            images: On the fat fraction's grid, None without one.
            compartments: [k, j, i] of a network, on the same grid.
            ff_limit_percent: Fat fraction from which on a voxel counts by the second rule.
            shared_warnings: Warnings of every row.
        """
        self._shared_warnings = () if images is None else tuple(shared_warnings)
        self._labels, self._rows = labels, {row.label: row for row in rows}
        self._muscles, self._images, self._limit = muscles, images, ff_limit_percent
        self._envelope = "images" if compartments is None else "network"
        self._rules: dict[str, Mask] = {}
        self._depots: Depots | None = None
        if images is None:
            return
        self._rules = images.rules(ff_limit_percent)
        bone = self._mask([label for label in labels if label.muscle in BONES])
        self._legs = self._legs_on_grid()
        self._depots = (
            depots_of_images(images, self._legs, bone)
            if compartments is None
            else depots_of_network(compartments, images, self._legs, bone)
        )

    def rows(self) -> tuple[AdiposeRow, ...]:
        """Return a row for the whole of each leg and region, and then one for each of its muscles."""
        rows: list[AdiposeRow] = []
        for region, side in dict.fromkeys((label.region, label.side) for label in self._labels):
            if region in GROUPS:
                labels = [label for label in self._labels if (label.region, label.side) == (region, side)]
                muscles = [self._muscle_row(label) for label in labels]
                rows += [self._whole_row(labels, muscles), *muscles]
        return tuple(rows)

    def _muscle_row(self, label: Label) -> AdiposeRow:
        fields: dict[str, float] = {}
        volume, muscle = self._rows[label.value].volume_cm3, self._muscles.get(label.value)
        if volume is not None and muscle is not None and muscle.fraction.size:
            for rule, is_fat in self._rules.items():
                part = float(muscle.fraction @ is_fat.reshape(-1)[muscle.index] / muscle.fraction.sum())
                fields |= {f"intramat_{rule}_cm3": part * volume, f"intramat_{rule}_percent": 100 * part}
        return self._row(label, label.muscle, label.value, fields)

    def _whole_row(self, labels: Sequence[Label], muscles: Sequence[AdiposeRow]) -> AdiposeRow:
        fields = self._intramat(muscles)
        slices: list[int] = []
        if self._images is not None:
            filled = np.flatnonzero(self._mask(labels).any(axis=(1, 2)))
            slices = list(range(int(filled[0]), int(filled[-1]) + 1)) if filled.size else []
        if self._depots is not None and self._images is not None and slices:
            size = self._images.geometry.voxel_volume_mm3
            for leg in self._numbers(labels[0].side):
                for name, volume in volumes_cm3(self._depots, self._rules, leg, slices, size).items():
                    fields[name] = fields.get(name, 0.0) + volume
        warnings = self._warnings(labels, slices)
        return self._row(labels[0], f"whole {labels[0].region}", None, fields, slices, warnings)

    def _intramat(self, muscles: Sequence[AdiposeRow]) -> dict[str, float]:
        """Return fat in all muscles of a leg, by each rule."""
        fields: dict[str, float] = {}
        for rule in self._rules:
            volumes = [
                (volume, self._rows[row.label].volume_cm3 or 0.0)
                for row in muscles
                if row.label is not None and (volume := getattr(row, f"intramat_{rule}_cm3")) is not None
            ]
            if volumes:
                fat, total = (sum(column) for column in zip(*volumes, strict=True))
                fields |= {f"intramat_{rule}_cm3": fat, f"intramat_{rule}_percent": 100 * fat / total}
        return fields

    def _row(
        self,
        label: Label,
        part: str,
        value: int | None,
        fields: Mapping[str, float],
        slices: Sequence[int] = (),
        warnings: Sequence[str] = (),
    ) -> AdiposeRow:
        spacing = self._images.geometry.spacing_mm[2] if self._images else 0.0
        return AdiposeRow(
            region=label.region or "",
            side=str(label.side) if label.side else None,
            part=part,
            label=value,
            envelope=self._envelope if value is None and self._depots is not None else None,
            length_mm=len(slices) * spacing if slices else None,
            ff_limit_percent=self._limit,
            warnings=" ".join((*warnings, *self._shared_warnings)),
            **{name: fields.get(name) for name in _NUMBER_FIELDS},
        )

    def _warnings(self, labels: Sequence[Label], slices: Sequence[int]) -> list[str]:
        """Return sentences on missing or doubtful numbers of a leg."""
        if self._images is None:
            return ["Without a fat fraction there is nothing to tell fat by."]
        if self._depots is None:
            return ["SAT and InterMAT need the fat and the water image."]
        sentences = []
        missing = [label.muscle for label in labels if self._rows[label.value].volume_cm3 is None]
        if missing and self._envelope == "images":
            sentences.append(f"The fascia may be drawn too tightly without {', '.join(missing)}: not in the labels.")
        in_leg = np.isin(self._depots.leg, self._numbers(labels[0].side))[list(slices)]
        if any(edge.any() for edge in (in_leg[:, 0], in_leg[:, -1], in_leg[:, :, 0], in_leg[:, :, -1])):
            sentences.append("The leg reaches the edge of the image: SAT may be that of a part.")
        return sentences

    def _numbers(self, side: Side | None) -> list[int]:
        """Return the numbers of the legs of a side; of both where labels do not tell."""
        return [_LEG_NUMBERS[side]] if side else [1, 2]

    def _legs_on_grid(self) -> NDArray[np.uint8]:
        """Return [k, j, i] 1 in the muscles of the right leg, 2 in those of the left; either way without sides."""
        by_side = {
            side: self._mask([label for label in self._labels if label.side is side and label.muscle not in BONES])
            for side in _LEG_NUMBERS
        }
        geometry = self._images.geometry if self._images else None
        unsided = by_side.pop(None)
        legs = np.zeros(unsided.shape, np.uint8)
        if geometry is not None and unsided.any():
            across = 2 - int(np.argmax(np.abs(geometry.affine[0, :3])))
            legs = separate_legs(unsided, across)
        for side, mask in by_side.items():
            legs[mask] = _LEG_NUMBERS[side]
        return legs

    def _mask(self, labels: Sequence[Label]) -> Mask:
        """Return [k, j, i] the mask of all voxels that count for any of these labels."""
        shape = self._images.geometry.shape if self._images else (0, 0, 0)
        mask = np.zeros(int(np.prod(shape)), np.bool_)
        for label in labels:
            if label.value in self._muscles:
                mask[self._muscles[label.value].index] = True
        return mask.reshape(shape)
