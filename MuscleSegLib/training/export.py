"""Bundle of a finished run: weights in half precision, metadata, and a configuration for MONAI's tools."""

import contextlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import monai
import numpy as np
import torch

from MuscleSegLib import __version__
from MuscleSegLib.bundle import SCHEMA, inference_configuration, write_weights
from MuscleSegLib.files import written_whole
from MuscleSegLib.networks import ARCHITECTURES
from MuscleSegLib.networks.precision import has_bfloat16
from MuscleSegLib.training.loop import Trainer

FINE_TITLE = "Fine muscles"
"""Title of a network for a fine label set."""

NOT_MEASURED = "not measured yet"
"""Accuracy in the metadata of a new bundle; to be replaced by measured figures and their data."""

INTENDED_USE = "Research in quantitative muscle MRI, with a look at every segmentation. Not a medical device."

SYNTHESIS = (
    "Billot B et al. Med Image Anal 2023;86:102789 (10.1016/j.media.2023.102789): training on synthesized images"
)


def write_bundle(folder: Path, trainer: Trainer, configuration_file: Path) -> None:
    """Write the averaged weights of a run as a MONAI bundle, whole or not at all.

    Args:
        folder: Folder of the bundle, made if it is missing.
        trainer: The run.
        configuration_file: Its configuration, which becomes part of the bundle.
    """
    for name in ("configs", "models", "docs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    configuration = trainer.configuration
    with contextlib.ExitStack() as files:  # all are replaced, or none where the disk is full

        def place(name: str) -> Path:
            return files.enter_context(written_whole(folder / name))

        sha256 = write_weights(place("models/model.pt"), trainer.finished_weights())
        _write_json(place("configs/metadata.json"), _metadata(trainer, sha256))
        _write_json(
            place("configs/inference.json"), inference_configuration(configuration.architecture, trainer.arguments)
        )
        place("docs/license.txt").write_text(f"{configuration.license}\n", encoding="utf-8")
        if configuration_file.resolve() != (folder / "configs" / "train.toml").resolve():
            shutil.copyfile(configuration_file, place("configs/train.toml"))


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _metadata(trainer: Trainer, sha256: str) -> dict[str, Any]:
    configuration = trainer.configuration
    single = "single " if configuration.is_fine else ""
    muscles = ", ".join(muscle.name for muscle in configuration.label_set.muscles)
    return {
        "schema": SCHEMA,
        "name": configuration.name,
        "version": "1.0.0",
        "changelog": {"1.0.0": f"trained for {trainer.done} iterations, {trainer.seconds / 60:.0f} minutes"},
        "monai_version": monai.__version__,
        "pytorch_version": torch.__version__.split("+")[0],
        "numpy_version": np.__version__,
        "required_packages_version": {"muscleseg": __version__},
        "task": f"Segmentation of the {single}muscles of the {configuration.region} in MRI of any contrast",
        "description": (
            f"A network ({configuration.architecture}) that looks at single legs, trained on images synthesized from "
            "label maps."
        ),
        "authors": "The developers of MuscleSeg",
        "copyright": "The developers of MuscleSeg",
        "intended_use": INTENDED_USE,
        "data_source": configuration.training_data,
        "data_type": "label maps, from which images are synthesized",
        "image_classes": "axial slices of one leg, seen as a right one, divided by a quantile of the leg's intensities",
        "pred_classes": f"logits of background, {muscles}",
        "references": [ARCHITECTURES[configuration.architecture].paper, SYNTHESIS],
        "network_data_format": _network_data_format(trainer),
        "muscleseg": _muscleseg_section(trainer, sha256),
    }


def _network_data_format(trainer: Trainer) -> dict[str, Any]:
    """Return the section "network_data_format" of MONAI's bundle specification."""
    spec = trainer.configuration.input
    shape = [spec.slices, spec.size, spec.size][-spec.dimensions :]
    common = {"type": "image", "spatial_shape": shape, "dtype": "float32", "is_patch_data": False}
    channels = {str(n): f"slice at {mm:+g} mm" for n, mm in enumerate(spec.context_mm)}
    if spec.dimensions == 3:
        channels = {"0": f"slices {spec.slice_mm:g} mm apart"}
    if spec.has_place:
        channels[str(len(channels))] = "place along the imaged length, 0 to 1"
    classes = {
        "0": "background",
        **{str(n): muscle.name for n, muscle in enumerate(trainer.configuration.label_set.muscles, 1)},
    }
    image = {"format": "magnitude", "modality": "MR", "value_range": [0, 2]}
    prediction = {"format": "labels", "modality": "n/a", "value_range": []}
    return {
        "inputs": {"image": {**common, **image, "num_channels": len(channels), "channel_def": channels}},
        "outputs": {"pred": {**common, **prediction, "num_channels": len(classes), "channel_def": classes}},
    }


def _muscleseg_section(trainer: Trainer, sha256: str) -> dict[str, Any]:
    """Return the section "muscleseg", which ``bundle.Metadata`` is read from."""
    configuration = trainer.configuration
    return {
        "region": configuration.region,
        "architecture": configuration.architecture,
        "arguments": trainer.arguments,
        "parameters": sum(value.numel() for value in trainer.network.parameters()),
        "input": asdict(configuration.input.leg),
        "labels": trainer.codes,
        "notes": list(configuration.notes),
        "training_data": configuration.training_data,
        "license": configuration.license,
        "accuracy": NOT_MEASURED,
        **({"title": FINE_TITLE} if configuration.is_fine else {}),
        "measurements": [],
        "training_minutes": trainer.seconds / 60,
        "training_hardware": _hardware(trainer),
        "sha256": sha256,
    }


def _hardware(trainer: Trainer) -> str:
    """Return the hardware of the run as it is now; on a CPU another thread makes the data."""
    if trainer.device.type == "cuda":
        return f"{trainer.processes.count} GPU ({torch.cuda.get_device_name(trainer.device)})"
    precision = "bfloat16" if has_bfloat16(trainer.device) else "single precision"
    threads = torch.get_num_threads() * trainer.processes.count
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}, {precision}"
