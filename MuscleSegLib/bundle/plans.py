"""nnU-Net's ``plans.json``: architecture and input of its network."""

from collections.abc import Mapping
from typing import Any

from MuscleSegLib.bundle.checked import check_volume_input, three
from MuscleSegLib.bundle.input import VolumeInput
from MuscleSegLib.json_values import integer, items, positive, require, text
from MuscleSegLib.translatable import _

# Arrays are [slice, row, column]. SimpleITK leaves them as stored: an axial scan of a scanner has slices upwards, rows
# to the back, columns to the left.
_ARRAY_AXES = {"SimpleITKIO": "SPL", "NibabelIOWithReorient": "SAR"}

_OVERLAP = 0.5  # nnU-Net's tile_step_size
_MOST_ANCESTORS = 20
_MOST_STAGES = 16  # each halves the image


def chosen_configuration(plans: Mapping[str, Any], folder: str) -> tuple[str, dict[str, Any]]:
    """Return the name and the content of a result folder's configuration.

    nnU-Net's folders are named after it: ``nnUNetTrainer__nnUNetPlans__3d_fullres``.
    """
    configurations = plans["configurations"]
    name = folder.rpartition("__")[2]
    if name not in configurations:
        names = ", ".join(configurations)
        require(len(configurations) == 1, _("its folder's name does not end with one of {names}"), names=names)
        name = next(iter(configurations))
    configuration = dict(configurations[name])
    ancestors = {name}
    while "inherits_from" in configuration:
        parent = configuration.pop("inherits_from")
        require(parent not in ancestors, _("its configurations inherit in a circle"))
        require(
            len(ancestors) <= _MOST_ANCESTORS,
            _("its configurations inherit over {most_ancestors} steps"),
            most_ancestors=_MOST_ANCESTORS,
        )
        ancestors.add(parent)
        configuration = {**configurations[parent], **configuration}
    require(configuration.get("previous_stage") is None, _("it is the second stage of a cascade"))
    return name, configuration


def arguments_of(configuration: Mapping[str, Any], *, classes: int) -> tuple[str, dict[str, Any]]:
    """Return the network's class and its arguments, with torch's classes by name."""
    architecture = configuration.get("architecture") or _from_old_plans(configuration)
    name = text(architecture["network_class_name"], "network_class_name").rpartition(".")[2]
    arguments = dict(architecture["arch_kwargs"])
    return name, {**arguments, "input_channels": 1, "num_classes": classes, "deep_supervision": False}


def _from_old_plans(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return the architecture of plans from before nnU-Net 2.4, which have its numbers alone."""
    name = text(configuration["UNet_class_name"], "UNet_class_name")
    blocks = items(configuration["n_conv_per_stage_encoder"], "n_conv_per_stage_encoder", integer)
    require(len(blocks) <= _MOST_STAGES, _("it has more than {most_stages} stages"), most_stages=_MOST_STAGES)
    first, most = (integer(configuration[key], key) for key in ("UNet_base_num_features", "unet_max_num_features"))
    dimensions = len(configuration["patch_size"])
    return {
        "network_class_name": name,
        "arch_kwargs": {
            "n_stages": len(blocks),
            "features_per_stage": [min(first * 2**stage, most) for stage in range(len(blocks))],
            "conv_op": f"torch.nn.Conv{dimensions}d",
            "kernel_sizes": configuration["conv_kernel_sizes"],
            "strides": configuration["pool_op_kernel_sizes"],
            "n_conv_per_stage" if name == "PlainConvUNet" else "n_blocks_per_stage": list(blocks),
            "n_conv_per_stage_decoder": configuration["n_conv_per_stage_decoder"],
            "conv_bias": True,
            "norm_op": f"torch.nn.InstanceNorm{dimensions}d",
            "norm_op_kwargs": {"eps": 1e-5, "affine": True},
            "nonlin": "torch.nn.LeakyReLU",
            "nonlin_kwargs": {"inplace": True},
        },
    }


def input_of(plans: Mapping[str, Any], configuration: Mapping[str, Any]) -> tuple[VolumeInput, tuple[str, ...]]:
    """Return the network's input, and notes on it for users."""
    reader = plans.get("image_reader_writer", "SimpleITKIO")
    require(reader in _ARRAY_AXES, _("it reads images with {reader}"), reader=repr(reader))
    order = items(plans["transpose_forward"], "transpose_forward", integer)
    require(sorted(order) == [0, 1, 2], _("transpose_forward is no order of three axes"))
    schemes = list(configuration["normalization_schemes"])
    require(schemes == ["ZScoreNormalization"], _("it normalizes with {schemes}"), schemes=", ".join(map(str, schemes)))
    is_masked = configuration["use_mask_for_norm"] == [True]
    spacing = items(configuration["spacing"], "spacing", positive)
    window = items(configuration["patch_size"], "patch_size", integer)
    notes = []
    if reader == "SimpleITKIO":
        notes.append(
            _("nnU-Net does not turn scans: it is taken to have been trained on axial ones as scanners store them")
        )
    if len(window) == 2:  # slices without a spacing; here they need one, and the training's is the nearest
        window = (1, *window)
        between = items(plans["original_median_spacing_after_transp"], "the median spacing", positive)[0]
        spacing = (between, *spacing)
        notes.append(
            _("a two-dimensional nnU-Net: slices are resampled to {between} mm, the median of its training").format(
                between=f"{between:g}"
            )
        )
    spec = VolumeInput(
        axes="".join(_ARRAY_AXES[reader][axis] for axis in order),
        spacing_mm=three(spacing, "spacing"),
        window=three(window, "patch_size"),
        overlap=_OVERLAP,
        normalization="zscore-nonzero" if is_masked else "zscore",
    )
    check_volume_input(spec)
    return spec, tuple(notes)
