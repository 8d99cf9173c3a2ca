"""Errors of the maps of digital legs, measured with the true labels.

    python Testing/benchmarks/phantom_truth.py [--region thigh] [--protocol hostin2023] [--cases 10] [--picture PNG]

Each case is measured twice: as it is, and with nothing around its muscles, so that no voxel mixes a muscle with fat,
skin or bone. What is left in the second is noise and what lies between slices; the difference is partial volume.
Prints Markdown; the picture has a dot for each muscle of each case.
"""

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.phantom import LABELED, DigitalLegs, Plane, Tissue, digital_legs
from MuscleSegLib.phantom.physics.sampling import Subject
from MuscleSegLib.phantom.protocols import protocol
from MuscleSegLib.phantom.scanning import acquire

FAT_PERCENT = (None, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0)
LIMITS = {"volume_cm3": 1.0, "ff_mean_percent": 0.5, "mtr_mean_percent": 0.5, "t2_mean_ms": 1.0}
TITLES = {
    "volume_cm3": "volume (%)",
    "ff_mean_percent": "FF (%)",
    "mtr_mean_percent": "MTR (%)",
    "t2_mean_ms": "T2 (ms)",
}
KINDS = ("as it is", "muscles alone")

Errors = dict[str, dict[str, float]]
"""By quantity and by muscle."""


@dataclass(frozen=True)
class MusclesAlone:
    """Legs of which only the labeled muscles are left."""

    whole: DigitalLegs

    def __getattr__(self, name: str) -> object:
        return getattr(self.whole, name)

    def plane(self, z_mm: float, x_mm: NDArray[np.float32], y_mm: NDArray[np.float32]) -> Plane:
        """Return what lies at points of a plane, air where there is no labeled muscle."""
        plane = self.whole.plane(z_mm, x_mm, y_mm)
        is_muscle = np.isin(plane.tissues, LABELED)
        return replace(
            plane,
            tissues=np.where(is_muscle, plane.tissues, np.uint8(Tissue.AIR)),
            fat=np.where(is_muscle, plane.fat, np.float32(0)),
        )


def main() -> None:
    """Measure some cases and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=["thigh", "calf"], default="thigh")
    parser.add_argument("--protocol", default="hostin2023")
    parser.add_argument("--cases", type=int, default=len(FAT_PERCENT))
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    errors_of_kinds: dict[str, list[Errors]] = {kind: [] for kind in KINDS}
    print(f"| seed | fat (%) | | s | {' | '.join(f'{title}: median, largest' for title in TITLES.values())} |")
    print("|---" * (4 + len(TITLES)) + "|")
    for seed in range(options.cases):
        fat = FAT_PERCENT[seed % len(FAT_PERCENT)]
        legs = digital_legs(options.region, seed=seed, fat_fraction=fat)
        for kind, subject in zip(KINDS, (legs, MusclesAlone(legs)), strict=True):
            start = time.monotonic()
            errors = errors_of(subject, options.protocol)
            errors_of_kinds[kind].append(errors)
            cells = [f"{seed}", "drawn" if fat is None else f"{fat:g}", kind, f"{time.monotonic() - start:.0f}"]
            print(f"| {' | '.join([*cells, *(summed_up(errors[quantity]) for quantity in TITLES)])} |", flush=True)
    if options.picture:
        draw(errors_of_kinds, options.picture)


def errors_of(subject: Subject, protocol_name: str) -> Errors:
    """Return measured less true values of every muscle that there is; volumes in percent of the true one."""
    case = acquire(subject, protocol(protocol_name, length_mm=subject.length_mm, legs=len(subject.legs)))
    maps = {name: case.images[name] for name in ("ff", "mtr", "t2")}
    rows = Measurement(case.labels, scheme(subject.region), maps=maps).rows()
    errors: Errors = {quantity: {} for quantity in TITLES}
    for row, true in zip(rows, case.truth, strict=True):
        for quantity in TITLES:
            measured, wanted = getattr(row, quantity), true[quantity]
            if measured is not None and isinstance(wanted, float):
                scale = 100 / wanted if quantity == "volume_cm3" else 1
                errors[quantity][f"{row.abbreviation} {row.side}"] = scale * (measured - wanted)
    return errors


def summed_up(errors: dict[str, float]) -> str:
    """Return the median size of the errors, and the largest one with its muscle."""
    muscle, largest = max(errors.items(), key=lambda item: abs(item[1]))
    return f"{np.median(np.abs(list(errors.values()))):.2f}, {largest:+.2f} {muscle}"


def draw(errors_of_kinds: dict[str, list[Errors]], path: Path) -> None:
    """Draw a dot for each muscle of each case, and the limits that are to be kept."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 8), layout="constrained")
    for axes, (quantity, title) in zip(figure.subplots(2, 2).ravel(), TITLES.items(), strict=True):
        for offset, (kind, cases), color in zip((-0.15, 0.15), errors_of_kinds.items(), ("C1", "C0"), strict=True):
            names = sorted({name.split()[0] for errors in cases for name in errors[quantity]})
            dots = [
                (names.index(name.split()[0]) + offset, value)
                for errors in cases
                for name, value in errors[quantity].items()
            ]
            axes.plot(*zip(*dots, strict=True), ".", color=color, alpha=0.6, label=kind)
        axes.axhspan(-LIMITS[quantity], LIMITS[quantity], color="0.9", zorder=0)
        axes.set_xticks(range(len(names)), names)
        axes.set_title(f"{title}: measured - true")
    figure.axes[0].legend()
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    main()
