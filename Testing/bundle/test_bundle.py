import hashlib
import json
import pickle
import shutil
from pathlib import Path

import pytest
import torch

from MuscleSegLib.bundle import find_bundle, read_bundle, shipped_bundles
from MuscleSegLib.errors import MuscleSegError


@pytest.fixture
def a_bundle_folder(tmp_path: Path) -> Path:
    """A copy of the default thigh bundle that a test may damage."""
    return Path(shutil.copytree(find_bundle("thigh").folder, tmp_path / "bundle"))


def rewrite_metadata(folder: Path, **changes: object) -> None:
    path = folder / "configs" / "metadata.json"
    content = json.loads(path.read_text())
    content["muscleseg"].update(changes)
    path.write_text(json.dumps(content))


def replace_weights(folder: Path, content: bytes) -> None:
    (folder / "models" / "model.safetensors").write_bytes(content)
    rewrite_metadata(folder, sha256=hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("bundle", shipped_bundles(), ids=lambda bundle: bundle.metadata.name)
def test_what_a_shipped_bundle_says_of_itself_is_so(bundle):
    network = bundle.load()

    assert sum(value.numel() for value in network.parameters()) == bundle.metadata.parameters
    channels = len(bundle.metadata.input.context_mm)
    assert network(torch.zeros(1, channels, 32, 32)).shape[1] == len(bundle.metadata.labels) + 1


def test_a_loaded_network_is_ready_to_infer_in_single_precision():
    network = find_bundle("thigh").load()

    assert not network.training
    assert {value.dtype for value in network.parameters()} == {torch.float32}


def test_a_bundle_is_found_by_its_name_its_architecture_and_its_folder(a_bundle_folder):
    default = find_bundle("thigh")

    assert find_bundle("thigh", default.metadata.name) == default
    assert find_bundle("thigh", default.metadata.architecture) == default
    assert find_bundle("thigh", str(a_bundle_folder)).folder == a_bundle_folder


def test_a_network_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(MuscleSegError, match=r"no network 'resnet' for the thigh.*thigh-unet2d-small"):
        find_bundle("thigh", "resnet")


def test_a_bundle_for_another_region_is_refused(a_bundle_folder):
    with pytest.raises(MuscleSegError, match="segments the thigh, not the calf"):
        find_bundle("calf", str(a_bundle_folder))


def test_altered_weights_are_refused(a_bundle_folder):
    weights = a_bundle_folder / "models" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)

    with pytest.raises(MuscleSegError, match="SHA-256 differs"):
        read_bundle(a_bundle_folder).load()


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self):
        return (Path.touch, (self.target,))


def test_a_pickle_in_place_of_the_weights_is_refused_and_not_run(a_bundle_folder, tmp_path):
    replace_weights(a_bundle_folder, pickle.dumps(Bomb(tmp_path / "exploded")))

    with pytest.raises(MuscleSegError, match="do not fit the network"):
        read_bundle(a_bundle_folder).load()
    assert not (tmp_path / "exploded").exists()


def test_weights_of_another_size_are_refused(a_bundle_folder):
    rewrite_metadata(a_bundle_folder, arguments={"in_channels": 3, "out_channels": 11})

    with pytest.raises(MuscleSegError, match="do not fit the network"):
        read_bundle(a_bundle_folder).load()


def test_missing_weights_are_named(a_bundle_folder):
    (a_bundle_folder / "models" / "model.safetensors").unlink()

    with pytest.raises(MuscleSegError, match=r"model\.safetensors is missing"):
        read_bundle(a_bundle_folder).load()


def test_a_folder_without_metadata_is_no_bundle(tmp_path):
    with pytest.raises(MuscleSegError, match="is not a network bundle"):
        read_bundle(tmp_path)


@pytest.mark.parametrize("content", ["not json", "{}", '{"version": "1", "muscleseg": {"input": {}}}'])
def test_damaged_metadata_is_refused(a_bundle_folder, content):
    (a_bundle_folder / "configs" / "metadata.json").write_text(content)

    with pytest.raises(MuscleSegError, match="is damaged"):
        read_bundle(a_bundle_folder)
