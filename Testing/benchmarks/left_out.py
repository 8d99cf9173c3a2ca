"""Accuracy, gross errors and confidence on scans of real people, told apart by whether a network learned from them.

    python Testing/benchmarks/left_out.py [NETWORK[:PERSON,...] ...] [--output MD] [--write BUNDLE]

A network is a name or a bundle's folder; after the colon stand the people that it did not learn from, neither from an
image nor from a label map. People are 001 and 003 (thigh), and healthy, "T1 slice" and patches (calf); they are
described in ../shared/data/README.md. Without networks it is the default and fast ones, and those that learned from no
real image. Figures of people that were learned from are slanted: no measure.

Prints Markdown: Dice similarity coefficient (DSC), over all slices and both legs, of each muscle and its mean over
muscles whose reference means the same (the adductor of 001 and 003 is the magnus alone there: it stands beside);
gross errors; and how well each muscle's confidence goes with its DSC, each leg's muscles by themselves. A slice of the
patches that is refused counts with a DSC of 0.

--write puts the mean DSC on these people into the metadata of a bundle, whence the panel and ``muscleseg networks``
show them: of a bundle that learned from everybody, those of its siblings that each left one out. Nothing may have been
chosen by these people either.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from accuracy import DATA
from left_out_scans import HEALTHY, IN_VIEW, PATCH_GROUPS, PATCHES, PEOPLE, RATER, LeftOutScan, scans_of
from scipy.stats import spearmanr

from MuscleSegLib.anatomy import is_left, region, value_without_side
from MuscleSegLib.bundle import Bundle, find_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.metrics import dice, missing_slices, swapped_share
from MuscleSegLib.files import written_whole
from MuscleSegLib.inference import segment
from MuscleSegLib.volume import Volume, canonical

BLIND_TODAY: Mapping[str, tuple[str, ...]] = {
    "thigh-paired-unet": (),
    "calf-paired-unet": (),
    "thigh-unet2d-small": (),
    "thigh-unet2d-small-synthesis": ("003",),  # the label map THIGH_061, learned from, seems to be 001 again
    "calf-unet2d-small": (RATER, PATCHES),
    "calf-unet2d-small-synthesis": (HEALTHY, RATER, PATCHES),
}
HEAD = """# Real people left out

By `python Testing/benchmarks/left_out.py`, whose text says what is counted. *Slanted*: of people that the network
learned from, and so no measure. 001 and 003 are patients whose reference is another network's output; the healthy
calves' was drawn by no clinician; patches are 31 slices of one calf seen through distortions. The others are left out,
but not blind: whoever made these networks looked at these scans. Scans that were kept apart are in
[kept_apart.md](kept_apart.md).
"""

COLUMNS = (
    *("scan", "mean DSC", "lowest", "not compared", "swapped (%)", "slices lost"),
    *("Spearman", "confidence - DSC", "absolute"),
)


@dataclass(frozen=True)
class Scores:
    """Comparison of one result with its reference.

    Attributes:
        dsc: DSC of the muscles of both legs, by code.
        beside: The same of muscles whose reference means another thing.
        swapped_percent: Share of the reference muscles' volume with another muscle's label.
        lost: Number of slices in which a muscle of a leg is missing between two that have it.
        confidence: Confidence and DSC of each leg's muscles.
        refused: Why there is no result, or empty.
    """

    dsc: Mapping[int, float]
    beside: Mapping[int, float]
    swapped_percent: float
    lost: int
    confidence: tuple[tuple[float, float], ...]
    refused: str = ""


def main() -> None:
    """Segment, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", metavar="NETWORK[:PERSON,...]", nargs="*")
    parser.add_argument("--output", type=Path, help="a Markdown file")
    parser.add_argument("--write", metavar="BUNDLE", type=Path, help="a bundle's folder for the blind figures")
    options = parser.parse_args()
    wanted = dict(map(_with_people, options.networks)) or BLIND_TODAY
    lines: list[str] = []
    figures: list[dict[str, Any]] = []
    for network, blind in wanted.items():
        bundle = _bundle(network)
        strangers = sorted(set(blind) - set(PEOPLE[bundle.metadata.region]))
        if strangers:
            parser.error(f"{strangers[0]} is nobody of the {bundle.metadata.region}'s scans")
        rows = rows_of(bundle)
        lines += chapter(bundle, blind, rows)
        figures += blind_figures(bundle, blind, rows)
    if options.write:
        write_figures(options.write, figures)
    text = "\n".join([HEAD, *lines]).rstrip() + "\n"
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")


