"""Configuration of a bundle for MONAI's tools: ``configs/inference.json``, and the schema of the metadata.

The configuration calls MuscleSeg's functions, so that ``python -m monai.bundle run`` does the same as
``muscleseg segment``. MuscleSeg itself never reads it.
"""

from collections.abc import Mapping
from typing import Any

SCHEMA = "https://github.com/Project-MONAI/MONAI-extra-test-data/releases/download/0.8.1/meta_schema_20240725.json"
"""Schema of a bundle's metadata, of MONAI 1.4 and newer."""


def inference_configuration(architecture: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of ``configs/inference.json``.

    Users override ``bundle_root``, ``image``, ``output`` and ``device`` on the command line.

    Args:
        architecture: Name in ``networks.ARCHITECTURES``.
        arguments: Arguments of its constructor.
    """
    return {
        "imports": ["$import pathlib"],
        "bundle_root": ".",
        "image": "image.nii.gz",
        "output": "labels.nii.gz",
        "device": "auto",
        "network_def": {"_target_": "MuscleSegLib.networks.build", "name": architecture, **arguments},
        "bundle": {"_target_": "MuscleSegLib.bundle.read_bundle", "folder": "$pathlib.Path(@bundle_root)"},
        "volume": {"_target_": "MuscleSegLib.volume.read_volume", "path": "@image"},
        "result": {
            "_target_": "MuscleSegLib.inference.segment",
            "image": "@volume",
            "bundle": "@bundle",
            "device": "@device",
        },
        "run": ["$@result.write(@output)"],
    }
