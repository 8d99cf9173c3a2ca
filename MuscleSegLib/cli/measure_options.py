"""Options of ``muscleseg measure``: settings of the measurement, and what is recorded with it."""

import argparse
from pathlib import Path

from MuscleSegLib.biomarkers import FF_LIMIT_PERCENT, MAP_NAMES
from MuscleSegLib.cli.numeric import float_where


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the settings."""
    parser.add_argument(
        "--minimum-share",
        metavar="SHARE",
        type=float_where(lambda share: 0.5 <= share < 1, "from 0.5 to less than 1"),
        default=0.5,
        help="a map's voxel counts for a muscle that fills more than this of it, from 0.5 (default) to less than 1: "
        "more leaves out borders, where a voxel is part fat",
    )
    parser.add_argument(
        "--thickness",
        metavar="MAP=MM",
        type=_thickness,
        action="append",
        default=[],
        help=f"thickness of the slices of {', '.join(MAP_NAMES)} where there are gaps between them, as t2=20; where "
        "it is not given, what a DICOM header says; labels=10 leaves the gaps between the labels' slices out of "
        "volumes",
    )
    parser.add_argument(
        "--ff-limit",
        metavar="PERCENT",
        type=float_where(lambda percent: 0 < percent <= 100, "above 0 and up to 100"),
        default=FF_LIMIT_PERCENT,
        help="fat fraction from which on a voxel is adipose tissue (default 50)",
    )
    parser.add_argument(
        "--compartments",
        metavar="LABELS",
        type=Path,
        help="a network's labels in which 1 is all inside the fascia and 2 the fat under the skin; without them both "
        "are told from the fat and the water image",
    )


def add_record(parser: argparse.ArgumentParser) -> None:
    """Add what is recorded, and what is not."""
    parser.add_argument(
        "--corrected", choices=["yes", "no"], help="whether a person corrected the labels, for the record"
    )
    parser.add_argument(
        "--anonymous",
        "--no-patient-id",  # its name of earlier versions
        action="store_true",
        help="leave names, IDs, dates and paths out of all outputs, DICOM objects included, which keep only the UIDs "
        "of the source: objects for sharing, and not for the archive that the source is in",
    )


def _thickness(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        millimeters = float(number)
    except ValueError:
        millimeters = 0.0
    if name not in {*MAP_NAMES, "labels"} or not 0 < millimeters < float("inf"):
        message = f"{text!r} is not a map and a thickness in millimeters, as in t2=20"
        raise argparse.ArgumentTypeError(message)
    return name, millimeters