def _with_people(text: str) -> tuple[str, tuple[str, ...]]:
    network, _, people = text.partition(":")
    return network, tuple(filter(None, people.split(",")))


def _bundle(network: str) -> Bundle:
    """Return the network of either region."""
    try:
        return find_bundle("thigh", network)
    except MuscleSegError:
        return find_bundle("calf", network)


def rows_of(bundle: Bundle) -> dict[str, tuple[str, Scores]]:
    """Return a network's person and scores by the title of the scan."""
    rows, patches = {}, {}
    for scan in scans_of(bundle.metadata.region):
        print(f"{bundle.metadata.name}: {scan.title}", file=sys.stderr, flush=True)
        scores = scores_of(scan, bundle)
        if scan.person == PATCHES:
            patches[scan.number] = scores
        else:
            rows[scan.title] = (scan.person, scores)
    for title, numbers in PATCH_GROUPS.items() if patches else ():
        kept = [scores for number, scores in patches.items() if number in numbers]
        rows[f"{len(kept)} {title}"] = (PATCHES, together(kept))
    return rows


def chapter(bundle: Bundle, blind: Sequence[str], rows: Mapping[str, tuple[str, Scores]]) -> list[str]:
    """Return a network's tables as lines of Markdown."""
    name = bundle.metadata.region
    is_blind = {title: person in blind for title, (person, _) in rows.items()}
    scored = {title: scores for title, (_, scores) in rows.items()}
    return [
        f"## {bundle.metadata.name} {bundle.metadata.version}, left out: {', '.join(blind) or 'nobody'}",
        "",
        *_summary(name, scored, is_blind),
        "",
        *_muscles(name, scored, is_blind),
        "",
        *(f"Refused: {why}\n" for why in dict.fromkeys(s.refused for s in scored.values() if s.refused)),
    ]


def blind_figures(bundle: Bundle, blind: Sequence[str], rows: Mapping[str, tuple[str, Scores]]) -> list[dict[str, Any]]:
    """Return the mean DSC on each scan of the people a network is blind to, as a bundle's metadata hold them."""
    about = bundle.metadata
    note = f"by {about.name} {about.version}; without the adductor where it is the magnus alone"
    return [
        {
            "data": f"left out: {title}",
            "metric": "mean DSC",
            "value": round(mean(scores.dsc.values()), 3),
            "note": note,
            "is_left_out": True,
        }
        for title, (person, scores) in rows.items()
        if person in blind and (person != PATCHES or title.endswith(IN_VIEW))
    ]


