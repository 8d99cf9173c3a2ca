"""Configurations of short training runs, and their weights."""

from dataclasses import replace

import torch

from MuscleSegLib.training import Trainer


def in_3d(configuration, architecture="unet3d", **network):
    return replace(
        configuration,
        architecture=architecture,
        network=network or {"channels": (4, 8), "slice_poolings": 1},
        input=replace(configuration.input, context_mm=(0.0,), slice_mm=24.0, slices=4, size=32),
        optimization=replace(configuration.optimization, batch=2, iterations=2, validate_every=2),
    )


def weights(trainer: Trainer) -> torch.Tensor:
    values = [*trainer.average.state_dict().values(), *trainer.network.state_dict().values()]
    return torch.cat([value.flatten() for value in values])


def at_iteration(number: int, action):
    def progress(fraction: float, message: str) -> None:
        if message.startswith(f"iteration {number},"):
            action()

    return progress


def coarse_at_first(configuration, iterations):
    return replace(configuration, optimization=replace(configuration.optimization, coarse_iterations=iterations))
