"""U-Net of nnU-Net, made after a plan (Isensee et al., Nat Methods 2021;18:203-211, 10.1038/s41592-020-01008-z)."""

import math
from collections.abc import Sequence

from monai.networks.nets.dynunet import DynUNet
from torch import Tensor, nn

from MuscleSegLib.networks.padding import run_padded


class NnUNet(nn.Module):
    """MONAI's DynUNet in a plan of nnU-Net, with instance normalization, leaky ReLU and no deep supervision.

    Args:
        in_channels: Channels of the input.
        out_channels: Classes, the background among them.
        kernels: Size of the convolutions of each stage along each axis; their number of axes is the network's.
        strides: Stride of each stage along each axis; 1 for the first stage.
        features: Features of the first stage, doubled from stage to stage.
        most_features: Maximum number of features.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        kernels: Sequence[Sequence[int]],
        strides: Sequence[Sequence[int]],
        features: int,
        most_features: int,
    ) -> None:
        super().__init__()
        self.multiples = [math.prod(axis) for axis in zip(*strides, strict=True)]
        self.network = DynUNet(
            len(strides[0]),
            in_channels,
            out_channels,
            kernels,
            strides,
            upsample_kernel_size=strides[1:],
            filters=[min(features * 2**stage, most_features) for stage in range(len(strides))],
        )
        # DynUNet registers its blocks a second time here, and a file of weights would hold them twice
        for name in ("input_block", "downsamples", "bottleneck", "upsamples"):
            delattr(self.network, name)

    def forward(self, image: Tensor) -> Tensor:
        """Map images [batch, in_channels, row, column] to logits [batch, out_channels, row, column].

        In three dimensions: [batch, in_channels, slice, row, column] to [batch, out_channels, slice, row, column].
        """
        *others, column = self.multiples
        # the deepest features have two columns at least: a single column cannot be normalized
        return run_padded(self.network, image, self.multiples, [*others, 2 * column])