def write_figures(folder: Path, figures: Sequence[Mapping[str, Any]]) -> None:
    """Put figures of people left out into a bundle's metadata, in place of the earlier ones."""
    path = folder / "configs" / "metadata.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    section = content["muscleseg"]
    others = [figure for figure in section["measurements"] if not figure.get("is_left_out")]
    section["measurements"] = [*others, *figures]
    content["eval_metrics"] = {
        f"{figure['metric']}, {figure['data']}": figure["value"] for figure in section["measurements"]
    }
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def scores_of(scan: LeftOutScan, bundle: Bundle) -> Scores:
    """Segment a scan and compare the result with its reference."""
    first, *companions = scan.images
    without_sides = _without_sides(scan.reference)
    try:
        result = segment(first, bundle, companions=companions)
    except MuscleSegError as error:
        nothing = dict.fromkeys(np.unique(without_sides.array[without_sides.array > 0]).tolist(), 0.0)
        return Scores(nothing, {}, 0.0, 0, (), str(error).replace(f"{DATA}/", ""))
    turned = canonical(result.labels)
    labels = Volume(np.where(scan.counted, turned.array, 0).astype(np.uint8), turned.geometry)
    overlap = dice(_without_sides(labels), without_sides)
    if not is_left(scan.reference.array).any():
        labels = _without_sides(labels)
    each_leg = dice(labels, scan.reference)
    confidence = tuple(
        (value, each_leg[label])
        for label, value in result.confidence.items()
        if label in each_leg and value_without_side(label) not in scan.incomparable
    )
    return Scores(
        dsc={code: value for code, value in overlap.items() if code not in scan.incomparable},
        beside={code: value for code, value in overlap.items() if code in scan.incomparable},
        swapped_percent=100 * swapped_share(labels, scan.reference),
        lost=sum(map(len, missing_slices(labels, scan.reference).values())),
        confidence=confidence,
    )


def together(parts: Sequence[Scores]) -> Scores:
    """Return the mean of many single slices: of each muscle over those that hold it."""
    codes = sorted({code for part in parts for code in part.dsc})
    return Scores(
        dsc={code: mean(part.dsc[code] for part in parts if code in part.dsc) for code in codes},
        beside={},
        swapped_percent=mean(part.swapped_percent for part in parts),
        lost=0,
        confidence=tuple(pair for part in parts for pair in part.confidence),
        refused=", ".join(part.refused for part in parts if part.refused),
    )


def _summary(name: str, rows: Mapping[str, Scores], is_blind: Mapping[str, bool]) -> list[str]:
    lines = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    for title, scores in rows.items():
        lowest = min(scores.dsc, key=lambda code: scores.dsc[code])
        beside = ", ".join(f"{_muscle(name, code)} {value:.2f}" for code, value in scores.beside.items())
        cells = [
            f"{mean(scores.dsc.values()):.3f}",
            f"{_muscle(name, lowest)} {scores.dsc[lowest]:.2f}",
            beside or "-",
            f"{scores.swapped_percent:.2f}",
            f"{scores.lost}",
            *_agreement(scores.confidence),
        ]
        lines.append(_row(title, cells, is_blind[title]))
    return lines


def _agreement(pairs: Sequence[tuple[float, float]]) -> list[str]:
    """Return Spearman's correlation of confidence with DSC, its mean error, and the mean of the error's size."""
    if len(pairs) < 3:
        return ["-"] * 3
    confidence, dsc = np.array(pairs).T
    off = confidence - dsc
    return [f"{spearmanr(confidence, dsc).statistic:.2f}", f"{off.mean():+.3f}", f"{np.abs(off).mean():.3f}"]


def _muscles(name: str, rows: Mapping[str, Scores], is_blind: Mapping[str, bool]) -> list[str]:
    """Return the DSC of each muscle, a row a scan."""
    muscles = region(name).muscles
    lines = [f"| DSC | {' | '.join(muscle.name for muscle in muscles)} |", "|---" * (len(muscles) + 1) + "|"]
    for title, scores in rows.items():
        every = {**scores.dsc, **scores.beside}
        cells = [f"{every[muscle.code]:.2f}" if muscle.code in every else "-" for muscle in muscles]
        lines.append(_row(title, cells, is_blind[title]))
    return lines


def _row(title: str, cells: Sequence[str], is_blind: bool) -> str:  # noqa: FBT001 - of its own table
    return f"| {title} | {' | '.join(cells if is_blind else [f'*{cell}*' for cell in cells])} |"


def _muscle(name: str, code: int) -> str:
    return region(name).muscle(code).name


def _without_sides(labels: Volume) -> Volume:
    return Volume(np.asarray(value_without_side(labels.array), np.uint8), labels.geometry)


if __name__ == "__main__":
    main()
