"""From a finished run to a bundle: weights in half precision, and what they are."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import monai
import numpy as np
import torch

from MuscleSegLib.anatomy import region
from MuscleSegLib.training.loop import Trainer
from MuscleSegLib.training.synthesis import BRIGHT_QUANTILE
from MuscleSegLib.training.tissues import PIXEL_MM

NOT_MEASURED = "not measured yet"
"""What the bundle of a new run says about its accuracy; replace it by what you measured, and where."""


def write_bundle(folder: Path, trainer: Trainer, configuration_file: Path) -> None:
    """Write the averaged weights of a run as a MONAI bundle.

    Args:
        folder: Of the bundle; made if it is not there.
        trainer: The run.
        configuration_file: What it was run with, which becomes part of the bundle.

    """
    from safetensors.torch import save as save_safetensors

    weights = {
        name.removeprefix("module."): (value.half() if value.is_floating_point() else value).cpu().contiguous()
        for name, value in trainer.average.state_dict().items()
        if name.startswith("module.")
    }
    content = save_safetensors(weights)
    for name in ("configs", "models", "docs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "models" / "model.safetensors").write_bytes(content)
    metadata = _metadata(trainer, hashlib.sha256(content).hexdigest())
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata, indent=2) + "\n", encoding="utf-8")
    if configuration_file.resolve() != (folder / "configs" / "train.toml").resolve():
        shutil.copyfile(configuration_file, folder / "configs" / "train.toml")


def _metadata(trainer: Trainer, sha256: str) -> dict[str, Any]:
    configuration = trainer.configuration
    return {
        "version": "1.0.0",
        "changelog": {"1.0.0": f"trained for {trainer.done} iterations, {trainer.seconds / 60:.0f} minutes"},
        "monai_version": monai.__version__,
        "pytorch_version": torch.__version__.split("+")[0],
        "numpy_version": np.__version__,
        "required_packages_version": {"safetensors": "0.4"},
        "task": f"Segmentation of the muscles of the {configuration.region} in MRI of any contrast",
        "description": "A 2D U-Net that looks at single legs, trained on images synthesized from label maps.",
        "authors": "The developers of MuscleSeg",
        "copyright": "The developers of MuscleSeg",
        "network_data_format": _network_data_format(trainer),
        "muscleseg": _own_metadata(trainer, sha256),
    }


def _network_data_format(trainer: Trainer) -> dict[str, Any]:
    """Return the section that MONAI's bundle specification asks for."""
    wanted = trainer.configuration.input
    muscles = region(trainer.configuration.region)
    common = {"type": "image", "spatial_shape": [wanted.size, wanted.size], "dtype": "float32", "is_patch_data": False}
    channels = {str(n): f"slice at {mm:+g} mm" for n, mm in enumerate(wanted.context_mm)}
    classes = {"0": "background", **{str(code): muscles.muscle(code).name for code in trainer.codes}}
    image = {"format": "magnitude", "modality": "MR", "value_range": [0, 2]}
    prediction = {"format": "segmentation", "value_range": [0, 1]}
    return {
        "inputs": {"image": {**common, **image, "num_channels": len(channels), "channel_def": channels}},
        "outputs": {"pred": {**common, **prediction, "num_channels": len(classes), "channel_def": classes}},
    }


def _own_metadata(trainer: Trainer, sha256: str) -> dict[str, Any]:
    """Return the section that ``bundle.Metadata`` is read from."""
    configuration = trainer.configuration
    return {
        "name": configuration.name,
        "region": configuration.region,
        "architecture": configuration.architecture,
        "arguments": {"in_channels": len(configuration.input.context_mm), "out_channels": len(trainer.codes) + 1},
        "parameters": sum(value.numel() for value in trainer.network.parameters()),
        "input": {
            "pixel_mm": PIXEL_MM,
            "context_mm": list(configuration.input.context_mm),
            "bright_quantile": BRIGHT_QUANTILE,
        },
        "labels": trainer.codes,
        "notes": list(configuration.notes),
        "training_data": configuration.training_data,
        "licence": configuration.licence,
        "accuracy": NOT_MEASURED,
        "sha256": sha256,
    }
