"""Textures of fat inside real patients' muscles, to be transplanted into the muscles of synthesized legs."""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from MuscleSegLib.training.legs.leg_tissues import MUSCLES
from MuscleSegLib.training.legs.leg_volume import LegVolume

LEAST_PIXELS = 30  # of a muscle in a slice, to standardize its texture
LIMIT = 3.0  # standard deviations


def patient_textures(legs: Iterable[LegVolume]) -> list[Tensor]:
    """Return the textures of the legs with fat and water images, [slice, row, column] each.

    A texture is the logit of the fat fraction, standardized in each muscle and slice to zero mean, and in the whole leg
    to unit variance. Outside it is mirrored at the nearest muscle's border.
    """
    return [_texture(leg) for leg in legs if leg.images is not None and len(leg.images) == 2]


def sample_texture(textures: Sequence[Tensor], slices: int, size: int, rng: np.random.Generator) -> Tensor:
    """Return a texture, [slice, size, size], cut at random out of a patient's: turned, flipped, shifted and in order.

    Slices beyond the patient's are its own in reverse.

    Args:
        textures: Textures of ``patient_textures``, one or more.
        slices: Number of slices.
        size: Rows and columns.
        rng: Source of randomness.
    """
    texture = textures[int(rng.integers(len(textures)))]
    mirrored_order = [*range(len(texture)), *range(len(texture) - 2, 0, -1)]
    first = int(rng.integers(len(mirrored_order)))
    order = [mirrored_order[(first + k) % len(mirrored_order)] for k in range(slices)]
    row, column = rng.integers(texture.shape[-1] - size + 1, size=2)
    cut = texture[order, row : row + size, column : column + size]
    cut = torch.rot90(cut, int(rng.integers(4)), dims=(1, 2))
    return cut.flip(2) if rng.random() < 0.5 else cut


def _texture(leg: LegVolume) -> Tensor:
    assert leg.images is not None
    fat, water = leg.images.astype(np.float32)
    fraction = np.clip(fat / np.maximum(fat + water, 1e-6), 0.01, 0.99)
    logit = np.log(fraction / (1 - fraction))
    texture = np.stack([_standardized(*pair) for pair in zip(logit, leg.tissues[0], strict=True)])
    return torch.from_numpy(np.clip(texture / max(float(texture.std()), 1e-6), -LIMIT, LIMIT).astype(np.float32))


def _standardized(logit: NDArray[np.float32], codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return a slice's logit, [row, column], minus its muscle's mean, mirrored at the muscles' border."""
    from scipy.ndimage import distance_transform_edt

    deviation, is_muscle = np.zeros_like(logit), np.zeros(codes.shape, bool)
    for code in MUSCLES:
        muscle = codes == code
        if muscle.sum() >= LEAST_PIXELS:
            deviation[muscle] = logit[muscle] - logit[muscle].mean()
            is_muscle |= muscle
    if not is_muscle.any():
        return deviation
    border = distance_transform_edt(~is_muscle, return_distances=False, return_indices=True)
    mirrored = tuple(np.clip(2 * border - np.indices(codes.shape), 0, codes.shape[0] - 1))
    return np.asarray(np.where(is_muscle[mirrored], deviation[mirrored], deviation[tuple(border)]))
