"""Losses of a network: Dice, cross-entropy and areas of muscles."""

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.training.synthesis import IGNORED

SMOOTH = 1e-5  # makes the Dice of an absent class 1
MUSCLE_PIXELS = 300.0  # typical area of a muscle in a slice (median of digital thighs 335, of calves 286)
SMALL_PIXELS = 5.0  # difference of areas above which the loss is linear, and below which it is quadratic


@runtime_checkable
class Staged(Protocol):
    """Cascade of a network for compartments and a network for muscles."""

    def compartments_and_muscles(self, volume: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of the compartments and of the muscles, [batch, class, ...] each."""


@runtime_checkable
class Observing(Protocol):
    """Network that records the places of muscles along the limb."""

    def observe(self, place: Tensor, present: Tensor) -> None:
        """Record each slice's place, [batch], and muscles, [batch, muscle]."""


class LossModule(nn.Module):
    """Module that maps a batch to the loss of its network.

    Args:
        network: The network to train.
        classes: Number of its output classes, with the background.
        has_bfloat16: Whether it computes in bfloat16 where that is safe.
        area_weight: Weight of ``area_loss`` beside Dice and cross-entropy.
    """

    def __init__(self, network: nn.Module, *, classes: int, has_bfloat16: bool, area_weight: float = 0.0) -> None:
        super().__init__()
        self.network = network
        self.classes = classes
        self.has_bfloat16 = has_bfloat16
        self.area_weight = area_weight

    def forward(self, images: Tensor, targets: Tensor, compartments: Tensor) -> Tensor:
        """Return the loss of a ``Batch``, whose shapes these are: of muscles, and of compartments in a cascade."""
        if isinstance(self.network, Observing):
            codes = torch.arange(1, self.classes, device=targets.device)
            present = torch.stack([torch.isin(codes, target) for target in targets])
            self.network.observe(images[:, -1, 0, 0], present)
        with torch.autocast(images.device.type, torch.bfloat16, enabled=self.has_bfloat16):
            if not isinstance(self.network, Staged):
                return self._loss(self.network(images), targets)
            places, muscles = self.network.compartments_and_muscles(images)
        return self._loss(muscles, targets) + dice_cross_entropy(places, compartments)

    def _loss(self, logits: Tensor, targets: Tensor) -> Tensor:
        loss = dice_cross_entropy(logits, targets)
        return loss + self.area_weight * area_loss(logits, targets) if self.area_weight else loss


def dice_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return cross-entropy plus the classes' mean Dice loss over all pixels that are not ``IGNORED``.

    Args:
        logits: Logits, [batch, class, ...].
        targets: Classes or ``IGNORED``, [batch, ...], uint8.

    Returns:
        Loss, 0 or more. A class's Dice is that of the whole batch. Where all is ignored, 0.
    """
    logits = logits.float()
    is_labeled = (targets != IGNORED)[:, None]
    reference = torch.where(is_labeled, targets[:, None], 0).long()
    log_probability = functional.log_softmax(logits, dim=1)
    entropy = -(log_probability.gather(1, reference) * is_labeled).sum() / is_labeled.sum().clamp(min=1)
    probability = log_probability.exp() * is_labeled
    axes = [0, *range(2, logits.dim())]
    overlap = torch.zeros_like(probability).scatter_(1, reference, 1.0).mul_(is_labeled)
    total = overlap.sum(axes) + probability.sum(axes)
    overlap = (probability * overlap).sum(axes)
    dice = (2 * overlap + SMOOTH) / (total + SMOOTH)
    return entropy + 1 - dice.mean()


def area_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean error of muscles' areas in slices, over all pixels that are not ``IGNORED``.

    Dice and cross-entropy count single pixels: a border that lies a tenth of a pixel too far out all around costs them
    next to nothing, and is 2 to 3 % of a muscle's volume. Sizes as a loss: Kervadec et al., Med Image Anal
    2019;54:88-99.

    Args:
        logits: Logits, [batch, class, ..., j, i].
        targets: Classes or ``IGNORED``, [batch, ..., j, i], uint8.

    Returns:
        Loss, 0 or more: the mean over muscles and slices in units of ``MUSCLE_PIXELS``. Where all is ignored, 0.
    """
    probability = functional.softmax(logits.float(), dim=1)[:, 1:] * (targets != IGNORED)[:, None]
    codes = torch.arange(1, logits.shape[1], device=targets.device).view(-1, *[1] * (targets.dim() - 1))
    areas = (targets[:, None] == codes).sum(dim=(-2, -1)).float()
    predicted = probability.sum(dim=(-2, -1))
    return functional.smooth_l1_loss(predicted, areas, beta=SMALL_PIXELS) / MUSCLE_PIXELS
