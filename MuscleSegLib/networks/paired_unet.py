"""Pair of U-Nets, one for volumes and one for slices with their neighbors, whose logits are averaged.

The two err in different places: the first knows where along the limb it is, the second draws finer borders.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from MuscleSegLib.networks.anisotropic_unet import AnisotropicUNet
from MuscleSegLib.networks.unet2d import UNet2d


class PairedUNet(nn.Module):
    """Mean of the logits, and so the geometric mean of the probabilities, of ``AnisotropicUNet`` and ``UNet2d``.

    Args:
        in_channels: Channels of the input.
        out_channels: Classes, the background among them.
        channels: Features of each level of the network for volumes, the full resolution first.
        planar: Number of its levels whose convolutions stay within a slice.
        slice_channels: Features of each level of the network for slices.
        neighbors: Offsets, in slices, of those that it is shown beside the segmented slice, with 0; ascending.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        channels: Sequence[int],
        planar: int,
        slice_channels: Sequence[int],
        neighbors: Sequence[int],
    ) -> None:
        super().__init__()
        self.volumes = AnisotropicUNet(in_channels, out_channels, channels, planar)
        self.slices = UNet2d(len(neighbors) * in_channels, out_channels, slice_channels)
        self.neighbors = tuple(neighbors)

    def forward(self, volume: Tensor) -> Tensor:
        """Map volumes [batch, in_channels, slice, row, column] to logits [batch, out_channels, slice, row, column]."""
        logits: Tensor = (self.volumes(volume) + self._of_slices(volume)) / 2
        return logits

    def _of_slices(self, volume: Tensor) -> Tensor:
        """Return the logits of the network for slices; end slices are their own neighbors."""
        count = volume.shape[2]
        shown = [
            volume[:, :, [min(max(index + offset, 0), count - 1) for index in range(count)]]
            for offset in self.neighbors
        ]
        logits: Tensor = self.slices(torch.cat(shown, dim=1).transpose(1, 2).flatten(0, 1))
        return logits.reshape(len(volume), count, *logits.shape[1:]).transpose(1, 2)
