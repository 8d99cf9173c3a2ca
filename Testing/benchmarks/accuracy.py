"""Accuracy of networks on scans of real people.

    python Testing/benchmarks/accuracy.py [--region {thigh,calf}] [--network NAME ...] [--output MD] [--pictures DIR]

Reads ../shared/data. Thigh: the reference is the published output of another network for two patients with muscular
dystrophy; both legs together, since it has no sides; biceps femoris is its two heads, and the adductor is the adductor
magnus. Calf: polygons drawn by somebody who is not a clinician (a healthy person, slices where both legs are drawn) and
one slice drawn by a rater (without the deep posterior compartment). Prints Markdown for each network: the Dice
similarity coefficient (DSC) of each muscle in each image, over all slices and over the middle of the limb, which are
the slices whose reference lacks one muscle at most; and a summary of all networks. A network's card says which of
these people it was trained on. A scan without labels (thigh) is only drawn.
"""

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np

from MuscleSegLib.anatomy import region, scheme, value_without_side
from MuscleSegLib.biomarkers import merge_labels
from MuscleSegLib.bundle import Bundle
from MuscleSegLib.cli.evaluate_networks import bundles_of
from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.inference import segment
from MuscleSegLib.report import draw_overview
from MuscleSegLib.volume import Volume, canonical, read_labels, read_volume

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
MONTAGE_SLICES = 12


@dataclass(frozen=True)
class Case:
    """A scan, with a reference or without.

    Attributes:
        title: Of its column.
        image: Below ``DATA``.
        labels: Below ``DATA``; None where there are none.
        scheme: Of the labels.
        slices: Which are labeled, counted from the lowest; None for all.
        missing: Codes that nobody labeled.
    """

    title: str
    image: str
    labels: str | None = None
    scheme: str = ""
    slices: slice | None = None
    missing: tuple[int, ...] = ()


CASES = {
    "thigh": [
        *(
            Case(f"{n} {kind}", f"thigh_cases/Thigh_{n}_{suffix}", f"thigh_cases/Thigh_{n}_labels", "huashan11")
            for n in ("001", "003")
            for kind, suffix in (("water", "0001"), ("fat", "0000"))
        ),
        Case("healthy", "thigh_cases/bilateral_healthy"),
    ],
    "calf": [
        Case("healthy", "calf_cases/bilateral_healthy", "calf_cases/bilateral_healthy_labels", "calf", slice(1, 25)),
        Case("T1 slice", "calf_cases/t1_slice", "calf_cases/t1_slice_labels", "calf", missing=(2,)),
    ],
}


@dataclass(frozen=True)
class Scores:
    """DSC of the muscles of one image that somebody labeled, by code.

    Attributes:
        whole: Over all slices.
        middle: Over those whose reference lacks one muscle at most.
        absence_percent: Of these muscles, those of which the network found nothing anywhere.
    """

    whole: Mapping[int, float]
    middle: Mapping[int, float]
    absence_percent: float


def main() -> None:
    """Segment the images and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=list(CASES), default="thigh")
    parser.add_argument("--network", metavar="NAME", nargs="+", help="names or folders; all that are shipped if none")
    parser.add_argument("--output", type=Path, help="a Markdown file")
    parser.add_argument("--pictures", type=Path, help="a folder for a montage of each image and network")
    options = parser.parse_args()
    networks = {}
    for bundle in bundles_of(options.region, options.network):
        tried = {case.title: scores_of(case, bundle, options.pictures) for case in CASES[options.region]}
        networks[bundle.metadata.name] = {title: scores for title, scores in tried.items() if scores}
    lines = summary_table(networks)
    for name, columns in networks.items():
        lines += ["", f"### {name}", "", *table(options.region, columns)]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")


def scores_of(case: Case, bundle: Bundle, pictures: Path | None) -> Scores | None:
    """Segment an image, draw it if wanted, and compare it with its reference, if there is one."""
    if not (case.labels or pictures):
        return None
    name = bundle.metadata.region
    image = read_volume(DATA / f"{case.image}.nii.gz")
    start = time.monotonic()
    result = segment(image, bundle)
    print(f"{bundle.metadata.name} {case.title}: {time.monotonic() - start:.1f} s", file=sys.stderr, flush=True)
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        path = pictures / f"{bundle.metadata.name}-{case.title.replace(' ', '-')}.png"
        draw_overview(image, result.labels, result.segments, path, most_slices=MONTAGE_SLICES)
    if case.labels is None:
        return None
    read, _ = read_labels(DATA / f"{case.labels}.nii.gz")
    labels, reference = (
        labeled(volume, case) for volume in (result.labels, merge_labels(read, scheme(case.scheme), name))
    )
    whole, middle = dice(labels, reference), dice(*_full_slices(labels, reference, len(region(name).muscles)))
    return Scores(whole, middle, 100 * sum(not (labels.array == code).any() for code in whole) / len(whole))


def summary_table(networks: Mapping[str, Mapping[str, Scores]]) -> list[str]:
    """Return the mean DSC of each network in each image as lines of Markdown."""
    titles = list(next(iter(networks.values())))
    lines = [f"| mean DSC: all slices, middle | {' | '.join(titles)} | absence (%) |", "|---" * (len(titles) + 2) + "|"]
    for name, columns in networks.items():
        cells = [f"{mean_text(scores.whole)}, {mean_text(scores.middle)}" for scores in columns.values()]
        absence = mean(scores.absence_percent for scores in columns.values())
        lines.append(f"| {name} | {' | '.join(cells)} | {absence:.1f} |")
    return lines


def table(region_name: str, columns: Mapping[str, Scores]) -> list[str]:
    """Return the DSC of each muscle in each image as lines of Markdown."""
    titles = [title for name in columns for title in (name, "middle")]
    halves = [half for scores in columns.values() for half in (scores.whole, scores.middle)]
    lines = [f"| DSC | {' | '.join(titles)} |", "|---" * (len(titles) + 1) + "|"]
    for muscle in region(region_name).muscles:
        cells = [f"{half[muscle.code]:.2f}" if muscle.code in half else "-" for half in halves]
        lines.append(f"| {muscle.name} | {' | '.join(cells)} |")
    absences = [cell for scores in columns.values() for cell in (f"{scores.absence_percent:.1f}", "")]
    return [
        *lines,
        f"| **mean** | {' | '.join(mean_text(half) for half in halves)} |",
        f"| absence (%) | {' | '.join(absences)} |",
    ]


def mean_text(scores: Mapping[int, float]) -> str:
    """Return the mean DSC of the muscles."""
    return f"{mean(scores.values()):.2f}" if scores else "-"


def _full_slices(labels: Volume, reference: Volume, muscles: int) -> tuple[Volume, Volume]:
    """Return both without the slices in which the reference lacks more than one muscle."""
    full = np.array([len(np.unique(codes[codes > 0])) >= muscles - 1 for codes in reference.array])
    labels, reference = (
        Volume(np.where(full[:, None, None], volume.array, 0), volume.geometry) for volume in (labels, reference)
    )
    return labels, reference


def labeled(labels: Volume, case: Case) -> Volume:
    """Return codes without sides, where and of what there is a reference; canonical."""
    turned = canonical(labels)
    kept = case.slices or slice(None)
    codes = np.zeros_like(turned.array)
    codes[kept] = value_without_side(turned.array[kept])
    codes[np.isin(codes, case.missing)] = 0
    return Volume(codes, turned.geometry)


if __name__ == "__main__":
    main()
