"""Dependence of the labels on the contrast: the same digital legs in five, on one grid.

    python Testing/benchmarks/contrasts.py [--region thigh calf] [--cases 3] [--network NAME ...] [--cache DIR]

Each person is scanned in voxels of 2 mm: a T1-weighted spin echo, a three-point Dixon (fat, water, opposed phase), and
the echo of a multi-spin-echo at 60 ms (T2-weighted). Prints Markdown: for each pair of contrasts the Dice similarity
coefficient (DSC) between the labels that a network finds in them, mean of all muscles of both legs, and that with the
true labels. Without names it is the region's default network.
"""

import argparse
import sys
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from statistics import mean

import numpy as np
from held_out import CACHE
from numpy.typing import NDArray

from MuscleSegLib.bundle import Bundle, find_bundle
from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.evaluation.study.digital_test_subjects import FIRST_SEED, fat_percent, scanned_subject
from MuscleSegLib.inference import segment
from MuscleSegLib.volume import Volume

PROTOCOL = "isotropic"
DIXON = [f"raw/dixon_echo{number:02d}_{half}" for number in (1, 2, 3) for half in ("real", "imaginary")]
T2_WEIGHTED = "raw/t2_echo06"
TRUE = "true labels"


def main() -> None:
    """Segment each contrast and print how the results agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=["thigh", "calf"], nargs="+", default=["thigh", "calf"])
    parser.add_argument("--cases", type=int, default=3)
    parser.add_argument("--network", metavar="NAME", nargs="+", default=[None], help="names, architectures or folders")
    parser.add_argument("--cache", type=Path, default=CACHE, help="a folder for the scans")
    options = parser.parse_args()
    for region in options.region:
        for bundle in [find_bundle(region, network) for network in options.network]:
            people = [agreement_of(bundle, number, options.cache) for number in range(options.cases)]
            print("\n".join(table(bundle, people)), flush=True)


def agreement_of(bundle: Bundle, number: int, cache: Path) -> dict[tuple[str, str], float]:
    """Return the mean DSC of a person's muscles by pair of contrasts, or of a contrast and the truth."""
    case = scanned_subject(bundle.metadata.region, number, PROTOCOL, ["anatomy", *DIXON, T2_WEIGHTED], cache)
    labels = {}
    for name, image in five_contrasts(case.images).items():
        print(f"{bundle.metadata.name} {number + 1}: {name}", file=sys.stderr, flush=True)
        labels[name] = segment(image, bundle, legs=2).labels
    labels[TRUE] = case.labels
    # in both directions, so that a muscle counts that only one of the two has
    pairs = {(first, second): (labels[first], labels[second]) for first, second in combinations(labels, 2)}
    return {pair: mean((dice(*both) | dice(*reversed(both))).values()) for pair, both in pairs.items()}


def five_contrasts(images: Mapping[str, Volume]) -> dict[str, Volume]:
    """Return the radiologist's images of a raw acquisition by their names, all on one grid."""
    anatomy = images["anatomy"]
    halves = [images[name].array.astype(np.float32) for name in DIXON]
    echoes = [real + 1j * imaginary for real, imaginary in zip(halves[::2], halves[1::2], strict=True)]
    water, fat = three_point_dixon(*echoes)
    opposed = np.abs(echoes[0])
    derived = {"fat": fat, "water": water, "opposed phase": opposed}
    volumes = {name: Volume(array.astype(np.float32), anatomy.geometry) for name, array in derived.items()}
    return {"T1-weighted": anatomy, **volumes, "T2-weighted": images[T2_WEIGHTED]}


def three_point_dixon(
    opposed: NDArray[np.complexfloating], in_phase: NDArray[np.complexfloating], again: NDArray[np.complexfloating]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return water and fat from echoes in opposed, in and again in opposed phase (Glover, JMRI 1991;1:521-530).

    The field's offset turns the third echo against the first; up to 108 Hz at 1.5 T, by less than half a turn, so that
    nothing has to be unwrapped. What it makes of the first, the second shows the sign of water less fat.
    """
    half_turn = np.exp(0.5j * np.angle(again * opposed.conj()))
    together = np.abs(in_phase)
    difference = np.real(opposed * half_turn * in_phase.conj()) / np.maximum(together, 1)
    return np.abs(together + difference) / 2, np.abs(together - difference) / 2


def table(bundle: Bundle, people: list[dict[tuple[str, str], float]]) -> list[str]:
    """Return the means over people of each pair, and the mean over pairs of contrasts."""
    contrasts = list(dict.fromkeys(contrast for contrast, _ in people[0]))
    means = {pair: mean(person[pair] for person in people) for pair in people[0]}
    lines = [f"## {bundle.metadata.name}: {len(people)} digital people in five contrasts\n"]
    lines += [f"| DSC | {' | '.join([*contrasts[1:], TRUE])} |", "|---" * (len(contrasts) + 1) + "|"]
    for contrast in contrasts:
        cells = [
            f"{means[contrast, second]:.3f}" if (contrast, second) in means else "" for second in [*contrasts[1:], TRUE]
        ]
        lines.append(f"| {contrast} | {' | '.join(cells)} |")
    between = {pair: value for pair, value in means.items() if TRUE not in pair}
    worst = min(between, key=lambda pair: between[pair])
    lowest = f"{between[worst]:.3f} ({worst[0]} and {worst[1]})"
    lines.append(f"\nBetween contrasts: mean {mean(between.values()):.3f}, lowest {lowest}.\n")
    for number, person in enumerate(people):
        fat = fat_percent(number)
        dsc = mean(value for pair, value in person.items() if TRUE not in pair)
        given = "drawn" if fat is None else f"{fat:g} %"
        lines.append(f"- seed {FIRST_SEED + number}, fat {given}: {dsc:.3f}")
    return [*lines, ""]


if __name__ == "__main__":
    main()
