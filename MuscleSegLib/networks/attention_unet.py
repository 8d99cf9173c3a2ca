"""Attention U-Net: gates on the skip connections (Oktay et al. 2018, arXiv 1804.03999)."""

from collections.abc import Sequence

from monai.networks.nets.attentionunet import AttentionUnet
from torch import Tensor, nn

from MuscleSegLib.networks.padding import run_padded


class AttentionUNet2d(nn.Module):
    """MONAI's Attention U-Net, for slices of any size.

    Args:
        in_channels: Channels of the input.
        out_channels: Classes, the background among them.
        channels: Features of each level, the full resolution first.
    """

    def __init__(self, in_channels: int, out_channels: int, channels: Sequence[int]) -> None:
        super().__init__()
        halvings = len(channels) - 1
        self.multiple = 2**halvings
        self.network = AttentionUnet(2, in_channels, out_channels, channels, strides=[2] * halvings)

    def forward(self, image: Tensor) -> Tensor:
        """Map images [batch, in_channels, row, column] to logits [batch, out_channels, row, column]."""
        return run_padded(self.network, image, [self.multiple] * 2)
