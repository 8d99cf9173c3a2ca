"""Errors of the volumes of adipose tissue, with the true labels of digital legs.

    python Testing/benchmarks/adipose.py [--region thigh] [--seeds 5 6 7 8 9]

Fat and water images lie on the grid of hostin2023's fat fraction, weighted by nothing but proton density, with noise of
a fortieth of muscle's signal. True are the volumes of subcutaneous and of intermuscular fat, and the volume of muscle
times its fat fraction. Two legs each; prints Markdown.
"""

import argparse
import functools
import operator
from collections import defaultdict

import numpy as np

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.maps import fat_fraction
from MuscleSegLib.phantom import LABELED, DigitalLegs, Tissue, digital_legs
from MuscleSegLib.phantom.physics.sampling import POINTS, points_of, protons
from MuscleSegLib.phantom.physics.voxel_labels import labels_of
from MuscleSegLib.phantom.protocols import Scan, protocol
from MuscleSegLib.phantom.tissue_values import Pool
from MuscleSegLib.volume import Volume

FAT_PERCENT = (2.0, 5.0, 10.0, 20.0, 40.0)
NOISE = 1 / 40
RULES = ("tenth_of_maximum", "above_ff_limit")
DEPOTS = {"sat": Tissue.SUBCUTANEOUS_FAT, "intermat": Tissue.INTERMUSCULAR_FAT}


def main() -> None:
    """Measure some legs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=["thigh", "calf"], default="thigh")
    parser.add_argument("--seeds", type=int, nargs="+", default=[5, 6, 7, 8, 9])
    options = parser.parse_args()
    errors: dict[tuple[str, str], list[float]] = defaultdict(list)
    for number, seed in enumerate(options.seeds):
        legs = digital_legs(options.region, seed=seed, fat_fraction=FAT_PERCENT[number % len(FAT_PERCENT)])
        scans = protocol("hostin2023", length_mm=legs.length_mm, legs=2)
        fat, water, truth = scanned(legs, scans.ff, np.random.default_rng(seed))
        labels = drawn(legs, scans.anatomy)
        session = Measurement(
            labels, scheme(options.region), maps={"ff": fat_fraction(fat, water)}, fat_water=(fat, water)
        )
        for row in session.adipose():
            for depot, rule in ((depot, rule) for depot in (*DEPOTS, "intramat") for rule in RULES if not row.label):
                true = truth[depot, str(row.side)]
                errors[depot, rule].append(100 * (getattr(row, f"{depot}_{rule}_cm3") / true - 1))
    print("| depot | rule | median error, % | from | to |\n|---|---|---|---|---|")
    for (depot, rule), percents in errors.items():
        numbers = f"{np.median(percents):+.0f} | {min(percents):+.0f} | {max(percents):+.0f}"
        print(f"| {depot} | {rule.replace('_', ' ')} | {numbers} |")


def scanned(
    legs: DigitalLegs, scan: Scan, rng: np.random.Generator
) -> tuple[Volume, Volume, dict[tuple[str, str], float]]:
    """Return fat and water image, and the true volumes in cm3 by depot and side."""
    geometry = scan.geometry
    fat, water = np.zeros(geometry.shape, np.float32), np.zeros(geometry.shape, np.float32)
    truth: dict[tuple[str, str], float] = defaultdict(float)
    point_cm3 = geometry.voxel_volume_mm3 / POINTS**2 / scan.planes / 1000
    heights = [(k, height) for k in range(geometry.shape[0]) for height in scan.heights_mm(k)]
    for k, height in heights:
        plane = legs.plane(height, *points_of(geometry))
        pools = protons(plane) / scan.planes
        fat[k] += pools[Pool.FAT]
        water[k] += pools.sum(axis=0) - pools[Pool.FAT]
        for side, leg in (("right", ~plane.is_left), ("left", plane.is_left)):
            for depot, tissue in DEPOTS.items():
                truth[depot, side] += np.count_nonzero(leg & (plane.tissues == tissue)) * point_cm3
            muscle = leg & functools.reduce(operator.or_, (plane.tissues == tissue for tissue in LABELED))
            truth["intramat", side] += float(plane.fat[muscle].sum()) * point_cm3
    images = (np.abs(image + rng.normal(0, NOISE, image.shape)) for image in (fat, water))
    fat_image, water_image = (Volume(image, geometry) for image in images)
    return fat_image, water_image, truth


def drawn(legs: DigitalLegs, scan: Scan) -> Volume:
    """Return the true labels on the grid of the anatomy."""
    geometry = scan.geometry
    array = np.zeros(geometry.shape, np.uint8)
    for k in range(geometry.shape[0]):
        planes = [legs.plane(height, *points_of(geometry)) for height in scan.heights_mm(k)]
        middle = float(geometry.world_from_index((0, 0, k))[2])
        array[k] = labels_of(legs.plane(middle, *points_of(geometry, points=1)), planes)
    return Volume(array, geometry)


if __name__ == "__main__":
    main()
