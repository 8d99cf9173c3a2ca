"""Measure muscles: their volume, and each map's mean, spread and median in them."""

import logging
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Scheme
from MuscleSegLib.biomarkers.labels import label_values
from MuscleSegLib.biomarkers.rows import Row, Statistics, row
from MuscleSegLib.biomarkers.sampling import labels_on_grid
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Volume, require_overlap

MAP_NAMES = ("ff", "mtr", "t2")
"""Fat fraction in percent, magnetization transfer ratio in percent, T2 in milliseconds."""

FRACTION_RANGE = (-0.1, 1.5)
"""A fat fraction or MTR map whose values in the muscles all lie in here holds fractions of one. In percent it would be
a leg with 1.5 % of fat at most in every voxel: noise alone spreads a healthy muscle, of 2 to 5 %, beyond that. Below 0
and above 1 is what noise and phase errors of a Dixon fit leave."""

IMPOSSIBLE_PERCENT = 110.0
"""A map whose median in the muscles is higher is not in percent: most of a muscle cannot be more than all fat."""

_MM3_PER_CM3 = 1000.0

_log = logging.getLogger(__name__)


def measure(
    labels: Volume,
    scheme: Scheme,
    *,
    maps: Mapping[str, Volume] | None = None,
    minimum_share: float = 0.5,
    confidence: Mapping[int, float] | None = None,
) -> tuple[Row, ...]:
    """Measure every muscle of a label map.

    Each map is measured on its own grid, without interpolation: see ``biomarkers.sampling``. Voxels of a map without a
    finite value are left out and counted in a warning. A fat fraction or MTR map in fractions of one is taken times
    100, with a warning; a T2 map is taken as it is.

    Args:
        labels: [k, j, i] integer labels.
        scheme: What the labels mean; it says which rows there are (``Scheme.labels_in``).
        maps: Maps by name: "ff" (%), "mtr" (%), "t2" (ms), each on a grid of its own.
        minimum_share: A map's voxel counts for a muscle that fills more than this share of it, 0.5 to 1.
        confidence: Of a network, by label value, for the table.

    Returns:
        One row a label in the scheme's order. A muscle that is not in the labels has a row without values.

    Raises:
        MuscleSegError: A label is not in the scheme, a map has another name, lies elsewhere in the patient, or cannot
            be in percent.

    """
    maps, confidence = maps or {}, confidence or {}
    unknown = sorted(set(maps) - set(MAP_NAMES))
    if unknown:
        message = f"There is no map called {', '.join(unknown)}: maps are called {', '.join(MAP_NAMES)}."
        raise MuscleSegError(message)
    counts = label_values(labels, scheme)
    for map_volume in maps.values():
        require_overlap(map_volume, labels)
    statistics = {name: _map_statistics(name, maps[name], labels, minimum_share) for name in MAP_NAMES if name in maps}
    voxel_cm3 = labels.geometry.voxel_volume_mm3 / _MM3_PER_CM3
    rows = []
    for label in scheme.labels_in(counts):
        volume_cm3 = counts[label.value] * voxel_cm3 if label.value in counts else None
        ff, mtr, t2 = (statistics.get(name, {}).get(label.value, Statistics()) for name in MAP_NAMES)
        sure = confidence.get(label.value) if label.value in counts else None
        rows.append(row(label, volume_cm3, ff=ff, mtr=mtr, t2=t2, confidence=sure))
    return tuple(rows)


def _map_statistics(name: str, map_volume: Volume, labels: Volume, minimum_share: float) -> dict[int, Statistics]:
    sampled = labels_on_grid(labels, map_volume.geometry, minimum_share=minimum_share)
    in_muscle = sampled != 0
    values, owners = map_volume.array[in_muscle].astype(np.float64), sampled[in_muscle]
    finite = np.isfinite(values)
    if not finite.all():
        lost = int(np.count_nonzero(~finite))
        _log.warning("%s: %d voxels in muscles have no value and are left out.", _called(name, map_volume), lost)
        values, owners = values[finite], owners[finite]
    if name != "t2" and values.size:
        values = _in_percent(values, _called(name, map_volume))
    return {int(owner): _statistics(values[owners == owner]) for owner in np.unique(owners)}


def _called(name: str, map_volume: Volume) -> str:
    map_name = f"The {name.upper()} map"
    return f"{map_name} {map_volume.path}" if map_volume.path else map_name


def _in_percent(values: NDArray[np.float64], called: str) -> NDArray[np.float64]:
    lowest, highest = FRACTION_RANGE
    if values.min() >= lowest and values.max() <= highest:
        _log.warning("%s holds fractions of one: its values are taken times 100, as percent.", called)
        return values * 100.0
    median = float(np.median(values))
    if median > IMPOSSIBLE_PERCENT:
        message = f"{called} is not in percent (half of the muscles' voxels are {median:.0f} or more): give a "
        message += "map in percent, such as a map in permille divided by 10."
        raise MuscleSegError(message)
    return values


def _statistics(values: NDArray[np.float64]) -> Statistics:
    sd = float(values.std(ddof=1)) if values.size > 1 else None
    return Statistics(float(values.mean()), sd, float(np.median(values)))
