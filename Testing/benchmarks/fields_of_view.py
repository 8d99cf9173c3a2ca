"""Accuracy of the default networks by size of the leg and field of view: half-size legs, one slice, two hundred, cut.

    python Testing/benchmarks/fields_of_view.py [--region thigh calf] [--people 3] [--network NAME] [--output MD]

Digital people whom no network was trained on are scanned T1-weighted, as in Hostin et al. 2023 and in 200 thin slices.
Smaller legs are the same images with smaller voxels; a smaller field of view is a part of the image. Prints Markdown:
Dice similarity coefficient (DSC) with the true labels in the same field of view, mean of the muscles there, the lowest
one, muscles that were lost, and what is said of the image. A scan that is refused has a DSC of 0.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

import numpy as np
from held_out import CACHE

from MuscleSegLib.anatomy import region
from MuscleSegLib.bundle import Bundle, find_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.evaluation.study.digital_test_subjects import FIRST_SEED, cached_subject, fat_percent
from MuscleSegLib.inference import segment
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import Scan, hostin2023, quick
from MuscleSegLib.phantom.scanning import Acquisition, acquire
from MuscleSegLib.volume import Geometry, Volume, canonical

MANY = 200
WIDTH_SHARE = 0.15
"""Share of the legs' width that is cut off on either side."""

OF_ONE_SLICE = "has a single slice"
"""Words of a note that every single slice has."""

HEAD = """# Size of the leg and field of view

By `python Testing/benchmarks/fields_of_view.py`, whose text says what is measured. It is of digital people alone: a
real child's leg is more than a small one. How thresholds of the judgment of a view were chosen is in
[field_of_view.md](field_of_view.md).
"""

Pair = tuple[Volume, Volume]
"""Image and true labels, [k, j, i], canonical."""


@dataclass(frozen=True)
class Scores:
    """Result in one field of view.

    Attributes:
        dsc: DSC by label value, 0 where a muscle is lost.
        said: Notes on the image, or why it was refused.
    """

    dsc: Mapping[int, float]
    said: tuple[str, ...]


def main() -> None:
    """Scan, cut, segment and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=["thigh", "calf"], nargs="+", default=["thigh", "calf"])
    parser.add_argument("--people", type=int, default=3)
    parser.add_argument("--network", metavar="NAME", help="a name or a folder; the region's default if none")
    parser.add_argument("--cache", type=Path, default=CACHE, help="a folder for the scans")
    parser.add_argument("--output", type=Path, help="a Markdown file")
    options = parser.parse_args()
    lines: list[str] = []
    for name in options.region:
        bundle = find_bundle(name, options.network)
        people: list[dict[str, Scores]] = []
        for number in range(options.people):
            people.append({title: scores_of(bundle, *pair) for title, pair in views(name, number, options.cache)})
            print(f"{bundle.metadata.name}: {number + 1} of {options.people}", file=sys.stderr, flush=True)
        lines += table(bundle, people)
    text = "\n".join([HEAD, *lines]).rstrip() + "\n"
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")


def views(name: str, number: int, cache: Path) -> Iterator[tuple[str, Pair]]:
    """Yield titles, and images with the truth, of one digital person."""
    usual, thin = (scanned(name, number, slices, cache) for slices in (None, MANY))
    yield "whole, as in Hostin et al. 2023", usual
    for share in (0.7, 0.5):
        yield f"{share:g} of the size", scaled(usual, share)
    yield f"{MANY} slices", thin
    yield f"{MANY} slices, 0.5 of the size", scaled(thin, 0.5)
    count = len(usual[0].array)
    for title, place in (("a quarter up", 0.25), ("half-way up", 0.5), ("three quarters up", 0.75)):
        k = round(place * (count - 1))
        yield f"one slice, {title}", part_of(usual, slice(k, k + 1))
    middle = slice(count // 2 - 2, count // 2 + 2)
    yield "four slices, half-way up", part_of(usual, middle)
    yield "one slice half-way up, 0.5 of the size", scaled(part_of(usual, slice(count // 2, count // 2 + 1)), 0.5)
    columns = np.flatnonzero((usual[1].array > 0).any(axis=(0, 1)))
    cut = round(WIDTH_SHARE * (columns[-1] - columns[0] + 1))
    everything = slice(None)
    yield "outer sides cut off", part_of(usual, everything, slice(columns[0] + cut, columns[-1] + 1 - cut))
    is_right = (usual[1].array > 0) & (usual[1].array < 100)
    yield "the right leg alone", part_of(usual, everything, slice(np.flatnonzero(is_right.any(axis=(0, 1)))[0], None))


def scanned(name: str, number: int, slices: int | None, cache: Path) -> Pair:
    """Return the T1-weighted image of a digital person and the truth, in the paper's slices or in so many thin ones."""
    seed = FIRST_SEED + number

    def scan() -> Acquisition:
        legs = digital_legs(name, seed=seed, fat_fraction=fat_percent(number))
        anatomy = hostin2023(legs.length_mm, legs=2).anatomy
        if slices:
            anatomy = _in_thin_slices(anatomy, legs.length_mm, slices)
        return acquire(legs, replace(quick(legs.length_mm, legs=2), anatomy=anatomy))

    title = f"fields-of-view-{name}-{seed}-{slices or 'paper'}"
    subject = cached_subject(title, scan, name, ["anatomy"], cache)
    return canonical(subject.images["anatomy"]), canonical(subject.labels)


