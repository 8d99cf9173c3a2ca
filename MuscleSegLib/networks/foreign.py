"""Networks from elsewhere that are built by name: a fixed list of MONAI's, and nnU-Net's two.

A stranger's file says which one, and with which numbers. Nothing that it says is imported or evaluated: names are
looked up in the lists below, and what is not there is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks.nnunet_arguments import check_nnunet_arguments

if TYPE_CHECKING:
    from torch import nn

MONAI_NETWORKS = (
    "AttentionUnet",
    "BasicUNet",
    "DynUNet",
    "HighResNet",
    "SegResNet",
    "SegResNetDS",
    "SwinUNETR",
    "UNETR",
    "UNet",
    "VNet",
)
"""Those of ``monai.networks.nets`` that map one image to logits and load nothing from the internet."""

NNUNET_NETWORKS = ("PlainConvUNet", "ResidualEncoderUNet")

_TORCH_CLASSES = (
    *(f"{layer}{dimension}d" for layer in ("BatchNorm", "Conv", "Dropout", "InstanceNorm") for dimension in (2, 3)),
    *("ELU", "GELU", "LeakyReLU", "PReLU", "ReLU", "SiLU"),
)


def build_monai(name: str, arguments: Mapping[str, Any]) -> nn.Module:
    """Build one of MONAI's networks with random weights.

    Args:
        name: One of ``MONAI_NETWORKS``.
        arguments: For its constructor: literals.

    Raises:
        MuscleSegError: It is none of them, or MONAI is not installed.

    """
    if name not in MONAI_NETWORKS:
        message = f"MONAI's network {name!r} is not among those that MuscleSeg builds: {', '.join(MONAI_NETWORKS)}."
        raise MuscleSegError(message)
    try:
        from monai.networks import nets
    except ImportError as error:
        message = "This network needs MONAI, which is not installed: run pip install monai."
        raise MuscleSegError(message) from error
    network: nn.Module = getattr(nets, name)(**arguments)
    return network


def build_nnunet(name: str, arguments: Mapping[str, Any]) -> nn.Module:
    """Build one of nnU-Net's networks with random weights.

    Args:
        name: One of ``NNUNET_NETWORKS``.
        arguments: For its constructor: literals, and classes of torch by name ("torch.nn.modules.conv.Conv3d").

    Raises:
        MuscleSegError: It or a class is not in the lists, arguments contradict one another, or nnU-Net's package of
            networks is not installed.

    """
    if name not in NNUNET_NETWORKS:
        message = f"nnU-Net's network {name!r} is not among those that MuscleSeg builds: {', '.join(NNUNET_NETWORKS)}."
        raise MuscleSegError(message)
    resolved = {key: _torch_class(value) if isinstance(value, str) else value for key, value in arguments.items()}
    check_nnunet_arguments(arguments)
    try:
        from dynamic_network_architectures.architectures import unet
    except ImportError as error:
        message = (
            "This nnU-Net needs the package dynamic-network-architectures, which is not installed: run "
            "pip install dynamic-network-architectures."
        )
        raise MuscleSegError(message) from error
    network: nn.Module = getattr(unet, name)(**resolved)
    return network


def _torch_class(name: str) -> type[nn.Module]:
    from torch import nn

    found = re.fullmatch(r"torch\.nn\.(?:modules\.\w+\.)?(\w+)", name)
    if not found or found[1] not in _TORCH_CLASSES:
        message = f"The nnU-Net asks for {name!r}, which is none of the layers that MuscleSeg builds networks of."
        raise MuscleSegError(message)
    layer: type[nn.Module] = getattr(nn, found[1])
    return layer
