"""Fine-tuning on annotated slices, and the test on people who are not among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from MuscleSegLib.evaluation.metrics import dice, distances
from MuscleSegLib.progress import Progress
from MuscleSegLib.training.legs.leg_tissues import PIXEL_MM
from MuscleSegLib.training.loss_module import dice_cross_entropy
from MuscleSegLib.training.synthesis import IGNORED
from MuscleSegLib.training.transfer_study.learning import drawn_batch, learn
from MuscleSegLib.training.transfer_study.network import StudyNetwork
from MuscleSegLib.training.transfer_study.slice_sets import Slices
from MuscleSegLib.volume import Geometry, Volume


@dataclass(frozen=True)
class Score:
    """Agreement of a network with the reference, in legs of people who were left out.

    Attributes:
        dsc: Mean Dice similarity coefficient over muscles and legs; a muscle that the network does not see has 0.
        rmsd_mm: Mean over muscles and legs of the root-mean-square surface distance, where the network sees the muscle.
        muscles: Number of muscles in all legs together.
        missed: Number of those that the network does not see at all.
    """

    dsc: float
    rmsd_mm: float | None
    muscles: int
    missed: int


def fine_tuned(
    weights: Mapping[str, Tensor], slices: Slices, *, classes: int, steps: int, seed: Sequence[int], progress: Progress
) -> StudyNetwork:
    """Return a network that learned from annotated slices.

    Args:
        weights: Weights to begin with, by name; what they lack is drawn with ``seed``.
        slices: The annotated slices.
        classes: Number of classes, with the background.
        steps: Number of steps.
        seed: Seed of the weights and the batches.
        progress: Raises ``Canceled`` to stop.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(np.random.default_rng(list(seed)).integers(2**31)))
        network = StudyNetwork(classes)
    network.load_state_dict(dict(weights), strict=False)
    learn(
        network,
        lambda rng: drawn_batch(slices.images, slices.targets, rng),
        dice_cross_entropy,
        steps=steps,
        seed=[*seed, 1],
        progress=progress,
    )
    return network


def score_of(network: StudyNetwork, legs: Sequence[Slices]) -> Score:
    """Return the agreement of a network with the labels of legs, each a volume of its slices."""
    overlaps: list[float] = []
    surfaces: list[float] = []
    for leg in legs:
        reference = _volume(np.where(leg.targets == IGNORED, 0, leg.targets).astype(np.uint8), leg)
        labels = _volume(np.where(leg.targets == IGNORED, 0, _codes(network, leg.images)).astype(np.uint8), leg)
        overlaps += dice(labels, reference).values()
        for distance in distances(labels, reference).values():
            if distance.rmsd_mm is not None:
                surfaces.append(distance.rmsd_mm)
    return Score(mean(overlaps), mean(surfaces) if surfaces else None, len(overlaps), len(overlaps) - len(surfaces))


def _volume(codes: NDArray[np.uint8], leg: Slices) -> Volume:
    return Volume(codes, Geometry(codes.shape, np.diag([PIXEL_MM, PIXEL_MM, leg.spacing_mm, 1.0])))


def _codes(network: StudyNetwork, images: NDArray[np.float16]) -> NDArray[np.uint8]:
    """Return the codes, [slice, row, column], that a network sees in slices."""
    with torch.inference_mode():
        logits = network(torch.from_numpy(images.astype(np.float32))[:, None])
    codes: NDArray[np.uint8] = logits.argmax(dim=1).numpy().astype(np.uint8)
    return codes
