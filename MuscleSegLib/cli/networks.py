"""List the trained networks that can be chosen with ``muscleseg segment --network``."""

import argparse
import json
from typing import Any

from MuscleSegLib.anatomy import region
from MuscleSegLib.bundle import Bundle, shipped_bundles
from MuscleSegLib.inference import price_of

HELP = "list the trained networks"
EXAMPLE = "muscleseg networks --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


def run(options: argparse.Namespace) -> None:
    """List."""
    described = [_described(bundle) for bundle in shipped_bundles()]
    if options.json:
        print(json.dumps(described, indent=2))
        return
    for one in described:
        print(f"{one['name']}: {one['region']}, {one['architecture']}, {one['parameters']:,} parameters")
        print(f"    input     {one['input']}")
        cost = one["cost"]
        print(
            f"    cost      {cost['gmac']:.1f} GMAC, {cost['peak_memory_mb']:.0f} MB of memory, about "
            f"{cost['seconds']:.1f} s on this computer's processor ({cost['scan']})"
        )
        print(f"    labels    {', '.join(label['muscle'] for label in one['labels'])}")
        print(f"    trained   {one['training_data']}")
        print(f"    accuracy  {one['accuracy']}")
        print(f"    licence   {one['licence']}; SHA-256 {one['sha256'][:16]}...")
        for note in one["notes"]:
            print(f"    note      {note}")


def _described(bundle: Bundle) -> dict[str, Any]:
    about = bundle.metadata
    muscles = region(about.region)
    return {
        "name": about.name,
        "version": about.version,
        "region": about.region,
        "architecture": about.architecture,
        "parameters": about.parameters,
        "input": about.input_summary,
        "cost": _cost(bundle),
        "labels": [{"label": code, "muscle": muscles.muscle(code).name} for code in about.labels],
        "training_data": about.training_data,
        "accuracy": about.accuracy,
        "licence": about.licence,
        "sha256": about.sha256,
        "notes": list(about.notes),
    }


def _cost(bundle: Bundle) -> dict[str, Any]:
    price = price_of(bundle)
    return {
        "scan": "two legs, 20 slices of 320 x 320",
        "parameters": price.parameters,
        "gmac": round(price.macs / 1e9, 2),
        "peak_memory_mb": round(price.peak_bytes / 1e6),
        "seconds": round(price.seconds, 2),
    }
