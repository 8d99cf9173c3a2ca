"""Shipped networks are read once, and again when a file of theirs changes."""

import json
import shutil

import pytest

from MuscleSegLib.bundle import find_bundle, places
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.resources import resource_folder


@pytest.fixture
def a_shipped_folder(tmp_path, monkeypatch):
    """The default thigh network, shipped from another folder."""
    folder = tmp_path / "Networks" / "thigh-paired-unet"
    shutil.copytree(resource_folder() / "Networks" / folder.name, folder)
    monkeypatch.setattr(places, "resource_folder", lambda: tmp_path)
    return folder


def test_an_unchanged_network_is_not_read_again(a_shipped_folder):
    assert find_bundle("thigh") is find_bundle("thigh")


def test_changed_metadata_are_read_again(a_shipped_folder):
    find_bundle("thigh")
    path = a_shipped_folder / "configs" / "metadata.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | {"version": "99.0"}), encoding="utf-8")

    assert find_bundle("thigh").metadata.version == "99.0"


def test_weights_that_have_gone_are_missed(a_shipped_folder):
    find_bundle("thigh")
    (a_shipped_folder / "models" / "model.pt").unlink()

    with pytest.raises(MuscleSegError, match="missing"):
        find_bundle("thigh")
