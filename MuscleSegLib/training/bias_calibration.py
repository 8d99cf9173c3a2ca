"""Muscles as large as they are: what training leaves too large or too small is put right in the last layer.

Where a border is uncertain, the Dice loss rewards a network that calls too much a muscle rather than too little
(Bertels et al., Med Image Anal 2021;67:101833, 10.1016/j.media.2020.101833), and what it takes in is mostly fat. How
much is each muscle's own affair: an adductor has septa to be drawn over, a sartorius has none. One number added to each
muscle's logit makes its total area right, and moves no border where the network is sure.
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.bundle import without_holes
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.legs.tissues import PIXEL_MM
from MuscleSegLib.training.synthesis.synthesis import IGNORED

ROUNDS = 8
"""At most."""

BALANCED = 0.01
"""Smaller offsets move nothing."""

STEP = 0.7
"""Of what each muscle lacks: where two lie side by side, what one of them gives up the other one gets."""

LARGEST_OFFSET = 3.0
"""A muscle that is found nowhere cannot be made larger by making it likely everywhere."""

BINS = 6000
"""Of the margins between ``LARGEST_OFFSET`` on either side, which are counted."""

FINER = 2
"""Pixels for one of the network's: a scan's voxels lie between those, and logits are interpolated linearly."""

Answers = Iterable[tuple[Tensor, Tensor]]
"""Logits [batch, class, ...] and targets [batch, ...]; the background is class 0, and ``IGNORED`` does not count."""


def balance(bias: Tensor, answers: Callable[[], Answers]) -> None:
    """Change a network's last bias until it calls as many pixels each muscle as are.

    Args:
        bias: Of the last layer, [class]; changed in place, by ``LARGEST_OFFSET`` at most.
        answers: Asks the network, with the bias as it is then.

    """
    lowest, highest = bias - LARGEST_OFFSET, bias + LARGEST_OFFSET
    for _ in range(ROUNDS):
        offsets = muscle_offsets(answers())
        bias.copy_(torch.clamp(bias + STEP * offsets.to(bias), lowest, highest))
        if offsets.abs().max() < BALANCED:
            return


def muscle_offsets(answers: Answers) -> Tensor:
    """Return what to add to each class's logit, if to no other, so that as many pixels become it as are it.

    Returns:
        [class]; 0 for the background and for what the targets do not have, and ``LARGEST_OFFSET`` at most.

    Raises:
        MuscleSegError: There are no answers.

    """
    counted = [_count(logits.float(), targets) for logits, targets in answers]
    if not counted:
        message = "Muscles cannot be made as large as they are: there is nothing to compare them with."
        raise MuscleSegError(message)
    margins, wanted, filled = (torch.stack(counts).sum(0) for counts in zip(*counted, strict=True))
    above = margins.flip(1).cumsum(1)  # pixels by falling margin
    place = (above < (wanted - filled)[:, None]).sum(1)
    offsets = (2 * place / BINS - 1).clamp(-1, 1) * LARGEST_OFFSET
    offsets[wanted == 0] = 0
    offsets[0] = 0
    return offsets


def _count(logits: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Count pixels by class: [class, bin] by margin, [class] that should be it, [class] that inference will fill."""
    classes = logits.shape[1]
    logits, targets = _finer(logits, targets)
    known = targets != IGNORED
    first, best = logits.max(dim=1)
    second = logits.scatter(1, best[:, None], -torch.inf).amax(dim=1)
    close = known & (first - second < LARGEST_OFFSET)  # elsewhere no offset changes anything
    codes = torch.arange(classes, device=logits.device)[:, None]
    margins = logits.transpose(0, 1)[:, close] - torch.where(codes == best[close], second[close], first[close])
    bins = ((margins / LARGEST_OFFSET).clamp(-1, 1) * (BINS / 2) + BINS / 2).long() + codes * (BINS + 1)
    histogram = torch.bincount(bins.flatten(), minlength=classes * (BINS + 1)).view(classes, -1)
    histogram[:, -1] += torch.bincount(best[known & ~close], minlength=classes)
    slices = best.to(torch.uint8).flatten(0, -3).cpu().numpy()
    whole = torch.from_numpy(without_holes(slices, (PIXEL_MM / FINER) ** 2)).to(best.device).view_as(best)
    wanted, called, drawn = (torch.bincount(code[known], minlength=classes) for code in (targets, best, whole))
    return histogram, wanted, drawn - called


def _finer(logits: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return more pixels, as inference makes them: muscles become thinner between the network's pixels.

    Without it, calves of others than those it was balanced with came out 1.3 cm3 too small on average.
    """
    fine = functional.interpolate(logits.flatten(1, -3), scale_factor=FINER, mode="bilinear", align_corners=False)
    codes = targets.repeat_interleave(FINER, -2).repeat_interleave(FINER, -1)
    return fine.reshape(*logits.shape[:-2], *fine.shape[-2:]), codes


def last_bias(network: nn.Module, classes: int) -> str:
    """Return the name of the bias of the layer that makes a network's logits.

    Raises:
        MuscleSegError: No convolution with a bias has as many outputs.

    """
    names = [
        f"{name}.bias"
        for name, layer in network.named_modules()
        if isinstance(layer, (nn.Conv2d, nn.Conv3d)) and layer.out_channels == classes and layer.bias is not None
    ]
    if not names:
        message = f"{type(network).__name__} has no last layer with a bias for each of {classes} classes."
        raise MuscleSegError(message)
    return names[-1]
