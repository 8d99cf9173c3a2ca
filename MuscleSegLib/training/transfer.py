"""Weights to start with: another network's, wherever the two are alike.

A network that has learned to segment something needs few images to learn muscles (McSweeney et al., Med Phys
2022;49:3107-3120, 10.1002/mp.15533).
"""

from pathlib import Path

from torch import nn

from MuscleSegLib.bundle import read_bundle
from MuscleSegLib.errors import MuscleSegError


def start_from(network: nn.Module, folder: Path) -> tuple[str, ...]:
    """Give a network the weights of a bundle's network that have its names and shapes.

    Args:
        network: Changed in place. What does not fit, the last layer of a network for other muscles say, stays random.
        folder: Of the bundle.

    Returns:
        The names of the weights that stay as they are.

    Raises:
        MuscleSegError: The bundle cannot be used, or nothing in it fits.

    """
    own, other = network.state_dict(), read_bundle(folder).load().state_dict()
    fitting = {name: value for name, value in other.items() if name in own and value.shape == own[name].shape}
    if not any(value.dim() > 1 for value in fitting.values()):
        message = f"Training cannot start from {folder}: its network is of another architecture; name one of the same."
        raise MuscleSegError(message)
    network.load_state_dict({**own, **fitting})
    return tuple(sorted(own.keys() - fitting.keys()))
