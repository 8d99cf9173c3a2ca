"""Limits of a network from a file: its arguments, layers and weights, counted without the memory for them.

A constructor of a billion residual units runs for days, and a constructor of a million channels takes all memory, long
before any weights are read. Limits are an order of magnitude above the largest networks of the
field: nnU-Net's largest residual encoder and TransUNet have some 1e8 weights, HRNetV2-W18 some 1,100 layers.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from torch import Tensor, nn

MOST_WEIGHTS = 500_000_000
"""2 GB in single precision."""

MOST_LAYERS = 5_000

LARGEST_ARGUMENT = 8_192
"""Limit of every whole number of a constructor: channels, units, sizes of images."""

MOST_ARGUMENTS = 2_000
"""Limit of the single values in all arguments together."""

DEEPEST_ARGUMENT = 8
"""Limit of lists in lists."""


def check_arguments(arguments: Mapping[str, Any]) -> None:
    """Check the size of a constructor's arguments.

    Args:
        arguments: JSON values.

    Raises:
        ValueError: There are too many arguments, or one is too large; the message says which.
    """
    count = 0
    for name, argument in arguments.items():
        for value in _single_values(argument, name):
            count += 1
            if count > MOST_ARGUMENTS:
                message = _("its network has more than {most_arguments} arguments").format(
                    most_arguments=f"{MOST_ARGUMENTS:,}"
                )
                raise ValueError(message)
            if isinstance(value, int) and abs(value) > LARGEST_ARGUMENT:
                message = _("the argument {name} of its network is above {largest_argument}").format(
                    name=name, largest_argument=f"{LARGEST_ARGUMENT:,}"
                )
                raise ValueError(message)


def sketch(construct: Callable[[], nn.Module], arguments: Mapping[str, Any]) -> nn.Module:
    """Build a network whose weights have shapes and no content, within the limits.

    Args:
        construct: Calls the constructor.
        arguments: Arguments of the constructor, checked first.

    Returns:
        Network on torch's device "meta".

    Raises:
        ValueError: The network exceeds a limit; the message says which. Other errors of the constructor are passed on.
    """
    import torch

    check_arguments(arguments)
    with warnings.catch_warnings(), _limits_kept(), torch.device("meta"), _linspace_on_cpu():
        warnings.simplefilter("ignore")  # about weights without content
        return construct()


def check_runs(network: nn.Module, shape: Sequence[int], *, classes: int) -> None:
    """Check that a network maps an image to logits of the same size, without computing anything.

    Args:
        network: Network from ``sketch``.
        shape: Shape of the input, [batch, channel, ...].
        classes: Number of output channels.

    Raises:
        ValueError: The output has another shape. Other errors of the network are passed on.
    """
    import torch

    with torch.no_grad():
        answer = network(torch.empty(tuple(shape), device="meta"))
    expected = (shape[0], classes, *shape[2:])
    if not isinstance(answer, torch.Tensor) or tuple(answer.shape) != expected:
        message = _("its network does not answer {sizes} numbers with {sizes_2}").format(
            sizes=_sizes(shape), sizes_2=_sizes(expected)
        )
        raise ValueError(message)


def _sizes(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape))


def _single_values(argument: object, name: str, depth: int = 0) -> Iterator[object]:
    if depth > DEEPEST_ARGUMENT:
        message = _("the argument {name} of its network has lists in lists, {deepest_argument} deep").format(
            name=name, deepest_argument=DEEPEST_ARGUMENT
        )
        raise ValueError(message)
    if isinstance(argument, Mapping):
        argument = list(argument.values())
    if isinstance(argument, list | tuple):
        for value in argument:
            yield from _single_values(value, name, depth + 1)
    else:
        yield argument


@contextlib.contextmanager
def _limits_kept() -> Iterator[None]:
    """Count layers and weights during construction, since a constructor with too many never returns."""
    from torch.nn.modules import module

    layers = weights = 0

    def count_layer(_parent: nn.Module, _name: str, layer: nn.Module | None) -> None:
        nonlocal layers
        layers += layer is not None
        if layers > MOST_LAYERS:
            raise ValueError(_("its network has more than {most_layers} layers").format(most_layers=f"{MOST_LAYERS:,}"))

    def count_weights(_layer: nn.Module, _name: str, tensor: Tensor | None) -> None:
        nonlocal weights
        weights += 0 if tensor is None else tensor.numel()
        if weights > MOST_WEIGHTS:
            message = _("its network has more than {most_weights} weights").format(most_weights=f"{MOST_WEIGHTS:,}")
            raise ValueError(message)

    with contextlib.ExitStack() as hooks:
        for register, hook in (
            (module.register_module_module_registration_hook, count_layer),
            (module.register_module_parameter_registration_hook, count_weights),
            (module.register_module_buffer_registration_hook, count_weights),
        ):
            hooks.callback(register(hook).remove)
        yield


def _linspace_on_cpu() -> contextlib.AbstractContextManager[object]:
    """Return a context in which ``torch.linspace`` has content: SwinUNETR reads its drop-path rates from it."""
    import torch
    from torch.overrides import TorchFunctionMode

    class LinspaceOnCpu(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # noqa: ANN401
            kwargs = dict(kwargs or {})
            if func is torch.linspace:
                kwargs.setdefault("device", "cpu")
            return func(*args, **kwargs)

    return LinspaceOnCpu()
