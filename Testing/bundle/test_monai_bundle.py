"""A stranger's MONAI bundle: understood from its text, and nothing of it run."""

import copy
import json
import zipfile
from pathlib import Path

import pytest
import torch
from monai.networks.nets import UNet

from MuscleSegLib.bundle import VolumeInput, find_bundle, read_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks.foreign import MONAI_NETWORKS, build_monai
from MuscleSegLib.networks.limits import sketch
from Testing.bundle.monai_bundles import ARGUMENTS, INFERENCE, METADATA, SMALL

NORMALIZE = ("preprocessing", "transforms", 4)


@pytest.fixture
def a_stranger_s_bundle(tmp_path):
    """Write a MONAI bundle, with one place of its configuration changed."""

    def write(*place, value=None, metadata=METADATA) -> Path:
        folder = tmp_path / "stranger"
        for name in ("configs", "models"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        config = copy.deepcopy(INFERENCE)
        if place:
            *path, last = place
            item = config
            for key in path:
                item = item[key]
            item[last] = value
        (folder / "configs" / "metadata.json").write_text(json.dumps(metadata))
        (folder / "configs" / "inference.json").write_text(json.dumps(config))
        torch.manual_seed(0)
        torch.save(UNet(**ARGUMENTS).state_dict(), folder / "models" / "model.pt")
        return folder

    return write


def test_its_network_is_loaded_with_its_weights(a_stranger_s_bundle):
    folder = a_stranger_s_bundle()
    bundle = find_bundle("thigh", str(folder))

    torch.manual_seed(0)
    expected = UNet(**ARGUMENTS).eval()
    image = torch.rand(1, 1, 32, 32, 16)
    with torch.inference_mode():
        assert torch.equal(bundle.load()(image), expected(image))
    assert bundle.metadata.parameters == sum(value.numel() for value in expected.parameters())


def test_what_it_wants_to_see_is_understood(a_stranger_s_bundle):
    metadata = read_bundle(a_stranger_s_bundle(), "thigh").metadata

    assert metadata.input == VolumeInput("RAS", (1.0, 1.0, 4.0), (32, 32, 16), 0.5, "zscore-nonzero")
    assert (metadata.name, metadata.version, metadata.architecture) == ("stranger", "0.3.0", "UNet")
    assert metadata.training_data == "twelve volunteers"


@pytest.mark.parametrize(("region", "labels"), [("thigh", (109, 9, 0, 0)), ("calf", (0, 0, 0, 106))])
def test_its_labels_are_matched_by_name_and_the_notes_say_how(a_stranger_s_bundle, region, labels):
    metadata = read_bundle(a_stranger_s_bundle(), region).metadata

    assert metadata.labels == labels
    assert any("femur" in note and "ignored" in note for note in metadata.notes)


def test_the_note_of_a_match_gives_both_names(a_stranger_s_bundle):
    notes = read_bundle(a_stranger_s_bundle(), "thigh").metadata.notes

    assert "labels matched by their names: vastus lateralis = left vastus lateralis, vastus_lateralis_right" in notes


def test_of_muscles_of_two_regions_one_has_to_be_chosen(a_stranger_s_bundle):
    with pytest.raises(MuscleSegError, match="names muscles of thigh and calf.*--region"):
        read_bundle(a_stranger_s_bundle())


def with_channels(**channels):
    metadata = copy.deepcopy(METADATA)
    metadata["network_data_format"]["outputs"]["pred"]["channel_def"].update(channels)
    return metadata


def test_labels_that_name_no_muscle_of_the_region_are_refused(a_stranger_s_bundle):
    folder = a_stranger_s_bundle(metadata=with_channels(**{"4": "tibia"}))

    with pytest.raises(MuscleSegError, match="none of its labels names a muscle of the calf"):
        read_bundle(folder, "calf")


def test_a_channel_0_that_is_no_background_is_refused(a_stranger_s_bundle):
    with pytest.raises(MuscleSegError, match="channel 0 is 'gracilis' and not the background"):
        read_bundle(a_stranger_s_bundle(metadata=with_channels(**{"0": "gracilis"})), "thigh")


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (("network_def", "_target_"), "os.system", "asks for 'os.system', which MuscleSeg does not run"),
        (("network_def", "_target_"), "monai.networks.netsy.UNet", "which MuscleSeg does not run"),
        (("network_def", "_target_"), "monai.networks.nets.EfficientNetBN", "network 'EfficientNetBN' is not among"),
        (("network_def",), "$__import__('os').system('touch exploded')", "is no component"),
        (("network_def", "channels"), "$__import__('os').system('touch exploded')", "MuscleSeg evaluates none"),
        (("network_def", "channels"), [4, "$8"], "MuscleSeg evaluates none"),
        (("network_def", "channels"), "%other.json#channels", "MuscleSeg evaluates none"),
        (("network_def", "norm"), {"_target_": "os.system", "command": "x"}, "takes plain values only"),
        (("network_def", "norm"), "@device", "MuscleSeg evaluates none"),
        (("network_def", "norm"), "@nowhere", "refers to '@nowhere', which it does not define"),
        (("classes",), "@classes", "run in a circle"),
        (("classes",), 4, "out_channels are not its labels"),
        (("network_def", "in_channels"), 2, "not exactly one in_channel"),
        (("network_def", "kernel_size"), "large", "does not take its arguments"),
        ((*NORMALIZE, "_target_"), "ScaleIntensityRanged", "has ScaleIntensityRanged, which MuscleSeg does not do"),
        ((*NORMALIZE, "_target_"), "my.transforms.Special", "asks for 'my.transforms.Special'"),
        ((*NORMALIZE, "divisor"), 3, "NormalizeIntensityd in its preprocessing has divisor"),
        ((*NORMALIZE, "_target_"), "EnsureTyped", "EnsureTyped in its preprocessing has nonzero"),
        (NORMALIZE, {"_target_": "CastToTyped"}, "normalizes intensities in no way"),
        (NORMALIZE, {"_target_": "ScaleIntensityd", "minv": -1}, "run from -1 to 1"),
        (("preprocessing", "transforms", 2), {"_target_": "EnsureTyped"}, "no Orientationd"),
        (("preprocessing", "transforms", 2, "axcodes"), "RAX", "axes are three directions"),
        (("preprocessing", "transforms", 3, "pixdim"), [1, 1, -1], "pixdim is not above 0"),
        (("preprocessing", "transforms", 5), INFERENCE["preprocessing"]["transforms"][2], "after Spacingd"),
        (("preprocessing", "transforms"), "$[]", "is no list of transforms"),
        (("inferer", "_target_"), "SliceInferer", "inferer is SliceInferer"),
        (("window", "size"), [32, 32], "window is not three numbers"),
        (("window", "size"), [32, 32, -1], "window is not positive"),
    ],
)
def test_what_is_not_understood_is_refused_by_its_name(a_stranger_s_bundle, place, value, sentence):
    folder = a_stranger_s_bundle(*place, value=value)

    with pytest.raises(MuscleSegError, match=sentence) as refused:
        read_bundle(folder, "thigh")
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("transform", "normalization", "percentiles"),
    [
        ({"_target_": "monai.transforms.NormalizeIntensityd"}, "zscore", (0.0, 100.0)),
        ({"_target_": "ScaleIntensityd"}, "minmax", (0.0, 100.0)),
        (
            {
                "_target_": "ScaleIntensityRangePercentilesd",
                "lower": 1,
                "upper": 99,
                "b_min": 0,
                "b_max": 1,
                "clip": True,
            },
            "percentiles",
            (1.0, 99.0),
        ),
    ],
)
def test_monai_s_ways_to_normalize_are_understood(a_stranger_s_bundle, transform, normalization, percentiles):
    spec = read_bundle(a_stranger_s_bundle(*NORMALIZE, value=transform), "thigh").metadata.input

    assert (spec.normalization, spec.percentiles) == (normalization, percentiles)


