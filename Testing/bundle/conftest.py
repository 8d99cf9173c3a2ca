"""Bundles to damage: a copy of a shipped one, and a MONAI bundle of a stranger."""

import copy
import hashlib
import json
import pickle
import shutil
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

from MuscleSegLib.bundle import find_bundle
from Testing.bundle.nnunet_folders import DATASET, PLANS, RESULT, StandIn, save_checkpoint

METADATA = "configs/metadata.json"


@pytest.fixture
def a_bundle_folder(tmp_path: Path) -> Path:
    """A copy of the default thigh bundle, without its calibration, that a test may damage."""
    folder = Path(shutil.copytree(find_bundle("thigh", "thigh-unet2d-small").folder, tmp_path / "bundle"))
    metadata = folder / "configs" / "metadata.json"
    content = json.loads(metadata.read_text(encoding="utf-8"))
    content["muscleseg"].pop("confidence", None)
    metadata.write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.fixture
def rewrite() -> Callable[..., None]:
    """Change entries of a JSON file; those of a section are given with two underscores (``muscleseg__labels``)."""

    def change(path: Path, **changes: Any) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        for name, value in changes.items():
            *sections, last = name.split("__")
            place = content
            for section in sections:
                place = place[section]
            place[last] = value
        path.write_text(json.dumps(content), encoding="utf-8")

    return change


@pytest.fixture
def replace_weights(rewrite: Callable[..., None]) -> Callable[[Path, bytes], None]:
    """Put something else in place of a bundle's weights, with the SHA-256 that belongs to it."""

    def replace(folder: Path, content: bytes) -> None:
        (folder / "models" / "model.pt").write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        rewrite(folder / "configs" / "metadata.json", muscleseg__sha256=sha256)

    return replace


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.target,))


@pytest.fixture(params=["pickle", "torch"])
def a_bomb(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[bytes, Path]:
    """A file that runs code when it is unpickled carelessly, and the file that the code makes."""
    target = tmp_path / "exploded"
    if request.param == "pickle":
        return pickle.dumps(Bomb(target)), target
    memory = BytesIO()
    torch.save({"network_weights": {"weight": torch.zeros(1)}, "extra": Bomb(target)}, memory)
    return memory.getvalue(), target


@pytest.fixture
def an_armed_bomb(a_bomb: tuple[bytes, Path]) -> tuple[bytes, Path]:
    """Bomb and its target, tried on careless readers first: a bomb that never goes off proves nothing."""
    content, target = a_bomb
    try:
        torch.load(BytesIO(content), weights_only=False)
    except Exception:
        pickle.loads(content)
    assert target.exists()
    target.unlink()
    return content, target


@pytest.fixture
def stand_in(monkeypatch):
    """Put the stand-in where nnU-Net's networks are."""
    packages = [ModuleType(name) for name in ("dynamic_network_architectures", "architectures", "unet")]
    packages[2].PlainConvUNet = packages[2].ResidualEncoderUNet = StandIn
    packages[1].unet = packages[2]
    for depth, package in enumerate(packages):
        name = ".".join(["dynamic_network_architectures", "architectures", "unet"][: depth + 1])
        monkeypatch.setitem(sys.modules, name, package)


@pytest.fixture
def a_result(tmp_path):
    """Write a result folder with a network in it, with some entries of its plans' configuration changed."""

    def write(network=None, *, name=RESULT, plans=(), dataset=(), **changes) -> Path:
        folder = tmp_path / "Dataset501_Thigh" / name
        (folder / "fold_0").mkdir(parents=True)
        content = copy.deepcopy({**PLANS, **dict(plans)})
        content["configurations"]["3d_fullres"].update(changes)
        (folder / "plans.json").write_text(json.dumps(content))
        (folder / "dataset.json").write_text(json.dumps({**DATASET, **dict(dataset)}))
        torch.manual_seed(0)
        save_checkpoint(folder / "fold_0", network or nn.ModuleDict({"layer": nn.Conv3d(1, 5, 1)}))
        return folder

    return write
