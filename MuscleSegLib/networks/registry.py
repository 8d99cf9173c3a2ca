"""Registry of architectures: names, papers and sizes. A module is imported when its architecture is built."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Architecture:
    """Architecture of the registry.

    Two-dimensional networks map images [batch, in_channels, row, column] to logits [batch, out_channels, row, column],
    three-dimensional networks volumes [batch, in_channels, slice, row, column] to logits [batch, out_channels, slice,
    row, column], of any size.

    Attributes:
        module: Module below ``MuscleSegLib.networks``.
        constructor: Class in that module.
        title: Name for people, with the paper that describes its size, or else itself.
        paper: Reference of the paper.
        dimensions: Dimensions of the input images, 2 or 3.
        defaults: Arguments of the paper's size.
        small: Arguments over the defaults of a size that a CPU can train, of 5e6 parameters at most. Empty where the
            paper's size is as small.
    """

    module: str
    constructor: str
    title: str
    paper: str
    dimensions: Literal[2, 3]
    defaults: Mapping[str, Any]
    small: Mapping[str, Any] = field(default_factory=dict)


ARCHITECTURES: Mapping[str, Architecture] = {
    "unet2d-small": Architecture(
        "unet2d",
        "UNet2d",
        "Small U-Net 2D (Magma 2025)",
        "Magma 2025;38:175-189 (10.1007/s10334-024-01221-3): the small U-Net of 5.81e5 parameters",
        2,
        {"channels": (16, 32, 48, 64, 64, 56)},
    ),
    "unet2d": Architecture(
        "unet2d",
        "UNet2d",
        "U-Net 2D (Hostin 2023)",
        "Ronneberger et al., MICCAI 2015 (10.1007/978-3-319-24574-4_28); the channels of Hostin et al., "
        "J Magn Reson Imaging 2023;58:1826-1835 (10.1002/jmri.28708)",
        2,
        {"channels": (24, 48, 96, 192)},
    ),
    "unet3d": Architecture(
        "unet3d",
        "UNet3d",
        "U-Net 3D (Hostin 2023)",
        "Çiçek et al., MICCAI 2016 (10.1007/978-3-319-46723-8_49); the channels of Hostin et al., "
        "J Magn Reson Imaging 2023;58:1826-1835 (10.1002/jmri.28708)",
        3,
        {"channels": (24, 48, 96, 192), "slice_poolings": 3},
        {"channels": (16, 32, 64, 128), "slice_poolings": 2},
    ),
    "anisotropic-unet": Architecture(
        "anisotropic_unet",
        "AnisotropicUNet",
        "Anisotropic U-Net (Isensee 2021)",
        "Isensee et al., Nat Methods 2021;18:203-211 (10.1038/s41592-020-01008-z): its rule for anisotropic volumes, "
        "in a size that a CPU can train",
        3,
        {"channels": (16, 32, 64, 96, 96, 96), "planar": 3},
    ),
    "paired-unet": Architecture(
        "paired_unet",
        "PairedUNet",
        "Paired U-Nets 2D and 3D",
        "Isensee et al., Nat Methods 2021;18:203-211 (10.1038/s41592-020-01008-z): its rule for anisotropic volumes; "
        "beside the small U-Net of Magma 2025;38:175-189 (10.1007/s10334-024-01221-3); logits averaged",
        3,
        {
            "channels": (16, 32, 64, 96, 96, 96),
            "planar": 3,
            "slice_channels": (16, 32, 48, 64, 64, 56),
            "neighbors": (-3, -1, 0, 1, 3),
        },
    ),
    "transunet": Architecture(
        "transunet",
        "TransUNet",
        "TransUNet (Chen 2021)",
        "Chen et al. 2021 (arXiv 2102.04306): R50-ViT-B/16",
        2,
        {
            "stem": 64,
            "channels": (256, 512, 1024),
            "blocks": (3, 4, 9),
            "hidden": 768,
            "layers": 12,
            "heads": 12,
            "grid": 14,  # 224 pixels a side
            "decoder": (256, 128, 64, 16),
        },
        {
            "stem": 32,
            "channels": (64, 128, 192),
            "blocks": (2, 2, 2),
            "hidden": 192,
            "layers": 4,
            "heads": 6,
            "grid": 8,
            "decoder": (96, 64, 32, 16),
        },
    ),
    "hrnet": Architecture(
        "hrnet",
        "HRNet",
        "HRNet (Sun 2019)",
        "Sun et al. 2019 (arXiv 1904.04514): HRNetV2-W18, without its stem",
        2,
        {"channels": (18, 36, 72, 144), "modules": (1, 1, 4, 3), "blocks": 4},
        {"channels": (12, 24, 36, 48), "modules": (1, 1, 1, 1), "blocks": 1},
    ),
    "attention-unet": Architecture(
        "attention_unet",
        "AttentionUNet2d",
        "Attention U-Net (Oktay 2018)",
        "Oktay et al. 2018 (arXiv 1804.03999)",
        2,
        {"channels": (64, 128, 256, 512, 1024)},
        {"channels": (16, 32, 64, 128, 256)},
    ),
    "spatial-channel-unet": Architecture(
        "spatial_channel_unet",
        "SpatialChannelUNet",
        "Spatial-Channel U-Net (Henson 2024)",
        "Henson et al., PLoS One 2024;19:e0299099 (10.1371/journal.pone.0299099)",
        2,
        {"channels": (64, 128, 256, 512, 1024)},
        {"channels": (16, 32, 48, 64, 64, 56)},
    ),
    "attention-res-vnet": Architecture(
        "attention_res_vnet",
        "AttentionResVNet",
        "Attention-Res-V-Net (2025)",
        "Milletari et al., 3DV 2016 (arXiv 1606.04797), with the gates of Oktay et al. 2018 (arXiv 1804.03999), in the "
        "size of the 3D Attention-Res-V-Net of 2025 (5e7 parameters)",
        3,
        {"channels": (64, 128, 256, 512, 1024), "convolutions": (2, 2, 2, 1, 1), "slice_poolings": 4},
        {"channels": (16, 32, 64, 128, 192), "convolutions": (1, 1, 1, 1, 1), "slice_poolings": 2},
    ),
    "attention-res-vnet-cascade": Architecture(
        "attention_res_vnet_cascade",
        "AttentionResVNetCascade",
        "Attention-Res-V-Net cascade (2025)",
        "3D Attention-Res-V-Net, 2025: two networks of Milletari et al., 3DV 2016 (arXiv 1606.04797), with the gates "
        "of Oktay et al. 2018 (arXiv 1804.03999)",
        3,
        {"channels": (64, 128, 256, 512, 1024), "convolutions": (2, 2, 2, 1, 1), "slice_poolings": 4},
        {"channels": (8, 16, 32, 64, 96), "convolutions": (1, 1, 1, 1, 1), "slice_poolings": 2},
    ),
    "nnunet-2d": Architecture(
        "nnunet",
        "NnUNet",
        "nnU-Net 2D (Isensee 2021)",
        "Isensee et al., Nat Methods 2021;18:203-211 (10.1038/s41592-020-01008-z), in the size of Magma "
        "2025;38:175-189 (10.1007/s10334-024-01221-3): 4.35e7 parameters",
        2,
        {"kernels": ((3, 3),) * 8, "strides": ((1, 1), *((2, 2),) * 7), "features": 32, "most_features": 512},
        {"kernels": ((3, 3),) * 6, "strides": ((1, 1), *((2, 2),) * 5), "features": 16, "most_features": 128},
    ),
    "nnunet-3d": Architecture(
        "nnunet",
        "NnUNet",
        "nnU-Net 3D (Isensee 2021)",
        "Isensee et al., Nat Methods 2021;18:203-211 (10.1038/s41592-020-01008-z): the plan for 20 slices of 320x320 "
        "pixels, 15x0.68x0.68 mm, as Hostin et al. have them",
        3,
        {
            "kernels": ((1, 3, 3),) * 4 + ((3, 3, 3),) * 3,
            "strides": ((1, 1, 1), *((1, 2, 2),) * 4, *((2, 2, 2),) * 2),
            "features": 32,
            "most_features": 320,
        },
        {
            "kernels": ((1, 3, 3),) * 3 + ((3, 3, 3),) * 2,
            "strides": ((1, 1, 1), *((1, 2, 2),) * 2, *((2, 2, 2),) * 2),
            "features": 16,
            "most_features": 128,
        },
    ),
}


def build(name: str, **arguments: Any) -> nn.Module:  # noqa: ANN401 - each architecture has arguments of its own
    """Build an architecture with random weights.

    Args:
        name: Name in ``ARCHITECTURES``.
        arguments: Arguments of its constructor, over its defaults.

    Raises:
        MuscleSegError: The name is not in the registry.
    """
    if name not in ARCHITECTURES:
        message = _("There is no network architecture {name}: choose one of {architectures}.")
        raise MuscleSegError(message, name=repr(name), architectures=", ".join(sorted(ARCHITECTURES)))
    architecture = ARCHITECTURES[name]
    module = importlib.import_module(f"MuscleSegLib.networks.{architecture.module}")
    network: nn.Module = getattr(module, architecture.constructor)(**{**architecture.defaults, **arguments})
    return network
