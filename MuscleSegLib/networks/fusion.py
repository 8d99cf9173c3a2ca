"""Fusion of batch normalization with the convolution before it, for networks that are only run."""

from typing import TypeVar

from torch import nn
from torch.nn.utils import fuse_conv_bn_eval

_CONVOLUTIONS = (nn.Conv2d, nn.Conv3d)
_NORMALIZATIONS = (nn.BatchNorm2d, nn.BatchNorm3d)

Network = TypeVar("Network", bound=nn.Module)


def fuse_batch_norm(network: Network) -> Network:
    """Make batch normalizations part of the convolutions that they follow, in place, and return the network.

    The network computes the same but for rounding, without a pass over the features for each normalization. Other
    normalizations, which depend on the image, stay.

    Args:
        network: Network in evaluation mode.
    """
    for block in network.modules():
        if isinstance(block, nn.Sequential):
            _fuse_neighbors(block)
    return network


def _fuse_neighbors(block: nn.Sequential) -> None:
    for place in range(len(block) - 1):
        convolution, normalization = block[place], block[place + 1]
        if isinstance(convolution, _CONVOLUTIONS) and isinstance(normalization, _NORMALIZATIONS):
            block[place] = fuse_conv_bn_eval(convolution, normalization)
            block[place + 1] = nn.Identity()
