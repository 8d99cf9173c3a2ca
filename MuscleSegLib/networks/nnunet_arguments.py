"""Check of the arguments of nnU-Net's networks: plans are a stranger's, and torch takes much without a word."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _

_REQUIRED = (
    *("n_stages", "features_per_stage", "conv_op", "kernel_sizes", "strides", "n_conv_per_stage_decoder"),
    *("input_channels", "num_classes"),
)
_FLAGS = ("affine", "inplace", "track_running_stats")
_LONGEST = 60


def check_nnunet_arguments(arguments: Mapping[str, Any]) -> None:
    """Check the arguments of a constructor against one another.

    Args:
        arguments: Literals, with torch's classes by name.

    Raises:
        MuscleSegError: One is missing, unknown, or none of a network with so many stages and dimensions.
    """
    for name in _REQUIRED:
        if name not in arguments:
            raise MuscleSegError(_("The nnU-Net's plans lack {name}: copy its folder again."), name=name)
    stages = arguments["n_stages"]
    dimensions = 2 if str(arguments["conv_op"]).endswith("2d") else 3
    if not _is_whole(stages):
        raise _wrong("n_stages", stages)
    for name, value in arguments.items():
        check = _CHECKS.get(name)
        if check is None or not check(value, stages, dimensions):
            raise _wrong(name, value)


def _wrong(name: str, value: object) -> MuscleSegError:
    shown = ascii(value)
    shown = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."
    named = name if name.isidentifier() and len(name) <= _LONGEST else ascii(name)[:_LONGEST]
    message = _("The nnU-Net's plans have {named} = {shown}, which fits no network: copy its folder again.")
    return MuscleSegError(message, named=named, shown=shown)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _are_settings(value: object, _: int, __: int) -> bool:
    if value is None:
        return True
    return isinstance(value, dict) and all(
        isinstance(setting, bool) if name in _FLAGS else isinstance(setting, int | float) and math.isfinite(setting)
        for name, setting in value.items()
    )


def _one_a_stage(value: object, stages: int, _: int) -> bool:
    return _is_whole(value) or (isinstance(value, list) and len(value) == stages and all(map(_is_whole, value)))


def _sizes_a_stage(value: object, stages: int, dimensions: int) -> bool:
    if _is_whole(value):
        return True
    return isinstance(value, list) and len(value) == stages and all(_one_a_stage(size, dimensions, 0) for size in value)


_CHECKS: Mapping[str, Callable[[object, int, int], bool]] = MappingProxyType(
    {
        **dict.fromkeys(("input_channels", "n_stages", "num_classes"), lambda value, *_: _is_whole(value)),
        **dict.fromkeys(("features_per_stage", "n_conv_per_stage", "n_blocks_per_stage"), _one_a_stage),
        **dict.fromkeys(("kernel_sizes", "strides"), _sizes_a_stage),
        "n_conv_per_stage_decoder": lambda value, stages, dimensions: _one_a_stage(value, stages - 1, dimensions),
        **dict.fromkeys(("conv_bias", "deep_supervision", "nonlin_first"), lambda value, *_: isinstance(value, bool)),
        **dict.fromkeys(
            ("conv_op", "norm_op", "dropout_op", "nonlin"), lambda value, *_: isinstance(value, str | None)
        ),
        **dict.fromkeys(("norm_op_kwargs", "dropout_op_kwargs", "nonlin_kwargs"), _are_settings),
        "bottleneck_channels": lambda value, stages, dimensions: (
            value is None or _one_a_stage(value, stages, dimensions)
        ),
        "stem_channels": lambda value, *_: value is None or _is_whole(value),
    }
)
"""Check of each argument, with so many stages and dimensions."""
