"""The network that goes on learning: what a bundle says about how it was trained."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from MuscleSegLib.anatomy import region
from MuscleSegLib.bundle import Bundle, LegInput
from MuscleSegLib.bundle.section import read_content
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.networks import ARCHITECTURES
from MuscleSegLib.training.configuration import InputConfiguration
from MuscleSegLib.training.legs.leg_tissues import CANVAS, PIXEL_MM
from MuscleSegLib.training.synthesis import BRIGHT_QUANTILE
from MuscleSegLib.translatable import _

SIZE, SLICES = 128, 8
"""Rows and columns, and slices, of a training volume where the bundle does not tell."""

SHORT_SHARE = 0.2
"""Share of the batches of a three-dimensional network that are cut into few slices, which it must not forget."""

LEAST_SIZE, MOST_SLICES = 32, 24

LEARNED_SHARE = 0.5
"""Share of the learned weights where all of a network learned.

Half way, a network keeps most of what it learned and forgets far less of what it knew: Wortsman et al., CVPR 2022,
arXiv 2109.01903.
"""

PAIR, SLICES_OF_PAIR = "paired-unet", "unet2d-small"
"""Architectures of a pair, and of its network for slices."""

MAGNUS = "magnus alone"
"""Words of a network's note on its adductor where it learned the adductor magnus and not the whole."""


@dataclass(frozen=True)
class Parent:
    """Network that goes on learning, all of it or a part.

    Attributes:
        bundle: Its bundle.
        architecture: Architecture of what learns.
        arguments: Arguments of that architecture but for the channels of input and output.
        input: Input of what learns, in training.
        adductor: Meaning of its adductor, for the thigh.
        part: Prefix of the names of the weights that learn; empty for all.
    """

    bundle: Bundle
    architecture: str
    arguments: Mapping[str, Any]
    input: InputConfiguration
    adductor: Literal["magnus", "whole"]
    part: str = ""

    @property
    def codes(self) -> list[int]:
        """Muscle codes of its classes."""
        return list(self.bundle.metadata.labels)

    def joined(self, learned: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the weights of the whole network after learning.

        They are those of the part that learned beside the others as they were or, where all learned, half way from the
        weights before to the learned ones.
        """
        before: dict[str, Tensor] = self.bundle.load().state_dict()
        if self.part:
            return before | {self.part + name: value for name, value in learned.items()}
        return {
            name: torch.lerp(before[name].to(value), value, LEARNED_SHARE) if value.is_floating_point() else value
            for name, value in learned.items()
        }


def parent_of(bundle: Bundle) -> Parent:
    """Return a network that can go on learning.

    Of a pair, the network for slices learns by itself. It takes a fifth of the time, and the other one, which stays as
    it was, keeps the pair from forgetting.

    Raises:
        MuscleSegError: It comes from elsewhere, or sees legs otherwise than training shows them.
    """
    about = bundle.metadata
    spec = about.input
    codes = tuple(muscle.code for muscle in region(about.region).muscles)
    if about.is_fine:
        message = _("The network {name} splits the muscles of the default network: let that one learn instead.")
        raise MuscleSegError(message, name=about.name)
    if not isinstance(spec, LegInput) or about.labels != codes:
        message = _("The network {name} comes from elsewhere and cannot learn here: choose one of MuscleSeg's own.")
        raise MuscleSegError(message, name=about.name)
    if (spec.pixel_mm, spec.bright_quantile) != (PIXEL_MM, BRIGHT_QUANTILE):
        message = _("The network {name} sees legs in another way than training shows them: choose another network.")
        raise MuscleSegError(message, name=about.name)
    channels = ("in_channels", "out_channels")
    arguments = {name: value for name, value in about.arguments.items() if name not in channels}
    adductor: Literal["magnus", "whole"] = "magnus" if any(MAGNUS in note for note in about.notes) else "whole"
    shape = _training_shape(read_content(bundle.folder))
    size = _within(shape[-1], LEAST_SIZE, CANVAS, SIZE)
    if spec.slice_mm is not None and about.architecture == PAIR:
        arguments = {**ARCHITECTURES[PAIR].defaults, **arguments}
        context = tuple(spec.slice_mm * offset for offset in arguments["neighbors"])
        learner = InputConfiguration(size, context)
        return Parent(bundle, SLICES_OF_PAIR, {"channels": arguments["slice_channels"]}, learner, adductor, "slices.")
    is_flat = spec.slice_mm is None
    slices = 0 if is_flat else _within(shape[0] if len(shape) == 3 else 0, 1, MOST_SLICES, SLICES)
    short_share = 0.0 if is_flat or slices % 4 else SHORT_SHARE
    learner = InputConfiguration(size, spec.context_mm, spec.has_place, spec.slice_mm, slices, short_share)
    return Parent(bundle, about.architecture, arguments, learner, adductor)


def _training_shape(content: Mapping[str, Any]) -> list[object]:
    """Return the shape of a training image as MONAI's part of the metadata says it; [0] where it does not."""
    entry: object = content
    for name in ("network_data_format", "inputs", "image", "spatial_shape"):
        entry = entry.get(name) if isinstance(entry, Mapping) else None
    return entry if isinstance(entry, list) and entry else [0]


def _within(value: object, least: int, most: int, default: int) -> int:
    return value if type(value) is int and least <= value <= most else default
