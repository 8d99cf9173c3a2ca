"""List the trained networks that can be chosen with ``muscleseg segment --network``."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from MuscleSegLib.anatomy import labels_of
from MuscleSegLib.bundle import Bundle, Unusable, available_bundles
from MuscleSegLib.cli.console import progress_bar
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import CostEstimate, estimate_cost
from MuscleSegLib.progress import part

HELP = "list the trained networks; the first time, each is timed on this computer for a few seconds"
EXAMPLE = "muscleseg networks --json"
SCAN = "two legs, 20 slices of 320 x 320"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


def run(options: argparse.Namespace) -> None:
    """List."""
    available = available_bundles()
    listed, unusable = [], list(available.unusable)
    count = len(available.bundles)
    with progress_bar() as progress:
        for number, bundle in enumerate(available.bundles):
            try:
                bundle.require_intact()
                bundle.sketched()
                stretch = part(progress, number / count, (number + 1) / count)
                listed.append((bundle, estimate_cost(bundle, progress=stretch)))
            except MuscleSegError as error:
                unusable.append(Unusable(bundle.folder, str(error)))
    _print_unusable(unusable)
    if options.json:
        print(json.dumps([_described(bundle, cost, available.bundles) for bundle, cost in listed], indent=2))
        return
    for bundle, cost in listed:
        _print_network(_described(bundle, cost, available.bundles), cost)


def _print_network(network: Mapping[str, Any], cost: CostEstimate) -> None:
    kind = f"{network['region']}, {network['architecture']}"
    title = f"{network['title']}, " if network["title"] else ""
    print(f"{network['name']}: {title}{kind}, {network['parameters']:,} parameters")
    print(f"    input     {network['input']}")
    about = "about " if cost.is_extrapolated else ""
    print(
        f"    cost      {cost.macs / 1e9:.1f} GMAC, {cost.peak_bytes / 1e6:.0f} MB of memory, {about}"
        f"{cost.seconds:.1f} s on this computer's processor ({SCAN})"
    )
    print(f"    labels    {', '.join(dict.fromkeys(label['muscle'] for label in network['labels']))}")
    print(f"    trained   {network['training_data']}")
    if network["adaptation"]:
        print(f"    family    {_descent(network['adaptation'])}")
    if network["versions"]:
        print(f"    versions  {', '.join(network['versions'])}")
    print(f"    accuracy  {network['accuracy']}")
    print(f"    left out  {_left_out(network['left_out_dsc'])}")
    print(f"    license   {network['license']}; SHA-256 {network['sha256'][:16]}...")
    for note in network["notes"]:
        print(f"    note      {note}")


def _left_out(dsc: float | None) -> str:
    return "not measured on real people left out" if dsc is None else f"mean DSC {dsc:.2f} on real people left out"


def _descent(adaptation: Mapping[str, Any]) -> str:
    """Return where a network comes from, and what it brought, in words."""
    before, after = adaptation["held_out_before"], adaptation["held_out_after"]
    figures = f"mean DSC {before:.3f} before and {after:.3f} after on corrected slices that were left out"
    return f"{adaptation['summary']}; {figures}"


def _print_unusable(unusable: Sequence[Unusable]) -> None:
    """Print the networks that cannot be used on standard error."""
    for network in unusable:
        print(f"Not usable: {network.folder.name}: {network.reason}", file=sys.stderr)


def _described(bundle: Bundle, cost: CostEstimate, others: Sequence[Bundle]) -> dict[str, Any]:
    about, adaptation = bundle.metadata, bundle.metadata.adaptation
    descents = [(other.metadata.name, other.metadata.adaptation) for other in others]
    names = {label.value: label.muscle for label in labels_of(about.label_set, two_legs=True)}
    return {
        "name": about.name,
        "title": about.title,
        "version": about.version,
        "region": about.region,
        "architecture": about.architecture,
        "parameters": about.parameters,
        "input": about.input_summary,
        "cost": _cost(cost),
        "labels": [{"label": code, "muscle": names[code]} for code in about.labels if code],
        "training_data": about.training_data,
        "accuracy": about.accuracy,
        "left_out_dsc": None if about.left_out_dsc is None else round(about.left_out_dsc, 3),
        "license": about.license,
        "sha256": about.sha256,
        "notes": list(about.notes),
        "adaptation": None if adaptation is None else {**asdict(adaptation), "summary": adaptation.summary},
        "versions": [name for name, descent in descents if descent and descent.parent_sha256 == about.sha256],
    }


def _cost(cost: CostEstimate) -> dict[str, Any]:
    return {
        "scan": SCAN,
        "parameters": cost.parameters,
        "gmac": round(cost.macs / 1e9, 2),
        "peak_memory_mb": round(cost.peak_bytes / 1e6),
        "seconds": round(cost.seconds, 2),
    }
