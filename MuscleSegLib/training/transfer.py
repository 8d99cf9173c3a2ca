"""Weights to start with: another network's, wherever the two are alike.

A network that has learned to segment something needs few images to learn muscles (McSweeney et al., Med Phys
2022;49:3107-3120, 10.1002/mp.15533).
"""

from pathlib import Path

from torch import Tensor, nn

from MuscleSegLib.bundle import read_bundle
from MuscleSegLib.errors import MuscleSegError


def start_from(network: nn.Module, folder: Path) -> tuple[str, ...]:
    """Give a network the weights of a bundle's network that have its names and shapes.

    Args:
        network: Changed in place. What does not fit, the last layer of a network for other muscles say, stays random.
        folder: Of the bundle, whose network may be a part of this one: the U-Net in a Spatial-Channel U-Net.

    Returns:
        The names of the weights that stay as they are.

    Raises:
        MuscleSegError: The bundle cannot be used, or nothing in it fits.

    """
    own, other = network.state_dict(), read_bundle(folder).load().state_dict()
    # of a part of the network, where it has such a part ("unet.head.weight" is the "head.weight" of its U-Net)
    prefixes = ("", *(f"{name}." for name, _ in network.named_children()))
    fits = [
        {prefix + name: value for name, value in other.items() if _fits(own.get(prefix + name), value)}
        for prefix in prefixes
    ]
    fitting = max(fits, key=len)
    if not any(value.dim() > 1 for value in fitting.values()):
        message = f"Training cannot start from {folder}: its network is of another architecture; name one of the same."
        raise MuscleSegError(message)
    network.load_state_dict({**own, **fitting})
    return tuple(sorted(own.keys() - fitting.keys()))


def _fits(own: Tensor | None, other: Tensor) -> bool:
    return own is not None and own.shape == other.shape