def test_a_network_that_sees_all_at_once_has_the_shape_of_its_metadata_as_window(a_stranger_s_bundle):
    folder = a_stranger_s_bundle("inferer", value={"_target_": "SimpleInferer"})

    assert read_bundle(folder, "thigh").metadata.input.window == (32, 32, 16)


def test_code_in_place_of_its_weights_is_refused_and_not_run(a_stranger_s_bundle, an_armed_bomb):
    content, exploded = an_armed_bomb
    folder = a_stranger_s_bundle()
    (folder / "models" / "model.pt").write_bytes(content)

    with pytest.raises(MuscleSegError, match="could run code"):
        read_bundle(folder, "thigh").load()
    assert not exploded.exists()


def test_nothing_of_its_configuration_is_run(a_stranger_s_bundle, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    read_bundle(a_stranger_s_bundle(), "thigh").load()

    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("number", [0, 1, 5])
def test_weights_of_which_a_number_is_damaged_are_refused(a_stranger_s_bundle, number):
    folder = a_stranger_s_bundle()
    path = folder / "models" / "model.pt"
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(next(name for name in archive.namelist() if name.endswith(f"/data/{number}")))
    name, extra = (int.from_bytes(content[entry.header_offset + at :][:2], "little") for at in (26, 28))
    content[entry.header_offset + 30 + name + extra + 3] ^= 0x40  # of a float's exponent
    path.write_bytes(content)

    with pytest.raises(MuscleSegError, match="damaged"):
        read_bundle(folder, "thigh").load()


@pytest.mark.parametrize("missing", ["configs/inference.json", "models/model.pt"])
def test_a_missing_file_is_named(a_stranger_s_bundle, missing):
    folder = a_stranger_s_bundle()
    (folder / missing).unlink()

    with pytest.raises(MuscleSegError, match=missing):
        read_bundle(folder, "thigh")


GROWING = {f"level{depth}": [f"@level{depth + 1}"] * 100 for depth in range(8)} | {"level8": 1}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"channels": [40000, 40000]}, "channels of its network is above"),
        ({"channels": [8000, 8000]}, "more than 500,000,000 weights"),
        ({"num_res_units": 10**9}, "num_res_units of its network is above"),
        ({"num_res_units": 8000}, "more than 5,000 layers"),
        ({"channels": [4] * 3000, "strides": [1] * 2999}, "more than 2,000 arguments"),
        ({"channels": [[[[[[[[[4]]]]]]]]]}, "lists in lists"),
        ({"channels": "@level0"}, "grow to more than 10,000 values"),
        ({"kernel_size": ["@level0", 3]}, "grow to more than 10,000 values"),
        ({f"argument{number}": 1 for number in range(200)}, "more than 100 arguments"),
    ],
)
def test_a_network_without_end_is_refused_before_anything_of_it_is_built(a_stranger_s_bundle, arguments, sentence):
    folder = a_stranger_s_bundle("network_def", value={**INFERENCE["network_def"], **arguments})
    config = folder / "configs" / "inference.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | GROWING))

    with pytest.raises(MuscleSegError, match=sentence) as error:
        read_bundle(folder, "thigh")

    assert len(str(error.value)) < 1000


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (("preprocessing", "transforms", 3, "pixdim"), [1e-6, 1.0, 4.0], "spacing_mm is not from 0.1 to 100 mm"),
        (("window", "size"), [10**6, 32, 16], "window has more than 2048 voxels"),
        (("inferer", "overlap"), 0.999, "overlap is not from 0 to 0.9"),
    ],
)
def test_an_input_that_fills_any_memory_is_refused(a_stranger_s_bundle, place, value, sentence):
    with pytest.raises(MuscleSegError, match=sentence):
        read_bundle(a_stranger_s_bundle(*place, value=value), "thigh")


@pytest.mark.parametrize("name", ["metadata.json", "inference.json"])
def test_a_configuration_of_any_size_is_not_read(a_stranger_s_bundle, name):
    folder = a_stranger_s_bundle()
    content = (folder / "configs" / name).read_text()
    (folder / "configs" / name).write_text(content + " " * (17 << 20))

    with pytest.raises(MuscleSegError, match=r"cannot be used"):
        read_bundle(folder, "thigh")


@pytest.mark.parametrize("network", [network for network in MONAI_NETWORKS if network != "UNETR"])
def test_a_sketch_has_the_weights_of_the_network(network):
    arguments = {"in_channels": 1, "out_channels": 3, **SMALL[network]}
    built = build_monai(network, arguments)

    sketched = sketch(lambda: build_monai(network, arguments), arguments)

    assert {name: value.shape for name, value in sketched.state_dict().items()} == {
        name: value.shape for name, value in built.state_dict().items()
    }
    assert {parameter.device.type for parameter in sketched.parameters()} == {"meta"}
