"""Scans of digital people as inference will show them: whole, one leg each, as they were scanned."""

from collections.abc import Sequence

import numpy as np
import torch

from MuscleSegLib.bundle import interleaved, window_pixels
from MuscleSegLib.training.batches import Batch, Batches
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.legs.label_maps import Stack
from MuscleSegLib.training.legs.tissues import AIR, CANVAS, PIXEL_MM, Codes
from MuscleSegLib.training.synthesis.synthesis import as_scanned
from MuscleSegLib.training.synthesis.volumes import Sample, sample_of


class WholeLegs:
    """Legs to judge by: item ``n`` is leg ``n``, uncut and unchanged, in a square as large as inference would cut.

    How large it is changes what is drawn a little: where the network's coarsest pixels lie depends on it.

    Args:
        stacks: Legs with images.
        configuration: Of the run.
        stream: Of random numbers, apart from others of the same seed.

    """

    def __init__(self, stacks: Sequence[Stack], configuration: Configuration, *, stream: int) -> None:
        self.stacks = stacks
        self.seed = configuration.seed
        self.stream = stream

    def __getitem__(self, number: int) -> Sample:
        """Return leg ``number``; where it has several images, one that is always the same."""
        stack = self.stacks[number]
        assert stack.images is not None
        images, tissues = torch.from_numpy(stack.images).float(), torch.from_numpy(stack.tissues[0])
        rng = np.random.default_rng([self.seed, self.stream, number])
        size = min(window_pixels(_reach_mm(stack.tissues[0]), PIXEL_MM), CANVAS)
        return sample_of(as_scanned(images, tissues, size, rng), stack.spacing_mm)


def _reach_mm(tissues: Codes) -> list[float]:
    """Return how far a leg reaches from the middle of its canvas, in each slice that it is in."""
    places = [np.argwhere(slice_ != AIR) for slice_ in tissues]
    return [float(np.abs(place - (CANVAS - 1) / 2).max()) * PIXEL_MM for place in places if len(place)]


class WholeScans(Batches):
    """Batch ``n`` is leg ``n``, every slice of it once, so that a muscle's pixels are its volume."""

    def __init__(self, stacks: Sequence[Stack], configuration: Configuration, *, stream: int) -> None:
        legs = WholeLegs(stacks, configuration, stream=stream)
        super().__init__(legs, configuration, limit=len(stacks), count=len(stacks), is_varied=False)

    def __getitem__(self, index: int) -> Batch:
        """Return leg ``index``."""
        sample, wanted = self.volumes[index], self.configuration.input
        rng = np.random.default_rng(0)  # nothing is drawn
        slices = np.arange(len(sample.images))
        if wanted.slice_mm is None:
            return self.slices_at(sample, slices, rng)
        blocks = []
        for together in interleaved(len(slices), wanted.slice_mm, sample.spacing_mm):
            shown = slices[together]
            count = -(-len(shown) // wanted.slices)
            begin = (len(shown) - count * wanted.slices) // 2  # what a block has too much is beyond both ends
            blocks += [self.block_from(sample, shown, begin + n * wanted.slices, rng) for n in range(count)]
        return Batch(*(torch.cat(values) for values in zip(*blocks, strict=True)))
