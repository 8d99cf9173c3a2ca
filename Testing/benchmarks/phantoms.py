"""Tables 1 and 2 of Hostin et al. (10.1002/jmri.28708) on digital people whom no network was trained on.

    python Testing/benchmarks/phantoms.py --region thigh [--cases 20] [--network NAME ...] [--output MD] [--cache DIR]
        [--central-mm MM]

Both legs of each person are scanned once, with the paper's protocol, and kept in the cache. Each network segments the
T1-weighted anatomy. Every muscle of either leg counts once. Prints Markdown: errors against what is measured in the
same maps with the true labels, as the papers do with manual ones; errors against the truth; the DSC of each muscle; and
muscles with less and with more than 20 % of fat. With --central-mm only that length in the middle of the limb is looked
at, such as the 180 mm that the paper's maps of FF and MTR cover; without errors against the truth, which is of whole
muscles.
"""

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
from held_out import CACHE

from MuscleSegLib.anatomy import region, scheme
from MuscleSegLib.biomarkers import MAP_NAMES, Measurement, Row
from MuscleSegLib.bundle import Bundle
from MuscleSegLib.cli.evaluate_networks import bundles_of
from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.evaluation.statistics import Spread, compare
from MuscleSegLib.evaluation.study import (
    HOSTIN2023_TABLE1,
    HOSTIN2023_TABLE2,
    METRICS,
    Agreement,
    Summary,
    agreement,
    split_by_fat,
    summary,
)
from MuscleSegLib.evaluation.study.digital_test_subjects import (
    FIRST_SEED,
    GIVEN_FAT_PERCENT,
    PROTOCOL,
    DigitalTestSubject,
    scanned_subject,
)
from MuscleSegLib.inference import segment
from MuscleSegLib.volume import Volume

IMAGES = ("anatomy", *MAP_NAMES)
TITLES = ("DSC", "ΔFF (%)", "ΔMTR (%)", "ΔT2 (ms)", "ΔV (cm³)")
TRUE_LABELS = "*the true labels*"


@dataclass
class Results:
    """Results of a segmenter over all people.

    Attributes:
        against_labels: Measured less measured with the true labels.
        against_truth: Measured less true.
    """

    against_labels: list[Agreement] = field(default_factory=list)
    against_truth: list[Agreement] = field(default_factory=list)


