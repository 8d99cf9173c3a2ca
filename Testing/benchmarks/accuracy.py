"""How well the default networks find the muscles of real people whom they were not trained on.

    python Testing/benchmarks/accuracy.py [--region {thigh,calf}] [--network NAME] [--pictures DIR]

Reads ../shared/data. Thigh: the reference is the published output of another network for two patients with muscular
dystrophy; both legs together, since it has no sides; biceps femoris is its two heads, and the adductor is the adductor
magnus. Calf: polygons drawn by somebody who is not a clinician (a healthy person, slices where both legs are drawn) and
one slice drawn by a rater (without the deep posterior compartment). Prints Markdown: the Dice similarity coefficient
(DSC) of each muscle in each image.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from MuscleSegLib.anatomy import region, scheme
from MuscleSegLib.biomarkers import merge_labels
from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.evaluation import dice
from MuscleSegLib.inference import segment, segments_of
from MuscleSegLib.report import draw_overview
from MuscleSegLib.volume import Volume, canonical, read_labels, read_volume

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@dataclass(frozen=True)
class Case:
    """A scan with a reference.

    Attributes:
        title: Of its column.
        image: Below ``DATA``.
        labels: Below ``DATA``.
        scheme: Of the labels.
        slices: Which are labeled, counted from the lowest; None for all.
        missing: Codes that nobody labeled.

    """

    title: str
    image: str
    labels: str
    scheme: str
    slices: slice | None = None
    missing: tuple[int, ...] = ()


CASES = {
    "thigh": [
        Case(f"{n} {kind}", f"thigh_cases/Thigh_{n}_{suffix}", f"thigh_cases/Thigh_{n}_labels", "huashan11")
        for n in ("001", "003")
        for kind, suffix in (("water", "0001"), ("fat", "0000"))
    ],
    "calf": [
        Case("healthy", "calf_cases/bilateral_healthy", "calf_cases/bilateral_healthy_labels", "calf", slice(1, 25)),
        Case("T1 slice", "calf_cases/t1_slice", "calf_cases/t1_slice_labels", "calf", missing=(2,)),
    ],
}


def main() -> None:
    """Segment the images and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=list(CASES), default="thigh")
    parser.add_argument("--network")
    parser.add_argument("--pictures", type=Path, help="a folder for an overview of each image")
    options = parser.parse_args()
    muscles = region(options.region).muscles
    bundle = find_bundle(options.region, options.network)
    columns: dict[str, list[float]] = {}
    for case in CASES[options.region]:
        image = read_volume(DATA / f"{case.image}.nii.gz")
        start = time.monotonic()
        result = segment(image, bundle, device="cpu")
        print(f"{case.title}: {time.monotonic() - start:.1f} s", file=sys.stderr)
        labels, reference = (
            _labeled(volume, case.slices) for volume in (result.labels, _reference(case, options.region))
        )
        whole, full = dice(labels, reference), dice(*_full_slices(labels, reference, len(muscles)))
        scores = [np.nan if muscle.code in case.missing else whole[muscle.code] for muscle in muscles]
        columns[case.title] = [*scores, float(np.nanmean(scores)), float(np.mean(list(full.values())))]
        if options.pictures:
            options.pictures.mkdir(parents=True, exist_ok=True)
            segments = segments_of(options.region, two_legs=len(result.sides) == 2)
            draw_overview(image, result.labels, segments, options.pictures / f"{case.title}.png")
    print(f"| DSC | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    titles = [*(muscle.name for muscle in muscles), "**mean**", "mean, slices that lack one muscle at most"]
    for number, title in enumerate(titles):
        print(f"| {title} | {' | '.join(_shown(column[number]) for column in columns.values())} |")


def _shown(score: float) -> str:
    return "-" if np.isnan(score) else f"{score:.2f}"


def _reference(case: Case, name: str) -> Volume:
    labels, _ = read_labels(DATA / f"{case.labels}.nii.gz")
    return merge_labels(labels, scheme(case.scheme), name)


def _full_slices(labels: Volume, reference: Volume, muscles: int) -> tuple[Volume, Volume]:
    """Return both without the slices in which the reference lacks more than one muscle."""
    full = np.array([len(np.unique(codes[codes > 0])) >= muscles - 1 for codes in reference.array])
    labels, reference = (
        Volume(np.where(full[:, None, None], volume.array, 0), volume.geometry) for volume in (labels, reference)
    )
    return labels, reference


def _labeled(labels: Volume, slices: slice | None) -> Volume:
    """Return codes without sides, in the slices that have a reference and nothing in the others."""
    turned = canonical(labels)
    kept = slices or slice(None)
    codes = np.zeros_like(turned.array)
    codes[kept] = turned.array[kept] % 100
    return Volume(codes, turned.geometry)


if __name__ == "__main__":
    main()
