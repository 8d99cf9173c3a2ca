"""Which architectures there are: name, paper, defaults. Their modules are imported when one is built."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from MuscleSegLib.errors import MuscleSegError

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Architecture:
    """An architecture that can be built.

    Attributes:
        module: Where it is, below ``MuscleSegLib.networks``.
        constructor: The class in that module.
        paper: What it follows.
        defaults: Arguments that make the size of the paper.

    """

    module: str
    constructor: str
    paper: str
    defaults: Mapping[str, Any]


ARCHITECTURES: Mapping[str, Architecture] = {
    "unet2d-small": Architecture(
        "unet2d",
        "UNet2d",
        "Magma 2025;38:175-189 (10.1007/s10334-024-01221-3): the small U-Net of 5.81e5 parameters",
        {"channels": (16, 32, 48, 64, 64, 56)},
    ),
}


def build(name: str, **arguments: Any) -> nn.Module:  # noqa: ANN401 - each architecture has arguments of its own
    """Build an architecture with random weights.

    Args:
        name: One of ``ARCHITECTURES``.
        arguments: For its constructor, over its defaults.

    Raises:
        MuscleSegError: No such architecture.

    """
    if name not in ARCHITECTURES:
        message = f"There is no network architecture {name!r}: choose one of {', '.join(sorted(ARCHITECTURES))}."
        raise MuscleSegError(message)
    architecture = ARCHITECTURES[name]
    module = importlib.import_module(f"MuscleSegLib.networks.{architecture.module}")
    network: nn.Module = getattr(module, architecture.constructor)(**{**architecture.defaults, **arguments})
    return network
