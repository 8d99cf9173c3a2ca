"""Batches out of volumes, each time a little changed. Batch ``n`` of a seed is always the same."""

from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torch.utils.data import Dataset

from MuscleSegLib.bundle import context_slices, interleaved, limb_places
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.processes import ALONE, Processes
from MuscleSegLib.training.synthesis.fields import normal
from MuscleSegLib.training.synthesis.synthesis import IGNORED
from MuscleSegLib.training.synthesis.volumes import SCALE, Sample, has_muscle

SLICES_OF_ONE = 4  # that a batch takes from the same volume: to read a volume costs the same for one as for all
WITH_MUSCLE = 0.75  # of the slices have a muscle for certain; the others may be of knee or pelvis, without any
SHIFT = 6  # pixels at most


class Batch(NamedTuple):
    """What one iteration learns from.

    Attributes:
        images: [batch, channel, row, column], or [batch, 1, slice, row, column] in three dimensions; float32.
        targets: [batch, row, column] or [batch, slice, row, column]; uint8, muscle codes or ``IGNORED``.
        compartments: The same size; uint8.

    """

    images: Tensor
    targets: Tensor
    compartments: Tensor

    def coarse(self) -> "Batch":
        """Return the same at half the resolution, in plane: four pixels' mean, and the code of one of them."""
        flat = functional.avg_pool2d(self.images.flatten(0, -3)[:, None], 2)
        images = flat.reshape(*self.images.shape[:-2], *flat.shape[-2:])
        return Batch(images, self.targets[..., ::2, ::2], self.compartments[..., ::2, ::2])


class Samples(Protocol):
    """What batches are drawn from: ``Volumes``, or whole scans."""

    seed: int
    stream: int

    def __getitem__(self, number: int) -> Sample:
        """Return sample ``number``."""


class Batches(Dataset[Batch]):
    """A data set whose items are whole batches.

    Args:
        volumes: To draw from.
        configuration: Of the run.
        limit: How many of the volumes there are to draw from.
        count: How many batches there are.
        is_varied: Whether volumes are changed a little each time.
        processes: Each makes its share of every batch.

    Raises:
        MuscleSegError: The batch cannot be shared equally.

    """

    def __init__(
        self,
        volumes: Samples,
        configuration: Configuration,
        *,
        limit: int,
        count: int,
        is_varied: bool,
        processes: Processes = ALONE,
    ) -> None:
        self.volumes = volumes
        self.configuration = configuration
        self.limit = limit
        self.count = count
        self.is_varied = is_varied
        self.processes = processes
        batch, each = configuration.optimization.batch, SLICES_OF_ONE if configuration.input.dimensions == 2 else 1
        # how many items each volume of the batch gives
        self.portions = [min(each, batch - first) for first in range(0, batch, each)]
        if processes.count > 1 and batch % (processes.count * each):
            message = f"A batch of {batch} cannot be shared by {processes.count} processes: "
            message += f"make it a multiple of {processes.count * each}."
            raise MuscleSegError(message)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Batch:
        """Make this process's share of batch ``index``."""
        mine = range(self.processes.rank, len(self.portions), self.processes.count)
        parts = [self._draw(index, number) for number in mine]
        return Batch(*(torch.cat(values) for values in zip(*parts, strict=True)))

    def _draw(self, index: int, number: int) -> Batch:
        """Draw what volume ``number`` of batch ``index`` gives to it."""
        rng = np.random.default_rng([self.volumes.seed, self.volumes.stream, index, number])
        sample = self.volumes[int(rng.integers(self.limit))]
        if self.configuration.input.dimensions == 3:
            return self._block(sample, rng)
        return self._slices(sample, self.portions[number], rng)

    def _slices(self, sample: Sample, count: int, rng: np.random.Generator) -> Batch:
        """Take slices, each with its neighbors and, if wanted, its place."""
        slices = len(sample.images)
        with_muscle = np.flatnonzero(has_muscle(sample.targets))
        places = np.array(
            [
                rng.choice(with_muscle) if len(with_muscle) and rng.random() < WITH_MUSCLE else rng.integers(slices)
                for _ in range(count)
            ]
        )
        return self.slices_at(sample, places, rng)

    def slices_at(self, sample: Sample, places: NDArray[np.intp], rng: np.random.Generator) -> Batch:
        """Return the slices of a volume that are wanted, as a two-dimensional network sees them."""
        wanted, slices = self.configuration.input, len(sample.images)
        shown = [context_slices(wanted.context_mm, int(place), slices, sample.spacing_mm) for place in places]
        batch = self._varied(sample.images[np.stack(shown)], sample.targets[places], sample.compartments[places], rng)
        if not wanted.has_place:
            return batch
        along = torch.from_numpy(limb_places(slices)[places]).float()
        channel = along[:, None, None, None].expand(-1, 1, *batch.images.shape[2:])
        return batch._replace(images=torch.cat([batch.images, channel], dim=1))

    def _block(self, sample: Sample, rng: np.random.Generator) -> Batch:
        """Take slices that inference would show together, in the number that a network is trained on."""
        wanted = self.configuration.input
        assert wanted.slice_mm is not None
        together = interleaved(len(sample.images), wanted.slice_mm, sample.spacing_mm)
        shown = np.arange(len(sample.images))[together[int(rng.integers(len(together)))]]
        spare = len(shown) - wanted.slices
        first = int(rng.integers(min(spare, 0), max(spare, 0) + 1))
        return self.block_from(sample, shown, first, rng)

    def block_from(self, sample: Sample, shown: NDArray[np.intp], first: int, rng: np.random.Generator) -> Batch:
        """Return the block of a volume that a three-dimensional network sees from place ``first`` of these slices."""
        index = np.arange(first, first + self.configuration.input.slices)
        is_beyond = (index < 0) | (index >= len(shown))
        shown = shown[np.clip(index, 0, len(shown) - 1)]  # beyond its ends a volume repeats its end slice
        targets, compartments = (
            np.where(is_beyond[:, None, None], IGNORED, codes[shown]).astype(np.uint8)
            for codes in (sample.targets, sample.compartments)
        )
        batch = self._varied(sample.images[shown], targets, compartments, rng)
        return Batch(batch.images[None, None], batch.targets[None], batch.compartments[None])

    def _varied(
        self,
        images: NDArray[np.generic],
        targets: NDArray[np.uint8],
        compartments: NDArray[np.uint8],
        rng: np.random.Generator,
    ) -> Batch:
        """Make tensors of bytes; brighten, darken, shift and add noise, the same way in all slices."""
        shown = torch.from_numpy(images).float() / SCALE
        codes = torch.from_numpy(targets), torch.from_numpy(compartments)
        if not self.is_varied:
            return Batch(shown, *codes)
        shown = shown ** rng.uniform(0.8, 1.25) * rng.uniform(0.9, 1.1)
        shown = (shown + normal(rng, *shown.shape) * rng.uniform(0.0, 0.04)).clamp(0, 2)
        down, right = rng.integers(-SHIFT, SHIFT + 1, size=2).tolist()
        return Batch(*(functional.pad(array, (right, -right, down, -down)) for array in (shown, *codes)))
