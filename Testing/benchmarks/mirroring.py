"""Symmetry of a network: a mirrored image has to give mirrored labels.

    python Testing/benchmarks/mirroring.py [--region thigh calf] [--network NAME ...] [--cache DIR]

Mirrors the T1-weighted image of a digital person and the real scans of ../shared/data, and the labels back. Prints
Markdown: the Dice similarity coefficient (DSC) with the labels of the image as it is, mean and lowest of all muscles.
"""

import argparse
from dataclasses import replace
from pathlib import Path
from statistics import mean

import numpy as np
from accuracy import CASES, DATA
from held_out import CACHE
from phantoms import IMAGES, PROTOCOL

from MuscleSegLib.anatomy import Side, is_left, region, side_value, value_without_side
from MuscleSegLib.bundle import Bundle
from MuscleSegLib.cli.evaluate_networks import bundles_of
from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.evaluation.study.digital_test_subjects import scanned_subject
from MuscleSegLib.inference import segment
from MuscleSegLib.volume import Volume, canonical, read_volume


def main() -> None:
    """Segment each image twice and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=["thigh", "calf"], nargs="+", default=["thigh", "calf"])
    parser.add_argument("--network", metavar="NAME", nargs="+", help="names or folders; all that are shipped if none")
    parser.add_argument("--cache", type=Path, default=CACHE, help="a folder for the scans")
    options = parser.parse_args()
    print("| network | scan | mean DSC | lowest |\n|---|---|---|---|")
    for name in options.region:
        images = {"digital legs": scanned_subject(name, 0, PROTOCOL, IMAGES, options.cache).images["anatomy"]}
        images |= {case.title: read_volume(DATA / f"{case.image}.nii.gz") for case in CASES[name]}
        for bundle in bundles_of(name, options.network):
            for title, image in images.items():
                scores = mirrored_dice(image, bundle)
                code = min(scores, key=lambda value: scores[value])
                muscle = region(name).muscle(value_without_side(code)).name
                cells = [bundle.metadata.name, title, f"{mean(scores.values()):.3f}", f"{scores[code]:.3f} ({muscle})"]
                print(f"| {' | '.join(cells)} |", flush=True)


def mirrored_dice(image: Volume, bundle: Bundle) -> dict[int, float]:
    """Return the DSC of each muscle between an image's labels and those of its mirror image, mirrored back."""
    turned = canonical(image)
    straight, mirrored = segment(turned, bundle), segment(_mirrored(turned), bundle)
    back = _mirrored(mirrored.labels)
    if len(mirrored.sides) == 2:
        codes = back.array
        other = np.where(is_left(codes), value_without_side(codes), side_value(codes, Side.LEFT))
        back = replace(back, array=np.where(codes > 0, other, 0).astype(codes.dtype))
    return dice(back, straight.labels) | dice(straight.labels, back)


def _mirrored(volume: Volume) -> Volume:
    """Return a canonical volume, whose i runs to the right, with right and left exchanged."""
    return replace(volume, array=np.ascontiguousarray(volume.array[:, :, ::-1]))


if __name__ == "__main__":
    main()
