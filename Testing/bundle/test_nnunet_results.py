"""nnU-Net result folders, as nnU-Net v2 lays them out (``nnUNetTrainer.save_checkpoint``, ``plans_handler``)."""

import sys

import pytest
import torch
from torch import nn

from MuscleSegLib.bundle import VolumeInput, find_bundle, read_bundle
from MuscleSegLib.errors import MuscleSegError
from Testing.bundle.nnunet_folders import KWARGS, PLAIN, RESULT


@pytest.mark.parametrize("part", ["fold_0", ".", ".."])
def test_it_is_found_by_its_fold_its_folder_or_the_one_above(a_result, stand_in, part):
    folder = a_result()

    bundle = find_bundle("thigh", str(folder / part))

    assert bundle.weights.resolve() == (folder / "fold_0" / "checkpoint_final.pth").resolve()


def test_its_network_is_loaded_with_the_weights_of_the_checkpoint(a_result, stand_in):
    bundle = read_bundle(a_result())

    torch.manual_seed(0)
    expected = nn.Conv3d(1, 5, 1)
    network = bundle.load()
    image = torch.rand(1, 1, 8, 8, 8)
    assert torch.equal(network(image), expected(image))
    assert bundle.metadata.parameters == 10
    assert network.given["norm_op"] is nn.InstanceNorm3d
    assert network.given["nonlin"] is nn.LeakyReLU
    assert network.given["deep_supervision"] is False


def test_what_it_says_is_understood(a_result, stand_in):
    metadata = read_bundle(a_result()).metadata

    assert metadata.input == VolumeInput("SPL", (5.0, 1.2, 1.0), (8, 64, 64), 0.5, "zscore")
    assert metadata.region == "thigh"
    assert metadata.labels == (9, 2, 2, 0)
    assert metadata.name == "Dataset501_Thigh-3d_fullres"
    assert metadata.training_data == "40 scans of Dataset501_Thigh"
    notes = " | ".join(metadata.notes)
    assert "vastus lateralis = VL" in notes
    assert "biceps femoris = BFL, BFS" in notes
    assert "ignored: femur" in notes
    assert "does not tell left from right" in notes


def test_transposed_axes_are_those_of_the_network(a_result, stand_in):
    spec = read_bundle(a_result(plans={"transpose_forward": [2, 0, 1]})).metadata.input

    assert spec.axes == "LSP"


def test_a_reader_that_turns_scans_gives_other_axes(a_result, stand_in):
    spec = read_bundle(a_result(plans={"image_reader_writer": "NibabelIOWithReorient"})).metadata.input

    assert spec.axes == "SAR"


def test_a_mask_for_the_normalization_leaves_out_what_is_zero(a_result, stand_in):
    assert read_bundle(a_result(use_mask_for_norm=[True])).metadata.input.normalization == "zscore-nonzero"


def test_a_configuration_inherits_from_another(a_result, stand_in):
    metadata = read_bundle(a_result(name="nnUNetTrainer__nnUNetPlans__3d_large")).metadata

    assert metadata.input.window == (16, 64, 64)
    assert metadata.input.spacing_mm == (5.0, 1.2, 1.0)


def test_a_two_dimensional_one_sees_slices_as_far_apart_as_in_its_training(a_result, stand_in):
    metadata = read_bundle(a_result(name="nnUNetTrainer__nnUNetPlans__2d")).metadata

    assert metadata.input.window == (1, 64, 64)
    assert metadata.input.spacing_mm == (5.0, 1.2, 1.2)
    assert any("resampled to 5 mm" in note for note in metadata.notes)


OLD = {
    **{"architecture": None, "UNet_class_name": "PlainConvUNet", "UNet_base_num_features": 32},
    **{"unet_max_num_features": 320, "n_conv_per_stage_encoder": [2, 2, 2, 2, 2], "n_conv_per_stage_decoder": [2] * 4},
    **{"conv_kernel_sizes": [[3, 3, 3]] * 5, "pool_op_kernel_sizes": [[1, 1, 1], *[[2, 2, 2]] * 4]},
}


