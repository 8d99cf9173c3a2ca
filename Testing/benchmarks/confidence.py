"""Which score of a network's predicts its overlap with the truth best, and what DSC a score stands for.

    python Testing/benchmarks/confidence.py [--region {thigh,calf}] [--network NAME] --output DIR [--write]

Digital legs that no training draws (their seeds), from lean to severely ill, each in five contrasts, and the labeled
real scans in ../shared/data: one half of the people to choose and to calibrate the score, the other half to judge it.
Prints Markdown: Spearman's correlation of each score with the Dice similarity coefficient (DSC), and the reliability of
the calibrated one. DIR gets samples.csv (a row a muscle) and reliability.png; --write puts the calibration into the
network's bundle. Beside the scores that cost next to nothing are agreements with other views, which cost a pass each.
"""

import argparse
import csv
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from accuracy import CASES, DATA
from numpy.typing import NDArray
from scipy.stats import spearmanr

from MuscleSegLib.anatomy import region, scheme
from MuscleSegLib.biomarkers import merge_labels
from MuscleSegLib.bundle import Bundle, Calibration, LegInput, find_bundle, write_confidence
from MuscleSegLib.evaluation import dice, fit_calibration
from MuscleSegLib.inference import find_legs
from MuscleSegLib.inference.confidence import SCORES, calibrated
from MuscleSegLib.inference.legs import Leg
from MuscleSegLib.inference.loading import load_runner
from MuscleSegLib.inference.predict import segment_leg
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.acquisition import acquire
from MuscleSegLib.phantom.physics.dixon import Dixon, opposed_and_in_phase_ms
from MuscleSegLib.phantom.protocols import Protocol, Scan, hostin2023
from MuscleSegLib.progress import silent
from MuscleSegLib.volume import Volume, canonical, read_labels, read_volume

FIRST_SEED = 1000  # training draws its digital legs from 0 on
FAT_PERCENT = (2.0, 2.0, 10.0, 10.0, 25.0, 25.0, 40.0, 40.0, 55.0, 55.0, 70.0, 70.0)  # a person each, halves alike
TURN, ZOOM, GAMMA = np.deg2rad(6), 1.08, 0.7  # of the other views
BINS = np.linspace(0, 1, 11)


@dataclass(frozen=True)
class Scene:
    """An image with the truth."""

    person: str
    contrast: str
    image: Volume
    truth: Volume


@dataclass(frozen=True)
class Sample:
    """A muscle that a network found."""

    person: str
    contrast: str
    muscle: str
    is_real: bool
    dsc: float
    scores: dict[str, float]


def main() -> None:
    """Segment, compare, choose, calibrate, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=list(CASES), default="thigh")
    parser.add_argument("--network")
    parser.add_argument("--second", help="another network of the region, whose agreement is a score too")
    parser.add_argument(
        "--trained-on-real", action="store_true", help="leave out the real scans: they are not held out"
    )
    parser.add_argument("--output", metavar="DIR", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="put the calibration into the bundle")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    bundle = find_bundle(options.region, options.network)
    second = find_bundle(options.region, options.second) if options.second else None
    samples = _samples(bundle, second, with_real=not options.trained_on_real)
    _write_samples(samples, options.output / "samples.csv")
    fitted, judged = _halves(samples)
    chosen = max(SCORES, key=lambda name: _spearman(fitted, name))
    calibration = fit_calibration(chosen, [one.scores[chosen] for one in fitted], [one.dsc for one in fitted])
    _print_correlations(samples, fitted, judged)
    _print_reliability(judged, calibration)
    _draw(judged, calibration, bundle.metadata.name, options.output / "reliability.png")
    if options.write:
        write_confidence(bundle.folder, calibration)


def _samples(bundle: Bundle, second: Bundle | None, *, with_real: bool) -> list[Sample]:
    name, samples = bundle.metadata.region, []
    networks = [(one, load_runner(one, "cpu")) for one in (bundle, second) if one]
    scenes = [_phantoms(name)] + ([_real(name)] if with_real else [])
    for is_real, source in enumerate(scenes):
        for scene in source:
            start = time.monotonic()
            samples += _of_scene(networks, scene, is_real=bool(is_real))
            print(f"{scene.person} {scene.contrast}: {time.monotonic() - start:.1f} s", file=sys.stderr)
    return samples


def _phantoms(name: str) -> Iterator[Scene]:
    for number, fat in enumerate(FAT_PERCENT):
        legs = digital_legs(name, seed=FIRST_SEED + number, fat_fraction=fat)
        scanned = acquire(legs, _on_one_grid(hostin2023(legs.length_mm, legs=2)))
        for contrast, image in _contrasts({key: one.array for key, one in scanned.images.items()}).items():
            volume = Volume(image.astype(np.float32), scanned.labels.geometry)
            yield Scene(f"phantom {legs.seed}", contrast, volume, scanned.labels)


def _on_one_grid(protocol: Protocol) -> Protocol:
    """Return the protocol with every scan on the anatomy's grid, where the truth is, and a Dixon of three points."""
    grid, thickness = protocol.anatomy.geometry, protocol.anatomy.thickness_mm
    return replace(
        protocol,
        ff=Scan(Dixon(12, 5, opposed_and_in_phase_ms(3)), grid, thickness, planes=2, snr=25),
        mtr=replace(protocol.mtr, geometry=grid, thickness_mm=thickness, planes=2),
        t2=replace(protocol.t2, geometry=grid, thickness_mm=thickness, planes=2, snr=40),
    )


