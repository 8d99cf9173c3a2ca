"""U-Net in two dimensions (Ronneberger et al., MICCAI 2015, 10.1007/978-3-319-24574-4_28).

Made of torch alone: importing MONAI's U-Net takes longer than segmenting a thigh with this one.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.networks.blocks import double_convolution
from MuscleSegLib.networks.padding import run_padded


class UNet2d(nn.Module):
    """U-Net whose channels grow level by level, with batch normalization and bilinear upsampling.

    Args:
        in_channels: Channels of the input.
        out_channels: Classes, the background among them.
        channels: Features of each level, the full resolution first.
    """

    def __init__(self, in_channels: int, out_channels: int, channels: Sequence[int]) -> None:
        super().__init__()
        downward = zip([in_channels, *channels], channels, strict=False)
        self.encoder = nn.ModuleList(double_convolution(2, *pair) for pair in downward)
        upward = list(channels)[::-1]
        self.decoder = nn.ModuleList(
            double_convolution(2, low + high, high) for low, high in zip(upward, upward[1:], strict=False)
        )
        self.head = nn.Conv2d(channels[0], out_channels, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Map images [batch, in_channels, row, column] to logits [batch, out_channels, row, column]."""
        return run_padded(self._logits, image, [2 ** len(self.decoder)] * 2)

    def _logits(self, image: Tensor) -> Tensor:
        features = self.encoder[0](image)
        skipped = []
        for block in self.encoder[1:]:
            skipped.append(features)
            features = block(functional.max_pool2d(features, 2))
        for block in self.decoder:
            features = functional.interpolate(features, scale_factor=2, mode="bilinear")
            features = block(torch.cat([features, skipped.pop()], dim=1))
        logits: Tensor = self.head(features)
        return logits