def _in_thin_slices(anatomy: Scan, length_mm: float, slices: int) -> Scan:
    """Return the same sequence in slices without gaps over the whole length."""
    affine, thickness_mm = anatomy.geometry.affine.copy(), length_mm / slices
    affine[:3, 2] = (0, 0, thickness_mm)
    affine[2, 3] = (thickness_mm - length_mm) / 2
    geometry = Geometry((slices, *anatomy.geometry.shape[1:]), affine)
    return replace(anatomy, geometry=geometry, thickness_mm=thickness_mm, planes=1)


def scaled(pair: Pair, share: float) -> Pair:
    """Return a smaller leg: the same voxels, each so much smaller."""
    affine = pair[0].geometry.affine.copy()
    affine[:3] *= share
    image, labels = (Volume(volume.array, Geometry(volume.array.shape, affine)) for volume in pair)
    return image, labels


def part_of(pair: Pair, slices: slice, columns: slice = slice(None)) -> Pair:
    """Return some slices and columns."""
    shape = pair[0].array.shape
    first = (columns.indices(shape[2])[0], 0, slices.indices(shape[0])[0])
    affine = pair[0].geometry.affine.copy()
    affine[:3, 3] = pair[0].geometry.world_from_index(first)
    arrays = (np.ascontiguousarray(volume.array[slices, :, columns]) for volume in pair)
    image, labels = (Volume(array, Geometry(array.shape, affine)) for array in arrays)
    return image, labels


def scores_of(bundle: Bundle, image: Volume, truth: Volume) -> Scores:
    """Segment a field of view and compare with the truth; a single leg's labels have no side."""
    try:
        result = segment(image, bundle)
    except MuscleSegError as error:
        return Scores(dict.fromkeys(np.unique(truth.array[truth.array > 0]).tolist(), 0.0), (f"refused: {error}",))
    labels = result.labels
    if len(result.sides) == 1 and not (truth.array > 100).any():
        labels = Volume(labels.array % 100, labels.geometry)
    return Scores(dice(labels, truth), tuple(note for note in result.notes if OF_ONE_SLICE not in note))


def table(bundle: Bundle, people: list[dict[str, Scores]]) -> list[str]:
    """Return a network's table as lines of Markdown."""
    about = bundle.metadata
    seeds = f"{FIRST_SEED} to {FIRST_SEED + len(people) - 1}"
    lines = [
        f"## {about.name} {about.version}: digital people with the seeds {seeds}",
        "",
        "| field of view | mean DSC | lowest of a person | lowest muscle | lost (%) | of all, with a note or refused |",
        "|---|---|---|---|---|---|",
    ]
    for title in people[0]:
        scores = [person[title] for person in people]
        means = [mean(each.dsc.values()) for each in scores]
        by_muscle: dict[int, list[float]] = {}
        for value, dsc in (pair for each in scores for pair in each.dsc.items()):
            by_muscle.setdefault(value % 100, []).append(dsc)
        lowest = min(by_muscle, key=lambda code: mean(by_muscle[code]))
        every = [dsc for each in scores for dsc in each.dsc.values()]
        cells = [
            f"{mean(means):.3f}",
            f"{min(means):.3f}",
            f"{region(about.region).muscle(lowest).name} {mean(by_muscle[lowest]):.2f}",
            f"{100 * every.count(0.0) / len(every):.1f}",
            f"{sum(bool(each.said) for each in scores)} of {len(scores)}",
        ]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    said = {title: sorted({note for person in people for note in person[title].said}) for title in people[0]}
    return [*lines, "", *(f"- {title}: {note}" for title, notes in said.items() for note in notes), ""]


if __name__ == "__main__":
    main()
