"""Where networks are looked for, and what a damaged one among them does to the others."""

import json
import shutil
from pathlib import Path

import pytest

from MuscleSegLib.bundle import available_bundles, find_bundle, places, shipped_bundles, user_folder
from MuscleSegLib.cli import main
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.resources import resource_folder

METADATA = "configs/metadata.json"


@pytest.fixture
def a_user_folder(tmp_path, monkeypatch):
    folder = tmp_path / "networks of mine"
    folder.mkdir()
    monkeypatch.setenv("MUSCLESEG_NETWORKS", str(folder))
    return folder


@pytest.fixture
def add(a_user_folder, rewrite):
    """Copy the thigh bundle into the user's folder, under a name of its own or not."""

    def copy(folder: str, name: str) -> Path:
        place = Path(shutil.copytree(find_bundle("thigh", "thigh-unet2d-small").folder, a_user_folder / folder))
        rewrite(place / METADATA, name=name)
        return place

    return copy


@pytest.fixture
def few_shipped(tmp_path, monkeypatch):
    """The default and the fast networks of MuscleSeg: to read and weigh all of them takes seconds."""
    resources = tmp_path / "Resources"
    for name in ("thigh-paired-unet", "thigh-unet2d-small", "calf-paired-unet", "calf-unet2d-small"):
        shutil.copytree(resource_folder() / "Networks" / name, resources / "Networks" / name)
    monkeypatch.setattr(places, "resource_folder", lambda: resources)


def test_a_bundle_is_found_by_its_name_its_architecture_and_its_folder(a_bundle_folder):
    default = find_bundle("thigh")

    assert find_bundle("thigh", default.metadata.name) == default
    assert find_bundle("thigh", default.metadata.architecture) == default
    assert find_bundle("thigh", str(a_bundle_folder)).folder == a_bundle_folder


def test_a_network_that_does_not_exist_is_refused_with_those_that_do(add):
    add("one", "my-network")

    with pytest.raises(MuscleSegError, match=r"no network 'resnet' for the thigh.*thigh-unet2d-small.*my-network"):
        find_bundle("thigh", "resnet")


def test_a_bundle_for_another_region_is_refused(a_bundle_folder):
    with pytest.raises(MuscleSegError, match="segments the thigh, not the calf"):
        find_bundle("calf", str(a_bundle_folder))


def test_a_folder_that_is_no_network_is_refused(tmp_path):
    with pytest.raises(MuscleSegError, match="is not a network bundle"):
        find_bundle("thigh", str(tmp_path))


@pytest.mark.parametrize("region", ["thigh", "calf"])
def test_a_region_s_default_network_is_listed_first(region):
    listed = [bundle.metadata.name for bundle in shipped_bundles() if bundle.metadata.region == region]

    assert listed[0] == find_bundle(region).metadata.name == f"{region}-paired-unet"


def test_the_user_s_own_networks_come_after_the_shipped_ones(add):
    place = add("one", "my-network")

    available = available_bundles()

    assert [bundle.folder for bundle in available.bundles] == [
        *(shipped.folder for shipped in shipped_bundles()),
        place,
    ]
    assert available.unusable == ()
    assert find_bundle("thigh", "my-network").folder == place


def test_a_user_s_network_of_the_default_architecture_does_not_become_the_default(add):
    add("one", "my-network")

    assert find_bundle("thigh").metadata.name == "thigh-paired-unet"


def test_a_damaged_network_breaks_no_other(add, a_user_folder):
    (add("a", "first") / METADATA).write_text("{")
    (add("b", "second") / "models" / "model.pt").unlink()
    (a_user_folder / "c").mkdir()
    (a_user_folder / "notes.txt").touch()
    good = add("d", "fourth")

    available = available_bundles()

    assert [network.folder.name for network in available.unusable] == ["a", "b", "c"]
    assert [bundle.folder for bundle in available.bundles][-1] == good
    with pytest.raises(MuscleSegError, match="is damaged"):
        find_bundle("thigh", "a")


