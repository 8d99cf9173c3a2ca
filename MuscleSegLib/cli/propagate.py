"""Carry muscles that are drawn in a few slices to the slices between these, along the image.

Given slices stay as they are. Which slices are given: those of --slices; without it, the slices of each muscle that
were changed after `muscleseg segment` or this command wrote the .seg.nrrd file, or, in a file that does not tell, the
slices that hold labels. Slices are counted from 0 along the file's third axis.
"""

import argparse
import json
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from MuscleSegLib.anatomy import REGIONS, muscle_named, scheme, value_without_side
from MuscleSegLib.biomarkers import NamedLabels, read_named_labels
from MuscleSegLib.bundle import Bundle, find_bundle
from MuscleSegLib.cli.console import progress_bar
from MuscleSegLib.cli.paths import require_apart
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_writable
from MuscleSegLib.inference import Device, segments_of
from MuscleSegLib.inference.drawn_slices import DRAWN, corrected_slices, drawn_slices
from MuscleSegLib.propagation import Propagation, given_for_all, labeled_slices, on_grid_of_image, propagate
from MuscleSegLib.volume import Segment, Volume, read_volume, require_label_format, write_labels

HELP = "carry muscles drawn in a few slices to the others"
EXAMPLE = (
    "muscleseg propagate corrected.seg.nrrd --region thigh --image scan.nii.gz --slices 3,7,11 --output labels.seg.nrrd"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("labels", metavar="LABELS", type=Path, help="muscles that are right in some slices")
    parser.add_argument("--region", choices=[region.name for region in REGIONS], required=True)
    parser.add_argument(
        "--image",
        metavar="IMAGE",
        type=Path,
        nargs="+",
        required=True,
        help="the image on whose grid the muscles were drawn, and further images of the same scan",
    )
    parser.add_argument("--slices", metavar="K,...", type=_numbers, help="slices that are right as they are, as 3,7,11")
    parser.add_argument("--muscles", metavar="NAME", nargs="+", default=[], help="these alone, as gracilis or left_VL")
    parser.add_argument(
        "--beyond",
        metavar="N",
        type=_count,
        default=0,
        help="also fill N slices below the lowest and above the highest given slice (default 0)",
    )
    network = parser.add_mutually_exclusive_group()
    network.add_argument("--network", metavar="NAME", help="a name from `muscleseg networks`, or a network's folder")
    network.add_argument("--no-network", action="store_true", help="by the image alone")
    parser.add_argument("--device", choices=get_args(Device), default="auto")
    parser.add_argument(
        "--output", metavar="LABELS", type=Path, required=True, help=".nii.gz, .seg.nrrd, .nrrd or .mha"
    )
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")


def run(options: argparse.Namespace) -> None:
    """Propagate."""
    require_label_format(options.output)
    require_writable(options.output)
    require_apart([options.output], inputs=[options.labels, *options.image])
    named = read_named_labels(options.labels, scheme(options.region))
    images = [read_volume(path) for path in options.image]
    labels = on_grid_of_image(named.labels, images[0])
    given = _given(options, named, labels)
    bundle = None if options.no_network else find_bundle(options.region, options.network)
    with progress_bar() as progress:
        result = propagate(
            labels, images, given, bundle=bundle, beyond=options.beyond, device=options.device, progress=progress
        )
    segments = _segments(named, options.region, labels, result)
    write_labels(result.labels, options.output, segments=segments, description=named.labels.description)
    for sentence in named.sentences:
        print(f"Note: {sentence}", file=sys.stderr)
    _report(options, given, result, bundle)


def _given(options: argparse.Namespace, named: NamedLabels, labels: Volume) -> dict[int, list[int]]:
    """Return the given slices by label value.

    Raises:
        MuscleSegError: There are none, or a chosen muscle is not there.
    """
    values = _chosen(options.muscles, options.region, labels)
    if options.slices is not None:
        return given_for_all(labels, options.slices, values)
    texts = {segment.value: segment.tags[DRAWN] for segment in named.segments if DRAWN in segment.tags}
    if not texts:
        return given_for_all(labels, labeled_slices(labels), values)
    corrected = {
        value: corrected_slices(labels.array, value, text)
        for value, text in texts.items()
        if values is None or value in values
    }
    given = {value: slices for value, slices in corrected.items() if slices}
    if not given:
        message = (
            f"No slice of {options.labels} was corrected: draw some anew, or name those that are right (--slices)."
        )
        raise MuscleSegError(message)
    return given


def _chosen(names: Sequence[str], region_name: str, labels: Volume) -> Collection[int] | None:
    """Return the label values of muscles by their names, of both sides where a name has none; None without names."""
    if not names:
        return None
    present = set(np.unique(labels.array).tolist()) - {0}
    chosen: set[int] = set()
    for name in names:
        muscle = muscle_named(name)
        if muscle is None or muscle.region != region_name:
            message = f'"{name}" is no muscle of the {region_name}: see the labels in `muscleseg networks`.'
            raise MuscleSegError(message)
        values = {value for value in present if value_without_side(value) == muscle.code}
        values &= {muscle.value} if muscle.side else values
        if not values:
            raise MuscleSegError(f'"{name}" is not in {labels.name}: draw it in some slices first.')
        chosen |= values
    return chosen


def _segments(named: NamedLabels, region_name: str, labels: Volume, result: Propagation) -> tuple[Segment, ...]:
    """Return the segments to write: those of the file or of the region, with the slices as they are drawn now."""
    two_legs = bool((labels.array > value_without_side(labels.array)).any())
    segments = named.segments or segments_of(region_name, two_legs=two_legs)
    return tuple(replace(segment, tags=_tags(segment, labels, result)) for segment in segments)


def _tags(segment: Segment, labels: Volume, result: Propagation) -> Mapping[str, str]:
    """Return a segment's tags: slices filled now are as drawn; the others stay corrected where they were."""
    drawn = drawn_slices(np.where(result.labels.array == segment.value, result.labels.array, 0))
    before = segment.tags.get(DRAWN)
    if before is None:
        return segment.tags
    entries = dict(entry.split(":") for entry in before.split() if ":" in entry)
    now = dict(entry.split(":") for entry in drawn.get(segment.value, "").split())
    changed = (result.labels.array == segment.value) != (labels.array == segment.value)
    for index in np.flatnonzero(changed.any(axis=(1, 2))).tolist():
        entries.pop(str(index), None)
        if str(index) in now:
            entries[str(index)] = now[str(index)]
    return {**segment.tags, DRAWN: " ".join(f"{index}:{entries[index]}" for index in sorted(entries, key=int))}


def _report(
    options: argparse.Namespace, given: Mapping[int, Sequence[int]], result: Propagation, bundle: Bundle | None
) -> None:
    summary: dict[str, Any] = {
        "output": str(options.output),
        "given": {str(value): list(slices) for value, slices in given.items()},
        "filled": list(result.filled),
        "next_slices": list(result.next_slices),
        "network": bundle.metadata.name if bundle else None,
        "notes": list(result.notes),
    }
    if options.json:
        print(json.dumps(summary, indent=2))
        return
    filled = ", ".join(map(str, result.filled)) or "none"
    print(f"Wrote {options.output}. Slices drawn anew: {filled}.")
    if result.next_slices:
        print(f"Next slice to correct: {result.next_slices[0]}.")
    for note in result.notes:
        print(f"Note: {note}")


def _numbers(text: str) -> list[int]:
    """Return the numbers of a list such as "3,7,11"."""
    try:
        return [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of whole numbers such as 3,7,11") from None


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of 0 or more")
    return int(text)
