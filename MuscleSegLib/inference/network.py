"""A bundle's network, adapted to the input that it is shown; with its weights, or as a sketch without memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from MuscleSegLib.bundle import Bundle, VolumeInput

if TYPE_CHECKING:
    from torch import nn


def network_of(bundle: Bundle) -> nn.Module:
    """Return a bundle's network with its weights, for the input that its metadata describe.

    Raises:
        MuscleSegError: The bundle cannot be used.
    """
    return _adapted(bundle.load(), bundle)


def sketch_of(bundle: Bundle) -> nn.Module:
    """Return the same network on torch's device "meta", without the memory of its weights.

    Raises:
        MuscleSegError: The bundle cannot be used.
    """
    return _adapted(bundle.sketched().eval(), bundle)


def has_volumes(network: nn.Module) -> bool:
    """Return whether a network convolves volumes, and not slices."""
    return any(weight.dim() == 5 for weight in network.parameters())


def _adapted(network: nn.Module, bundle: Bundle) -> nn.Module:
    """Wrap a two-dimensional network whose input is a window of one slice."""
    spec = bundle.metadata.input
    if isinstance(spec, VolumeInput) and 1 in spec.window and not has_volumes(network):
        from MuscleSegLib.inference.flat import Flat

        return Flat(network, spec.window.index(1)).eval()
    return network
