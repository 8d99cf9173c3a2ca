"""What adaptation buys: the other leg of a person, and what is forgotten, by how many corrected slices.

    python Testing/benchmarks/adapt.py [--network NAME] [--person 001|003|healthy] [--slices N ...] [--minutes M]
        [--leg right|left] [--image both|fat|water] [--work DIR] [--output MD]

The network has to be one that did not learn from the person. Slices of one leg are taken as corrected, N of them
evenly spaced (0 for all), and the other leg is compared before and after: with each image alone, and with all of them.
Forgetting: the other person of the region, and --digital digital people of those that networks are tested on.

People are described in ../shared/data/README.md; 001 and 003 are thighs in the scheme huashan11, "healthy" is a pair of
calves. Prints Markdown, with the steps and the processor time. The adapted networks stay in --work, which has to be
given again to go on with a run that was stopped.
"""

import argparse
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from MuscleSegLib.anatomy import Side, is_left, region, scheme, value_without_side
from MuscleSegLib.biomarkers import merge_labels
from MuscleSegLib.bundle import Bundle, find_bundle, read_bundle
from MuscleSegLib.bundle.places import VARIABLE
from MuscleSegLib.evaluation.study.digital_test_subjects import scanned_subject
from MuscleSegLib.inference.labeling import label_muscles
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.legs import find_legs
from MuscleSegLib.progress import silent
from MuscleSegLib.training.adaptation import Adapted, Request, Settings, adapt
from MuscleSegLib.volume import Segment, Volume, canonical, like, read_labels, read_volume, write_labels, write_volume

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ADDUCTOR = 1


@dataclass(frozen=True)
class Person:
    """Real person with labels.

    Attributes:
        region: "thigh" or "calf".
        stem: Beginning of the files' names in ``DATA``.
        images: Endings of the images' names, by name.
        scheme: Scheme of the labels; None for our own codes.
        other: Person of the same region to tell what was forgotten.
    """

    region: str
    stem: str
    images: Mapping[str, str]
    scheme: str | None
    other: str


DIXON = {"fat": "_0000.nii.gz", "water": "_0001.nii.gz"}
PEOPLE = {
    "001": Person("thigh", "thigh_cases/Thigh_001", DIXON, "huashan11", "003"),
    "003": Person("thigh", "thigh_cases/Thigh_003", DIXON, "huashan11", "001"),
    "healthy": Person("calf", "calf_cases/bilateral_healthy", {"image": ".nii.gz"}, None, "rater"),
    "rater": Person("calf", "calf_cases/t1_slice", {"image": ".nii.gz"}, None, "healthy"),
}


@dataclass(frozen=True)
class Scan:
    """Canonical scan of a person.

    Attributes:
        images: Images by name.
        labels: Muscle codes without sides, [k, j, i].
        published: Values of the labels' own scheme, [k, j, i].
        legs: Mask of each leg's part of the image, by side.
    """

    images: Mapping[str, Volume]
    labels: Volume
    published: np.ndarray
    legs: Mapping[Side, np.ndarray]

    @classmethod
    def of(cls, person: Person) -> "Scan":
        """Read a person's scan."""
        raw, _segments = read_labels(DATA / f"{person.stem}_labels.nii.gz")
        merged = raw if person.scheme is None else merge_labels(raw, scheme(person.scheme), person.region)
        labels = canonical(merged)
        images = {
            name: like(canonical(read_volume(DATA / f"{person.stem}{ending}")), labels.geometry)
            for name, ending in person.images.items()
        }
        legs = find_legs(next(iter(images.values())), 2)
        codes = Volume(value_without_side(labels.array).astype(np.uint8), labels.geometry)
        regions = {leg.side: leg.region for leg in legs if leg.side}
        return cls(images, codes, canonical(raw).array, regions)


def main() -> None:
    """Measure, and print."""
    options = _options()
    os.environ[VARIABLE] = str(options.work / "networks")
    options.work.mkdir(parents=True, exist_ok=True)
    person = PEOPLE[options.person]
    bundle = find_bundle(person.region, options.network)
    scan, other = Scan.of(person), Scan.of(PEOPLE[person.other])
    taught, judged = (Side.RIGHT, Side.LEFT) if options.leg == "right" else (Side.LEFT, Side.RIGHT)
    before = _figures(bundle, scan, other, judged, person, options)
    lines = [_head(options, before), _row("before", "-", before)]
    for count in options.slices:
        name = f"{bundle.metadata.name}-{options.person}-{options.leg}-{options.image}-{count or 'all'}"
        folder = _write_case(options.work / name, scan, taught, count, person, options.image)
        request = Request(bundle, folder, name, options.work / "cache", person.scheme, options.minutes, Settings())
        start = time.process_time(), time.monotonic()
        adapted = adapt(request)
        spent = time.process_time() - start[0], time.monotonic() - start[1]
        network = read_bundle(adapted.folder)
        lines.append(
            _row(str(count or "all"), _verdict(adapted, spent), _figures(network, scan, other, judged, person, options))
        )
        (options.work / f"{name}.json").write_text(json.dumps({**asdict(adapted), "folder": str(adapted.folder)}))
    text = "\n".join(lines)
    print(text)
    if options.output:
        options.output.write_text(f"{text}\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", default=None, help="a name or a folder (default: the region's default)")
    parser.add_argument("--person", choices=[name for name in PEOPLE if name != "rater"], default="003")
    parser.add_argument("--slices", type=int, nargs="+", default=[4, 0], help="numbers of corrected slices, 0 for all")
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--leg", choices=["right", "left"], default="right")
    parser.add_argument("--image", choices=["both", "fat", "water"], default="both", help="images to learn from")
    parser.add_argument("--digital", type=int, default=3, help="number of digital people")
    parser.add_argument("--work", type=Path, default=Path("adapt-benchmark"))
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


