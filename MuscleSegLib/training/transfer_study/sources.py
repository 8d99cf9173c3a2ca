"""Source tasks: what the network learned before it sees an annotated slice."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.anatomy import region
from MuscleSegLib.progress import Progress, part
from MuscleSegLib.training.loss_module import dice_cross_entropy
from MuscleSegLib.training.transfer_study.design import Design
from MuscleSegLib.training.transfer_study.learning import BATCH, Loss, Task, drawn_batch, learn, varied
from MuscleSegLib.training.transfer_study.natural_images import GROUPS, natural_slices
from MuscleSegLib.training.transfer_study.network import SIZE, StudyNetwork, TileOrder, classification_weights
from MuscleSegLib.training.transfer_study.slice_sets import Slices, synthesized_slices, unlabeled_slices

TILES = 3
"""Tiles of the jigsaw along each side (Noroozi and Favaro, 10.1007/978-3-319-46466-4_5)."""

ORDERS = 64
"""Orders of tiles that the jigsaw tells apart."""

BLANK_SIDE, BLANK_SHARE, GRAIN = 16, 0.3, 0.2
"""Side in pixels and share of the squares that reconstruction has to fill, and the SD of noise that it has to remove.
Without them, a network whose decoder sees the image would copy it."""

Weights = Mapping[str, Tensor]


def weights_of(source: str, design: Design, cache: Path, progress: Progress) -> Weights:
    """Return the weights that a source task leaves, by their names in ``StudyNetwork``; without the head.

    The head stays where the task is that of the study: after synthesis.

    Args:
        source: A name in ``SOURCES``.
        design: Design of the study.
        cache: Folder for slices.
        progress: Raises ``Canceled`` to stop.

    Raises:
        MuscleSegError: A package that the source needs is missing.
    """
    return _SOURCES[source](design, cache, progress)


def _none(design: Design, cache: Path, progress: Progress) -> Weights:
    return {}


def _classification(design: Design, cache: Path, progress: Progress) -> Weights:
    return {f"encoder.{name}": values for name, values in classification_weights().items()}


def _natural_segmentation(design: Design, cache: Path, progress: Progress) -> Weights:
    images, groups = natural_slices(design.seed)
    return _learned(
        StudyNetwork(GROUPS), lambda rng: drawn_batch(images, groups, rng), dice_cross_entropy, design, progress
    )


def _reconstruction(design: Design, cache: Path, progress: Progress) -> Weights:
    images = _images(unlabeled_slices(design, cache, part(progress, 0, 0.3)))

    def task(rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        whole, _ = drawn_batch(images, np.zeros(images.shape, np.uint8), rng)
        squares = rng.random((BATCH, 1, SIZE // BLANK_SIDE, SIZE // BLANK_SIDE)) >= BLANK_SHARE
        kept = torch.from_numpy(squares.repeat(BLANK_SIDE, axis=2).repeat(BLANK_SIDE, axis=3))
        grain = torch.from_numpy(rng.standard_normal(tuple(whole.shape), dtype=np.float32))
        return (whole + GRAIN * grain).clamp(0, 2) * kept, whole

    return _learned(StudyNetwork(1), task, functional.l1_loss, design, part(progress, 0.3, 1))


def _jigsaw(design: Design, cache: Path, progress: Progress) -> Weights:
    images = _images(unlabeled_slices(design, cache, part(progress, 0, 0.3)))
    orders = tile_orders(design.seed)

    def task(rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        whole, _ = drawn_batch(images, np.zeros(images.shape, np.uint8), rng)
        answers = torch.from_numpy(rng.integers(ORDERS, size=BATCH))
        mixed = [in_order(image, orders[answer]) for image, answer in zip(whole, answers, strict=True)]
        return varied(torch.stack(mixed), rng), answers

    weights = _learned(TileOrder(ORDERS), task, functional.cross_entropy, design, part(progress, 0.3, 1))
    return {name: values for name, values in weights.items() if name.startswith("encoder.")}


def _synthesis(design: Design, cache: Path, progress: Progress) -> Weights:
    legs = synthesized_slices(design, cache, part(progress, 0, 0.3))
    images, targets = _images(legs), np.concatenate([leg.targets for leg in legs])
    network = StudyNetwork(classes_of(design))
    learned = _learned(
        network, lambda rng: drawn_batch(images, targets, rng), dice_cross_entropy, design, part(progress, 0.3, 1)
    )
    return {**learned, **{name: values for name, values in network.state_dict().items() if name.startswith("head.")}}


_SOURCES: Mapping[str, Callable[[Design, Path, Progress], Weights]] = {
    "none": _none,
    "classification": _classification,
    "natural-segmentation": _natural_segmentation,
    "reconstruction": _reconstruction,
    "jigsaw": _jigsaw,
    "synthesis": _synthesis,
}


def classes_of(design: Design) -> int:
    """Return the number of classes of a segmentation, with the background."""
    return 1 + max(muscle.code for muscle in region(design.region).muscles)


def tile_orders(seed: int) -> Tensor:
    """Return ``ORDERS`` different orders of the tiles, [order, tile]; the first leaves them in place."""
    rng = np.random.default_rng([seed, 10])
    count = TILES * TILES
    orders = {tuple(range(count)): None}
    while len(orders) < ORDERS:
        orders[tuple(rng.permutation(count).tolist())] = None
    return torch.tensor(list(orders))


def in_order(image: Tensor, order: Tensor) -> Tensor:
    """Return an image, [1, row, column], with its tiles in another order.

    Args:
        image: The image; rows and columns beyond a multiple of ``TILES`` stay.
        order: [tile] For each place the tile that comes there, row by row.
    """
    side = image.shape[-1] // TILES
    mixed = image.clone()
    for place, tile in enumerate(order.tolist()):
        (row, column), (from_row, from_column) = ((side * (n // TILES), side * (n % TILES)) for n in (place, tile))
        mixed[:, row : row + side, column : column + side] = image[
            :, from_row : from_row + side, from_column : from_column + side
        ]
    return mixed


def _images(legs: list[Slices]) -> np.ndarray:
    return np.concatenate([leg.images for leg in legs])


def _learned(network: nn.Module, task: Task, loss: Loss, design: Design, progress: Progress) -> Weights:
    learn(network, task, loss, steps=design.source_steps, seed=[design.seed, 11], progress=progress)
    return {name: values for name, values in network.state_dict().items() if not name.startswith("head.")}
