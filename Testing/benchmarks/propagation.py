"""Propagation of a few drawn slices, beside the interpolation of shapes, on real and on digital thighs.

    python Testing/benchmarks/propagation.py [--network PERSON=NAME ...] [--part PART ...] [--output MD]

A network is a name or a bundle's folder; PERSON is 001, 003 or digital: nobody is helped by a network that learned from
that person. Parts: patients, digital, next, time; all if none. Prints Markdown.

*patients*: Thigh_001 and Thigh_003, 16 slices 24 mm apart. The reference is given in every fourth or every second
slice, counted from the lowest; the DSC is that of the slices between the outermost given ones, of both legs, mean of
the muscles whose reference means the same (the adductor is left out, as in ``left_out.py``). *Interpolated*: signed
distances to a muscle's border, weighted by nearness, as *Fill between slices* does.

*digital*: T1-weighted scans of digital people from lean to severely ill, 15 and 5 mm apart.

*next*: of 001's water image, two slices are given; then, ten times, the proposed slice is drawn, or a random one
instead, and the gain in DSC of all slices that are not given is compared.

*time*: both legs, 20 slices of 320 x 320, every fourth given: as a multiple of their segmentation, in one run.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

import numpy as np
from left_out_scans import scans_of
from numpy.typing import NDArray
from scipy import ndimage

from MuscleSegLib.bundle import Bundle, find_bundle
from MuscleSegLib.inference import segment
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import Scan, hostin2023, quick
from MuscleSegLib.phantom.scanning import acquire
from MuscleSegLib.propagation import given_for_all, propagate
from MuscleSegLib.volume import Geometry, Volume, canonical, resample

PARTS = ("patients", "digital", "next", "time")
STEPS = (4, 2)
ADDUCTOR = 1
DIGITAL = "digital"
FAT_PERCENT = (8.0, 25.0, 50.0)
FIRST_SEED = 1000
"""Digital people below this seed are for training."""

SPACINGS_MM = (15, 5)
FAR = 20.0
"""Signed distance, in voxels, of a muscle that is not in a slice."""

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Example:
    """Images of one scan and its reference on the first one's grid.

    Attributes:
        title: Name in tables.
        person: Person, as in ``--network``.
        images: Canonical images.
        reference: Label values, canonical.
        incomparable: Codes that do not count.
    """

    title: str
    person: str
    images: tuple[Volume, ...]
    reference: Volume
    incomparable: tuple[int, ...] = ()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", metavar="PERSON=NAME", nargs="+", default=[])
    parser.add_argument("--part", choices=PARTS, nargs="+", default=PARTS)
    parser.add_argument("--output", type=Path, help="a Markdown file")
    options = parser.parse_args()
    networks = {person: find_bundle("thigh", name) for person, name in (each.split("=") for each in options.network)}
    writers = {
        "patients": lambda: table("Patients", patients(), networks),
        "digital": lambda: table("Digital people", digital_people(), networks),
        "next": lambda: next_slice(networks),
        "time": duration,
    }
    lines = [line for part in options.part for line in [*writers[part](), ""]]
    if options.output:
        options.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def patients() -> Iterator[Example]:
    """Yield the patients' images, alone and together."""
    for scan in scans_of("thigh"):
        images = tuple(canonical(image) for image in scan.images)
        reference = Volume(scan.reference.array, images[0].geometry)
        yield Example(scan.title, scan.person, images, reference, scan.incomparable)


def digital_people() -> Iterator[Example]:
    """Yield scans of digital people, with thick slices and with thin ones."""
    for number, fat_percent in enumerate(FAT_PERCENT):
        legs = digital_legs("thigh", seed=FIRST_SEED + number, fat_fraction=fat_percent)
        thick = hostin2023(legs.length_mm, legs=2).anatomy
        thin = Scan(thick.sequence, _thinner(thick.geometry, SPACINGS_MM), thickness_mm=5, planes=1, snr=thick.snr)
        for spacing_mm, anatomy in zip(SPACINGS_MM, (thick, thin), strict=True):
            acquired = acquire(legs, replace(quick(legs.length_mm, legs=2), anatomy=anatomy))
            image, reference = canonical(acquired.images["anatomy"]), canonical(acquired.labels)
            yield Example(f"{fat_percent:g} % fat, {spacing_mm} mm", DIGITAL, (image,), reference)


def _thinner(geometry: Geometry, spacings_mm: tuple[int, int]) -> Geometry:
    factor = spacings_mm[0] // spacings_mm[1]
    affine = geometry.affine.copy()
    affine[:3, 3] -= affine[:3, 2] * (factor - 1) / (2 * factor)
    affine[:3, 2] /= factor
    return Geometry((geometry.shape[0] * factor, *geometry.shape[1:]), affine)


def table(title: str, examples: Iterator[Example], networks: dict[str, Bundle]) -> list[str]:
    """Return a table of the DSC by the distance of the given slices and by method."""
    lines = [f"## {title}", "", "| scan | given | interpolated | by the image | with a network | network |"]
    lines += ["|---|---|---|---|---|---|"]
    for example in examples:
        for step in STEPS:
            print(example.title, step, file=sys.stderr, flush=True)
            slices = list(range(0, len(example.reference.array), step))
            between = [k for k in range(slices[-1]) if k not in slices]
            bundle = networks.get(example.person)
            results = [
                interpolated(example.reference.array, slices),
                carried(example, slices, None),
                *([carried(example, slices, bundle)] if bundle else []),
            ]
            cells = [f"{dsc(example, labels, between):.3f}" for labels in results] + ["-"] * (3 - len(results))
            name = bundle.metadata.name if bundle else "-"
            lines.append(f"| {example.title} | every {step}. | {' | '.join(cells)} | {name} |")
    return lines