def _write_case(folder: Path, scan: Scan, side: Side, count: int, person: Person, kind: str) -> Path:
    """Write the labels of some slices of one leg beside the images."""
    folder.mkdir(parents=True, exist_ok=True)
    labels = np.where(scan.legs[side], scan.published, 0).astype(np.uint8)
    labeled = np.flatnonzero(labels.any(axis=(1, 2)))
    if count:
        kept = labeled[np.linspace(0, len(labeled) - 1, count + 2)[1:-1].round().astype(int)]
        labels[~np.isin(np.arange(len(labels)), kept)] = 0
    values = np.unique(labels[labels > 0]).tolist()
    segments = [Segment(value, f"label {value}", (200, 100, 50)) for value in values]
    write_labels(Volume(labels, scan.labels.geometry), folder / "case_labels.nii.gz", segments=segments)
    for name, image in scan.images.items():
        ending = {"fat": "_0000", "water": "_0001"}.get(name, "")
        if kind in ("both", name) or len(scan.images) == 1:
            write_volume(image, folder / f"case{ending}.nii.gz")
    return folder


def _figures(
    bundle: Bundle, scan: Scan, other: Scan, judged: Side, person: Person, options: argparse.Namespace
) -> dict[str, float]:
    codes = [
        muscle.code for muscle in region(person.region).muscles if person.region == "calf" or muscle.code != ADDUCTOR
    ]
    figures = {}
    for name, images in _combinations(scan.images):
        figures[f"other leg, {name}"] = _mean_dsc(bundle, images, scan, [judged], codes)
    for name, images in _combinations(other.images):
        figures[f"{person.other}, {name}"] = _mean_dsc(bundle, images, other, list(other.legs), codes)
    people = [
        scanned_subject(person.region, number, "hostin2023", ["anatomy"], options.work / "cache")
        for number in range(options.digital)
    ]
    scores = []
    for subject in people:
        image, truth = canonical(subject.images["anatomy"]), canonical(subject.labels).array
        legs = {side: is_left(truth) == (side is Side.LEFT) for side in Side}
        codes_alone = Volume(value_without_side(truth).astype(np.uint8), image.geometry)
        digital = Scan({"anatomy": image}, codes_alone, truth, legs)
        scores.append(_mean_dsc(bundle, [image], digital, list(Side), codes))
    figures["digital people"] = float(np.mean(scores))
    return figures


def _combinations(images: Mapping[str, Volume]) -> list[tuple[str, list[Volume]]]:
    single = [(name, [image]) for name, image in images.items()]
    return single if len(single) == 1 else [*single, ("both", list(images.values()))]


def _mean_dsc(
    bundle: Bundle, images: Sequence[Volume], scan: Scan, sides: Sequence[Side], codes: Sequence[int]
) -> float:
    """Return the mean over muscles of the DSC of some legs together."""
    labeling = label_muscles(images, bundle, device="auto", legs=2, progress=silent, watch=Stopwatch())
    predicted, truth = labeling.prediction.labels, scan.labels.array
    dsc = []
    for code in codes:
        both = total = 0
        for side in sides:
            is_predicted = predicted == (code + 100 if side is Side.LEFT else code)
            reference = (truth == code) & scan.legs[side]
            both += int((is_predicted & reference).sum())
            total += int(is_predicted.sum() + reference.sum()) if reference.any() else 0
        if total:
            dsc.append(2 * both / total)
    return float(np.mean(dsc))


def _head(options: argparse.Namespace, figures: Mapping[str, float]) -> str:
    names = " | ".join(figures)
    title = (
        f"## {options.network or 'default'}, person {options.person}, {options.leg} leg corrected, {options.image}\n\n"
    )
    return f"{title}| slices | {names} | outcome |\n|---|{'---|' * len(figures)}---|"


def _row(count: str, outcome: str, figures: Mapping[str, float]) -> str:
    return f"| {count} | {' | '.join(f'{value:.3f}' for value in figures.values())} | {outcome} |"


def _verdict(adapted: Adapted, spent: tuple[float, float]) -> str:
    taken = "taken" if adapted.is_taken else f"not taken: {adapted.reason}"
    held, rehearsed = adapted.held_out, adapted.rehearsed
    gates = f"held out {held.before:.3f} to {held.after:.3f}, digital {rehearsed.before:.3f} to {rehearsed.after:.3f}"
    return (
        f"{taken}; {gates}; {adapted.steps} steps a training, {spent[1] / 60:.1f} min, {spent[0]:.0f} s of this process"
    )


if __name__ == "__main__":
    main()
