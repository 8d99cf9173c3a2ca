"""List the trained networks that can be chosen with ``muscleseg segment --network``."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from MuscleSegLib.anatomy import region
from MuscleSegLib.bundle import Bundle, Unusable, available_bundles
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import estimate_cost

HELP = "list the trained networks"
EXAMPLE = "muscleseg networks --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


def run(options: argparse.Namespace) -> None:
    """List."""
    available = available_bundles()
    described, unusable = [], list(available.unusable)
    for bundle in available.bundles:
        try:
            bundle.require_intact()
            bundle.sketched()
            described.append(_described(bundle))
        except MuscleSegError as error:
            unusable.append(Unusable(bundle.folder, str(error)))
    _print_unusable(unusable)
    if options.json:
        print(json.dumps(described, indent=2))
        return
    for network in described:
        kind = f"{network['region']}, {network['architecture']}"
        print(f"{network['name']}: {kind}, {network['parameters']:,} parameters")
        print(f"    input     {network['input']}")
        cost = network["cost"]
        print(
            f"    cost      {cost['gmac']:.1f} GMAC, {cost['peak_memory_mb']:.0f} MB of memory, about "
            f"{cost['seconds']:.1f} s on this computer's processor ({cost['scan']})"
        )
        print(f"    labels    {', '.join(dict.fromkeys(label['muscle'] for label in network['labels']))}")
        print(f"    trained   {network['training_data']}")
        print(f"    accuracy  {network['accuracy']}")
        print(f"    license   {network['license']}; SHA-256 {network['sha256'][:16]}...")
        for note in network["notes"]:
            print(f"    note      {note}")


def _print_unusable(unusable: Sequence[Unusable]) -> None:
    """Print the networks that cannot be used on standard error."""
    for network in unusable:
        print(f"Not usable: {network.folder.name}: {network.reason}", file=sys.stderr)


def _described(bundle: Bundle) -> dict[str, Any]:
    about = bundle.metadata
    names = {label.value: label.muscle for label in region(about.region).labels(two_legs=True)}
    return {
        "name": about.name,
        "version": about.version,
        "region": about.region,
        "architecture": about.architecture,
        "parameters": about.parameters,
        "input": about.input_summary,
        "cost": _cost(bundle),
        "labels": [{"label": code, "muscle": names[code]} for code in about.labels if code],
        "training_data": about.training_data,
        "accuracy": about.accuracy,
        "license": about.license,
        "sha256": about.sha256,
        "notes": list(about.notes),
    }


def _cost(bundle: Bundle) -> dict[str, Any]:
    cost = estimate_cost(bundle)
    return {
        "scan": "two legs, 20 slices of 320 x 320",
        "parameters": cost.parameters,
        "gmac": round(cost.macs / 1e9, 2),
        "peak_memory_mb": round(cost.peak_bytes / 1e6),
        "seconds": round(cost.seconds, 2),
    }
