"""TransUNet: a transformer between the two halves of a U-Net (Chen et al. 2021, arXiv 2102.04306)."""

from collections.abc import Sequence

import torch
from monai.networks.nets.resnet import ResNetBottleneck
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.networks.blocks import double_convolution
from MuscleSegLib.networks.padding import run_padded


class TransUNet(nn.Module):
    """Residual encoder, vision transformer on its deepest features, and decoder with skip connections.

    Every position of the deepest features (16 pixels a side) is a token, so that attention sees the whole slice. The
    embedding of the tokens' places is learned on a grid and interpolated to the size of the image. There is no skip
    connection at the full resolution, as in the paper; normalization is over the batch, where the paper has groups.

    Args:
        in_channels: Channels of the input.
        out_channels: Classes, the background among them.
        stem: Features at half the resolution.
        channels: Features at a quarter, an eighth and a sixteenth of the resolution; multiples of 4.
        blocks: Number of residual blocks at each of these three.
        hidden: Features of a token.
        layers: Number of layers of the transformer.
        heads: Number of heads of each layer's attention; they divide ``hidden``.
        grid: Tokens a side of the learned embedding of places.
        decoder: Features of the decoder at an eighth, a quarter, a half and all of the resolution.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        stem: int,
        channels: Sequence[int],
        blocks: Sequence[int],
        hidden: int,
        layers: int,
        heads: int,
        grid: int,
        decoder: Sequence[int],
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, stem, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(stem),
            nn.ReLU(inplace=True),
        )
        stages = zip([stem, *channels], channels, blocks, (1, 2, 2), strict=False)
        self.encoder = nn.ModuleList(_residual_blocks(*stage) for stage in stages)
        self.tokens = nn.Conv2d(channels[-1], hidden, 1)
        self.places = nn.Parameter(0.02 * torch.randn(1, hidden, grid, grid))
        self.transformer = nn.Sequential(*(_attention(hidden, heads) for _ in range(layers)), nn.LayerNorm(hidden))
        widths = [2 * decoder[0], *decoder]
        self.widen = double_convolution(2, hidden, widths[0])
        skips = [channels[1], channels[0], stem, 0]
        self.decoder = nn.ModuleList(
            double_convolution(2, low + skip, high) for low, skip, high in zip(widths, skips, widths[1:], strict=False)
        )
        self.head = nn.Conv2d(widths[-1], out_channels, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Map images [batch, in_channels, row, column] to logits [batch, out_channels, row, column]."""
        return run_padded(self._logits, image, [16, 16])

    def _logits(self, image: Tensor) -> Tensor:
        half = self.stem(image)
        quarter = self.encoder[0](functional.max_pool2d(half, 3, stride=2, padding=1))
        eighth = self.encoder[1](quarter)
        features = self.widen(self._attend(self.encoder[2](eighth)))
        for block, skip in zip(self.decoder, (eighth, quarter, half, None), strict=True):
            features = functional.interpolate(features, scale_factor=2, mode="bilinear")
            features = block(features if skip is None else torch.cat([features, skip], dim=1))
        logits: Tensor = self.head(features)
        return logits

    def _attend(self, features: Tensor) -> Tensor:
        """Apply attention between all positions: [batch, channels, row, column] to [batch, hidden, row, column]."""
        tokens = self.tokens(features)
        tokens = tokens + functional.interpolate(self.places, size=tokens.shape[2:], mode="bilinear")
        seen: Tensor = self.transformer(tokens.flatten(2).transpose(1, 2))
        return seen.transpose(1, 2).reshape(tokens.shape)


def _attention(hidden: int, heads: int) -> nn.Module:
    # torch's layer: MONAI's wants a package (einops) that MONAI does not install
    return nn.TransformerEncoderLayer(
        hidden, heads, 4 * hidden, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
    )


def _residual_blocks(in_channels: int, out_channels: int, count: int, stride: int) -> nn.Sequential:
    """Return bottleneck blocks, the first of which changes channels and resolution."""
    change = nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False), nn.BatchNorm2d(out_channels)
    )
    planes = out_channels // ResNetBottleneck.expansion
    first = ResNetBottleneck(in_channels, planes, spatial_dims=2, stride=stride, downsample=change)
    rest = (ResNetBottleneck(out_channels, planes, spatial_dims=2) for _ in range(count - 1))
    return nn.Sequential(first, *rest)