def main() -> None:
    """Scan, segment, measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", choices=["thigh", "calf"], required=True)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--network", metavar="NAME", nargs="+", help="names or folders; all that are shipped if none")
    parser.add_argument("--cache", type=Path, default=CACHE, help="a folder for the scans")
    parser.add_argument("--central-mm", type=float, metavar="MM", help="length of the limb that counts; all if none")
    parser.add_argument("--output", type=Path, help="a Markdown file")
    options = parser.parse_args()
    # every scan has some voxels of bone or air without a value; how many is told each time that one is measured
    logging.getLogger("MuscleSegLib.biomarkers").setLevel(logging.ERROR)
    bundles = bundles_of(options.region, options.network)
    results = results_of(bundles, options.region, options.cases, options.cache, central_mm=options.central_mm)
    text = "\n".join(document(options.region, options.cases, results, central_mm=options.central_mm)) + "\n"
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")


def results_of(
    bundles: Sequence[Bundle], region_name: str, cases: int, cache: Path, *, central_mm: float | None = None
) -> dict[str, Results]:
    """Let each network segment digital people, and measure; the true labels are measured beside them."""
    results = {bundle.metadata.name: Results() for bundle in bundles} | {TRUE_LABELS: Results()}
    for number in range(cases):
        case = scanned_subject(region_name, number, PROTOCOL, IMAGES, cache)
        case = replace(case, labels=_central(case.labels, central_mm))
        reference = _measured(case.labels, case, region_name)
        _add(results[TRUE_LABELS], reference, case.labels, case, reference)
        for bundle in bundles:
            start = time.monotonic()
            labels = _central(segment(case.images["anatomy"], bundle).labels, central_mm)
            taken = time.monotonic() - start
            print(f"{number + 1}/{cases} {bundle.metadata.name}: {taken:.1f} s", file=sys.stderr, flush=True)
            _add(results[bundle.metadata.name], _measured(labels, case, region_name), labels, case, reference)
    return results


def _central(labels: Volume, central_mm: float | None) -> Volume:
    """Return the labels of the slices in the middle of the scan, up to this length of it."""
    if central_mm is None:
        return labels
    slices = len(labels.array)
    kept = min(slices, round(central_mm / labels.geometry.spacing_mm[2]))
    array = np.zeros_like(labels.array)
    middle = slice((slices - kept) // 2, (slices - kept) // 2 + kept)
    array[middle] = labels.array[middle]
    return replace(labels, array=array)


def _measured(labels: Volume, case: DigitalTestSubject, region_name: str) -> tuple[Row, ...]:
    return Measurement(labels, scheme(region_name), maps={name: case.images[name] for name in MAP_NAMES}).rows()


def _add(
    results: Results, rows: Sequence[Row], labels: Volume, case: DigitalTestSubject, reference: Sequence[Row]
) -> None:
    overlap = dice(labels, case.labels)
    results.against_labels += agreement(rows, [asdict(row) for row in reference], overlap)
    results.against_truth += agreement(rows, case.truth, overlap)


def document(
    region_name: str, cases: int, results: dict[str, Results], *, central_mm: float | None = None
) -> list[str]:
    """Return the tables as lines of Markdown."""
    networks = {name: compared for name, compared in results.items() if name != TRUE_LABELS}
    given = ", ".join(f"{fat:g}" for number, fat in GIVEN_FAT_PERCENT.items() if number < cases)
    people = f"seeds {FIRST_SEED} to {FIRST_SEED + cases - 1}"
    against_truth = [
        "\n### Automatic - true\n",
        "The true labels have errors too: fat and neighbors in the voxels of a muscle's border, and noise.\n",
        *_table1({name: summary(compared.against_truth) for name, compared in results.items()}),
    ]
    part = "" if central_mm is None else f", the central {central_mm:g} mm of the limb"
    return [
        f"## {region_name.capitalize()}: {cases} digital people, both legs{part}\n",
        f"Protocol {PROTOCOL}, {people}. Mean fat fraction drawn from the paper's population, but given in percent for "
        f"some: {given or 'none'}. Mean ± SD over muscles. AR: absence rate. OR: outliers among the DSCs, below "
        "Q1 - 1.5 IQR. DSC and errors are of the muscles that were found.\n",
        "### Automatic - measured with the true labels (Table 1)\n",
        *_table1({name: summary(compared.against_labels) for name, compared in networks.items()}),
        *_rows1({f"*{name}, the paper*": row for name, row in HOSTIN2023_TABLE1[region_name].items()}),
        *(against_truth if central_mm is None else []),
        "\n### DSC of each muscle, those not found as 0\n",
        *_muscles(region_name, networks),
        "\n### Little and much fat (Table 2)\n",
        "FF measured with the true labels. P: Student's t where Shapiro and Wilk's test takes both groups for normal, "
        "otherwise Wilcoxon's rank sums (W); muscles of one person count as independent, as in the paper.\n",
        *_table2(networks),
    ]


def _table1(rows: dict[str, Summary]) -> list[str]:
    return [f"| network | {' | '.join(TITLES)} | AR (%) | OR (%) |", "|---" * (len(TITLES) + 3) + "|", *_rows1(rows)]


def _rows1(rows: dict[str, Summary]) -> list[str]:
    lines = []
    for name, row in rows.items():
        cells = [*(spread_text(getattr(row, metric)) for metric in METRICS)]
        cells += [_number(row.absence_percent), _number(row.outlier_percent)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _muscles(region_name: str, networks: dict[str, Results]) -> list[str]:
    lines = [f"| muscle | {' | '.join(networks)} |", "|---" * (len(networks) + 1) + "|"]
    for muscle in region(region_name).muscles:
        spreads = [
            Spread.of(row.dsc for row in compared.against_labels if row.muscle == muscle.name)
            for compared in networks.values()
        ]
        lines.append(f"| {muscle.name} | {' | '.join(spread_text(spread) for spread in spreads)} |")
    return lines


def _table2(networks: dict[str, Results]) -> list[str]:
    lines = [f"| network | FF | muscles | {' | '.join(TITLES)} |", "|---" * (len(TITLES) + 3) + "|"]
    for name, measured in networks.items():
        groups = split_by_fat(measured.against_labels)
        compared = [compare(*([getattr(row, metric) for row in group] for group in groups)) for metric in METRICS]
        for title, which, group in (("≤ 20 %", "first", groups[0]), ("> 20 %", "second", groups[1])):
            cells = [spread_text(getattr(comparison, which)) for comparison in compared]
            lines.append(f"| {name} | {title} | {len(group)} | {' | '.join(cells)} |")
        ps = [
            "-" if comparison.p is None else f"{comparison.p:.1g}{' W' if comparison.test == 'rank-sum' else ' t'}"
            for comparison in compared
        ]
        lines.append(f"| {name} | P | | {' | '.join(ps)} |")
    for number, title in enumerate(("< 20 %", "> 20 %")):
        cells = [spread_text(HOSTIN2023_TABLE2[metric][number]) for metric in METRICS]
        lines.append(f"| *HRNet, the paper* | {title} | | {' | '.join(cells)} |")
    return [*lines, f"| *HRNet, the paper* | P | | {' | '.join(['≤ 0.001'] * len(METRICS))} |"]


def spread_text(spread: Spread) -> str:
    """Return mean ± SD."""
    return f"{_number(spread.mean)} ± {_number(spread.sd)}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    main()
