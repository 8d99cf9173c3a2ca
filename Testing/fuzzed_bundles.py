"""Bundles to damage, of MuscleSeg, of MONAI and of nnU-Net, and their readers."""

import contextlib
import hashlib
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import torch
from monai.networks.nets import UNet

from MuscleSegLib.bundle import find_bundle, read_bundle
from Testing.bundle.monai_bundles import ARGUMENTS, INFERENCE, METADATA
from Testing.bundle.nnunet_folders import DATASET, PLANS, StandIn, save_checkpoint


def write_shipped_bundle(folder: Path) -> Sequence[Path]:
    shutil.copytree(find_bundle("thigh").folder, folder, dirs_exist_ok=True)
    return [folder / "configs" / "metadata.json"] * 3 + [folder / "models" / "model.pt"]


def write_monai_bundle(folder: Path) -> Sequence[Path]:
    for name, content in (("metadata", METADATA), ("inference", INFERENCE)):
        (folder / "configs").mkdir(exist_ok=True)
        (folder / "configs" / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "models").mkdir()
    torch.manual_seed(0)
    torch.save(UNet(**ARGUMENTS).state_dict(), folder / "models" / "model.pt")
    return [*sorted((folder / "configs").iterdir()) * 2, folder / "models" / "model.pt"]


def write_nnunet(folder: Path) -> Sequence[Path]:
    fold = folder / "nnUNetTrainer__nnUNetPlans__3d_fullres" / "fold_0"
    fold.mkdir(parents=True)
    (fold.parent / "plans.json").write_text(json.dumps(PLANS), encoding="utf-8")
    (fold.parent / "dataset.json").write_text(json.dumps(DATASET), encoding="utf-8")
    torch.manual_seed(0)
    save_checkpoint(fold, torch.nn.ModuleDict({"layer": torch.nn.Conv3d(1, 5, 1)}))
    return [fold.parent / "plans.json", fold.parent / "dataset.json", fold / "checkpoint_final.pth"]


def _named_state(state: Any) -> str:
    return hashlib.sha256("".join(f"{name}{value.tolist()}" for name, value in state.items()).encode()).hexdigest()


def read_shipped_bundle(folder: Path) -> Any:
    bundle = read_bundle(folder, "thigh")
    return str(asdict(bundle.metadata)), _named_state(bundle.load().state_dict())


def read_foreign_bundle(folder: Path) -> Any:
    """Read a bundle that names no SHA-256 of its weights, so that the one that they have says nothing."""
    bundle = read_bundle(folder, "thigh")
    return str(asdict(bundle.metadata) | {"sha256": ""}), _named_state(bundle.load().state_dict())


def read_checked_bundle(folder: Path) -> Any:
    """Read a bundle of ours; where its metadata can be read, with the SHA-256 of the weights that are there."""
    path = folder / "configs" / "metadata.json"
    with contextlib.suppress(Exception):
        content = json.loads(path.read_bytes())
        if isinstance(content["muscleseg"].get("sha256"), str):
            sha256 = hashlib.sha256((folder / "models" / "model.pt").read_bytes()).hexdigest()
            content["muscleseg"]["sha256"] = sha256
            path.write_text(json.dumps(content), encoding="utf-8")
    return read_shipped_bundle(folder)


def read_nnunet(folder: Path) -> Any:
    """Read a bundle whose network is in a package that need not be there, with one layer in its place."""
    names = ["dynamic_network_architectures", "dynamic_network_architectures.architectures"]
    packages = [ModuleType(name) for name in (*names, f"{names[1]}.unet")]
    packages[2].PlainConvUNet = packages[2].ResidualEncoderUNet = StandIn  # type: ignore[attr-defined]
    packages[1].unet = packages[2]  # type: ignore[attr-defined]
    with mock.patch.dict(sys.modules, {package.__name__: package for package in packages}):
        return read_foreign_bundle(folder)
