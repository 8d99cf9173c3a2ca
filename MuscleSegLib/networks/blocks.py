"""Building blocks of several architectures, made of torch alone."""

from typing import Literal

from torch import nn


def double_convolution(dimensions: Literal[2, 3], in_channels: int, out_channels: int) -> nn.Sequential:
    """Return two convolutions of three pixels a side, each with batch normalization and ReLU.

    Args:
        dimensions: Dimensions of the images, which are [batch, in_channels, (slice,) row, column].
        in_channels: Input channels of the first convolution.
        out_channels: Output channels of both.
    """
    convolution = nn.Conv2d if dimensions == 2 else nn.Conv3d
    normalization = nn.BatchNorm2d if dimensions == 2 else nn.BatchNorm3d
    layers: list[nn.Module] = []
    for channels in (in_channels, out_channels):
        layers += [
            convolution(channels, out_channels, 3, padding=1, bias=False),
            normalization(out_channels),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers)


def halving(levels: int, slice_poolings: int) -> list[tuple[int, int, int]]:
    """Return the strides of slices, rows and columns of each downsampling step of a three-dimensional network.

    Slices are often thicker than pixels are wide by ten or twenty times. Halving rows and columns alone at first makes
    the voxels more alike before slices are halved too.

    Args:
        levels: Number of resolutions of the network, which has a downsampling step fewer.
        slice_poolings: Number of downsampling steps, the deepest ones, that halve the slices too.
    """
    ways = levels - 1
    return [(2 if way >= ways - slice_poolings else 1, 2, 2) for way in range(ways)]
