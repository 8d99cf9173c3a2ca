"""U-Net for thick slices: convolutions in plane where pixels are fine, across slices where they are coarse.

Kernels that span slices only once pixels are about as wide as slices are thick are nnU-Net's rule for anisotropic
volumes (Isensee et al., Nat Methods 2021;18:203-211, 10.1038/s41592-020-01008-z).
"""

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.networks.blocks import double_convolution
from MuscleSegLib.networks.padding import run_padded

_planar_convolution = partial(double_convolution, 2)


class SliceConvolution(nn.Conv3d):
    """Convolution over three slices that shows the first and the last slice again beyond the ends.

    So a single slice is to the network what a limb that never changes would be, and not a limb of one slice in air.
    """

    def forward(self, volume: Tensor) -> Tensor:
        """Convolve volumes, [batch, channel, slice, row, column]."""
        return super().forward(torch.cat([volume[:, :, :1], volume, volume[:, :, -1:]], dim=2))


def double_slice_convolution(in_channels: int, out_channels: int) -> nn.Sequential:
    """Return ``double_convolution`` of volumes with ``SliceConvolution``."""
    layers: list[nn.Module] = []
    for channels in (in_channels, out_channels):
        convolution = SliceConvolution(channels, out_channels, 3, padding=(0, 1, 1), bias=False)
        layers += [convolution, nn.BatchNorm3d(out_channels), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class AnisotropicUNet(nn.Module):
    """U-Net of volumes that halves rows and columns alone, so that every slice is segmented.

    Args:
        in_channels: Channels of the input.
        out_channels: Classes, the background among them.
        channels: Features of each level, the full resolution first.
        planar: Number of levels, the finest ones, whose convolutions stay within a slice.
    """

    def __init__(self, in_channels: int, out_channels: int, channels: Sequence[int], planar: int) -> None:
        super().__init__()
        blocks = [_planar_convolution if level < planar else double_slice_convolution for level in range(len(channels))]
        downward = zip(blocks, [in_channels, *channels], channels, strict=False)
        self.encoder = nn.ModuleList(block(low, high) for block, low, high in downward)
        upward = list(zip(blocks, channels[1:], channels, strict=False))[::-1]
        self.decoder = nn.ModuleList(block(low + high, high) for block, low, high in upward)
        self.head = nn.Conv2d(channels[0], out_channels, 1)
        self.planar = planar

    def forward(self, volume: Tensor) -> Tensor:
        """Map volumes [batch, in_channels, slice, row, column] to logits [batch, out_channels, slice, row, column]."""
        return run_padded(self._logits, volume, [1, *[2 ** len(self.decoder)] * 2])

    def _logits(self, volume: Tensor) -> Tensor:
        batch = len(volume)
        features = self.encoder[0](_as_slices(volume))
        skipped = []
        for level, block in enumerate(self.encoder[1:], 1):
            skipped.append(features)
            features = self._run(block, functional.max_pool2d(features, 2), level, batch)
        for level, block in zip(range(len(skipped) - 1, -1, -1), self.decoder, strict=True):
            features = functional.interpolate(features, scale_factor=2, mode="bilinear")
            features = self._run(block, torch.cat([features, skipped.pop()], dim=1), level, batch)
        logits: Tensor = self.head(features)
        return _as_volumes(logits, batch)

    def _run(self, block: nn.Module, slices: Tensor, level: int, batch: int) -> Tensor:
        """Run the block of a level on slices, [batch * slice, channel, row, column]."""
        if level < self.planar:
            output: Tensor = block(slices)
            return output
        return _as_slices(block(_as_volumes(slices, batch)))


def _as_slices(volumes: Tensor) -> Tensor:
    """Return the slices of volumes, [batch, channel, slice, row, column], as [batch * slice, channel, row, column]."""
    return volumes.transpose(1, 2).flatten(0, 1).contiguous(memory_format=torch.channels_last)


def _as_volumes(slices: Tensor, batch: int) -> Tensor:
    """Return the inverse of ``_as_slices``."""
    return slices.reshape(batch, -1, *slices.shape[1:]).transpose(1, 2)
