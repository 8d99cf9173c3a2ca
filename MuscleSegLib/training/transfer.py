"""Transfer of another network's weights, wherever names and shapes agree.

A network that was trained to segment other structures needs few images of muscles (McSweeney et al., Med Phys
2022;49:3107-3120, 10.1002/mp.15533).
"""

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor, nn

from MuscleSegLib.bundle import read_bundle
from MuscleSegLib.errors import MuscleSegError


def start_from(network: nn.Module, folder: Path) -> tuple[str, ...]:
    """Copy the weights of a bundle's network with the same names and shapes into a network.

    Args:
        network: Network, changed in place. Weights without a counterpart, such as the last layer of a network for other
            muscles, stay random.
        folder: Folder of the bundle, whose network may be a part of this network, as the U-Net in a Spatial-Channel
            U-Net is, or this network a part of it.

    Returns:
        Names of the weights that stay unchanged.

    Raises:
        MuscleSegError: The bundle cannot be used, or none of its weights fits.
    """
    other = read_bundle(folder).load()
    target, source = network.state_dict(), other.state_dict()
    # prefixes of a network's parts: "unet.head.weight" is the "head.weight" of its U-Net
    parts, others = ((f"{name}." for name, _ in each.named_children()) for each in (network, other))
    candidates = [
        *({prefix + name: value for name, value in source.items()} for prefix in ("", *parts)),
        *(part_of(source, prefix) for prefix in others),
    ]
    shapes = {name: value.shape for name, value in target.items()}
    fits = [
        {name: value for name, value in candidate.items() if shapes.get(name) == value.shape}
        for candidate in candidates
    ]
    fitting = max(fits, key=len)
    if not any(value.dim() > 1 for value in fitting.values()):
        message = f"Training cannot start from {folder}: its network is of another architecture; name one of the same."
        raise MuscleSegError(message)
    network.load_state_dict({**target, **fitting})
    return tuple(sorted(target.keys() - fitting.keys()))


def part_of(weights: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the weights of a part of a network by their names in that part, given the prefix of its names."""
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
