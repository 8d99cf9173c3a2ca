"""Cache of training volumes: volume ``n`` of a data set is the same in every process and run.

Making a volume takes a hundred times as long as reading it, so runs with the same data share a folder. Its name has a
digest of all that a volume depends on, with this code: another configuration has another folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from MuscleSegLib.digests import digest_of, digest_of_code
from MuscleSegLib.files import written_whole
from MuscleSegLib.training.legs.leg_tissues import MUSCLES, Codes
from MuscleSegLib.training.legs.leg_volume import LegVolume
from MuscleSegLib.training.legs.preparation import LEG_CODE
from MuscleSegLib.training.synthesis.fields import NoiseTextures
from MuscleSegLib.training.synthesis.patient_textures import patient_textures
from MuscleSegLib.training.synthesis.synthesis import SynthesizedVolume, as_scanned, rescan, synthesize

if TYPE_CHECKING:
    from MuscleSegLib.training.configuration import Configuration

MOST_SLICES = 24
SINGLE_SLICE = 0.05  # share of the volumes with a single slice
CROPPED = 0.5  # share of the volumes with a part of their leg's length
CLOSEST_MM, FURTHEST_MM = 6.0, 26.0  # range of the spacing of slices, before it is stretched
STRETCH = (0.8, 1.25)  # range of the factor on the spacing
SCALE = 127.5  # images are stored as bytes: 0 to 2 becomes 0 to 255

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Sample:
    """Training volume of one leg in bytes, from the knee or the foot up.

    Attributes:
        images: Normalized intensities times ``SCALE``, [slice, size, size].
        targets: Muscle codes or ``synthesis.IGNORED``, [slice, size, size].
        compartments: ``synthesis.WHOLE_MUSCLE``, ``synthesis.SUBCUTANEOUS``, 0 or ``synthesis.IGNORED``,
            [slice, size, size].
        spacing_mm: Spacing of the slices.
    """

    images: Bytes
    targets: Bytes
    compartments: Bytes
    spacing_mm: float


@dataclass(frozen=True)
class Cut:
    """Slices of a variant of a leg volume that a training volume shows, with the spacing that it claims."""

    variant: int
    slices: slice
    spacing_mm: float


class Volumes:
    """Training volumes of a stream of a configuration.

    Args:
        legs: Legs to draw from.
        shares: Share of the volumes of each leg.
        configuration: Configuration of the run.
        stream: Number of the stream of randomness (training, validation).
        cache: Folder for all data sets.
    """

    def __init__(
        self,
        legs: Sequence[LegVolume],
        shares: Sequence[float],
        configuration: Configuration,
        *,
        stream: int,
        cache: Path,
    ) -> None:
        self.legs = legs
        self.probabilities = np.asarray(shares) / sum(shares)
        self.size = configuration.input.size
        self.seed = configuration.seed
        self.as_scanned = configuration.data.as_scanned
        self.stream = stream
        content: list[object] = [
            digest_of_code(*LEG_CODE, "training/synthesis"),
            configuration.region,
            self.size,
            self.seed,
            stream,
        ]
        content += [configuration.data.variants, configuration.data.adductor, self.as_scanned]
        content += ["fine"] * configuration.is_fine
        content += [[leg.name, leg.digest, share] for leg, share in zip(legs, shares, strict=True)]
        self.folder = cache / f"volumes-{digest_of(content)}"

    def __getitem__(self, number: int) -> Sample:
        """Return volume ``number`` from the cache, or make and cache it."""
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
        leg = self.legs[rng.choice(len(self.legs), p=self.probabilities)]
        cut = draw_cut(leg, rng)
        tissues = torch.from_numpy(leg.tissues[cut.variant, cut.slices])
        if leg.images is None:
            drawn = synthesize(tissues, cut.spacing_mm, self.noise, self.size, rng)
        else:
            images = torch.from_numpy(leg.images[:, cut.slices]).float()
            if self.as_scanned and rng.random() < self.as_scanned:
                drawn = as_scanned(images, tissues, self.size, rng)
            else:
                drawn = rescan(images, tissues, cut.spacing_mm, self.noise, self.size, rng)
        return sample_of(drawn, cut.spacing_mm)

    @cached_property
    def noise(self) -> NoiseTextures:
        """Textures, the same in every process."""
        return NoiseTextures.draw(np.random.default_rng(self.seed), patients=patient_textures(self.legs))


def draw_cut(leg: LegVolume, rng: np.random.Generator) -> Cut:
    """Draw the slices of a training volume: at a multiple of the leg's spacing, around a slice with muscle."""
    variant = int(rng.integers(len(leg.tissues)))
    least, most = np.ceil(CLOSEST_MM / leg.spacing_mm), np.floor(FURTHEST_MM / leg.spacing_mm)
    step = int(rng.integers(max(least, 1), max(most, least, 1) + 1))
    place = int(rng.choice(np.flatnonzero(has_muscle(leg.tissues[variant]))))
    below, above = place // step, (len(leg.tissues[variant]) - 1 - place) // step  # slices on either side
    if rng.random() < SINGLE_SLICE:
        below = above = 0
    elif rng.random() < CROPPED:
        below, above = int(rng.integers(below + 1)), int(rng.integers(above + 1))
    if below + above + 1 > MOST_SLICES:
        below = int(rng.integers(max(0, MOST_SLICES - 1 - above), min(below, MOST_SLICES - 1) + 1))
        above = MOST_SLICES - 1 - below
    slices = slice(place - below * step, place + above * step + 1, step)
    return Cut(variant, slices, leg.spacing_mm * step * rng.uniform(*STRETCH))


def has_muscle(codes: Codes) -> NDArray[np.bool_]:
    """Return the mask of the slices, [slice], in which codes, [slice, row, column], have a labeled muscle."""
    return np.asarray(((codes >= MUSCLES[0]) & (codes <= MUSCLES[-1])).any(axis=(1, 2)))


def sample_of(drawn: SynthesizedVolume, spacing_mm: float) -> Sample:
    """Return a synthesized volume, whose arrays are [slice, size, size], in bytes, with the spacing of its slices."""
    images = (drawn.images * SCALE).round().to(torch.uint8)
    return Sample(images.numpy(), drawn.targets.numpy(), drawn.compartments.numpy(), spacing_mm)


def _load(path: Path) -> Sample:
    with np.load(path) as file:
        return Sample(file["images"], file["targets"], file["compartments"], float(file["spacing_mm"]))


def _save(sample: Sample, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # two runs may make the same volume at once: each writes its own file, and the last to be renamed stays
    with written_whole(path) as temporary:
        np.savez(temporary, **vars(sample))
