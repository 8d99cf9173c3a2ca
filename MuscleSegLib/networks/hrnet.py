"""HRNet: parallel branches at several resolutions that exchange features (Sun et al. 2019, arXiv 1904.04514)."""

from collections.abc import Sequence
from functools import reduce

import torch
from monai.networks.nets.resnet import ResNetBlock
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.networks.padding import run_padded


class HRNet(nn.Module):
    """High-resolution network: HRNetV2, with a first branch at the image's full resolution throughout.

    The paper's stem reduces a photograph to a quarter of its resolution. Here there is no such stem, since a muscle's
    fat fraction depends on its exact contour.

    Stage s has s branches, each at half the resolution of the previous branch, and ends with an exchange among all of
    them. At the end all branches are brought to the full resolution and classified together.

    Args:
        in_channels: Channels of the input.
        out_channels: Classes, the background among them.
        channels: Features of each branch, the full resolution first.
        modules: Number of exchanges in each stage; as many stages as branches.
        blocks: Number of residual blocks of a branch before each exchange.
    """

    def __init__(
        self, in_channels: int, out_channels: int, *, channels: Sequence[int], modules: Sequence[int], blocks: int
    ) -> None:
        super().__init__()
        self.stem = _convolution(in_channels, channels[0], relu=True)
        self.branching = nn.ModuleList(
            _convolution(high, low, stride=2, relu=True) for high, low in zip(channels, channels[1:], strict=False)
        )
        self.stages = nn.ModuleList(
            nn.Sequential(*(Exchange(channels[: stage + 1], blocks) for _ in range(count)))
            for stage, count in enumerate(modules)
        )
        self.head = nn.Sequential(
            _convolution(sum(channels), channels[-1], kernel=1, relu=True), nn.Conv2d(channels[-1], out_channels, 1)
        )

    def forward(self, image: Tensor) -> Tensor:
        """Map images [batch, in_channels, row, column] to logits [batch, out_channels, row, column]."""
        return run_padded(self._logits, image, [2 ** len(self.branching)] * 2)

    def _logits(self, image: Tensor) -> Tensor:
        branches = self.stages[0]([self.stem(image)])
        for branching, stage in zip(self.branching, self.stages[1:], strict=True):
            branches = stage([*branches, branching(branches[-1])])
        size = branches[0].shape[2:]
        lower = [functional.interpolate(branch, size=size, mode="bilinear") for branch in branches[1:]]
        logits: Tensor = self.head(torch.cat([branches[0], *lower], dim=1))
        return logits


class Exchange(nn.Module):
    """Parallel branches, each of which receives the sum of the features of all.

    Args:
        channels: Features of each branch, the full resolution first.
        blocks: Number of residual blocks of a branch.
    """

    def __init__(self, channels: Sequence[int], blocks: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            nn.Sequential(*(ResNetBlock(width, width, spatial_dims=2) for _ in range(blocks))) for width in channels
        )
        places = range(len(channels))
        self.sums = nn.ModuleList(_Sum(_path(channels, start, end) for start in places) for end in places)

    def forward(self, images: Sequence[Tensor]) -> list[Tensor]:
        """Map features of all branches, [batch, channels[b], row / 2**b, column / 2**b] each, to the same shapes."""
        features = [branch(image) for branch, image in zip(self.branches, images, strict=True)]
        return [total(features) for total in self.sums]


class _Sum(nn.ModuleList):
    """Input of a branch after an exchange: the sum of every branch's features, each on its own path."""

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        return functional.relu(reduce(torch.add, (path(each) for path, each in zip(self, features, strict=True))))


def _path(channels: Sequence[int], start: int, end: int) -> nn.Module:
    """Return the path from a branch to another."""
    if start == end:
        return nn.Identity()
    if start > end:
        enlarge = nn.Upsample(scale_factor=2 ** (start - end), mode="bilinear")
        return nn.Sequential(_convolution(channels[start], channels[end], kernel=1), enlarge)
    keeping = [_convolution(channels[start], channels[start], stride=2, relu=True) for _ in range(end - start - 1)]
    return nn.Sequential(*keeping, _convolution(channels[start], channels[end], stride=2))


def _convolution(
    in_channels: int, out_channels: int, *, kernel: int = 3, stride: int = 1, relu: bool = False
) -> nn.Sequential:
    layers: list[nn.Module] = [
        nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(out_channels),
    ]
    return nn.Sequential(*layers, *([nn.ReLU(inplace=True)] if relu else []))
