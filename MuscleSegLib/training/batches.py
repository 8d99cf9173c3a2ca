"""Batches of training volumes, augmented anew each time. Batch ``n`` of a seed is always the same."""

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
from MuscleSegLib.training.synthesis import IGNORED, SCALE, Sample, has_muscle
from MuscleSegLib.training.synthesis.fields import normal

SLICES_OF_ONE = 4  # slices of a batch from the same volume, which is read as a whole in any case
WITH_MUSCLE = 0.75  # share of the slices that surely show a muscle; the others may be of knee or pelvis
SHIFT = 6  # largest shift, in pixels


class Batch(NamedTuple):
    """Input and targets of one iteration.

    Attributes:
        images: Images, [batch, channel, row, column], or [batch, 1, slice, row, column] in three dimensions; float32.
        targets: Muscle codes or ``IGNORED``, [batch, row, column] or [batch, slice, row, column]; uint8.
        compartments: Codes of compartments, of the shape of ``targets``; uint8.
    """

    images: Tensor
    targets: Tensor
    compartments: Tensor

    def coarse(self) -> "Batch":
        """Return the batch at half the resolution in plane: the mean of four pixels, and the code of the first."""
        flat = functional.avg_pool2d(self.images.flatten(0, -3)[:, None], 2)
        images = flat.reshape(*self.images.shape[:-2], *flat.shape[-2:])
        return Batch(images, self.targets[..., ::2, ::2], self.compartments[..., ::2, ::2])

    def cut(self, slices: int) -> "Batch":
        """Return the volumes of a three-dimensional network cut into shorter ones.

        Args:
            slices: Number of slices of each, a divisor of their number.
        """
        images = self.images.transpose(1, 2)  # [batch, slice, channel, row, column]
        images = images.reshape(-1, slices, *images.shape[2:]).transpose(1, 2)
        return Batch(images, *(codes.reshape(-1, slices, *codes.shape[2:]) for codes in self[1:]))


class Samples(Protocol):
    """Source of batches: ``Volumes``, or whole legs."""

    seed: int
    stream: int

    def __getitem__(self, number: int) -> Sample:
        """Return sample ``number``."""


class Batches(Dataset[Batch]):
    """Data set of whole batches.

    Args:
        volumes: Source of the batches.
        configuration: Configuration of the run.
        limit: Number of volumes to draw from.
        count: Number of batches.
        is_varied: Whether volumes are augmented.
        processes: Processes that make equal shares of every batch.

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
        # number of items from each volume of the batch
        self.portions = [min(each, batch - first) for first in range(0, batch, each)]
        if processes.count > 1 and batch % (processes.count * each):
            message = f"A batch of {batch} cannot be shared by {processes.count} processes: "
            message += f"make it a multiple of {processes.count * each}."
            raise MuscleSegError(message)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Batch:
        """Make this process's share of batch ``index``."""
        numbers = range(self.processes.rank, len(self.portions), self.processes.count)
        parts = [self._draw(index, number) for number in numbers]
        batch = Batch(*(torch.cat(values) for values in zip(*parts, strict=True)))
        rng = np.random.default_rng([self.volumes.seed, self.volumes.stream, index, len(self.portions)])
        if self.is_varied and rng.random() < self.configuration.input.short_share:
            return batch.cut(1 if rng.random() < 0.5 else max(1, self.configuration.input.slices // 4))
        return batch

    def _draw(self, index: int, number: int) -> Batch:
        """Draw the items of batch ``index`` that come from its volume ``number``."""
        rng = np.random.default_rng([self.volumes.seed, self.volumes.stream, index, number])
        sample = self.volumes[int(rng.integers(self.limit))]
        if self.configuration.input.dimensions == 3:
            return self._block(sample, rng)
        return self._slices(sample, self.portions[number], rng)

    def _slices(self, sample: Sample, count: int, rng: np.random.Generator) -> Batch:
        """Draw slices, each with its neighbors and, if configured, its place along the limb."""
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
        """Return slices of a volume as the input of a two-dimensional network.

        Args:
            sample: The volume.
            places: Indices of the slices, [slice].
            rng: Source of randomness.
        """
        spec, slices = self.configuration.input, len(sample.images)
        context = [context_slices(spec.context_mm, int(place), slices, sample.spacing_mm) for place in places]
        batch = self._varied(sample.images[np.stack(context)], sample.targets[places], sample.compartments[places], rng)
        if not spec.has_place:
            return batch
        along = torch.from_numpy(limb_places(slices)[places]).float()
        channel = along[:, None, None, None].expand(-1, 1, *batch.images.shape[2:])
        return batch._replace(images=torch.cat([batch.images, channel], dim=1))

    def _block(self, sample: Sample, rng: np.random.Generator) -> Batch:
        """Draw a block of the slices that inference segments together, as long as configured."""
        spec = self.configuration.input
        assert spec.slice_mm is not None
        volumes = interleaved(len(sample.images), spec.slice_mm, sample.spacing_mm)
        slices = np.arange(len(sample.images))[volumes[int(rng.integers(len(volumes)))]]
        spare = len(slices) - spec.slices
        first = int(rng.integers(min(spare, 0), max(spare, 0) + 1))
        return self.block_from(sample, slices, first, rng)

    def block_from(self, sample: Sample, slices: NDArray[np.intp], first: int, rng: np.random.Generator) -> Batch:
        """Return a block of a volume as the input of a three-dimensional network.

        Args:
            sample: The volume.
            slices: Indices of the slices that inference segments together, [slice].
            first: Place of the block's first slice among them; it may lie before the first or the block end after the
                last, where the end slice is repeated and ignored.
            rng: Source of randomness.
        """
        places = np.arange(first, first + self.configuration.input.slices)
        is_beyond = (places < 0) | (places >= len(slices))
        slices = slices[np.clip(places, 0, len(slices) - 1)]
        targets, compartments = (
            np.where(is_beyond[:, None, None], IGNORED, codes[slices]).astype(np.uint8)
            for codes in (sample.targets, sample.compartments)
        )
        batch = self._varied(sample.images[slices], targets, compartments, rng)
        return Batch(batch.images[None, None], batch.targets[None], batch.compartments[None])

    def _varied(
        self,
        images: NDArray[np.generic],
        targets: NDArray[np.uint8],
        compartments: NDArray[np.uint8],
        rng: np.random.Generator,
    ) -> Batch:
        """Return tensors of the bytes, with contrast, brightness, noise and shift changed alike in all slices."""
        signal = torch.from_numpy(images).float() / SCALE
        codes = torch.from_numpy(targets), torch.from_numpy(compartments)
        if not self.is_varied:
            return Batch(signal, *codes)
        signal = signal ** rng.uniform(0.8, 1.25) * rng.uniform(0.9, 1.1)
        signal = (signal + normal(rng, *signal.shape) * rng.uniform(0.0, 0.04)).clamp(0, 2)
        down, right = rng.integers(-SHIFT, SHIFT + 1, size=2).tolist()
        return Batch(*(functional.pad(array, (right, -right, down, -down)) for array in (signal, *codes)))