def _contrasts(images: dict[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
    opposed, in_phase = (
        np.hypot(images[f"raw/dixon_echo0{echo}_real"], images[f"raw/dixon_echo0{echo}_imaginary"]) for echo in (1, 2)
    )
    fat = np.clip(np.nan_to_num(images["ff"]) / 100, 0, 1)
    return {
        "T1-weighted": images["anatomy"],
        "fat": fat * in_phase,
        "water": (1 - fat) * in_phase,
        "opposed phase": opposed,
        "T2-weighted": images["raw/t2_echo08"],
    }


def _real(name: str) -> Iterator[Scene]:
    for case in CASES[name]:
        labels, _ = read_labels(DATA / f"{case.labels}.nii.gz")
        turned = canonical(merge_labels(labels, scheme(case.scheme), name))
        kept = case.slices or slice(None)
        array = np.zeros_like(turned.array)
        array[kept] = np.where(np.isin(turned.array[kept] % 100, case.missing), 0, turned.array[kept])
        truth = Volume(array, turned.geometry)
        yield Scene(case.labels, case.title, read_volume(DATA / f"{case.image}.nii.gz"), truth)


def _of_scene(networks: Sequence[tuple[Bundle, Runner]], scene: Scene, *, is_real: bool) -> list[Sample]:
    bundle = networks[0][0]
    image, truth = canonical(scene.image), canonical(scene.truth)
    dark = replace(image, array=np.clip(image.array, 0, None).astype(np.float32) ** GAMMA)
    samples = []
    for leg in find_legs(image):
        found, scores = _look(*networks[0], image, leg)
        overlap = _overlap(found, truth, leg)
        views = {
            "agreement, turned and smaller": _look(*networks[0], image, leg, turn=TURN, zoom=ZOOM)[0],
            "agreement, other gamma": _look(*networks[0], dark, leg)[0],
        }
        if len(networks) > 1:
            views["agreement, second network"] = _look(*networks[1], image, leg)[0]
        agreements = {title: _overlap(view, found, leg) for title, view in views.items()}
        for code in set(overlap) & set(scores["expected-dsc"]):
            own = {score: values[code] for score, values in scores.items()}
            own |= {title: values.get(code, 0.0) for title, values in agreements.items()}
            muscle = region(bundle.metadata.region).muscle(code).name
            samples.append(Sample(scene.person, scene.contrast, muscle, is_real, overlap[code], own))
    return samples


def _look(
    bundle: Bundle, runner: Runner, image: Volume, leg: Leg, *, turn: float = 0.0, zoom: float = 1.0
) -> tuple[Volume, Mapping[str, Mapping[int, float]]]:
    """Return one leg's labels and its scores."""
    spec = bundle.metadata.input
    assert isinstance(spec, LegInput)
    codes = np.array([0, *bundle.metadata.labels], np.uint8)
    seen, turned = replace(spec, pixel_mm=zoom * spec.pixel_mm), replace(leg, angle=leg.angle + turn)
    found = segment_leg(runner, seen, codes, image, turned, silent, scores=tuple(SCORES))
    return Volume(found.labels, image.geometry), found.scores


def _overlap(labels: Volume, truth: Volume, leg: Leg) -> dict[int, float]:
    """Return the DSC by code in one leg, in the slices that have a truth."""
    array = np.where(leg.region, truth.array % 100, 0).astype(np.uint8)
    labeled = array.any(axis=(1, 2), keepdims=True)
    return dice(replace(labels, array=np.where(labeled, labels.array, 0)), Volume(array, labels.geometry))


def _halves(samples: Sequence[Sample]) -> tuple[list[Sample], list[Sample]]:
    """Return every second person's, and the others'."""
    people = list(dict.fromkeys(one.person for one in samples))
    first = set(people[::2])
    return [one for one in samples if one.person in first], [one for one in samples if one.person not in first]


def _spearman(samples: Sequence[Sample], score: str) -> float:
    if len(samples) < 3:
        return float("nan")
    return float(spearmanr([one.scores[score] for one in samples], [one.dsc for one in samples]).statistic)


def _print_correlations(samples: Sequence[Sample], fitted: Sequence[Sample], judged: Sequence[Sample]) -> None:
    parts = {
        "phantoms": [one for one in samples if not one.is_real],
        "real scans": [one for one in samples if one.is_real],
        "half to fit": fitted,
        "half to judge": judged,
    }
    print(f"| Spearman's correlation with DSC | {' | '.join(f'{k} (n = {len(v)})' for k, v in parts.items())} |")
    print("|---|" + "---|" * len(parts))
    for name in samples[0].scores:
        print(f"| {name} | {' | '.join(f'{_spearman(part, name):.2f}' for part in parts.values())} |")


def _bins(samples: Sequence[Sample], calibration: Calibration) -> list[tuple[float, float, int]]:
    """Return the mean DSC predicted and measured, and the number of muscles, of each tenth that has any."""
    expected = np.array([calibrated(one.scores[calibration.score], calibration) for one in samples])
    measured = np.array([one.dsc for one in samples])
    place = np.digitize(expected, BINS[1:-1])
    return [
        (float(expected[place == n].mean()), float(measured[place == n].mean()), int((place == n).sum()))
        for n in np.unique(place)
    ]


def _print_reliability(judged: Sequence[Sample], calibration: Calibration) -> None:
    print(f"\nChosen: {calibration.score}. On the half to judge:\n")
    print("| expected DSC | measured DSC | muscles |\n|---|---|---|")
    for expected, measured, count in _bins(judged, calibration):
        print(f"| {expected:.2f} | {measured:.2f} | {count} |")
    for title, part in {"all": judged, "real scans": [one for one in judged if one.is_real]}.items():
        if part:
            errors = [calibrated(one.scores[calibration.score], calibration) - one.dsc for one in part]
            print(f"\nExpected - measured, {title}: {np.mean(errors):+.3f}, absolute {np.mean(np.abs(errors)):.3f}")


def _draw(judged: Sequence[Sample], calibration: Calibration, name: str, path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", zorder=0)
    for is_real, title, color in ((False, "digital legs", "tab:blue"), (True, "real scans", "tab:orange")):
        part = [one for one in judged if one.is_real == is_real]
        if not part:
            continue
        expected = [calibrated(one.scores[calibration.score], calibration) for one in part]
        axes.scatter(expected, [one.dsc for one in part], s=6, alpha=0.3, color=color, label=title)
    for expected_mean, measured, count in _bins(judged, calibration):
        axes.plot(expected_mean, measured, "ko")
        axes.annotate(str(count), (expected_mean, measured), textcoords="offset points", xytext=(6, -10), fontsize=8)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="expected DSC", ylabel="measured DSC", title=name, aspect="equal")
    axes.legend(loc="upper left")
    figure.savefig(path, dpi=120)


def _write_samples(samples: Sequence[Sample], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["person", "contrast", "muscle", "is_real", "dsc", *samples[0].scores])
        for one in samples:
            writer.writerow([one.person, one.contrast, one.muscle, one.is_real, one.dsc, *one.scores.values()])


if __name__ == "__main__":
    main()
