"""Spatial-Channel U-Net: the slice's place along the limb restricts the muscles in it.

Henson et al., PLoS One 2024;19:e0299099, 10.1371/journal.pone.0299099.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.networks.unet2d import UNet2d

PLACES = 101
"""Places along the limb, in percent of its imaged length: 0 to 100."""


class SpatialChannelUNet(nn.Module):
    """U-Net whose muscles are gated by the slice's place along the limb.

    The place is a one-hot input of 101 to a fully connected layer with an output per muscle. The sigmoid of an output
    is a factor on the muscle's odds: its logarithm is added to the muscle's logit, so that 1 leaves it unchanged and 0
    closes the channel. (A factor on the logit itself would not close it: a logit of 0 can win.) The background's
    channel has no gate.

    Beside the learned gate there is a rule: at places where training never showed a muscle, ``extent`` is False and the
    muscle's logit is too low to win.

    Args:
        in_channels: Channels of the input. The last is no image: in each slice it is constant, and its value is the
            slice's place along the imaged limb, from 0 (lowest slice) to 1 (highest slice).
        out_channels: Classes, with the background as the first.
        channels: Features of each level of the U-Net, the full resolution first.

    Attributes:
        extent: Whether a muscle can be at a place, bool [101, out_channels - 1]. All True at first.
        observed: Whether training showed a slice at a place, bool [101]. All False at first.
    """

    extent: Tensor
    observed: Tensor

    def __init__(self, in_channels: int, out_channels: int, channels: Sequence[int]) -> None:
        super().__init__()
        self.unet = UNet2d(in_channels - 1, out_channels, channels)
        self.gate = nn.Linear(PLACES, out_channels - 1)
        self.register_buffer("extent", torch.ones(PLACES, out_channels - 1, dtype=torch.bool))
        self.register_buffer("observed", torch.zeros(PLACES, dtype=torch.bool))

    def forward(self, image: Tensor) -> Tensor:
        """Map images [batch, in_channels, row, column] to logits [batch, out_channels, row, column]."""
        rows = _rows(image[:, -1, 0, 0])
        logits: Tensor = self.unet(image[:, :-1])
        gate = functional.logsigmoid(self.gate(functional.one_hot(rows, PLACES).to(self.gate.weight.dtype)))
        muscles = logits[:, 1:] + gate[:, :, None, None]
        # far below any background, and finite: a loss of infinity would end a training
        closed = ~self.extent[rows][:, :, None, None]
        return torch.cat([logits[:, :1], muscles.masked_fill(closed, torch.finfo(muscles.dtype).min / 2)], dim=1)

    @torch.no_grad()
    def observe(self, place: Tensor, present: Tensor) -> None:
        """Record the muscles of training slices.

        A muscle is closed at a place where slices were observed and none of them showed it. Places without an observed
        slice stay open for all muscles.

        Args:
            place: Place of each slice along the limb, 0 to 1, [batch].
            present: Whether a slice shows a muscle, bool [batch, out_channels - 1].
        """
        for row, muscles in zip(_rows(place).tolist(), present.to(self.extent.device), strict=True):
            self.extent[row] = muscles | (self.extent[row] & self.observed[row])
            self.observed[row] = True


def _rows(place: Tensor) -> Tensor:
    return (100 * place).round().clamp(0, PLACES - 1).long()
