"""Whole legs for the calibration of biases, uncut and unchanged, as inference segments them."""

from collections.abc import Sequence

import numpy as np
import torch

from MuscleSegLib.bundle import interleaved, window_pixels
from MuscleSegLib.training.batches import Batch, Batches
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.legs import LegVolume
from MuscleSegLib.training.legs.leg_tissues import AIR, CANVAS, PIXEL_MM, Codes
from MuscleSegLib.training.synthesis import Sample, as_scanned, sample_of


class CalibrationLegs:
    """Whole legs with images: item ``n`` is leg ``n`` in a square of the size of inference's window.

    The size matters a little: the position of the network's coarsest pixels depends on it.

    Args:
        legs: Legs with images.
        configuration: Configuration of the run.
        stream: Number of the stream of randomness.
    """

    def __init__(self, legs: Sequence[LegVolume], configuration: Configuration, *, stream: int) -> None:
        self.legs = legs
        self.seed = configuration.seed
        self.stream = stream

    def __getitem__(self, number: int) -> Sample:
        """Return leg ``number``; of several images always the same."""
        leg = self.legs[number]
        assert leg.images is not None
        images, tissues = torch.from_numpy(leg.images).float(), torch.from_numpy(leg.tissues[0])
        rng = np.random.default_rng([self.seed, self.stream, number])
        size = min(window_pixels(_reach_mm(leg.tissues[0]), PIXEL_MM), CANVAS)
        return sample_of(as_scanned(images, tissues, size, rng), leg.spacing_mm)


def _reach_mm(tissues: Codes) -> list[float]:
    """Return the distance of a leg's farthest pixel from the middle of its canvas, for each slice that shows it."""
    places = [np.argwhere(slice_ != AIR) for slice_ in tissues]
    return [float(np.abs(place - (CANVAS - 1) / 2).max()) * PIXEL_MM for place in places if len(place)]


class CalibrationBatches(Batches):
    """Batches of whole legs: batch ``n`` has every slice of leg ``n`` once, and so each muscle's whole volume."""

    def __init__(self, legs: Sequence[LegVolume], configuration: Configuration, *, stream: int) -> None:
        volumes = CalibrationLegs(legs, configuration, stream=stream)
        super().__init__(volumes, configuration, limit=len(legs), count=len(legs), is_varied=False)

    def __getitem__(self, index: int) -> Batch:
        """Return all slices of leg ``index``."""
        sample, spec = self.volumes[index], self.configuration.input
        rng = np.random.default_rng(0)  # nothing is drawn
        slices = np.arange(len(sample.images))
        if spec.slice_mm is None:
            return self.slices_at(sample, slices, rng)
        blocks = []
        for volume in interleaved(len(slices), spec.slice_mm, sample.spacing_mm):
            places = slices[volume]
            count = -(-len(places) // spec.slices)
            begin = (len(places) - count * spec.slices) // 2  # surplus slices of the blocks lie beyond both ends
            blocks += [self.block_from(sample, places, begin + n * spec.slices, rng) for n in range(count)]
        return Batch(*(torch.cat(values) for values in zip(*blocks, strict=True)))
