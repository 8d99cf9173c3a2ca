"""What is true of each muscle: properties of the object, whatever the voxels that it is scanned in.

Every point of a muscle has values of its own:

- its fat fraction, of protons;
- its MTR: what the MT scan would give of nothing but this point where B1 is nominal. Water loses signal and fat does
  not, so that it falls with fat; not quite in a line, since a proton of fat gives more signal than one of water;
- its T2: the one exponential that is nearest, over the echo times of the scan, to the decay of its waters and its fat
  after perfect pulses of 180 degrees. It rises with fat. No T2 of a mixture is without a rule like this.

The truth of a muscle is the volume of its points and the mean, SD and median of their values. A map's truth is that of
the points in its slices: what lies in a gap between slices of T2 sends no signal, and nobody can measure it. The SD and
the median are those of points half a voxel apart, where a map has those of voxels with noise.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import LEFT_OFFSET, Label
from MuscleSegLib.phantom.physics.magnetization_transfer import MagnetizationTransfer, mtr_percent
from MuscleSegLib.phantom.physics.multi_spin_echo import MultiSpinEcho, monoexponential_t2_ms
from MuscleSegLib.phantom.physics.sampling import Plane
from MuscleSegLib.phantom.tissue_values import Pool
from MuscleSegLib.phantom.tissues import LABELED

FAT_STEPS, EDEMA_STEPS = 1000, 50
"""Fat and edema of points are counted in steps of 0.1 and of 2 percent: at most 0.3 ms of T2 off."""

_SHAPE = (2 * len(LABELED), FAT_STEPS + 1, EDEMA_STEPS + 1)
_MM3_PER_CM3 = 1000.0

TruthRow = dict[str, str | int | float | None]


class Tally:
    """Counts of points by muscle, side, fat and edema, to which planes are added."""

    def __init__(self) -> None:
        self.counts = np.zeros(_SHAPE, np.int64)

    def add(self, plane: Plane) -> None:
        """Count the points of a plane."""
        is_muscle = (plane.tissues >= LABELED[0]) & (plane.tissues <= LABELED[-1])
        muscle = plane.tissues[is_muscle].astype(np.intp) - LABELED[0] + len(LABELED) * plane.is_left[is_muscle]
        fat = np.rint(plane.fat[is_muscle] * FAT_STEPS).astype(np.intp)
        edema = np.rint(plane.edema[is_muscle] * EDEMA_STEPS).astype(np.intp)
        counts = np.bincount(np.ravel_multi_index((muscle, fat, edema), _SHAPE), minlength=self.counts.size)
        self.counts += counts.reshape(_SHAPE)


def truth_rows(
    labels: Sequence[Label],
    tallies: Mapping[str, Tally],
    mt: MagnetizationTransfer,
    t2: MultiSpinEcho,
    point_mm3: float,
) -> list[TruthRow]:
    """Return a row for each label, with the keys of ``muscleseg measure --json``.

    Args:
        labels: Of the region.
        tallies: The points in the slices of "ff", which have no gaps, of "mtr" and of "t2".
        mt: What the MTR is measured with.
        t2: What T2 is measured with.
        point_mm3: Volume of a point of "ff".

    """
    values = point_values(mt, t2)
    return [_row(label, tallies, values, point_mm3) for label in labels]


def point_values(mt: MagnetizationTransfer, t2: MultiSpinEcho) -> dict[str, NDArray[np.float64]]:
    """Return what is true of a point of muscle: "ff_percent", "mtr_percent" and "t2_ms", [fat step, edema step]."""
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


def _place(value: int) -> int:
    left, code = divmod(value, LEFT_OFFSET)
    return left * len(LABELED) + code - 1


def _row(
    label: Label, tallies: Mapping[str, Tally], values: Mapping[str, NDArray[np.float64]], point_mm3: float
) -> TruthRow:
    place = _place(label.value)
    points = int(tallies["ff"].counts[place].sum())
    row: TruthRow = {
        "region": label.region,
        "side": str(label.side) if label.side else None,
        "muscle": label.muscle,
        "abbreviation": label.abbreviation,
        "label": label.value,
        "volume_cm3": points * point_mm3 / _MM3_PER_CM3 if points else None,
    }
    for quantity, of_points in values.items():
        name, unit = quantity.split("_")
        counts = tallies[name].counts[place]
        found = _statistics(of_points.ravel(), counts.ravel()) if counts.any() else (None, None, None)
        row |= {f"{name}_{which}_{unit}": value for which, value in zip(("mean", "sd", "median"), found, strict=True)}
    return row


def _statistics(values: NDArray[np.float64], counts: NDArray[np.int64]) -> tuple[float, float, float]:
    values, counts = values[counts > 0], counts[counts > 0]
    mean = float(np.average(values, weights=counts))
    sd = float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))
    order = np.argsort(values, kind="stable")
    below = np.cumsum(counts[order])
    return mean, sd, float(values[order[np.searchsorted(below, below[-1] / 2)]])
