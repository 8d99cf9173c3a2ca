"""Make a phantom case with known values: digital legs, scanned as Hostin et al. (2023) scan patients.

The folder then holds the image (anatomy, also as DICOM), the true labels, the maps (ff, mtr, t2), the true values of
each muscle (truth.json, with the keys of muscleseg measure --json) and the raw images with their echo times (raw).
Equal arguments give equal files, byte for byte.

With --bids the folder is a BIDS dataset instead, of as many people with a scan each: T1w images with maps of the fat
fraction, and every third with one of T2.
"""

import argparse
import json
import time
from pathlib import Path

from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.cli.console import progress_bar
from MuscleSegLib.cli.numeric import int_at_least
from MuscleSegLib.errors import MuscleSegError

HELP = "make a phantom case with known values"
EXAMPLE = "muscleseg phantom --region thigh --output case --seed 1 --fat-fraction 20"

PROTOCOL_NAMES = ("hostin2023", "isotropic", "quick")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--region", choices=[region.name for region in REGIONS], help="with --bids both in turn where not given"
    )
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="a new or an empty folder")
    parser.add_argument("--seed", metavar="N", type=int_at_least(0), default=0, help="another seed is another person")
    parser.add_argument("--legs", type=int, choices=(1, 2), default=2, help="in the field of view")
    parser.add_argument(
        "--fat-fraction",
        metavar="PERCENT",
        type=float,
        help="mean of the muscles; drawn as in patients where not given",
    )
    parser.add_argument(
        "--protocol",
        choices=PROTOCOL_NAMES,
        default=PROTOCOL_NAMES[0],
        help="the grids of a study (anatomy, FF and MTR, T2 each on its own), 2 mm isotropic voxels for all, "
        "or coarse grids that are made in seconds",
    )
    parser.add_argument(
        "--bids", metavar="SCANS", type=int_at_least(1), help="a BIDS dataset of so many scans instead of one case"
    )
    parser.add_argument("--json", action="store_true", help="print what was made as JSON")


def run(options: argparse.Namespace) -> None:
    """Make a case, or a dataset."""
    if options.bids:
        _make_dataset(options)
        return
    if not options.region:
        raise MuscleSegError("A case is of one region: give --region thigh or --region calf.")
    from MuscleSegLib.phantom import digital_legs
    from MuscleSegLib.phantom.case_folders import require_new, write_case
    from MuscleSegLib.phantom.protocols import protocol

    require_new(options.output)
    start = time.monotonic()
    with progress_bar() as progress:
        progress(0.0, "making legs")
        legs = digital_legs(options.region, seed=options.seed, legs=options.legs, fat_fraction=options.fat_fraction)
        scanned = protocol(options.protocol, length_mm=legs.length_mm, legs=options.legs)
        case = write_case(legs, scanned, options.output, progress=progress)
    summary = {
        "output": str(options.output),
        "region": options.region,
        "seed": options.seed,
        "legs": options.legs,
        "protocol": options.protocol,
        "muscles": sum(row["volume_cm3"] is not None for row in case.truth),
        "seconds": round(time.monotonic() - start, 1),
    }
    if options.json:
        print(json.dumps(summary, indent=2))
    else:
        print(f"Made {summary['muscles']} muscles in {summary['seconds']} s: {options.output}")


def _make_dataset(options: argparse.Namespace) -> None:
    from MuscleSegLib.phantom.bids_dataset import digital_scans, write_dataset

    if options.fat_fraction is not None:
        raise MuscleSegError("The fat of the people of a dataset differs: leave --fat-fraction or --bids out.")
    start = time.monotonic()
    scans = tuple(digital_scans(options.bids, region=options.region, seed=options.seed))
    with progress_bar() as progress:
        write_dataset(scans, options.output, legs=options.legs, protocol_name=options.protocol, progress=progress)
    seconds = round(time.monotonic() - start, 1)
    if options.json:
        print(json.dumps({"output": str(options.output), "scans": len(scans), "seconds": seconds}, indent=2))
    else:
        print(f"Made {len(scans)} scans in {seconds} s: {options.output}")
