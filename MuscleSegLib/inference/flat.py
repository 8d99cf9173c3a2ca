"""A two-dimensional network that is shown volumes of one slice."""

from torch import Tensor, nn


class Flat(nn.Module):
    """Takes the axis of size one out of what a network is shown, and puts it back into what the network answers.

    Args:
        network: For [batch, channel, row, column].
        axis: The volume's axis of size one, 0 to 2.

    """

    def __init__(self, network: nn.Module, axis: int) -> None:
        super().__init__()
        self.network = network
        self.axis = axis + 2

    def forward(self, window: Tensor) -> Tensor:
        """Map [batch, channel, ...] with three spatial axes to logits [batch, class, ...]."""
        logits: Tensor = self.network(window.squeeze(self.axis))
        return logits.unsqueeze(self.axis)
