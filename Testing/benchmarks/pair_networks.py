"""Put a trained network for volumes and one for slices into one bundle, a paired U-Net.

    python Testing/benchmarks/pair_networks.py VOLUMES SLICES OUTPUT --name NAME [--neighbors N ...]

VOLUMES is a bundle of an anisotropic U-Net, whose description OUTPUT keeps; SLICES is a bundle of a small U-Net of the
same muscles, pixels and brightness. No weight changes. --neighbors are the offsets, in slices, of the slices that the
second is shown; by default those of the registry. Its own are millimeters, and slices are 15 to 30 mm apart where
volumes are.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from MuscleSegLib.bundle import Bundle, inference_configuration, read_bundle, write_weights
from MuscleSegLib.bundle.section import METADATA, SECTION
from MuscleSegLib.networks import ARCHITECTURES

ARCHITECTURE = "paired-unet"


def main() -> None:
    """Write the bundle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("volumes", type=Path)
    parser.add_argument("slices", type=Path)
    parser.add_argument("output", type=Path, help="a new folder")
    parser.add_argument("--name", required=True)
    parser.add_argument("--neighbors", type=int, nargs="+", default=ARCHITECTURES[ARCHITECTURE].defaults["neighbors"])
    options = parser.parse_args()
    volumes, slices = read_bundle(options.volumes), read_bundle(options.slices)
    require_alike(volumes, slices)
    shutil.copytree(volumes.folder, options.output)
    state = {f"volumes.{name}": value for name, value in volumes.load().state_dict().items()}
    state |= {f"slices.{name}": value for name, value in slices.load().state_dict().items()}
    sha256 = write_weights(options.output / "models" / "model.pt", state)
    arguments = arguments_of(volumes, slices, options.neighbors)
    parameters = volumes.metadata.parameters + slices.metadata.parameters
    changes = {"architecture": ARCHITECTURE, "arguments": arguments, "parameters": parameters, "sha256": sha256}
    describe(options.output, options.name, changes)


def require_alike(volumes: Bundle, slices: Bundle) -> None:
    """Check that both networks answer for the same muscles in the same pixels."""
    ours, theirs = volumes.metadata, slices.metadata
    for name in ("region", "labels"):
        assert getattr(ours, name) == getattr(theirs, name), f"{name} differs"
    for name in ("pixel_mm", "bright_quantile"):
        assert getattr(ours.input, name) == getattr(theirs.input, name), f"{name} of the input differs"


def arguments_of(volumes: Bundle, slices: Bundle, neighbors: list[int]) -> dict[str, Any]:
    """Return the arguments of the paired network, with the sizes of both."""
    sizes = {**ARCHITECTURES["anisotropic-unet"].defaults, **volumes.metadata.arguments}
    channels = {**ARCHITECTURES["unet2d-small"].defaults, **slices.metadata.arguments}["channels"]
    return {**sizes, "slice_channels": channels, "neighbors": neighbors}


def describe(folder: Path, name: str, changes: dict[str, Any]) -> None:
    """Write the description of the paired network over that of the network for volumes."""
    path = folder / METADATA
    content = json.loads(path.read_text(encoding="utf-8"))
    content["name"] = name
    content["description"] = "Two networks that look at single legs, in volumes and slice by slice; logits averaged."
    content["references"] = [ARCHITECTURES[ARCHITECTURE].paper, *content["references"][1:]]
    content[SECTION] |= changes
    for measured in ("confidence", "title"):
        content[SECTION].pop(measured, None)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    configuration = inference_configuration(ARCHITECTURE, changes["arguments"])
    (folder / "configs" / "inference.json").write_text(json.dumps(configuration, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
