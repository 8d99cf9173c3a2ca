"""True values of each muscle, from the points of the legs and not from a scan of them.

Any part of a muscle has these values:

- its fat fraction, of protons;
- its MTR: that of the MT scan of this part alone where B1 is nominal. Water loses signal and fat does not, so that it
  falls with fat, nearly linearly: a proton of fat gives more signal than a proton of water;
- its T2: the least-squares exponential, over the echo times of the scan, of the decay of its waters and its fat after
  perfect 180-degree pulses. It rises with fat, nearly linearly. The T2 of a mixture needs such a definition.

Since these are not linear, the size of the parts matters. A part is the share of a muscle in one voxel of the map's
grid: the truth of a map is the map without noise and without the neighbors of the muscle. Mean, SD and median are over
voxels, weighted by the share of the muscle in each. Points in a gap between slices of T2 send no signal and are no part
of the truth of T2. The volume is that of all points of the muscle.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Label, is_left, value_without_side
from MuscleSegLib.phantom.physics.mt_gradient_echo import MagnetizationTransfer, mtr_percent
from MuscleSegLib.phantom.physics.multi_spin_echo import MultiSpinEcho
from MuscleSegLib.phantom.physics.sampling import POINTS, Plane, averaged
from MuscleSegLib.phantom.tissue_values import Pool
from MuscleSegLib.phantom.tissues import LABELED
from MuscleSegLib.physics import monoexponential_t2_ms

FAT_STEPS, EDEMA_STEPS = 1000, 50
"""Number of histogram steps of fat and edema, of 0.1 and of 2 percent: errors of T2 are at most 0.3 ms."""

_SHAPE = (2 * len(LABELED), FAT_STEPS + 1, EDEMA_STEPS + 1)
_MM3_PER_CM3 = 1000.0

TruthRow = dict[str, str | int | float | None]


class Tally:
    """Histogram of points over muscle and side, and over fat and edema of the muscle in their voxel.

    Counts are whole numbers, so that the order of slices makes no difference.
    """

    def __init__(self) -> None:
        self.points = np.zeros(_SHAPE, np.int64)

    def add(self, planes: Sequence[Plane]) -> None:
        """Add the points of a slice, [row, column] planes of ``POINTS`` by ``POINTS`` a voxel."""
        places = [_places(plane) for plane in planes]
        for place in np.unique(np.stack(places)):
            if place >= 0:
                self._add_muscle(int(place), places, planes)

    def _add_muscle(self, place: int, places: Sequence[NDArray[np.intp]], planes: Sequence[Plane]) -> None:
        box = _box(np.any([plane_places == place for plane_places in places], axis=0))
        shape = tuple(size // POINTS for size in places[0][box].shape)
        filled, fat, edema = np.zeros(shape, np.float32), np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        for plane_places, plane in zip(places, planes, strict=True):
            mask = (plane_places[box] == place).astype(np.float32)
            filled += averaged(mask)
            fat += averaged(mask * plane.fat[box])
            edema += averaged(mask * (1 - plane.fat[box]) * plane.edema[box])
        inside = filled > 0
        filled, fat, edema = filled[inside], fat[inside], edema[inside]
        points = np.rint(filled * POINTS**2).astype(np.int64)
        fat_step = np.rint(fat / filled * FAT_STEPS).astype(np.intp)
        edema_step = np.rint(edema / np.maximum(filled - fat, 1e-6) * EDEMA_STEPS).astype(np.intp)
        np.add.at(self.points[place], (fat_step, edema_step), points)


def truth_rows(
    labels: Sequence[Label],
    tallies: Mapping[str, Tally],
    mt: MagnetizationTransfer,
    t2: MultiSpinEcho,
    point_mm3: float,
) -> list[TruthRow]:
    """Return a row for each label, with the keys of ``muscleseg measure --json``.

    Args:
        labels: Labels of the region.
        tallies: Histograms of the slices of "ff", which have no gaps, of "mtr" and of "t2".
        mt: Sequence of the MTR.
        t2: Sequence of T2.
        point_mm3: Volume of a point of "ff", in mm3.
    """
    values = mixture_values(mt, t2)
    return [_row(label, tallies, values, point_mm3) for label in labels]


def mixture_values(mt: MagnetizationTransfer, t2: MultiSpinEcho) -> dict[str, NDArray[np.float64]]:
    """Return the true values of a part of muscle, "ff_percent", "mtr_percent" and "t2_ms", [fat step, edema step]."""
    fat, edema = np.meshgrid(np.linspace(0, 1, FAT_STEPS + 1), np.linspace(0, 1, EDEMA_STEPS + 1), indexing="ij")
    protons = np.zeros((len(Pool), *fat.shape))
    protons[Pool.FAT] = fat
    protons[Pool.EDEMA_WATER] = (1 - fat) * edema
    protons[Pool.MUSCLE_WATER] = (1 - fat) * (1 - edema)
    return {
        "ff_percent": 100 * fat,
        "mtr_percent": mtr_percent(*mt.signals(protons)),
        "t2_ms": monoexponential_t2_ms(t2.ideal_signal(protons), t2.echoes_ms),
    }


def _places(plane: Plane) -> NDArray[np.intp]:
    """Return the muscle index of a plane's points in a tally, [row, column], -1 outside labeled muscles."""
    is_muscle = (plane.tissues >= LABELED[0]) & (plane.tissues <= LABELED[-1])
    return np.where(is_muscle, plane.tissues.astype(np.intp) - LABELED[0] + len(LABELED) * plane.is_left, -1)


def _box(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the bounding box of a mask, [row, column], in whole voxels."""
    rows, columns = np.flatnonzero(mask.any(axis=1)) // POINTS, np.flatnonzero(mask.any(axis=0)) // POINTS
    row, column = (slice(int(axis[0]) * POINTS, (int(axis[-1]) + 1) * POINTS) for axis in (rows, columns))
    return row, column


def _row(
    label: Label, tallies: Mapping[str, Tally], values: Mapping[str, NDArray[np.float64]], point_mm3: float
) -> TruthRow:
    place = is_left(label.value) * len(LABELED) + value_without_side(label.value) - LABELED[0]
    points = int(tallies["ff"].points[place].sum())
    row: TruthRow = {
        "region": label.region,
        "side": str(label.side) if label.side else None,
        "muscle": label.muscle,
        "abbreviation": label.abbreviation,
        "label": label.value,
        "volume_cm3": points * point_mm3 / _MM3_PER_CM3 if points else None,
    }
    for quantity, of_mixtures in values.items():
        name, unit = quantity.split("_")
        counts = tallies[name].points[place]
        statistics = _statistics(of_mixtures.ravel(), counts.ravel()) if counts.any() else (None, None, None)
        names = [f"{name}_{statistic}_{unit}" for statistic in ("mean", "sd", "median")]
        row |= dict(zip(names, statistics, strict=True))
    return row


def _statistics(values: NDArray[np.float64], counts: NDArray[np.int64]) -> tuple[float, float, float]:
    values, counts = values[counts > 0], counts[counts > 0]
    mean = float(np.average(values, weights=counts))
    sd = float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))
    order = np.argsort(values, kind="stable")
    below = np.cumsum(counts[order])
    return mean, sd, float(values[order[np.searchsorted(below, below[-1] / 2)]])
