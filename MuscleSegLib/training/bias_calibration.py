"""Calibrate output biases so that volumes are unbiased.

At uncertain borders the Dice loss favors too large muscles over too small ones (Bertels et al., Med Image Anal
2021;67:101833, 10.1016/j.media.2020.101833), and the surplus is mostly fat. Its size differs between muscles: an
adductor has septa that are labeled over, a sartorius has none. An offset of each muscle's logit corrects its total
area, and moves no border where the network is certain.
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional

from MuscleSegLib.bundle import without_holes
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.legs.leg_tissues import PIXEL_MM
from MuscleSegLib.training.synthesis import IGNORED

ROUNDS = 8
"""Maximum number of iterations."""

NEGLIGIBLE_OFFSET = 0.01
"""Offsets below it change no label."""

STEP = 0.7
"""Share of each offset that an iteration applies: what a muscle loses, its neighbor gains."""

LARGEST_OFFSET = 3.0
"""Limit of an offset: a muscle that is predicted nowhere must not become likely everywhere."""

BINS = 6000
"""Number of bins of the histogram of margins, from ``-LARGEST_OFFSET`` to ``LARGEST_OFFSET``."""

FINER = 2
"""Factor of interpolation: a scan's voxels lie between the network's pixels, and logits are interpolated linearly."""

Predictions = Iterable[tuple[Tensor, Tensor]]
"""Logits [batch, class, ...] and targets [batch, ...]; the background is class 0, and ``IGNORED`` does not count."""


def calibrate_bias(bias: Tensor, predict: Callable[[], Predictions]) -> None:
    """Change a network's last bias until each muscle's predicted area equals its true area.

    Args:
        bias: Bias of the last layer, [class]; changed in place, by ``LARGEST_OFFSET`` at most.
        predict: Runs the network with the current bias.
    """
    lowest, highest = bias - LARGEST_OFFSET, bias + LARGEST_OFFSET
    for _ in range(ROUNDS):
        offsets = muscle_offsets(predict())
        bias.copy_(torch.clamp(bias + STEP * offsets.to(bias), lowest, highest))
        if offsets.abs().max() < NEGLIGIBLE_OFFSET:
            return


def muscle_offsets(predictions: Predictions) -> Tensor:
    """Return the offset of each class's logit that, added alone, makes the class's predicted area equal the true area.

    Returns:
        Offsets, [class], ``LARGEST_OFFSET`` at most; 0 for the background and for classes absent from the targets.

    Raises:
        MuscleSegError: There are no predictions.
    """
    counted = [_count(logits.float(), targets) for logits, targets in predictions]
    if not counted:
        raise MuscleSegError("The sizes of muscles cannot be calibrated: there are no legs to compare them with.")
    margins, wanted, filled = (torch.stack(counts).sum(0) for counts in zip(*counted, strict=True))
    above = margins.flip(1).cumsum(1)  # pixels by falling margin
    place = (above < (wanted - filled)[:, None]).sum(1)
    offsets = (2 * place / BINS - 1).clamp(-1, 1) * LARGEST_OFFSET
    offsets[wanted == 0] = 0
    offsets[0] = 0
    return offsets


def _count(logits: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Count pixels: by class and margin, [class, bin]; of the targets, [class]; of holes to fill, [class]."""
    classes = logits.shape[1]
    logits, targets = _finer(logits, targets)
    is_labeled = targets != IGNORED
    first, best = logits.max(dim=1)
    second = logits.scatter(1, best[:, None], -torch.inf).amax(dim=1)
    close = is_labeled & (first - second < LARGEST_OFFSET)  # elsewhere no offset changes the label
    codes = torch.arange(classes, device=logits.device)[:, None]
    margins = logits.transpose(0, 1)[:, close] - torch.where(codes == best[close], second[close], first[close])
    bins = ((margins / LARGEST_OFFSET).clamp(-1, 1) * (BINS / 2) + BINS / 2).long() + codes * (BINS + 1)
    histogram = torch.bincount(bins.flatten(), minlength=classes * (BINS + 1)).view(classes, -1)
    histogram[:, -1] += torch.bincount(best[is_labeled & ~close], minlength=classes)
    slices = best.to(torch.uint8).flatten(0, -3).cpu().numpy()
    whole = torch.from_numpy(without_holes(slices, (PIXEL_MM / FINER) ** 2)).to(best.device).view_as(best)
    wanted, predicted, filled = (
        torch.bincount(codes[is_labeled], minlength=classes) for codes in (targets, best, whole)
    )
    return histogram, wanted, filled - predicted


def _finer(logits: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return logits and targets on finer pixels, as inference interpolates them: muscles become thinner between pixels.

    Without it, calves of people that were not used for the calibration were 1.3 cm3 too small on average.
    """
    fine = functional.interpolate(logits.flatten(1, -3), scale_factor=FINER, mode="bilinear", align_corners=False)
    codes = targets.repeat_interleave(FINER, -2).repeat_interleave(FINER, -1)
    return fine.reshape(*logits.shape[:-2], *fine.shape[-2:]), codes


def last_bias(network: nn.Module, classes: int) -> str:
    """Return the name of the bias of the layer whose outputs are the network's logits.

    Raises:
        MuscleSegError: No convolution with a bias has as many outputs.
    """
    names = [
        f"{name}.bias"
        for name, layer in network.named_modules()
        if isinstance(layer, (nn.Conv2d, nn.Conv3d)) and layer.out_channels == classes and layer.bias is not None
    ]
    if not names:
        raise MuscleSegError(f"{type(network).__name__} has no last layer with a bias for each of {classes} classes.")
    return names[-1]
