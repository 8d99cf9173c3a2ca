"""Segment the muscles of an image: a NIfTI, NRRD or MetaImage file, or a DICOM folder; or of several of one scan.

The labels come back on exactly the image's grid: a muscle's code for the right leg (or the only one), code + 100 for
the left leg. A name that ends with .seg.nrrd keeps names, colors and terminology for 3D Slicer.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.cli.console import progress_bar
from MuscleSegLib.cli.paths import require_apart
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_writable
from MuscleSegLib.inference import AUTO, Device, Legs, Result, segment_file
from MuscleSegLib.volume import CONTRASTS, Segment, gathered_remarks
from MuscleSegLib.volume.formats import READABLE_ENDINGS, ending_of

LEGS: dict[str, Legs] = {str(count): count for count in get_args(Legs)}

LOW_CONFIDENCE = 0.7
"""Least DSC of a good overlap: Zijdenbos et al., IEEE Trans Med Imaging 1994;13:716-724."""

HELP = "segment the muscles of an image"
EXAMPLE = "muscleseg segment scan.nii.gz --region thigh --output labels.seg.nrrd"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "images",
        metavar="IMAGE",
        type=Path,
        nargs="+",
        help="an image file, a DICOM folder or one of its files; several of one scan, such as water and fat, are "
        "segmented together, on the first one's grid",
    )
    parser.add_argument(
        "--region",
        choices=[*(region.name for region in REGIONS), AUTO],
        required=True,
        help="auto segments the one that is there, or both: calf codes + 20 then",
    )
    parser.add_argument("--network", metavar="NAME", help="a name from `muscleseg networks`, or a network's folder")
    parser.add_argument("--device", choices=get_args(Device), default="auto")
    parser.add_argument("--legs", choices=list(LEGS), default="auto", help="in the field of view")
    parser.add_argument("--series", metavar="UID", help="of a DICOM folder with several series: its UID or number")
    parser.add_argument(
        "--image-type",
        metavar="TYPE",
        action="append",
        default=[],
        help=f"of a DICOM series with several kinds of images: {', '.join(CONTRASTS)}, or a word of the image type, "
        "such as W; otherwise the first of these that it holds; given again, as in --image-type W --image-type F, for "
        "several images of it together",
    )
    parser.add_argument(
        "--output", metavar="LABELS", type=Path, required=True, help=".nii.gz, .seg.nrrd, .nrrd or .mha"
    )
    parser.add_argument(
        "--overview", metavar="PNG", type=Path, help="also a picture of slices with the muscles' outlines"
    )
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")


def run(options: argparse.Namespace) -> None:
    """Segment."""
    _check(options)
    start = time.monotonic()
    with progress_bar() as progress, gathered_remarks() as logged:
        image, result = segment_file(
            options.images[0],
            options.output,
            region=options.region,
            network=options.network,
            companions=options.images[1:],
            device=options.device,
            legs=LEGS[options.legs],
            series=options.series,
            contrast=tuple(options.image_type[:1]) or CONTRASTS,
            companion_contrasts=options.image_type[1:],
            progress=progress,
        )
    segments = result.segments
    if options.overview:
        from MuscleSegLib.report import draw_overview

        draw_overview(image, result.labels, segments, options.overview)
    summary = _summary(options, result, segments, seconds=time.monotonic() - start)
    for note in (note for note in result.notes if note not in logged):
        print(f"Note: {note}", file=sys.stderr)
    print(json.dumps(summary, indent=2) if options.json else _sentences(summary, logged=result.notes))


def _check(options: argparse.Namespace) -> None:
    """Check the options that ``segment_file`` cannot check.

    Raises:
        MuscleSegError: Options contradict one another, or the picture cannot be written.
    """
    image = options.images[0]
    if options.image_type and image.is_file() and ending_of(image) in READABLE_ENDINGS:
        message = f"{image} is not DICOM and has no image type: leave --image-type out."
        raise MuscleSegError(message)
    if len(options.images) > 1 and len(options.image_type) > 1:
        message = "Several images are given, and several image types: give files, or the image types of one folder."
        raise MuscleSegError(message)
    outputs = [path for path in (options.output, options.overview) if path]
    require_apart(outputs, inputs=options.images)
    if options.overview:
        require_writable(options.overview)
    if options.region == AUTO and options.network:
        message = "A network belongs to one region: give --region thigh or calf with --network, or --region auto alone."
        raise MuscleSegError(message)


def _summary(
    options: argparse.Namespace, result: Result, segments: Sequence[Segment], *, seconds: float
) -> dict[str, Any]:
    return {
        "output": str(options.output),
        "images": [str(path) for path in options.images],
        "image_types": options.image_type,
        "region": result.region,
        "network": result.network.split()[0],
        "device": result.device,
        "precision": result.precision,
        "legs": [str(side) for side in result.sides],
        "missing": _missing(result, segments),
        "confidence": _confidence(result, segments),
        "seconds": round(seconds, 1),
        "notes": [*result.notes, *result.network_notes],
    }


def _missing(result: Result, segments: Sequence[Segment]) -> list[str]:
    present = np.bincount(result.labels.array.ravel(), minlength=256)
    return [segment.name for segment in segments if present[segment.value] == 0]


def _confidence(result: Result, segments: Sequence[Segment]) -> dict[str, float]:
    by_value = result.confidence
    return {segment.name: round(by_value[segment.value], 3) for segment in segments if segment.value in by_value}


def _sentences(summary: dict[str, Any], *, logged: Sequence[str]) -> str:
    legs, missing, notes = summary["legs"], summary["missing"], summary["notes"]
    scan = {0: "the scan", 1: f"one leg (it looks like a {legs[0]} one)" if legs else "", 2: "both legs"}[len(legs)]
    lines = [f"Segmented {scan} in {summary['seconds']} s on {summary['device']}: {summary['output']}"]
    together = summary["images"] if len(summary["images"]) > 1 else summary["image_types"]
    if len(together) > 1:
        lines.append(f"Segmented together: {', '.join(together)}.")
    if missing:
        lines.append(f"Not found: {', '.join(missing)}.")
    doubtful = [f"{name} ({dsc:.2f})" for name, dsc in summary["confidence"].items() if dsc < LOW_CONFIDENCE]
    if doubtful:
        lines.append(f"Check first, for their confidence is below {LOW_CONFIDENCE:g}: {', '.join(doubtful)}.")
    return "\n".join([*lines, *(f"Note: {note}" for note in notes if note not in logged)])
