"""Versions of a network: the bundle of what a training made of another, with its parent and its scans by digest."""

import json
import shutil
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import monai
import numpy as np
import torch

from MuscleSegLib import __version__
from MuscleSegLib.bundle import Adaptation, Bundle, inference_configuration, read_bundle, write_weights
from MuscleSegLib.bundle.section import METADATA, SECTION, read_content
from MuscleSegLib.bundle.weights import WEIGHTS
from MuscleSegLib.files import written_whole
from MuscleSegLib.training.adaptation.gates import Gate
from MuscleSegLib.training.adaptation.parent import Parent
from MuscleSegLib.training.loop import Trainer

LICENSE = Path("docs") / "license.txt"
INFERENCE = Path("configs") / "inference.json"


def write_network(folder: Path, parent: Parent, trainer: Trainer) -> Bundle:
    """Write the weights of a finished training as a bundle beside its state, whole or not at all."""
    about, content = parent.bundle.metadata, _described(parent.bundle, trainer.configuration.name)
    with written_whole(folder) as temporary:
        for place in (WEIGHTS, METADATA, LICENSE):
            (temporary / place).parent.mkdir(parents=True, exist_ok=True)
        section = content[SECTION]
        section["sha256"] = write_weights(temporary / WEIGHTS, parent.joined(trainer.finished_weights()))
        section["training_minutes"] = max(trainer.seconds / 60, 1e-3)
        section["training_hardware"] = "CPU" if trainer.device.type == "cpu" else "GPU"
        _write_json(temporary / METADATA, content)
        _write_json(temporary / INFERENCE, inference_configuration(about.architecture, about.arguments))
        (temporary / LICENSE).write_text(f"{about.license}\n", encoding="utf-8")
    return read_bundle(folder)


def write_version(
    folder: Path, network: Bundle, adaptation: Adaptation, gates: Mapping[str, Gate], notes: Sequence[str]
) -> Bundle:
    """Write a network with its descent and its figures, whole or not at all.

    Args:
        folder: Folder of the version, which must not exist.
        network: The network, from ``write_network``.
        adaptation: Its descent.
        gates: Comparisons before and after, by what they were measured on.
        notes: Further notes for users.
    """
    content = read_content(network.folder)
    section = content[SECTION]
    section["adaptation"] = asdict(adaptation)
    section["notes"] = [*section["notes"], *notes]
    section["training_data"] += f"; then {adaptation.summary}"
    content["data_source"] = section["training_data"]
    section["measurements"] = [
        {"data": data, "metric": "mean DSC", "value": gate.after, "note": f"{gate.before:.3f} before"}
        for data, gate in gates.items()
    ]
    section["accuracy"] = "; ".join(
        f"on {data} mean DSC {gate.after:.3f}, before {gate.before:.3f}" for data, gate in gates.items()
    )
    with written_whole(folder) as temporary:
        shutil.copytree(network.folder, temporary)
        _write_json(temporary / METADATA, content)
    return read_bundle(folder)


def _described(parent: Bundle, name: str) -> dict[str, Any]:
    """Return the metadata of the parent as those of a network that was made of it, of which nothing was measured."""
    content, about = deepcopy(read_content(parent.folder)), parent.metadata
    content |= {
        "name": name,
        "version": "1.0.0",
        "changelog": {"1.0.0": f"adapted from {about.name} {about.version}"},
        "monai_version": monai.__version__,
        "pytorch_version": torch.__version__.split("+")[0],
        "numpy_version": np.__version__,
        "required_packages_version": {"muscleseg": __version__},
        "authors": "the user of MuscleSeg who adapted it, and the authors of the network before",
    }
    content[SECTION] |= {"title": name, "accuracy": "not measured yet", "measurements": []}
    content[SECTION].pop("adaptation", None)
    return content


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")
