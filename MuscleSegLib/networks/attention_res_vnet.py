"""Residual V-Net with attention gates (Milletari et al., 3DV 2016, arXiv 1606.04797; gates: arXiv 1804.03999)."""

import math
from collections.abc import Sequence

import torch
from monai.networks.blocks.convolutions import ResidualUnit
from monai.networks.nets.attentionunet import AttentionBlock
from torch import Tensor, nn

from MuscleSegLib.networks.blocks import halving
from MuscleSegLib.networks.padding import run_padded


class AttentionResVNet(nn.Module):
    """V-Net: residual blocks, learned down- and upsampling, and here attention gates on the skip connections.

    Normalization is over the batch.

    Args:
        in_channels: Channels of the input.
        out_channels: Classes, the background among them.
        channels: Features of each level, the full resolution first.
        convolutions: Number of convolutions in the residual blocks of each level.
        slice_poolings: Number of downsampling steps, the deepest ones, that halve the slices too.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        channels: Sequence[int],
        convolutions: Sequence[int],
        slice_poolings: int,
    ) -> None:
        super().__init__()
        strides = halving(len(channels), slice_poolings)
        self.multiples = [math.prod(axis) for axis in zip(*strides, strict=True)]
        entries = zip([in_channels, *channels], channels, convolutions, strict=False)
        self.encoder = nn.ModuleList(_residual_block(*entry) for entry in entries)
        self.downward = nn.ModuleList(
            nn.Conv3d(width, width, stride, stride) for width, stride in zip(channels, strides, strict=False)
        )
        steps = list(zip(channels[1:], channels, strides, convolutions, strict=False))[::-1]
        self.upward = nn.ModuleList(nn.ConvTranspose3d(low, high, stride, stride) for low, high, stride, _ in steps)
        self.gates = nn.ModuleList(AttentionBlock(3, f_int=high // 2, f_g=high, f_l=high) for _, high, _, _ in steps)
        self.decoder = nn.ModuleList(_residual_block(2 * high, high, count) for _, high, _, count in steps)
        self.head = nn.Conv3d(channels[0], out_channels, 1)

    def forward(self, volume: Tensor) -> Tensor:
        """Map volumes [batch, in_channels, slice, row, column] to logits [batch, out_channels, slice, row, column]."""
        return run_padded(self._logits, volume, self.multiples)

    def _logits(self, volume: Tensor) -> Tensor:
        features = self.encoder[0](volume)
        skipped = []
        for downward, block in zip(self.downward, self.encoder[1:], strict=True):
            skipped.append(features)
            features = block(downward(features))
        for upward, gate, block in zip(self.upward, self.gates, self.decoder, strict=True):
            features = upward(features)
            features = block(torch.cat([gate(g=features, x=skipped.pop()), features], dim=1))
        logits: Tensor = self.head(features)
        return logits


def _residual_block(in_channels: int, out_channels: int, convolutions: int) -> nn.Module:
    block: nn.Module = ResidualUnit(3, in_channels, out_channels, subunits=convolutions, norm="batch", bias=False)
    return block
