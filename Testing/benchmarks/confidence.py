"""Agreement of a network's confidence with the overlap with the truth; fits the calibration, and writes it on request.

    python Testing/benchmarks/confidence.py --region thigh [--network NAME ...] [--write] [--output MD]
        [--pictures DIR] [--cache DIR] [--people 12] [--views] [--second NAME]

A calibration is fitted to digital people, lean to severely ill, whose scans in five contrasts are partly noisy, blurred
or short; it is judged on other ones and on the labeled real scans in ../shared/data. No training draws either. Prints
Markdown for each network: Spearman's correlation of scores with the Dice similarity coefficient (DSC); that of the
calibrated confidence, and its error, within contrasts, states and muscles; and its reliability, which is drawn too.
--views and --second compare it with scores that cost another pass each.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from confidence_scans import FIT_SEED, JUDGE_SEED, Scene, digital_people, real_scans
from confidence_scores import Network, Sample, samples_of
from held_out import CACHE
from numpy.typing import ArrayLike, NDArray
from scipy.stats import spearmanr

from MuscleSegLib.bundle import Bundle, Calibration, find_bundle, write_confidence
from MuscleSegLib.cli.evaluate_networks import bundles_of
from MuscleSegLib.evaluation.statistics import fit_calibration
from MuscleSegLib.inference.confidence import SOFT_DICE, calibrated

BINS = np.linspace(0, 1, 21)
FEWEST = 5  # muscles in a bin

Values = NDArray[np.float64]


def main() -> None:
    """Segment, fit, judge, draw, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=["thigh", "calf"], required=True)
    parser.add_argument("--network", metavar="NAME", nargs="+", help="names or folders; all that are shipped if none")
    parser.add_argument("--write", action="store_true", help="put the calibration into the network's bundle")
    parser.add_argument("--output", type=Path, help="a Markdown file")
    parser.add_argument("--pictures", type=Path, help="a folder for a drawing of each network's reliability")
    parser.add_argument("--cache", type=Path, default=CACHE, help="a folder for the scans")
    parser.add_argument("--people", type=int, default=12, help="to fit to, and as many to judge on")
    parser.add_argument("--views", action="store_true", help="also look twice more at each scan, for the agreement")
    parser.add_argument("--second", metavar="NAME", help="another network of the region, for the agreement")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    options = parser.parse_args()
    lines: list[str] = []
    for bundle in bundles_of(options.region, options.network):
        lines += _judged(bundle, options)
    text = "\n".join(lines) + "\n"
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")


def _judged(bundle: Bundle, options: argparse.Namespace) -> list[str]:
    """Fit a network's calibration, write and draw what is wanted, and return its chapter."""
    name, people = bundle.metadata.name, options.people
    network = Network.load(bundle, options.device)
    if network is None:
        return [f"## {name}\n", "It is shown whole scans: its confidence is not known.\n"]
    second = Network.load(find_bundle(options.region, options.second), options.device) if options.second else None
    look = partial(_samples, network, views=options.views, second=second)
    fitted = look(digital_people(options.region, FIT_SEED, people, options.cache))
    judged = look(digital_people(options.region, JUDGE_SEED, people, options.cache))
    real = look(real_scans(bundle))
    calibration = fit_calibration([sample.scores[SOFT_DICE] for sample in fitted], _dsc(fitted))
    if options.write:
        write_confidence(bundle.folder, calibration)
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
        _draw(judged, real, calibration, name, options.pictures / f"{name}-reliability.png")
    seeds = [f"{first} to {first + people - 1}" for first in (FIT_SEED, JUDGE_SEED)]
    return [
        f"## {name}: confidence\n",
        f"Fitted to digital people with the seeds {seeds[0]}, judged on those with the seeds {seeds[1]}.\n",
        *_correlations({"fitted to": fitted, "judged on": judged, "real scans": real}),
        *_errors(float(_dsc(fitted).mean()), judged, real, calibration),
        *_reliability(judged, calibration),
    ]


def _samples(network: Network, scenes: Iterable[Scene], *, views: bool, second: Network | None) -> list[Sample]:
    samples: list[Sample] = []
    for scene in scenes:
        start = time.monotonic()
        samples += samples_of(network, scene, views=views, second=second)
        name = network.bundle.metadata.name
        print(f"{name}: {scene.contrast}, {scene.state}: {time.monotonic() - start:.1f} s", file=sys.stderr, flush=True)
    return samples


