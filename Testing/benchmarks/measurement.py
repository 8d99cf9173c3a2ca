"""Errors and times of each way of measuring, with the true labels of digital legs.

    python Testing/benchmarks/measurement.py [--region thigh] [--protocol hostin2023] [--cases 10]

Four ways side by side: labels resampled to the map by nearest neighbor (naive); the share-weighted mean of voxels that
a muscle fills by more than half, with labels carried straight through their slices' spacing (steps); the same with
outlines interpolated between slices (mean); and the mean without what neighbors add at the border (corrected). Errors
are over all muscles above 5 cm3 of all cases. Prints Markdown.
"""

import argparse
import time
from collections import defaultdict
from unittest.mock import patch

import numpy as np

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import Protocol, protocol
from MuscleSegLib.phantom.scanning import Acquisition, acquire
from MuscleSegLib.volume import Volume, resample

FAT_PERCENT = (None, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0)
LIMITS = {"volume_cm3": 1.0, "ff_mean_percent": 0.5, "mtr_mean_percent": 0.5, "t2_mean_ms": 1.0}
CORRECTED = {"ff_mean_percent": "ff_corrected_percent", "mtr_mean_percent": "mtr_corrected_percent",
             "t2_mean_ms": "t2_corrected_ms"}  # fmt: skip
TITLES = {"volume_cm3": "volume, %", "ff_mean_percent": "FF, points", "mtr_mean_percent": "MTR, points",
          "t2_mean_ms": "T2, ms"}  # fmt: skip
SMALLEST_CM3 = 5.0
NEVER = 1e9  # pixels: slices farther apart than this are interpolated

Errors = dict[tuple[str, str], list[float]]
"""By quantity and way."""


def main() -> None:
    """Measure some cases and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=["thigh", "calf"], default="thigh")
    parser.add_argument("--protocol", default="hostin2023")
    parser.add_argument("--cases", type=int, default=len(FAT_PERCENT))
    options = parser.parse_args()
    errors: Errors = defaultdict(list)
    seconds: dict[str, list[float]] = defaultdict(list)
    for seed in range(options.cases):
        legs = digital_legs(options.region, seed=seed, fat_fraction=FAT_PERCENT[seed % len(FAT_PERCENT)])
        scans = protocol(options.protocol, length_mm=legs.length_mm, legs=len(legs.legs))
        add_case(acquire(legs, scans), scans, options.region, errors, seconds)
    print("\n".join([*error_table(errors), "", *time_table(seconds)]))


def add_case(case: Acquisition, scans: Protocol, region: str, errors: Errors, seconds: dict[str, list[float]]) -> None:
    """Measure a case in every way."""
    maps = {name: case.images[name] for name in ("ff", "mtr", "t2")}
    thickness = {name: getattr(scans, name).thickness_mm for name in maps}
    start, cpu = time.perf_counter(), time.process_time()
    session = Measurement(case.labels, scheme(region), maps=maps, thickness_mm=thickness)
    rows = {"mean": session.rows()}
    session.profiles()
    seconds["all rows and profiles"].append(time.perf_counter() - start)
    seconds["all rows and profiles, processor"].append(time.process_time() - cpu)
    for label in (row.label for row in rows["mean"] if row.volume_cm3):
        start, cpu = time.perf_counter(), time.process_time()
        session.edited(case.labels, label)
        seconds["one row again"].append(time.perf_counter() - start)
        seconds["one row again, processor"].append(time.process_time() - cpu)
    with patch("MuscleSegLib.biomarkers.coverage.shape.SLICES_FAR_APART", NEVER):
        rows["steps"] = Measurement(case.labels, scheme(region), maps=maps, thickness_mm=thickness).rows()
    rows["corrected"] = rows["mean"]
    naive = {name: naively(case.labels, volume, region, name) for name, volume in maps.items()}
    for n, true in enumerate(case.truth):
        if not isinstance(true["volume_cm3"], float) or true["volume_cm3"] < SMALLEST_CM3:
            continue
        for quantity in LIMITS:
            scale = 100 / true["volume_cm3"] if quantity == "volume_cm3" else 1
            for way in ("steps", "mean", "corrected"):
                column = CORRECTED.get(quantity, quantity) if way == "corrected" else quantity
                add(errors[quantity, way], getattr(rows[way][n], column), true[quantity], scale)
            if quantity in CORRECTED:
                add(errors[quantity, "naive"], naive[quantity.split("_")[0]].get(true["label"]), true[quantity], scale)


def naively(labels: Volume, values: Volume, region: str, name: str) -> dict[object, float]:
    """Return the means in labels that were resampled to the map by nearest neighbor."""
    moved = resample(labels, values.geometry, interpolation="nearest")
    rows = Measurement(moved, scheme(region), maps={name: values}).rows()
    quantity = next(field for field in CORRECTED if field.startswith(name))
    return {row.label: getattr(row, quantity) for row in rows}


def add(errors: list[float], measured: float | None, true: object, scale: float) -> None:
    """Add an error, which is NaN where nothing was measured."""
    if isinstance(true, float):
        errors.append(scale * ((np.nan if measured is None else measured) - true))


def error_table(errors: Errors) -> list[str]:
    """Return the table of errors."""
    lines = ["| | way | mean | median size | 95 % below | largest | within the limit |", "|---" * 7 + "|"]
    for quantity, limit in LIMITS.items():
        for way in ("naive", "steps", "mean", "corrected"):
            values = np.array(errors.get((quantity, way), []))
            if not values.size or (quantity == "volume_cm3" and way != "mean"):
                continue
            size = np.abs(values)
            numbers = (np.nanmean(values), np.nanmedian(size), np.nanpercentile(size, 95), np.nanmax(size))
            cells = " | ".join(f"{number:.2f}" for number in numbers)
            share = f"{100 * np.mean(size <= limit):.1f} % of {size.size} within {limit:g}"
            lines.append(f"| {TITLES[quantity]} | {way} | {cells} | {share} |")
    return lines


def time_table(seconds: dict[str, list[float]]) -> list[str]:
    """Return the table of times."""
    lines = ["| | median s | longest s |", "|---" * 3 + "|"]
    return lines + [f"| {step} | {np.median(times):.3f} | {max(times):.3f} |" for step, times in seconds.items()]


if __name__ == "__main__":
    main()