def test_a_name_that_is_taken_is_refused_and_does_not_shadow(add):
    add("one", "thigh-paired-unet")
    add("two", "twin")
    add("two again", "twin")

    available = available_bundles()

    assert find_bundle("thigh", "thigh-paired-unet") == find_bundle("thigh")
    assert [network.folder.name for network in available.unusable] == ["one", "two again"]
    assert all("give it another name" in network.reason for network in available.unusable)


@pytest.mark.slow
@pytest.mark.usefixtures("few_shipped")
def test_the_list_of_networks_names_the_unusable_ones(add, capsys):
    (add("broken", "first") / METADATA).write_text("{")
    add("good", "second")

    assert main(["networks"]) == 0

    printed = capsys.readouterr()
    assert "second: Fast, thigh" in printed.out
    assert "Not usable: broken: The network bundle" in printed.err
    assert len(printed.err.splitlines()) == 1


@pytest.mark.usefixtures("few_shipped")
def test_a_network_with_altered_weights_breaks_no_list(add, capsys):
    weights = add("altered", "first") / "models" / "model.pt"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    add("good", "second")

    assert main(["networks", "--json"]) == 0

    printed = capsys.readouterr()
    listed = [network["name"] for network in json.loads(printed.out)]
    assert "second" in listed
    assert "first" not in listed
    assert "thigh-paired-unet" in listed
    assert "Not usable: altered: The weights" in printed.err


@pytest.mark.usefixtures("few_shipped")
@pytest.mark.slow
def test_networks_that_cannot_be_built_break_no_list(add, rewrite, capsys):
    arguments = find_bundle("thigh", "thigh-unet2d-small").metadata.arguments
    strange = {
        "channels of its network is above": {"muscleseg__arguments": {**arguments, "channels": [60000, 60000]}},
        "more than 500,000,000 weights": {"muscleseg__arguments": {**arguments, "channels": [8000] * 6}},
        "does not take its arguments": {"muscleseg__arguments": {**arguments, "channels": [-1, -2]}},
        "pixel_mm is not from": {"muscleseg__input__pixel_mm": 1e-9},
        "it says that it has 7 weights": {"muscleseg__parameters": 7},
        "not printable": {"name": "a name\x1b[2J"},
    }
    for number, changes in enumerate(strange.values()):
        rewrite(add(f"strange {number}", f"strange-{number}") / METADATA, **changes)
    add("good", "second")

    assert main(["networks", "--json"]) == 0

    printed = capsys.readouterr()
    listed = [network["name"] for network in json.loads(printed.out)]
    assert "second" in listed
    assert not any("strange" in name for name in listed)
    assert len(printed.err.splitlines()) == len(strange)
    assert [sentence for sentence in strange if sentence not in printed.err] == []


@pytest.mark.parametrize("damaged", ["calf-hrnet", "thigh-paired-unet", "calf-unet2d-small-synthesis"])
def test_a_damaged_network_of_muscleseg_s_own_breaks_no_other(tmp_path, monkeypatch, damaged):
    resources = Path(shutil.copytree(resource_folder(), tmp_path / "Resources"))
    (resources / "Networks" / damaged / METADATA).write_text("{")
    monkeypatch.setattr(places, "resource_folder", lambda: resources)
    everybody = {folder.name for folder in (resources / "Networks").iterdir()}

    available = available_bundles()

    assert {bundle.folder.name for bundle in available.bundles} == everybody - {damaged}
    with pytest.raises(MuscleSegError, match="is damaged"):
        find_bundle(damaged.split("-")[0], damaged)


@pytest.mark.parametrize("network", [None, "paired-unet", "thigh-paired-unet"])
def test_a_damaged_default_is_not_replaced_by_another_network(tmp_path, monkeypatch, network):
    resources = Path(shutil.copytree(resource_folder(), tmp_path / "Resources"))
    (resources / "Networks" / "thigh-paired-unet" / METADATA).write_text("{")
    monkeypatch.setattr(places, "resource_folder", lambda: resources)

    with pytest.raises(MuscleSegError, match="is damaged"):
        find_bundle("thigh", network)


def test_without_the_variable_the_folder_is_where_the_platform_keeps_a_user_s_data(monkeypatch, tmp_path):
    monkeypatch.delenv("MUSCLESEG_NETWORKS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert user_folder().parts[-2:] == ("MuscleSeg", "Networks")