def test_old_plans_have_the_same_network_in_other_words(a_result, stand_in):
    arguments = read_bundle(a_result(**OLD)).metadata.arguments

    assert arguments["features_per_stage"] == [32, 64, 128, 256, 320]
    assert arguments["conv_op"] == "torch.nn.Conv3d"
    assert arguments["strides"] == OLD["pool_op_kernel_sizes"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"normalization_schemes": ["CTNormalization"]}, "normalizes with CTNormalization"),
        ({"dataset": {"channel_names": {"0": "fat", "1": "water"}}}, "more than one image"),
        ({"dataset": {"labels": {"background": 0, "thigh": [1, 2], "VL": 1}}}, "region of several labels"),
        ({"dataset": {"labels": {"background": 0, "VL": 2}}}, "labels are not 0, 1, 2"),
        ({"dataset": {"labels": {"background": 0, "aorta": 1}}}, "none of its labels names a muscle"),
        ({"architecture": {"network_class_name": "os.system", "arch_kwargs": {}}}, "'system' is not among"),
        ({"architecture": {"network_class_name": PLAIN, "arch_kwargs": {"conv_op": "os.system"}}}, "'os.system'"),
        (
            {"architecture": {"network_class_name": PLAIN, "arch_kwargs": {"conv_op": "torch.nn.Module"}}},
            "no layer that",
        ),
        ({"previous_stage": "3d_lowres"}, "second stage of a cascade"),
        ({"inherits_from": "3d_fullres"}, "in a circle"),
        ({"name": "results"}, "folder's name does not end with one of 2d, 3d_fullres"),
        ({"plans": {"image_reader_writer": "NaturalImage2DIO"}}, "reads images with 'NaturalImage2DIO'"),
        ({"plans": {"transpose_forward": [0, 0, 1]}}, "no order of three axes"),
        ({"patch_size": "large"}, "patch_size is no list"),
    ],
)
def test_what_muscleseg_does_not_do_is_refused_in_one_sentence(a_result, stand_in, given, sentence):
    with pytest.raises(MuscleSegError, match=sentence) as refused:
        read_bundle(a_result(**given))
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("missing", ["dataset.json", "fold_0/checkpoint_final.pth"])
def test_a_missing_file_is_named(a_result, stand_in, missing):
    folder = a_result()
    (folder / missing).unlink()

    with pytest.raises(MuscleSegError, match=missing):
        read_bundle(folder)


def test_of_several_results_one_has_to_be_chosen(a_result, stand_in):
    folder = a_result()
    a_result(name="nnUNetTrainer__nnUNetPlans__2d")

    with pytest.raises(MuscleSegError, match=f"several nnU-Nets.*{RESULT}"):
        read_bundle(folder.parent)


def test_code_in_place_of_its_checkpoint_is_refused_and_not_run(a_result, stand_in, an_armed_bomb):
    content, exploded = an_armed_bomb
    folder = a_result()
    (folder / "fold_0" / "checkpoint_final.pth").write_bytes(content)

    with pytest.raises(MuscleSegError, match="could run code"):
        read_bundle(folder).load()
    assert not exploded.exists()


def test_without_nnu_net_s_package_a_sentence_says_what_to_install(a_result, monkeypatch):
    monkeypatch.setitem(sys.modules, "dynamic_network_architectures.architectures", None)

    with pytest.raises(MuscleSegError, match="pip install dynamic-network-architectures"):
        read_bundle(a_result())


@pytest.mark.parametrize("name", ["PlainConvUNet", "ResidualEncoderUNet"])
def test_a_real_network_of_nnu_net_s_answers_as_it_did(a_result, name):
    unet = pytest.importorskip(
        "dynamic_network_architectures.architectures.unet", reason="the extra nnunet is not installed"
    )
    kwargs = dict(KWARGS)
    if name == "ResidualEncoderUNet":
        kwargs["n_blocks_per_stage"] = kwargs.pop("n_conv_per_stage")
    classes = {"conv_op": nn.Conv3d, "norm_op": nn.InstanceNorm3d, "nonlin": nn.LeakyReLU}
    torch.manual_seed(1)
    trained = getattr(unet, name)(input_channels=1, num_classes=5, deep_supervision=True, **{**kwargs, **classes})
    architecture = {"network_class_name": PLAIN.replace("PlainConvUNet", name), "arch_kwargs": kwargs}
    folder = a_result(trained, architecture=architecture)

    network = read_bundle(folder).load()

    image = torch.rand(1, 1, 4, 16, 16)
    with torch.inference_mode():
        assert torch.equal(network(image), trained.eval()(image)[0])


