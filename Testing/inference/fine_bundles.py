"""Networks for fine muscles, to test with: those of a shipped fast network, split by chance."""

import json
import shutil
from pathlib import Path

import torch

from MuscleSegLib.bundle import fast_bundle, write_weights
from MuscleSegLib.networks import build
from MuscleSegLib.training.export import FINE_TITLE
from MuscleSegLib.training.legs.label_set import LabelSet
from MuscleSegLib.training.transfer import start_from


def write_fine_bundle(folder: Path, region: str) -> Path:
    """Write a bundle whose parts of a muscle differ in what their last layer adds by chance."""
    whole, label_set = fast_bundle(region), LabelSet(region, is_fine=True)
    arguments = {**whole.metadata.arguments, "out_channels": len(label_set.codes) + 1}
    network = build(whole.metadata.architecture, **arguments)
    start_from(network, whole.folder, label_set)
    weights = network.state_dict()
    generator = torch.Generator().manual_seed(3)
    weights["head.weight"] += 0.1 * torch.randn(weights["head.weight"].shape, generator=generator)
    shutil.copytree(whole.folder, folder)
    sha256 = write_weights(folder / "models" / "model.pt", weights)
    path = folder / "configs" / "metadata.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["name"] = f"{region}-fine"
    content["muscleseg"] |= {"labels": label_set.codes, "arguments": arguments, "sha256": sha256}
    content["muscleseg"]["parameters"] = sum(value.numel() for value in network.parameters())
    content["muscleseg"]["title"] = FINE_TITLE
    content["muscleseg"].pop("confidence", None)
    path.write_text(json.dumps(content), encoding="utf-8")
    return folder
