"""Muscles as large as they are: what training with a Dice loss leaves too large is put right in the last layer.

Where a border is uncertain, the Dice loss rewards a network that calls too much a muscle rather than too little
(Bertels et al., Med Image Anal 2021;67:101833, 10.1016/j.media.2020.101833), and what it takes in is mostly fat. One
number added to the background's logit makes the total area right, and moves no border where the network is sure.
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.synthesis import IGNORED

ROUNDS = 3
"""At most. One does where nothing follows the last layer; the cascade's is followed by another network."""

BALANCED = 0.02
"""A smaller offset moves nothing."""

Answers = Iterable[tuple[Tensor, Tensor]]
"""Logits [batch, class, ...] and targets [batch, ...]; the background is class 0, and ``IGNORED`` does not count."""


def balance(bias: Tensor, answers: Callable[[], Answers]) -> None:
    """Change a network's last bias until it calls as many pixels muscle as are.

    Args:
        bias: Of the last layer, [class]; changed in place.
        answers: Asks the network, with the bias as it is then.

    """
    for _ in range(ROUNDS):
        offset = background_offset(answers())
        bias[0] += offset
        if abs(offset) < BALANCED:
            return


def background_offset(answers: Answers) -> float:
    """Return what to add to the background's logit so that as many pixels are called muscle as are.

    Returns:
        0 where the targets have no muscle, or nothing else.

    """
    margins, wanted = [], 0
    for logits, targets in answers:
        known = targets != IGNORED
        margins.append((logits[:, 1:].amax(dim=1) - logits[:, 0])[known].float())
        wanted += int((targets[known] > 0).sum())
    margin = torch.cat(margins)
    if not 0 < wanted < len(margin):
        return 0.0
    # with the offset between the wanted-th largest margin and the next, just as many are above it
    largest = margin.topk(wanted + 1).values
    return float((largest[-2] + largest[-1]) / 2)


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