@pytest.mark.parametrize(
    ("arch_kwargs", "sentence"),
    [
        ({"features_per_stage": [4, 10**6]}, "features_per_stage of its network is above"),
        ({"n_conv_per_stage": [2] * 3000}, "more than 2,000 arguments"),
        ({"n_conv_per_stage_decoder": [10**12]}, "n_conv_per_stage_decoder of its network is above"),
    ],
)
def test_a_network_without_end_is_refused(a_result, stand_in, arch_kwargs, sentence):
    architecture = {"network_class_name": PLAIN, "arch_kwargs": {**KWARGS, **arch_kwargs}}

    with pytest.raises(MuscleSegError, match=sentence):
        read_bundle(a_result(architecture=architecture), "thigh")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[("n_stages", value) for value in (3, 0, True, "2", None)],
        *[("features_per_stage", value) for value in ([8], ["\0", 8], [4, -8], [[], 8])],
        *[
            ("kernel_sizes", value)
            for value in ([[1, 3, 3]], [[1, 3, ""], [3, 3, 3]], [{"x": 1}, [3, 3, 3]], [[3, 3], 3])
        ],
        *[("strides", value) for value in ([[1, 1], [1, 2, 2]], [[1, 1, 1], [1, [1], 2]], [[1, 1, 1], [1, 0, 2]])],
        *[("n_conv_per_stage", value) for value in ([2], [2, {}], "2", [2, 2, 2])],
        *[("n_conv_per_stage_decoder", value) for value in ([2, 2], [], [0.5])],
        *[("conv_bias", value) for value in ("x", 1, None)],
        *[
            ("norm_op_kwargs", value)
            for value in ([1], {"eps": "x"}, {"eps": float("inf")}, {"affine": "\0"}, {"affine": -1})
        ],
        *[("nonlin_kwargs", value) for value in ([1], {"inplace": []})],
        ("norm_op", -1.5),
        ("conv_op", 3),
        ("n_conv_per_stage_decodee_decoder", [2]),
    ],
    ids=str,
)
def test_plans_that_contradict_themselves_are_refused(a_result, stand_in, key, value):
    architecture = {"network_class_name": PLAIN, "arch_kwargs": {**KWARGS, key: value}}

    with pytest.raises(MuscleSegError, match="nnU-Net") as refused:
        read_bundle(a_result(architecture=architecture), "thigh")
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    "key", ["n_stages", "features_per_stage", "kernel_sizes", "strides", "n_conv_per_stage_decoder"]
)
def test_plans_that_lack_something_are_refused(a_result, stand_in, key):
    kwargs = {name: value for name, value in KWARGS.items() if name != key}

    with pytest.raises(MuscleSegError, match=key):
        read_bundle(a_result(architecture={"network_class_name": PLAIN, "arch_kwargs": kwargs}), "thigh")


@pytest.mark.parametrize(
    "changed",
    [
        {
            "features_per_stage": 8,
            "kernel_sizes": 3,
            "strides": 1,
            "n_conv_per_stage": 2,
            "n_conv_per_stage_decoder": 2,
        },
        {"kernel_sizes": [3, [3, 3, 3]], "nonlin_first": True},
        {"norm_op": None, "norm_op_kwargs": None, "conv_bias": False},
    ],
    ids=str,
)
def test_what_nnu_net_s_constructor_takes_is_taken(a_result, stand_in, changed):
    architecture = {"network_class_name": PLAIN, "arch_kwargs": {**KWARGS, **changed}}

    assert read_bundle(a_result(architecture=architecture), "thigh").metadata.arguments["n_stages"] == 2


@pytest.mark.parametrize("labels", [{"VL": 1, "BFL": 1}, {"VL": 1, "BFL": 2, "BFS": 2}, {"VL": 0}])
def test_two_labels_of_one_value_are_refused(a_result, stand_in, labels):
    with pytest.raises(MuscleSegError, match="label"):
        read_bundle(a_result(dataset={"labels": {"background": 0, **labels}}), "thigh")


def test_old_plans_with_stages_without_end_are_refused(a_result, stand_in):
    changes = {
        **{"architecture": None, "UNet_class_name": "PlainConvUNet", "UNet_base_num_features": 4},
        **{"unet_max_num_features": 8, "n_conv_per_stage_encoder": [2] * 100_000, "n_conv_per_stage_decoder": [2]},
    }

    with pytest.raises(MuscleSegError, match="more than 16 stages"):
        read_bundle(a_result(**changes), "thigh")


def test_labels_without_end_are_refused(a_result, stand_in):
    labels = {"background": 0} | {f"VL {number}": number for number in range(1, 300)}

    with pytest.raises(MuscleSegError, match="more than 255 labels"):
        read_bundle(a_result(dataset={"labels": labels}), "thigh")
