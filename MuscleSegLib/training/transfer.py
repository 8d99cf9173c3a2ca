"""Transfer of another network's weights, wherever names and shapes agree.

A network that was trained to segment other structures needs few images of muscles (McSweeney et al., Med Phys
2022;49:3107-3120, 10.1002/mp.15533).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from MuscleSegLib.bundle import read_bundle
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.legs.label_set import LabelSet

RARER = 2.0
"""Logit below that of the background at which a muscle begins that the other network has no part of."""


def start_from(network: nn.Module, folder: Path, label_set: LabelSet) -> tuple[str, ...]:
    """Copy the weights of a bundle's network with the same names and shapes into a network.

    A fine muscle begins as the muscle of the ten or six that holds it, and one in none of them as background,
    ``RARER`` below it.

    Args:
        network: Network, changed in place. Weights without a counterpart, such as the last layer of a network for other
            muscles, stay random.
        folder: Folder of the bundle, whose network may be a part of this network, as the U-Net in a Spatial-Channel
            U-Net is, or this network a part of it.
        label_set: Muscles of the network.

    Returns:
        Names of the weights that stay unchanged.

    Raises:
        MuscleSegError: The bundle cannot be used, or none of its weights fits.
    """
    bundle, target = read_bundle(folder), network.state_dict()
    other = bundle.load()
    source: Mapping[str, Tensor] = other.state_dict()
    if label_set.is_fine:
        source = _widened(source, bundle.metadata.labels, label_set)
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


def _widened(weights: Mapping[str, Tensor], labels: Sequence[int], label_set: LabelSet) -> dict[str, Tensor]:
    """Return a network's weights with those of its last layers repeated for the parts of each muscle.

    Weights for other labels than the parents of the label set stay as they are.
    """
    classes = [0, *label_set.parents(torch.arange(1, len(label_set.codes) + 1).numpy().astype("uint8")).tolist()]
    if not {*classes} <= {0, *labels}:
        return dict(weights)
    places = [[0, *labels].index(code) for code in classes]
    is_new = torch.tensor([False, *(code == 0 for code in classes[1:])])
    heads = [name.removesuffix("bias") for name, value in weights.items() if _is_bias(name, value, len(labels) + 1)]
    out = dict(weights)
    for head in heads:
        out[f"{head}weight"], out[f"{head}bias"] = (weights[f"{head}{name}"][places] for name in ("weight", "bias"))
        out[f"{head}bias"] = out[f"{head}bias"] - RARER * is_new
    return out


def _is_bias(name: str, value: Tensor, classes: int) -> bool:
    return name.endswith("bias") and value.shape == (classes,)