def _correlations(parts: Mapping[str, Sequence[Sample]]) -> list[str]:
    titles = [f"{title} (n = {len(part)})" for title, part in parts.items()]
    lines = [f"| Spearman's correlation with DSC | {' | '.join(titles)} |", "|---" * (len(parts) + 1) + "|"]
    for name in parts["fitted to"][0].scores:
        cells = [_number(_spearman([sample.scores[name] for sample in part], _dsc(part))) for part in parts.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _errors(usual: float, judged: Sequence[Sample], real: Sequence[Sample], calibration: Calibration) -> list[str]:
    """Return Spearman's correlation and the errors of the confidence in all groups of muscles."""
    groups = {"all digital": list(judged)}
    for kind in (lambda sample: sample.scene.contrast, lambda sample: sample.scene.state, lambda sample: sample.muscle):
        for sample in judged:
            groups.setdefault(kind(sample), []).append(sample)
    for sample in real:
        groups.setdefault(f"all {sample.scene.state}", []).append(sample)
    for sample in real:
        groups.setdefault(f"{sample.scene.state}: {sample.scene.contrast}", []).append(sample)
    lines = [
        f"\nErrors beside those of telling {usual:.2f}, the mean, of every muscle.\n",
        "| muscles | n | DSC | Spearman | confidence - DSC | absolute | of the mean |",
        "|---|---|---|---|---|---|---|",
    ]
    for title, part in groups.items():
        confidence, dsc = _confidence(part, calibration), _dsc(part)
        off = confidence - dsc
        cells = [dsc.mean(), _spearman(confidence, dsc), off.mean(), np.abs(off).mean(), np.abs(usual - dsc).mean()]
        lines.append(f"| {title} | {len(part)} | {' | '.join(map(_number, cells))} |")
    return lines


def _reliability(judged: Sequence[Sample], calibration: Calibration) -> list[str]:
    lines = ["\n| confidence, digital | DSC | muscles |", "|---|---|---|"]
    confidence, dsc = _confidence(judged, calibration), _dsc(judged)
    return lines + [f"| {mean:.2f} | {measured:.2f} | {n} |" for mean, measured, n in _bins(confidence, dsc)] + [""]


def _bins(confidence: Values, dsc: Values) -> list[tuple[float, float, int]]:
    """Return the mean confidence, the mean DSC and the number of muscles of each bin; one of few joins the next."""
    place, groups = np.digitize(confidence, BINS[1:-1]), [[]]
    for n in range(len(BINS)):
        if len(groups[-1]) >= FEWEST:
            groups.append([])
        groups[-1] += np.flatnonzero(place == n).tolist()
    if len(groups) > 1 and len(groups[-1]) < FEWEST:
        groups[-2:] = [groups[-2] + groups[-1]]
    return [(float(confidence[group].mean()), float(dsc[group].mean()), len(group)) for group in groups]


def _draw(judged: Sequence[Sample], real: Sequence[Sample], calibration: Calibration, name: str, path: Path) -> None:
    """Draw the DSC against the confidence, muscles faint and bins with their counts, and how many there are."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 7), layout="constrained")
    axes, below = figure.subplots(2, sharex=True, height_ratios=(4, 1))
    axes.plot([0, 1], [0, 1], color="0.7", zorder=0)
    kinds = ((judged, "digital people", "tab:blue", (5, -11)), (real, "real scans", "tab:orange", (-11, 6)))
    for part, title, color, beside in kinds:
        if not part:
            continue
        confidence, dsc = _confidence(part, calibration), _dsc(part)
        label = f"{title}: {len(part)} muscles, Spearman {_spearman(confidence, dsc):.2f}"
        axes.scatter(confidence, dsc, s=9, alpha=0.35, color=color, linewidths=0)
        bins = _bins(confidence, dsc)
        axes.plot([point[0] for point in bins], [point[1] for point in bins], "o-", color=color, label=label)
        for mean, measured, count in bins:
            at = {"xy": (mean, measured), "xytext": beside, "textcoords": "offset points"}
            axes.annotate(str(count), **at, color=color, fontsize=8)
        below.hist(confidence, BINS, color=color, alpha=0.6)
    axes.set(xlim=(0, 1), ylim=(0, 1), ylabel="DSC", title=f"{name}: reliability of the confidence")
    axes.legend(loc="upper left")
    below.set(xlabel="confidence", ylabel="muscles", yscale="log")
    figure.savefig(path, dpi=110)


def _dsc(samples: Sequence[Sample]) -> Values:
    return np.array([sample.dsc for sample in samples])


def _confidence(samples: Sequence[Sample], calibration: Calibration) -> Values:
    return np.array([calibrated(sample.scores[SOFT_DICE], calibration) for sample in samples])


def _spearman(values: ArrayLike, other: Values) -> float:
    return float(spearmanr(values, other).statistic) if len(other) > 2 else np.nan


def _number(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.2f}"


if __name__ == "__main__":
    main()
