"""Measure the muscles of a label map: volume, and mean, SD and median of fat fraction, MTR and T2 in each.

Every map may lie on a grid of its own. Fat fraction and MTR are percent, T2 is milliseconds. A muscle that is not there
has an empty row. How sure the network was of a muscle is known of a .seg.nrrd that ``muscleseg segment`` wrote.
"""

import argparse
from pathlib import Path

from MuscleSegLib.anatomy import REGIONS, SCHEMES, Scheme, scheme
from MuscleSegLib.biomarkers import measure
from MuscleSegLib.cli.paths import require_apart
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_writable
from MuscleSegLib.inference import confidence_of
from MuscleSegLib.maps import fat_fraction
from MuscleSegLib.report import require_table_format, rows_as_json, rows_as_text, write_table
from MuscleSegLib.volume import Segment, Volume, read_labels, read_volume

HELP = "measure the muscles of a label map"
EXAMPLE = "muscleseg measure labels.nii.gz --region thigh --fat fat.nii.gz --water water.nii.gz --output table.csv"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("labels", metavar="LABELS", type=Path)
    meaning = parser.add_mutually_exclusive_group()
    meaning.add_argument("--region", choices=[region.name for region in REGIONS], help="for MuscleSeg's own labels")
    meaning.add_argument("--scheme", choices=[scheme.name for scheme in SCHEMES], help="for another tool's labels")
    fat = parser.add_mutually_exclusive_group()
    fat.add_argument("--ff", metavar="MAP", type=Path, help="fat fraction, percent")
    fat.add_argument("--fat", metavar="IMAGE", type=Path, help="fat image of a Dixon acquisition, with --water")
    parser.add_argument("--water", metavar="IMAGE", type=Path, help="water image of the same acquisition")
    parser.add_argument("--mtr", metavar="MAP", type=Path, help="magnetization transfer ratio, percent")
    parser.add_argument("--t2", metavar="MAP", type=Path, help="milliseconds")
    parser.add_argument(
        "--minimum-share",
        metavar="SHARE",
        type=_share,
        default=0.5,
        help="a map's voxel counts for a muscle that fills more than this of it, from 0.5 (default) to less than 1: "
        "more leaves out borders, where a voxel is part fat",
    )
    parser.add_argument("--output", metavar="TABLE", type=Path, help="a .csv or .json file")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")


def run(options: argparse.Namespace) -> None:
    """Measure."""
    if (options.fat is None) != (options.water is None):
        message = "The fat fraction needs both images of a Dixon acquisition: give --fat and --water together, or --ff."
        raise MuscleSegError(message)
    if options.output:
        inputs = [options.labels, options.ff, options.fat, options.water, options.mtr, options.t2]
        require_apart([options.output], inputs)
        require_table_format(options.output)
        require_writable(options.output)
    labels, segments = read_labels(options.labels)
    known = _scheme(options, labels, segments)
    rows = measure(
        labels, known, maps=_maps(options), minimum_share=options.minimum_share, confidence=confidence_of(segments)
    )
    if options.output:
        write_table(rows, options.output)
    print(rows_as_json(rows) if options.json else rows_as_text(rows), end="")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0.5 <= share < 1:
        message = f"{text!r} is not a number from 0.5 to less than 1"
        raise argparse.ArgumentTypeError(message)
    return share


def _maps(options: argparse.Namespace) -> dict[str, Volume]:
    maps = {name: read_volume(path) for name in ("ff", "mtr", "t2") if (path := getattr(options, name))}
    if options.fat:
        maps["ff"] = fat_fraction(read_volume(options.fat), read_volume(options.water))
    return maps


def _scheme(options: argparse.Namespace, labels: Volume, segments: tuple[Segment, ...]) -> Scheme:
    """Return what the labels mean: as the user says or, for a file that MuscleSeg wrote, as the file says."""
    if options.region or options.scheme:
        return scheme(options.region or options.scheme)
    words = labels.description.split()
    if words[:1] == ["MuscleSeg"] and len(words) > 1:
        return scheme(words[1])
    for region in REGIONS:
        names = {label.name for two_legs in (False, True) for label in region.labels(two_legs=two_legs)}
        if segments and {segment.name for segment in segments} <= names:
            return scheme(region.name)
    message = f"{labels.name} does not say what its values mean: give --region thigh, --region calf or --scheme."
    raise MuscleSegError(message)
