"""Cascade of two residual V-Nets: whole muscle first, then each muscle (3D Attention-Res-V-Net, 2025)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.networks.attention_res_vnet import AttentionResVNet

COMPARTMENTS = ("background", "whole muscle", "subcutaneous adipose tissue")
"""Classes of the first network, in the order of its channels."""


class AttentionResVNetCascade(nn.Module):
    """Cascade: a network for whole muscle and subcutaneous adipose tissue, and a network for the muscles in it.

    Inputs of the second network are the volume and the first network's probabilities. The probability of a muscle is
    the first network's of whole muscle times the second network's of this muscle; the rest is background.

    Args:
        in_channels: Channels of the input.
        out_channels: Classes, with the background as the first.
        channels: Features of each level of both networks, the full resolution first.
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
        classes, muscles = len(COMPARTMENTS), out_channels
        self.compartments, self.muscles = (
            AttentionResVNet(
                inputs, outputs, channels=channels, convolutions=convolutions, slice_poolings=slice_poolings
            )
            for inputs, outputs in ((in_channels, classes), (in_channels + classes, muscles))
        )

    def forward(self, volume: Tensor) -> Tensor:
        """Map volumes [batch, in_channels, slice, row, column] to logits [batch, out_channels, slice, row, column].

        They are logarithms of probabilities.
        """
        return self.compartments_and_muscles(volume)[1]

    def compartments_and_muscles(self, volume: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of both networks, for training and for adipose tissue.

        Args:
            volume: [batch, in_channels, slice, row, column].

        Returns:
            Logits of ``COMPARTMENTS``, [batch, 3, slice, row, column], and of muscles, as ``forward`` returns them,
            [batch, out_channels, slice, row, column].
        """
        compartments: Tensor = self.compartments(volume)
        # in single precision at least: these logarithms are far from zero where the networks are certain
        places = functional.log_softmax(compartments.float(), dim=1)
        inside = self.muscles(torch.cat([volume, places.exp().to(volume.dtype)], dim=1))
        muscles = places[:, 1:2] + functional.log_softmax(inside.float(), dim=1)
        elsewhere = torch.logaddexp(places[:, 0:1], places[:, 2:3])
        background = torch.logaddexp(elsewhere, muscles[:, :1])
        return compartments, torch.cat([background, muscles[:, 1:]], dim=1)
