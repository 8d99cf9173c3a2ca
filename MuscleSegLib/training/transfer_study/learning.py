"""Learning of a transfer study: one loop for every task, and the augmentation of its slices."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.progress import Progress

BATCH = 4
RATE = 3e-3
"""Highest learning rate, of AdamW after a warm-up in a tenth of the steps."""

TURN, SIZE_CHANGE, SHIFT = 0.15, 0.12, 0.08
"""Largest turn in radians, change of size, and shift as a share of the slice."""

Task = Callable[[np.random.Generator], tuple[Tensor, Tensor]]
"""Draws the input and the target of a step."""

Loss = Callable[[Tensor, Tensor], Tensor]


def learn(network: nn.Module, task: Task, loss: Loss, *, steps: int, seed: list[int], progress: Progress) -> None:
    """Let a network learn a task; the same seed gives the same weights.

    Args:
        network: The network, changed in place.
        task: Draws the batches.
        loss: Loss of the network's output and the target.
        steps: Number of steps.
        seed: Seed of the batches.
        progress: Raises ``Canceled`` to stop.
    """
    rng = np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1, pct_start=0.1)
    # Channels last take two thirds of the time; bfloat16 takes longer, by the encoder's depthwise convolutions.
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # torch types it so
    network.train()
    for step in range(steps):
        progress(step / steps, f"step {step + 1} of {steps}")
        images, target = task(rng)
        optimizer.zero_grad(set_to_none=True)
        value = loss(network(images.contiguous(memory_format=torch.channels_last)), target)
        value.backward()  # type: ignore[no-untyped-call] # torch gives it no types
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        schedule.step()
    network.eval()


def drawn_batch(
    images: NDArray[np.floating], targets: NDArray[np.uint8], rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Draw slices, [BATCH, 1, row, column], and their codes, [BATCH, row, column], turned, shifted and in new contrast.

    Args:
        images: [slice, row, column] intensities from 0 to 2.
        targets: [slice, row, column] codes.
        rng: Source of randomness.
    """
    places = rng.integers(len(images), size=BATCH)
    batch = torch.from_numpy(images[places].astype(np.float32))[:, None]
    codes = torch.from_numpy(targets[places])[:, None]
    grid = functional.affine_grid(_affines(rng), list(batch.shape), align_corners=False)
    moved = functional.grid_sample(batch, grid, align_corners=False).clamp(min=0)
    # What comes in from outside is air: code 0.
    moved_codes = functional.grid_sample(codes.float(), grid, mode="nearest", align_corners=False)
    return varied(moved, rng), moved_codes[:, 0].round().to(torch.uint8)


def varied(images: Tensor, rng: np.random.Generator) -> Tensor:
    """Return images, [batch, 1, row, column] from 0 to 2, with contrast, brightness and noise changed."""
    exponent, factor, noise = (
        torch.from_numpy(rng.uniform(low, high, (len(images), 1, 1, 1)).astype(np.float32))
        for low, high in ((0.7, 1.4), (0.85, 1.15), (0.0, 0.05))
    )
    grain = torch.from_numpy(rng.standard_normal(tuple(images.shape), dtype=np.float32))
    return (images**exponent * factor + grain * noise).clamp(0, 2)


def _affines(rng: np.random.Generator) -> Tensor:
    """Draw transforms, [BATCH, 2, 3], for ``affine_grid``."""
    turns = rng.uniform(-TURN, TURN, BATCH)
    sizes = rng.uniform(1 - SIZE_CHANGE, 1 + SIZE_CHANGE, BATCH)
    shifts = rng.uniform(-2 * SHIFT, 2 * SHIFT, (BATCH, 2))
    cosine, sine = np.cos(turns) * sizes, np.sin(turns) * sizes
    rows = [np.stack([cosine, -sine, shifts[:, 0]], axis=1), np.stack([sine, cosine, shifts[:, 1]], axis=1)]
    return torch.from_numpy(np.stack(rows, axis=1).astype(np.float32))
