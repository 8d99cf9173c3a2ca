"""Let a network go on learning from corrected scans; the new one is taken only if it is better, and no worse elsewhere.

--cases is a folder with corrected labels beside their images: NAME_labels.nii.gz or NAME.seg.nrrd, with NAME.nii.gz, or
with NAME_0000.nii.gz (fat) and NAME_0001.nii.gz (water). One scan is enough, and one leg of it: a leg without labels is
not learned from. In a .seg.nrrd of muscleseg segment the slices count that were corrected since; in other files those
that hold labels.

The new network is among the user's networks, and the one that it was made of stays as it is. Where it is not better on
corrected scans that were left out, or forgot digital people that it knew before, it is kept apart and not listed.
Stopped, the same command goes on.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from MuscleSegLib.anatomy import REGIONS, SCHEMES, region
from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.cli.console import progress_bar
from MuscleSegLib.cli.numeric import positive
from MuscleSegLib.errors import Canceled, MuscleSegError
from MuscleSegLib.user_folders import user_cache_folder

if TYPE_CHECKING:
    from MuscleSegLib.training.adaptation import Adapted
    from MuscleSegLib.training.adaptation.gates import Gate

HELP = "let a network go on learning from corrected scans"
EXAMPLE = "muscleseg adapt --region thigh --cases corrected --output our-scanner --minutes 15"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--region", choices=[region.name for region in REGIONS], required=True)
    parser.add_argument("--network", metavar="NAME", help="a name from `muscleseg networks`, or a network's folder")
    parser.add_argument("--cases", metavar="DIR", type=Path, required=True, help="a folder with corrected scans")
    parser.add_argument("--output", metavar="NAME", required=True, help="name of the new network")
    parser.add_argument(
        "--minutes", metavar="N", type=positive, default=15.0, help="time for all of it on this computer (default 15)"
    )
    parser.add_argument(
        "--scheme", choices=[scheme.name for scheme in SCHEMES], help="for labels with another tool's values"
    )
    parser.add_argument(
        "--cache", metavar="DIR", type=Path, help="a folder for digital people (default: in the user's cache)"
    )
    parser.add_argument("--json", action="store_true", help="print what came of it as JSON")


def run(options: argparse.Namespace) -> None:
    """Adapt."""
    bundle = find_bundle(options.region, options.network)
    bundle.require_intact()
    from MuscleSegLib.training.adaptation import Request, adapt

    cache = options.cache or user_cache_folder() / "adaptation"
    cache.mkdir(parents=True, exist_ok=True)
    request = Request(bundle, options.cases, options.output, cache, options.scheme, options.minutes)
    try:
        with progress_bar() as progress:
            adapted = adapt(request, progress)
    except (KeyboardInterrupt, Canceled) as error:
        message = "stopped; what was done so far is kept, and the same command goes on from there."
        raise MuscleSegError(message) from error
    if options.json:
        print(json.dumps(_described(adapted), indent=2))
    else:
        _print(adapted, options.region)


def _described(adapted: "Adapted") -> dict[str, Any]:
    return {**asdict(adapted), "folder": str(adapted.folder)}


def _print(adapted: "Adapted", region_name: str) -> None:
    scans = "1 corrected scan" if adapted.cases == 1 else f"{adapted.cases} corrected scans"
    print(f"{adapted.parent} learned from {scans}, in {adapted.steps} steps.")
    _print_gate(f"Corrected {adapted.left_out} that were left out", adapted.held_out, region_name)
    _print_gate("Digital people that it knew before", adapted.rehearsed, region_name)
    if adapted.is_taken:
        print(f"Better: {adapted.name} is among your networks. To go back, choose {adapted.parent}.")
    else:
        print(f"Not better, and so not among your networks: {adapted.reason}")
        print(f"It is kept in {adapted.folder}")
    for note in adapted.notes:
        print(f"Note: {note}")


def _print_gate(title: str, gate: "Gate", region_name: str) -> None:
    muscles = {muscle.code: muscle.name for muscle in region(region_name).muscles}
    print(f"{title}: mean DSC {gate.before:.3f} before, {gate.after:.3f} after")
    for row in gate.rows:
        print(
            f"    {muscles[row.code]:<28} {row.before:.3f} -> {row.after:.3f}   (legs: {row.n}, slices: {row.slices})"
        )
