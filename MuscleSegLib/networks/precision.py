"""Number formats in which a device computes without emulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def has_bfloat16(device: torch.device) -> bool:
    """Return whether a device multiplies bfloat16 itself; where it is emulated, float32 is as fast.

    oneDNN emulates bfloat16 on every processor with AVX-512, and reports it as supported there.
    """
    import torch

    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
