"""Multiply-adds and live memory of a forward pass, counted on tensors that have a shape and no content."""

from __future__ import annotations

import copy
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Simulation:
    """Multiply-adds and memory of a network with one input.

    Attributes:
        macs: Multiply-adds.
        peak_bytes: Peak memory of input, features and output together, in float32; without the weights.
    """

    macs: int
    peak_bytes: int


def simulate(network: nn.Module, shape: Sequence[int]) -> Simulation:
    """Simulate a forward pass. The first call takes a second, in which torch imports its compiler.

    Args:
        network: Any network; its weights are not read.
        shape: Shape of the input, [batch, channel, ...].
    """
    from torch.utils.flop_counter import flop_registry

    watch = _Watch(flop_registry)
    with torch.no_grad():
        without_weights = _without_weights(network)
        image = torch.empty(tuple(shape), device="meta")
        watch.add(image)
        with watch:
            without_weights(image)
    return Simulation(watch.macs, watch.peak)


def _without_weights(network: nn.Module) -> nn.Module:
    """Return a copy whose weights have a shape and no content, made without copying any content.

    ``torch.func.functional_call`` would do, but leaves a network of which a module has two names without its weights.
    """
    empty: dict[int, Any] = {id(weight): nn.Parameter(weight.to("meta"), False) for weight in network.parameters()}
    empty |= {id(buffer): buffer.to("meta") for buffer in network.buffers()}
    return copy.deepcopy(network, empty)


class _Watch(TorchDispatchMode):
    """Counter of multiply-adds, and of the bytes that are alive after each operation."""

    def __init__(self, flops: Any) -> None:  # noqa: ANN401 - torch's table of functions
        super().__init__()  # type: ignore[no-untyped-call]
        self.macs = self.alive = self.peak = 0
        self._flops = flops
        self._counted: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # noqa: ANN401
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        count = self._flops.get(func._overloadpacket)
        self.macs += int(count(*args, **kwargs, out_val=out)) // 2 if count else 0
        for leaf in tree_leaves(out):
            if isinstance(leaf, torch.Tensor):
                self.add(leaf)
        return out

    def add(self, tensor: Tensor) -> None:
        """Count a tensor's memory, as long as anything holds it."""
        storage = tensor.untyped_storage()
        key, size = storage._cdata, storage.nbytes()
        if key in self._counted:
            return
        self._counted.add(key)
        self.alive += size
        self.peak = max(self.peak, self.alive)
        weakref.finalize(storage, self._drop, key, size)

    def _drop(self, key: int, size: int) -> None:
        self._counted.discard(key)
        self.alive -= size
