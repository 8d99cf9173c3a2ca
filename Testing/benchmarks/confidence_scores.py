"""Scores that may tell the quality of a segmentation: the one in use, and others that it is compared with.

A mirrored scan is none of them: the legs of either side are shown to a network as right ones, so that it sees the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from confidence_scans import Scene
from torch.nn import functional

from MuscleSegLib.anatomy import Side, is_left, region, value_without_side
from MuscleSegLib.bundle import Bundle, LegInput
from MuscleSegLib.evaluation.metrics import dice
from MuscleSegLib.inference import Leg, find_legs
from MuscleSegLib.inference.confidence import SCORES, Score, areas, sums_by_class
from MuscleSegLib.inference.loading import Device, load_runner
from MuscleSegLib.inference.predict import segment_leg
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.progress import silent
from MuscleSegLib.volume import Volume

if TYPE_CHECKING:
    from torch import Tensor

BORDER = 2  # pixels on either side of a contour
TURN, ZOOM, GAMMA = np.deg2rad(6), 1.08, 0.7  # of other views


@dataclass(frozen=True)
class Sample:
    """A muscle that a network found.

    Attributes:
        scene: Where.
        muscle: Its name.
        dsc: Its overlap with the truth.
        scores: By name.
    """

    scene: Scene
    muscle: str
    dsc: float
    scores: Mapping[str, float]


@dataclass(frozen=True)
class Network:
    """A network that was loaded."""

    bundle: Bundle
    spec: LegInput
    runner: Runner

    @classmethod
    def load(cls, bundle: Bundle, device: Device) -> Network | None:
        """Return the network; None for one that is shown whole scans, whose confidence is not known."""
        spec = bundle.metadata.input
        return cls(bundle, spec, load_runner(bundle, device)) if isinstance(spec, LegInput) else None

    def look(
        self, image: Volume, leg: Leg, *, turn: float = 0.0, zoom: float = 1.0
    ) -> tuple[Volume, Mapping[str, Mapping[int, float]]]:
        """Return one leg's codes and its scores by name and code."""
        codes = np.array([0, *self.bundle.metadata.labels], np.uint8)
        spec, turned = replace(self.spec, pixel_mm=zoom * self.spec.pixel_mm), replace(leg, angle=leg.angle + turn)
        segmented = segment_leg(self.runner, spec, codes, [image], turned, silent, scores=ALL_SCORES)
        return Volume(segmented.labels, image.geometry), segmented.scores


def samples_of(network: Network, scene: Scene, *, views: bool, second: Network | None) -> Iterator[Sample]:
    """Segment a scan and yield the muscles found.

    A muscle that is not in a digital person's field of view has an overlap of 0. One that nobody labeled in a real scan
    is left out.

    Args:
        network: Whose confidence it is about.
        scene: The scan.
        views: Whether to segment other views too, each of which costs as much as the first.
        second: Another network of the region, for its agreement.
    """
    for leg in find_legs(scene.image, 2):
        labels, scores = network.look(scene.image, leg)
        others = dict(_other_answers(network, scene.image, leg)) if views else {}
        if second:
            others["agreement of a second network"] = second.look(scene.image, leg)[0]
        agreements = {name: dice(other, labels) for name, other in others.items()}
        overlaps = _overlaps(labels, scene, leg)
        for code in next(iter(scores.values())):
            if code in overlaps or not scene.is_real:
                by_name = {name: by_code[code] for name, by_code in (scores | agreements).items()}
                muscle = region(network.bundle.metadata.region).muscle(code).name
                yield Sample(scene, muscle, overlaps.get(code, 0.0), by_name)


def _other_answers(network: Network, image: Volume, leg: Leg) -> Iterator[tuple[str, Volume]]:
    yield "agreement when turned and zoomed", network.look(image, leg, turn=TURN, zoom=ZOOM)[0]
    dark = replace(image, array=np.clip(image.array, 0, None).astype(np.float32) ** GAMMA)
    yield "agreement with another gamma", network.look(dark, leg)[0]


def _overlaps(drawn: Volume, scene: Scene, leg: Leg) -> dict[int, float]:
    """Return the DSC by code in the slices that have a truth."""
    labels, truth, kept = np.zeros_like(drawn.array), scene.truth.array, scene.slices or slice(None)
    labels[kept] = drawn.array[kept]
    has_sides = is_left(truth).any()
    in_leg = is_left(truth) == (leg.side is Side.LEFT) if has_sides else leg.region
    true_codes = np.where(in_leg, value_without_side(truth), 0).astype(np.uint8)
    return dice(Volume(labels, drawn.geometry), Volume(true_codes, drawn.geometry))


def _mean_probability(probability: Tensor, highest: Tensor, answer: Tensor) -> tuple[Tensor, Tensor]:
    classes = len(probability)
    return sums_by_class(highest, answer, classes), areas(answer, classes)


def _certainty_inside(probability: Tensor, _: Tensor, answer: Tensor) -> tuple[Tensor, Tensor]:
    classes = len(probability)
    return sums_by_class(1 - _entropy(probability), answer, classes), areas(answer, classes)


def _certainty_at_the_border(probability: Tensor, _: Tensor, answer: Tensor) -> tuple[Tensor, Tensor]:
    inside = functional.one_hot(answer.long(), len(probability)).permute(2, 0, 1).float()
    border = _widened(inside) - (1 - _widened(1 - inside))
    return (border * (1 - _entropy(probability))).sum(dim=(1, 2)), border.sum(dim=(1, 2))


def _widened(masks: Tensor) -> Tensor:
    return functional.max_pool2d(masks, 2 * BORDER + 1, stride=1, padding=BORDER)


def _entropy(probability: Tensor) -> Tensor:
    """Return the entropy of each pixel, 1 where all classes are as probable."""
    entropy: Tensor = -(probability * probability.clamp_min(1e-12).log()).sum(dim=0) / np.log(len(probability))
    return entropy


ALL_SCORES: Mapping[str, Score] = {
    **SCORES,
    "mean probability": _mean_probability,
    "1 - entropy inside": _certainty_inside,
    "1 - entropy at the border": _certainty_at_the_border,
}
