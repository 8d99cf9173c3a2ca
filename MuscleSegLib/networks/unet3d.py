"""U-Net in three dimensions (Çiçek et al., MICCAI 2016, 10.1007/978-3-319-46723-8_49). Made of torch alone."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.networks.blocks import double_convolution, halving
from MuscleSegLib.networks.padding import run_padded


class UNet3d(nn.Module):
    """U-Net of volumes, with batch normalization and transposed convolutions on the way up.

    Args:
        in_channels: Channels of the input.
        out_channels: Classes, the background among them.
        channels: Features of each level, the full resolution first; the decoder mirrors them.
        slice_poolings: Number of poolings, the deepest ones, that halve the slices too. The paper's network, for voxels
            about as thick as wide, halves them every time.
    """

    def __init__(self, in_channels: int, out_channels: int, channels: Sequence[int], slice_poolings: int) -> None:
        super().__init__()
        self.strides = halving(len(channels), slice_poolings)
        downward = zip([in_channels, *channels], channels, strict=False)
        self.encoder = nn.ModuleList(double_convolution(3, *pair) for pair in downward)
        steps = list(zip(channels[1:], channels, self.strides, strict=False))[::-1]
        self.upward = nn.ModuleList(nn.ConvTranspose3d(low, high, stride, stride) for low, high, stride in steps)
        self.decoder = nn.ModuleList(double_convolution(3, 2 * high, high) for _, high, _ in steps)
        self.head = nn.Conv3d(channels[0], out_channels, 1)

    def forward(self, volume: Tensor) -> Tensor:
        """Map volumes [batch, in_channels, slice, row, column] to logits [batch, out_channels, slice, row, column]."""
        return run_padded(self._logits, volume, [math.prod(axis) for axis in zip(*self.strides, strict=True)])

    def _logits(self, volume: Tensor) -> Tensor:
        features = self.encoder[0](volume)
        skipped = []
        for block, stride in zip(self.encoder[1:], self.strides, strict=True):
            skipped.append(features)
            features = block(functional.max_pool3d(features, stride))
        for upward, block in zip(self.upward, self.decoder, strict=True):
            features = block(torch.cat([upward(features), skipped.pop()], dim=1))
        logits: Tensor = self.head(features)
        return logits
