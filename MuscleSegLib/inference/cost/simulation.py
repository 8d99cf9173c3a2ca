"""A network's work without doing it: operations and live memory, from tensors that have a shape and no content."""

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
class Operation:
    """One operation of a network's run.

    Attributes:
        macs: Multiply-adds; 0 for what only moves or compares numbers.
        numbers: How many it reads and writes.
        channels: The fewer of a weight's channels in and out, since few channels fill a core's units badly.

    """

    macs: int
    numbers: int
    channels: int


@dataclass(frozen=True)
class Simulation:
    """What a network does with one input.

    Attributes:
        operations: In order.
        peak_bytes: Most memory that input, features and output hold at one time, in float32; without the weights.

    """

    operations: tuple[Operation, ...]
    peak_bytes: int

    @property
    def macs(self) -> int:
        """Multiply-adds of all operations."""
        return sum(operation.macs for operation in self.operations)


def simulate(network: nn.Module, shape: Sequence[int]) -> Simulation:
    """Run a network on nothing. The first time takes a second, in which torch imports its compiler.

    Args:
        network: Any; its weights are not read.
        shape: Of the input, [batch, channel, ...].

    """
    from torch.utils.flop_counter import flop_registry

    watch = _Watch(flop_registry)
    with torch.no_grad():
        without_weights = _without_weights(network)
        image = torch.empty(tuple(shape), device="meta")
        watch.add(image)
        with watch:
            without_weights(image)
    return Simulation(tuple(watch.operations), watch.peak)


def _without_weights(network: nn.Module) -> nn.Module:
    """Return a copy whose weights have a shape and no content, made without copying any content.

    ``torch.func.functional_call`` would do, but leaves a network of which a module has two names without its weights.
    """
    empty: dict[int, Any] = {id(weight): nn.Parameter(weight.to("meta"), False) for weight in network.parameters()}
    empty |= {id(buffer): buffer.to("meta") for buffer in network.buffers()}
    return copy.deepcopy(network, empty)


class _Watch(TorchDispatchMode):
    """Writes down each operation, and how many bytes are alive after it."""

    def __init__(self, flops: Any) -> None:  # noqa: ANN401 - torch's table of functions
        super().__init__()  # type: ignore[no-untyped-call]
        self.operations: list[Operation] = []
        self.alive = self.peak = 0
        self._flops = flops
        self._known: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # noqa: ANN401
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        inputs = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        outputs = [leaf for leaf in tree_leaves(out) if isinstance(leaf, torch.Tensor)]
        count = self._flops.get(func._overloadpacket)
        macs = int(count(*args, **kwargs, out_val=out)) // 2 if count else 0
        if not func.is_view:
            numbers = sum(tensor.numel() for tensor in [*inputs, *outputs])
            self.operations.append(Operation(macs, numbers, _fewer_channels(inputs) if macs else 0))
        for tensor in outputs:
            self.add(tensor)
        return out

    def add(self, tensor: Tensor) -> None:
        """Count a tensor's memory, as long as anything holds it."""
        storage = tensor.untyped_storage()
        key, size = storage._cdata, storage.nbytes()
        if key in self._known:
            return
        self._known.add(key)
        self.alive += size
        self.peak = max(self.peak, self.alive)
        weakref.finalize(storage, self._drop, key, size)

    def _drop(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.alive -= size


def _fewer_channels(inputs: Sequence[Tensor]) -> int:
    sizes = inputs[1].shape  # of a weight [channel, channel, ...], or of a matrix product's second factor
    return int(min(sizes[:2] if len(sizes) > 2 else sizes))
