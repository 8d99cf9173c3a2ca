"""A network and what it is told about its answers."""

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.training.synthesis.synthesis import IGNORED

SMOOTH = 1e-5  # a class that is neither there nor found overlaps wholly
MUSCLE_PIXELS = 300.0  # about what a muscle has in a slice (median of digital thighs 335, of calves 286)
SMALL_PIXELS = 5.0  # below, the area's loss grows with the square of the difference, above with the difference


@runtime_checkable
class Staged(Protocol):
    """A network that first finds compartments, then muscles."""

    def compartments_and_muscles(self, volume: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of the compartments and of the muscles."""


@runtime_checkable
class Observing(Protocol):
    """A network that records which muscles were seen where."""

    def observe(self, place: Tensor, present: Tensor) -> None:
        """Take note of each slice's place, [batch], and muscles, [batch, muscle]."""


class Learner(nn.Module):
    """A network that answers with its loss.

    Args:
        network: To be trained.
        classes: Of its answers, the background among them.
        has_bfloat16: Whether it computes in bfloat16 where that is safe.
        area_weight: Of ``area_loss`` beside Dice and cross-entropy.

    """

    def __init__(self, network: nn.Module, *, classes: int, has_bfloat16: bool, area_weight: float = 0.0) -> None:
        super().__init__()
        self.network = network
        self.classes = classes
        self.has_bfloat16 = has_bfloat16
        self.area_weight = area_weight

    def forward(self, images: Tensor, targets: Tensor, compartments: Tensor) -> Tensor:
        """Return the loss of a ``Batch``: of the muscles, and of the compartments where the network finds them."""
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
    """Return cross-entropy plus the mean Dice loss of the classes, of what is not ``IGNORED``.

    Args:
        logits: [batch, class, ...].
        targets: [batch, ...], uint8; below the number of classes, or ``IGNORED``.

    Returns:
        From 0 up. A class's overlap is that over the whole batch. Where all is ignored, 0.

    """
    logits = logits.float()
    known = (targets != IGNORED)[:, None]
    wanted = torch.where(known, targets[:, None], 0).long()
    log_probability = functional.log_softmax(logits, dim=1)
    entropy = -(log_probability.gather(1, wanted) * known).sum() / known.sum().clamp(min=1)
    probability = log_probability.exp() * known
    axes = [0, *range(2, logits.dim())]
    overlap = torch.zeros_like(probability).scatter_(1, wanted, 1.0).mul_(known)
    total = overlap.sum(axes) + probability.sum(axes)
    overlap = (probability * overlap).sum(axes)
    dice = (2 * overlap + SMOOTH) / (total + SMOOTH)
    return entropy + 1 - dice.mean()


def area_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Return how far each muscle's area in each slice is from the true one, of what is not ``IGNORED``.

    Dice and cross-entropy ask of each pixel whether it is right; a border that lies a tenth of a pixel too far out all
    around costs them next to nothing, and is 2 to 3 % of a muscle's volume. Sizes as a loss: Kervadec et al., Med
    Image Anal 2019;54:88-99.

    Args:
        logits: [batch, class, ..., j, i].
        targets: [batch, ..., j, i], uint8; below the number of classes, or ``IGNORED``.

    Returns:
        From 0 up, the mean over muscles and slices in parts of ``MUSCLE_PIXELS``. Where all is ignored, 0.

    """
    probability = functional.softmax(logits.float(), dim=1)[:, 1:] * (targets != IGNORED)[:, None]
    codes = torch.arange(1, logits.shape[1], device=targets.device).view(-1, *[1] * (targets.dim() - 1))
    wanted = (targets[:, None] == codes).sum(dim=(-2, -1)).float()
    found = probability.sum(dim=(-2, -1))
    return functional.smooth_l1_loss(found, wanted, beta=SMALL_PIXELS) / MUSCLE_PIXELS
