"""Two-dimensional networks applied to volumes of one slice."""

from torch import Tensor, nn


class Flat(nn.Module):
    """Wrapper that removes an axis of size one from the network's input and restores it in its logits.

    Args:
        network: Two-dimensional network, of inputs [batch, channel, row, column].
        axis: Spatial axis of size one, 0 to 2.
    """

    def __init__(self, network: nn.Module, axis: int) -> None:
        super().__init__()
        self.network = network
        self.axis = axis + 2

    def forward(self, window: Tensor) -> Tensor:
        """Map [batch, channel, ...] with three spatial axes to logits [batch, class, ...]."""
        logits: Tensor = self.network(window.squeeze(self.axis))
        return logits.unsqueeze(self.axis)
