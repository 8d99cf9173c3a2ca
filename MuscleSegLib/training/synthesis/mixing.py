"""Further contrasts of a real scan: mixtures of its fat and water images, with fat added to some muscles."""

import numpy as np
import torch
from torch import Tensor

from MuscleSegLib.training.legs.leg_tissues import AIR, MUSCLES, UNLABELED
from MuscleSegLib.training.synthesis.fields import NoiseTextures

INFILTRATED = 0.4  # share of the volumes with added fat
INVERTED = 0.35  # share of the single images that are shown as their negative

WEIGHTS = (
    # share, weight of fat, weight of water
    (0.20, (1.0, 1.0), (0.0, 0.0)),
    (0.20, (0.0, 0.0), (1.0, 1.0)),
    (0.15, (0.8, 1.0), (0.2, 0.6)),  # T1-weighted
    (0.45, (0.0, 1.0), (0.0, 1.0)),
)
OPPOSED = 0.15  # share of the volumes that show the difference of fat and water


def mix(images: Tensor, tissues: Tensor, noise: NoiseTextures, rng: np.random.Generator) -> Tensor:
    """Return an image of a real scan in a random contrast.

    Args:
        images: Fat and water, or a single image, [image, slice, row, column].
        tissues: Tissue codes of the same leg, [slice, row, column].
        noise: Textures of added fat.
        rng: Source of randomness.

    Returns:
        Image, [slice, row, column], not negative, the leg's bright tissue about 1.
    """
    if rng.random() < INFILTRATED:
        images = infiltrate(images, tissues, noise, rng)
    leg = tissues != AIR
    if len(images) == 1:
        image = images[0]
        if rng.random() < INVERTED:
            image = torch.where(leg, (1.05 * _bright(image, leg) - image).clamp(min=0), image)
    elif rng.random() < OPPOSED:
        image = (images[0] - rng.uniform(0.7, 1.3) * images[1]).abs()
    else:
        _, fat, water = WEIGHTS[rng.choice(len(WEIGHTS), p=[share for share, _, _ in WEIGHTS])]
        image = rng.uniform(*fat) * images[0] + rng.uniform(*water) * images[1]
    return (image.clamp(min=0) / _bright(image, leg)) ** rng.uniform(0.75, 1.33)


def _bright(image: Tensor, leg: Tensor) -> Tensor:
    return image[leg].quantile(0.98).clamp(min=1e-4) if leg.any() else torch.tensor(1.0)


def infiltrate(images: Tensor, tissues: Tensor, noise: NoiseTextures, rng: np.random.Generator) -> Tensor:
    """Replace muscle by fat in streaks and patches: blend some muscles' signals with that of unlabeled tissue.

    Args:
        images: Images of a leg, [image, slice, row, column].
        tissues: Tissue codes, [slice, row, column].
        noise: Textures of added fat.
        rng: Source of randomness.

    Returns:
        Images, [image, slice, row, column].
    """
    outside = tissues == UNLABELED
    if not outside.any():
        return images
    fat = torch.stack([image[outside].median() for image in images])
    chosen = rng.random(len(MUSCLES)) < rng.uniform(0.2, 1.0)
    share = torch.zeros(int(tissues.max()) + 1 + len(MUSCLES))
    share[list(MUSCLES)] = torch.from_numpy(chosen * rng.uniform(0.05, 0.95, len(MUSCLES))).float()
    texture = torch.sigmoid(
        torch.logit(share, 1e-3)[tissues] + rng.uniform(0, 2) * noise.sample(len(tissues), tissues.shape[-1], rng)
    )
    weight = torch.where(share[tissues] > 0, texture, 0.0)
    return images + weight * (fat[:, None, None, None] - images)
