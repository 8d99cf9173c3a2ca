"""Networks from elsewhere that are built by name: a fixed list of MONAI's, and nnU-Net's two.

A file of unknown origin gives a network's name and numbers. Its content is neither imported nor evaluated: names are
looked up in the lists below, and all others are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks.nnunet_arguments import check_nnunet_arguments
from MuscleSegLib.translatable import _

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
"""Networks of ``monai.networks.nets`` that map an image to logits and load nothing from the internet."""

NNUNET_NETWORKS = ("PlainConvUNet", "ResidualEncoderUNet")

_TORCH_CLASSES = (
    *(f"{layer}{dimension}d" for layer in ("BatchNorm", "Conv", "Dropout", "InstanceNorm") for dimension in (2, 3)),
    *("ELU", "GELU", "LeakyReLU", "PReLU", "ReLU", "SiLU"),
)


def build_monai(name: str, arguments: Mapping[str, Any]) -> nn.Module:
    """Build one of MONAI's networks with random weights.

    Args:
        name: Name in ``MONAI_NETWORKS``.
        arguments: Arguments of its constructor: literals.

    Raises:
        MuscleSegError: The name is not in the list, or MONAI is not installed.
    """
    if name not in MONAI_NETWORKS:
        message = _("MONAI's network {name} is not among those that MuscleSeg builds: {monai_networks}.")
        raise MuscleSegError(message, name=repr(name), monai_networks=", ".join(MONAI_NETWORKS))
    try:
        from monai.networks import nets
    except ImportError as error:
        raise MuscleSegError(_("This network needs MONAI, which is not installed: run pip install monai.")) from error
    network: nn.Module = getattr(nets, name)(**arguments)
    return network


def build_nnunet(name: str, arguments: Mapping[str, Any]) -> nn.Module:
    """Build one of nnU-Net's networks with random weights.

    Args:
        name: Name in ``NNUNET_NETWORKS``.
        arguments: Arguments of its constructor: literals, and torch's classes by name ("torch.nn.modules.conv.Conv3d").

    Raises:
        MuscleSegError: The network or a class is not in the lists, arguments contradict one another, or nnU-Net's
            package of networks is not installed.
    """
    if name not in NNUNET_NETWORKS:
        message = _("nnU-Net's network {name} is not among those that MuscleSeg builds: {nnunet_networks}.")
        raise MuscleSegError(message, name=repr(name), nnunet_networks=", ".join(NNUNET_NETWORKS))
    resolved = {key: _torch_class(value) if isinstance(value, str) else value for key, value in arguments.items()}
    check_nnunet_arguments(arguments)
    try:
        from dynamic_network_architectures.architectures import unet
    except ImportError as error:
        message = _(
            "This nnU-Net needs the package dynamic-network-architectures, which is not installed: run pip install "
            "dynamic-network-architectures."
        )
        raise MuscleSegError(message) from error
    network: nn.Module = getattr(unet, name)(**resolved)
    return network


def _torch_class(name: str) -> type[nn.Module]:
    from torch import nn

    match = re.fullmatch(r"torch\.nn\.(?:modules\.\w+\.)?(\w+)", name)
    if not match or match[1] not in _TORCH_CLASSES:
        message = _("The nnU-Net asks for {name}, which is no layer that MuscleSeg builds networks of.")
        raise MuscleSegError(message, name=repr(name))
    layer: type[nn.Module] = getattr(nn, match[1])
    return layer
