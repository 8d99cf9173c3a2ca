"""Scans of digital people as inference will show them: whole, one leg each, as they were scanned."""

from collections.abc import Sequence

import numpy as np
import torch

from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.stacks import Stack
from MuscleSegLib.training.synthesis import as_scanned
from MuscleSegLib.training.volumes import Sample, sample_of


class WholeScans:
    """Legs to judge by: item ``n`` is leg ``n``, uncut and unchanged.

    Args:
        stacks: Legs with images.
        configuration: Of the run.
        stream: Of random numbers, apart from others of the same seed.

    """

    def __init__(self, stacks: Sequence[Stack], configuration: Configuration, *, stream: int) -> None:
        self.stacks = stacks
        self.size = configuration.input.size
        self.seed = configuration.seed
        self.stream = stream

    def __getitem__(self, number: int) -> Sample:
        """Return leg ``number``; where it has several images, one that is always the same."""
        stack = self.stacks[number]
        assert stack.images is not None
        images, tissues = torch.from_numpy(stack.images).float(), torch.from_numpy(stack.tissues[0])
        rng = np.random.default_rng([self.seed, self.stream, number])
        return sample_of(as_scanned(images, tissues, self.size, rng), stack.spacing_mm)
