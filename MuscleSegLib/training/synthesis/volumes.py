"""Volumes to train on, made once and kept: volume ``n`` of a data set is the same whoever asks for it, and when.

Making a volume takes a hundred times as long as reading it, so all runs that learn from the same data share a folder.
Its name carries a digest of everything that a volume depends on, this code among it: another configuration looks in
another folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from MuscleSegLib.digests import digest_of
from MuscleSegLib.files import written_whole
from MuscleSegLib.training.configuration import Configuration
from MuscleSegLib.training.digests import volume_code_digest
from MuscleSegLib.training.legs.label_maps import Stack
from MuscleSegLib.training.legs.tissues import MUSCLES, Codes
from MuscleSegLib.training.synthesis.fields import Noise
from MuscleSegLib.training.synthesis.synthesis import Drawn, as_scanned, rescan, synthesize

MOST_SLICES = 24
SINGLE_SLICE = 0.05  # of the volumes have one slice only
CROPPED = 0.5  # of the volumes show a part of what their leg covers
CLOSEST_MM, FURTHEST_MM = 6.0, 26.0  # slices apart, before they are drawn together or apart:
STRETCH = (0.8, 1.25)
SCALE = 127.5  # images are kept as bytes: 0 to 2 becomes 0 to 255

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Sample:
    """A volume of one leg, from the knee or the foot up; every array is [slice, size, size].

    Attributes:
        images: Normalized signal times ``SCALE``.
        targets: Muscle codes, and ``synthesis.IGNORED`` where nothing is known.
        compartments: ``synthesis.WHOLE_MUSCLE``, ``synthesis.SUBCUTANEOUS``, 0 or ``synthesis.IGNORED``.
        spacing_mm: Between slices.

    """

    images: Bytes
    targets: Bytes
    compartments: Bytes
    spacing_mm: float


@dataclass(frozen=True)
class Cut:
    """Which slices of which variant of a stack a volume shows, and how far apart they are said to be."""

    variant: int
    slices: slice
    spacing_mm: float


class Volumes:
    """The volumes of one stream of a configuration.

    Args:
        stacks: Legs to draw from.
        shares: What each leg's share of the volumes is.
        configuration: Of the run.
        stream: Apart from others of the same seed (training, validation).
        cache: A folder for all data sets.

    """

    def __init__(
        self,
        stacks: Sequence[Stack],
        shares: Sequence[float],
        configuration: Configuration,
        *,
        stream: int,
        cache: Path,
    ) -> None:
        self.stacks = stacks
        self.probabilities = np.asarray(shares) / sum(shares)
        self.size = configuration.input.size
        self.seed = configuration.seed
        self.as_scanned = configuration.data.as_scanned
        self.stream = stream
        content: list[object] = [volume_code_digest(), configuration.region, self.size, self.seed, stream]
        content += [configuration.data.variants, configuration.data.adductor, self.as_scanned]
        content += [[stack.name, stack.digest, share] for stack, share in zip(stacks, shares, strict=True)]
        self.folder = cache / f"volumes-{digest_of(content)}"

    def __getitem__(self, number: int) -> Sample:
        """Return volume ``number``, out of the cache where it is there."""
        path = self.folder / f"{number}.npz"
        try:
            return _load(path)
        except FileNotFoundError:
            sample = self.make(number)
        _save(sample, path)
        return sample

    def make(self, number: int) -> Sample:
        """Make volume ``number``."""
        rng = np.random.default_rng([self.seed, self.stream, number])
        stack = self.stacks[rng.choice(len(self.stacks), p=self.probabilities)]
        cut = draw_cut(stack, rng)
        tissues = torch.from_numpy(stack.tissues[cut.variant, cut.slices])
        if stack.images is None:
            drawn = synthesize(tissues, cut.spacing_mm, self.noise, self.size, rng)
        else:
            images = torch.from_numpy(stack.images[:, cut.slices]).float()
            if self.as_scanned and rng.random() < self.as_scanned:
                drawn = as_scanned(images, tissues, self.size, rng)
            else:
                drawn = rescan(images, tissues, cut.spacing_mm, self.noise, self.size, rng)
        return sample_of(drawn, cut.spacing_mm)

    @cached_property
    def noise(self) -> Noise:
        """The textures, the same in every process."""
        return Noise.draw(np.random.default_rng(self.seed))


def draw_cut(stack: Stack, rng: np.random.Generator) -> Cut:
    """Draw the slices of a volume: at a multiple of the stack's own distance, around a slice with muscle."""
    variant = int(rng.integers(len(stack.tissues)))
    least, most = np.ceil(CLOSEST_MM / stack.spacing_mm), np.floor(FURTHEST_MM / stack.spacing_mm)
    step = int(rng.integers(max(least, 1), max(most, least, 1) + 1))
    place = int(rng.choice(np.flatnonzero(has_muscle(stack.tissues[variant]))))
    below, above = place // step, (len(stack.tissues[variant]) - 1 - place) // step  # slices on either side
    if rng.random() < SINGLE_SLICE:
        below = above = 0
    elif rng.random() < CROPPED:
        below, above = int(rng.integers(below + 1)), int(rng.integers(above + 1))
    if below + above + 1 > MOST_SLICES:
        below = int(rng.integers(max(0, MOST_SLICES - 1 - above), min(below, MOST_SLICES - 1) + 1))
        above = MOST_SLICES - 1 - below
    slices = slice(place - below * step, place + above * step + 1, step)
    return Cut(variant, slices, stack.spacing_mm * step * rng.uniform(*STRETCH))


def has_muscle(codes: Codes) -> NDArray[np.bool_]:
    """Return which slices of codes, [slice, row, column], hold a muscle that has a name."""
    return np.asarray(((codes >= MUSCLES[0]) & (codes <= MUSCLES[-1])).any(axis=(1, 2)))


def sample_of(drawn: Drawn, spacing_mm: float) -> Sample:
    """Return what was drawn as bytes, and how far apart its slices are."""
    images = (drawn.images * SCALE).round().to(torch.uint8)
    return Sample(images.numpy(), drawn.targets.numpy(), drawn.compartments.numpy(), spacing_mm)


def _load(path: Path) -> Sample:
    with np.load(path) as file:
        return Sample(file["images"], file["targets"], file["compartments"], float(file["spacing_mm"]))


def _save(sample: Sample, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # two runs may make the same volume at once: each writes its own file, and the last one to be renamed stays
    with written_whole(path) as temporary:
        np.savez(temporary, **vars(sample))