def carried(example: Example, slices: Sequence[int], bundle: Bundle | None, *, beyond: int = 0) -> Labels:
    """Return the reference of some slices, propagated; the given slices are checked to be as they were."""
    return carried_and_next(example, slices, bundle, beyond=beyond)[0]


def carried_and_next(
    example: Example, slices: Sequence[int], bundle: Bundle | None, *, beyond: int = 0
) -> tuple[Labels, tuple[int, ...]]:
    """Return what ``carried`` does, and the proposed slices."""
    array = np.zeros_like(example.reference.array)
    array[slices] = example.reference.array[slices]
    labels = Volume(array, example.reference.geometry)
    result = propagate(labels, example.images, given_for_all(labels, slices), bundle=bundle, beyond=beyond)
    assert np.array_equal(result.labels.array[slices], array[slices])
    return result.labels.array, result.next_slices


def interpolated(reference: Labels, slices: Sequence[int]) -> Labels:
    """Return the labels of the given slices with those between interpolated by signed distances."""
    values = [value for value in np.unique(reference[slices]).tolist() if value]
    labels = np.zeros_like(reference)
    for first, last in zip(slices, slices[1:], strict=False):
        ends = [np.stack([_signed(reference[k] == value) for value in values]) for k in (first, last)]
        for k in range(first, last + 1):
            share = (k - first) / (last - first)
            distance = (1 - share) * ends[0] + share * ends[1]
            labels[k] = np.where(distance.max(axis=0) > 0, np.array(values, np.uint8)[distance.argmax(axis=0)], 0)
    labels[slices] = reference[slices]
    return labels


def _signed(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    if not mask.any():
        return np.full(mask.shape, -FAR)
    return np.asarray(ndimage.distance_transform_edt(mask) - ndimage.distance_transform_edt(~mask))


def dsc(example: Example, labels: Labels, slices: Sequence[int]) -> float:
    """Return the mean DSC of the muscles that are in these slices of the reference."""
    reference, result = example.reference.array[slices], labels[slices]
    values = [value for value in np.unique(reference).tolist() if value and value % 100 not in example.incomparable]
    overlaps = [((reference == value) & (result == value)).sum() for value in values]
    sizes = [(reference == value).sum() + (result == value).sum() for value in values]
    return mean(2 * overlap / size for overlap, size in zip(overlaps, sizes, strict=True))


def next_slice(networks: dict[str, Bundle], *, times: int = 10) -> list[str]:
    """Return the gain of drawing the proposed slice and of drawing a random one, ten times each."""
    example = next(example for example in patients() if example.title == "001 water")
    bundle = networks.get(example.person)
    labeled = np.flatnonzero(example.reference.array.any(axis=(1, 2))).tolist()
    rng = np.random.default_rng(1)
    rows, gains = [], []
    for number in range(times):
        given = sorted(rng.choice(labeled, 2, replace=False).tolist())
        before, proposed = carried_and_next(example, given, bundle, beyond=len(labeled))
        others = [k for k in labeled if k not in given]
        choices = {"proposed": next(k for k in proposed if k in others), "random": int(rng.choice(others))}
        start, pair = dsc(example, before, others), {}
        for name, slice_ in choices.items():
            print(number, name, file=sys.stderr, flush=True)
            after = carried(example, sorted([*given, slice_]), bundle, beyond=len(labeled))
            pair[name] = dsc(example, after, others) - start
        gains.append(pair["proposed"] - pair["random"])
        rows.append(
            f"| {given[0]}, {given[1]} | {start:.3f} | {choices['proposed']} | {pair['proposed']:+.3f} "
            f"| {choices['random']} | {pair['random']:+.3f} |"
        )
    head = ["| given | DSC | proposed | gain | random | gain |", "|---|---|---|---|---|---|"]
    last = f"The proposed slice gains {mean(gains):+.3f} more than the random one on average."
    return ["## Next slice", "", *head, *rows, "", last]


def duration() -> list[str]:
    """Return the time of a propagation as a multiple of that of a segmentation."""
    legs = digital_legs("thigh", seed=FIRST_SEED, fat_fraction=FAT_PERCENT[0])
    acquired = acquire(legs, quick(legs.length_mm, legs=2))
    affine = acquired.labels.geometry.affine.copy()
    affine[:3, 2] *= acquired.labels.geometry.shape[0] / 20
    affine[:3, :2] *= acquired.labels.geometry.shape[1] / 320
    grid = Geometry((20, 320, 320), affine)
    image = resample(acquired.images["anatomy"], grid, interpolation="linear")
    labels = resample(acquired.labels, grid, interpolation="nearest")
    example, bundle, slices = Example("", DIGITAL, (image,), labels), find_bundle("thigh"), list(range(0, 20, 4))
    segment(image, bundle)  # torch is loaded
    seconds = []
    for work in (
        lambda: segment(image, bundle),
        lambda: carried(example, slices, None),
        lambda: carried(example, slices, bundle),
    ):
        start = time.monotonic()
        work()
        seconds.append(time.monotonic() - start)
    row = f"| 1 | {seconds[1] / seconds[0]:.1f} | {seconds[2] / seconds[0]:.1f} | {seconds[0]:.1f} s |"
    return [
        "## Time, as a multiple of segmenting",
        "",
        "| segment | propagate by the image | propagate with the network | segment |",
        "|---|---|---|---|",
        row,
    ]


if __name__ == "__main__":
    main()
