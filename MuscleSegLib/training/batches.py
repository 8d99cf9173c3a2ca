"""Batches for training: slices drawn from stacks and turned into images. Batch ``n`` of a seed is always the same."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from MuscleSegLib.bundle import context_slices
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.stacks import Stack
from MuscleSegLib.training.synthesis import Noise, synthesize
from MuscleSegLib.training.tissues import MUSCLES, Codes

WITH_MUSCLE = 0.75  # of the slices drawn have a muscle for certain; the others may be of knee or pelvis, without any
SINGLE_SLICE = 0.05  # of the scans have one slice only
CROPPED = 0.5  # of the scans see a part of what the label map covers


class Batches(Dataset[tuple[Tensor, Tensor]]):
    """A data set whose items are whole batches: images [batch, context, size, size] and targets [batch, size, size].

    Args:
        stacks: Legs to draw from, by the name of their source.
        configuration: Size, context, batch and seed.
        stream: Apart from others of the same seed (training, validation).
        count: How many batches there are.

    """

    def __init__(
        self, stacks: Mapping[str, Sequence[Stack]], configuration: Configuration, *, stream: int, count: int
    ) -> None:
        self.stacks = [stack for source in stacks.values() for stack in source]
        shares = [configuration.data.sources[name] / len(source) for name, source in stacks.items() for _ in source]
        self.probabilities = np.asarray(shares) / sum(shares)
        self.configuration = configuration
        self.stream = stream
        self.count = count

    def __len__(self) -> int:
        return self.count

    @cached_property
    def noise(self) -> Noise:
        """The textures, the same in every process."""
        return Noise.draw(torch.Generator().manual_seed(self.configuration.seed))

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Make batch ``index``."""
        rng = np.random.default_rng([self.configuration.seed, self.stream, index])
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        drawn = rng.choice(len(self.stacks), size=self.configuration.optimization.batch, p=self.probabilities)
        tissues = np.stack([self._draw(self.stacks[number], rng) for number in drawn])
        return synthesize(torch.from_numpy(tissues), self.noise, self.configuration.input.size, generator)

    def _draw(self, stack: Stack, rng: np.random.Generator) -> Codes:
        """Draw a slice of a leg with its neighbors: [context, CANVAS, CANVAS]."""
        tissues = stack.tissues[rng.integers(len(stack.tissues))]
        muscle = ((tissues >= MUSCLES[0]) & (tissues <= MUSCLES[-1])).any(axis=(1, 2))
        places = np.flatnonzero(muscle) if rng.random() < WITH_MUSCLE else np.arange(len(tissues))
        place = int(rng.choice(places))
        first, last = 0, len(tissues)
        if rng.random() < SINGLE_SLICE:
            first, last = place, place + 1
        elif rng.random() < CROPPED:
            first, last = int(rng.integers(0, place + 1)), int(rng.integers(place + 1, len(tissues) + 1))
        context = np.asarray(self.configuration.input.context_mm) * rng.uniform(0.75, 1.33)
        drawn: Codes = tissues[first + context_slices(context, place - first, last - first, stack.spacing_mm)]
        return drawn
