"""Corrected scans in a folder, and a network small enough to learn from them within a test."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from MuscleSegLib.anatomy import region
from MuscleSegLib.bundle import Bundle, fast_bundle, read_bundle, write_weights
from MuscleSegLib.networks import build
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Segment, Volume, write_labels, write_volume

SLICES = 5


@pytest.fixture(scope="session")
def thighs(plain_scan) -> tuple[Volume, Volume]:
    """Five slices of both thighs, 2.5 x 2.5 x 24 mm, stored as scanners do, and their labels."""
    affine = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 24, -48], [0, 0, 0, 1]])
    return plain_scan(digital_legs("thigh", seed=1, fat_fraction=5), Geometry((SLICES, 113, 173), affine))


@pytest.fixture(scope="session")
def calves(plain_scan) -> tuple[Volume, Volume]:
    """Five slices of both calves, and their labels."""
    affine = np.array([[-2.5, 0, 0, 216], [0, -2.5, 0, 140], [0, 0, 24, -48], [0, 0, 0, 1]])
    return plain_scan(digital_legs("calf", seed=3, fat_fraction=5), Geometry((SLICES, 113, 173), affine))


@pytest.fixture
def write_case(tmp_path) -> Callable[..., Path]:
    """A function that writes a scan and its labels into the folder of corrected scans, and returns the folder."""

    def write(image: Volume, labels: Volume, name: str = "P", region_name: str = "thigh") -> Path:
        folder = tmp_path / "corrected"
        folder.mkdir(exist_ok=True)
        write_volume(image, folder / f"{name}.nii.gz")
        segments = [
            Segment(label.value, label.name, label.color) for label in region(region_name).labels(two_legs=True)
        ]
        write_labels(labels, folder / f"{name}_labels.nii.gz", segments=segments)
        return folder

    return write


def write_tiny(folder: Path, architecture: str, spatial_shape: list[int], **arguments: object) -> Bundle:
    """Write a network of random weights that is built in no time."""
    shutil.copytree(fast_bundle("thigh").folder, folder)
    metadata = folder / "configs" / "metadata.json"
    content = json.loads(metadata.read_text(encoding="utf-8"))
    section = content["muscleseg"]
    section["architecture"] = architecture
    section["arguments"] = {"in_channels": 5, "out_channels": 11, "channels": [4, 6], **arguments}
    if len(spatial_shape) == 3:
        section["input"] |= {"context_mm": [0.0], "slice_mm": 24.0, "has_place": False}
    content["name"], section["parameters"] = "tiny", 0
    content["network_data_format"]["inputs"]["image"]["spatial_shape"] = spatial_shape
    torch.manual_seed(3)
    network = build(architecture, **section["arguments"])
    section["sha256"] = write_weights(folder / "models" / "model.pt", network.state_dict())
    metadata.write_text(json.dumps(content), encoding="utf-8")
    return read_bundle(folder)


@pytest.fixture(scope="session")
def tiny_network(tmp_path_factory) -> Bundle:
    """A flat network."""
    return write_tiny(tmp_path_factory.mktemp("networks") / "tiny", "unet2d-small", [64, 64])


@pytest.fixture(scope="session")
def tiny_volume_network(tmp_path_factory) -> Bundle:
    """A network of volumes."""
    folder = tmp_path_factory.mktemp("networks") / "tiny"
    return write_tiny(folder, "anisotropic-unet", [4, 64, 64], in_channels=1, planar=1)


@pytest.fixture(scope="session")
def tiny_pair(tmp_path_factory) -> Bundle:
    """A pair of networks, for volumes and for slices."""
    folder = tmp_path_factory.mktemp("networks") / "tiny"
    sizes = {"slice_channels": [4, 6], "neighbors": [-1, 0, 1]}
    return write_tiny(folder, "paired-unet", [4, 64, 64], in_channels=1, planar=1, **sizes)
