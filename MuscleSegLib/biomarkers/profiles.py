"""Profiles: numbers along the limb, slice by slice."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Label
from MuscleSegLib.biomarkers.extent import LimbAxis
from MuscleSegLib.biomarkers.row_fields import label_fields
from MuscleSegLib.biomarkers.rows import UNITS
from MuscleSegLib.biomarkers.sampled_map import SampledMap


@dataclass(frozen=True)
class ProfileRow:
    """Number of a muscle in a slice. A slice in which a muscle has no voxel that counts has no row.

    Each quantity is given on the slices that it was measured on, and never interpolated: the area on those of the
    labels, each map on its own.

    Attributes:
        region: "thigh", "calf" or "other".
        side: "right" or "left" of the subject, or None where the labels do not tell.
        muscle: The muscle's name.
        abbreviation: The muscle's short name.
        label: The muscle's value in the label map.
        quantity: "area_cm2"; "ff_mean_percent", "mtr_mean_percent" or "t2_mean_ms"; or "ff_inner_percent",
            "mtr_inner_percent" or "t2_inner_ms", the same inside the muscle's border: its outline is moved inward by a
            pixel of the map, or of the labels where those are larger. Fat around the muscle is not in it, and where
            exactly an outline runs hardly matters: of all quantities it is repeated best.
        slice: Number of the slice in its own image, from 0 at the end where that image begins.
        position_mm: Along the normal of the labels' slices, upward; for axial slices z in RAS.
        position_percent: The same in percent of the labels' imaged length, from its lower end.
        value: In the quantity's unit.
    """

    region: str
    side: str | None
    muscle: str
    abbreviation: str
    label: int
    quantity: str
    slice: int
    position_mm: float
    position_percent: float
    value: float


def profile_rows(
    label: Label, area_cm2: NDArray[np.float64], maps: Mapping[str, SampledMap], axis: LimbAxis
) -> list[ProfileRow]:
    """Return a muscle's area in each slice of the labels, and its means in each slice of the maps.

    Args:
        label: The muscle's.
        area_cm2: (slices,) cross section in each slice of the labels, 0 where the muscle is not.
        maps: By name, with the muscle in them.
        axis: Along the limb.
    """
    points = [
        ("area_cm2", int(k), axis.slice_position_mm(int(k)), float(area_cm2[k])) for k in np.flatnonzero(area_cm2)
    ]
    for name, sampled in maps.items():
        for kind, means in (
            ("mean", sampled.slice_means(label.value)),
            ("inner", sampled.inner_slice_means(label.value)),
        ):
            quantity = f"{name}_{kind}_{UNITS[name]}"
            points += [(quantity, k, float(axis.position_mm(middle)), mean) for k, mean, middle in means]
    fields = label_fields(label)
    return [
        ProfileRow(
            **fields,
            quantity=quantity,
            slice=k,
            position_mm=position_mm,
            position_percent=axis.percent(position_mm),
            value=value,
        )
        for quantity, k, position_mm, value in points
    ]
