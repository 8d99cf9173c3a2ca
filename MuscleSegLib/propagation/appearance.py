"""Appearance of each muscle in a leg's images: how bright, how fat and how coarse it looks in the given slices."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

SCALES = (0.0, 2.0, 4.0)
"""Standard deviations, in pixels, of the smoothed images that describe a pixel, beside the gradient."""

FEWEST_PIXELS = 10
"""Pixels without which a muscle's appearance is not known: it then counts as that of the others on average."""

LEAST = -8.0
"""Least logarithm of a likelihood ratio: no look alone rules a muscle out."""

_FLOOR = 0.02
"""Share of the features' variance over all classes that is added to that of each."""

_NEAR = 3.0, 0.05
"""Background counts where the muscles, smoothed by so many pixels, reach so much: skin and air tell nothing."""


@dataclass(frozen=True)
class _Normal:
    """Normal distribution of features: mean, inverse covariance and logarithm of its determinant."""

    mean: NDArray[np.float64]
    inverse: NDArray[np.float64]
    log_determinant: float

    def log_density(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the logarithms of the density, [pixel], but for a constant, at features, [pixel, feature]."""
        apart = features - self.mean
        squares = np.asarray(((apart @ self.inverse) * apart).sum(axis=1))
        return np.asarray(-0.5 * (squares + self.log_determinant))


class Appearance:
    """Normal distributions of the features of each class, learned in the given slices of one leg.

    Args:
        images: Normalized intensities of each image of the scan, [k, row, column].
        maps: Share of each muscle in each pixel by index of given slice, [muscle, row, column].
    """

    def __init__(self, images: Sequence[Array], maps: dict[int, Array]) -> None:
        self._images = images
        masks = {index: _masks(shares) for index, shares in maps.items()}
        self._normals = [_fitted(image, masks) for image in images]

    def log_likelihood(self, index: int) -> NDArray[np.float64]:
        """Return the logarithms of the likelihood ratio of a slice's pixels, [1 + muscle, row, column].

        The background comes first; 0 is the most likely class, and the rest is below. Averaged over the images.
        """
        ratios = [_log_ratio(image[index], normals) for image, normals in zip(self._images, self._normals, strict=True)]
        return np.asarray(np.mean(ratios, axis=0))


def _masks(shares: Array) -> list[NDArray[np.bool_]]:
    """Return the masks of the background near muscles and of the muscles, [row, column] each."""
    from scipy import ndimage

    whole = shares.sum(axis=0)
    sigma, least = _NEAR
    background = (whole < 0.5) & (ndimage.gaussian_filter(whole, sigma) > least)
    return [background, *(share > 0.5 for share in shares)]


def _fitted(image: Array, masks: dict[int, list[NDArray[np.bool_]]]) -> list[_Normal | None]:
    by_slice = {index: _features(image[index]) for index in masks}
    classes = range(len(next(iter(masks.values()))))
    samples = [np.concatenate([by_slice[index][of[class_]] for index, of in masks.items()]) for class_ in classes]
    everything = np.concatenate(samples)
    if len(everything) < FEWEST_PIXELS:
        return [None for _ in classes]
    floor = np.diag(everything.var(axis=0) * _FLOOR + 1e-4)
    return [_normal(sample, floor) for sample in samples]


def _normal(sample: NDArray[np.float64], floor: NDArray[np.float64]) -> _Normal | None:
    if len(sample) < FEWEST_PIXELS:
        return None
    covariance = np.cov(sample.T) + floor
    inverse = np.asarray(np.linalg.inv(covariance), np.float64)
    return _Normal(sample.mean(axis=0), inverse, float(np.linalg.slogdet(covariance)[1]))


def _features(slice_: Array) -> NDArray[np.float64]:
    """Return the features of a slice's pixels, [row, column, feature]."""
    from scipy import ndimage

    smoothed = [ndimage.gaussian_filter(slice_, scale) if scale else slice_ for scale in SCALES]
    return np.stack([*smoothed, ndimage.gaussian_gradient_magnitude(slice_, 1.0)], axis=-1).astype(np.float64)


def _log_ratio(slice_: Array, normals: Sequence[_Normal | None]) -> NDArray[np.float64]:
    features = _features(slice_)
    flat = features.reshape(-1, features.shape[-1])
    fitted = [number for number, normal in enumerate(normals) if normal]
    ratio = np.zeros((len(normals), len(flat)))
    if fitted:
        density = np.stack([normal.log_density(flat) for normal in normals if normal])
        ratio[fitted] = np.maximum(density - density.max(axis=0), LEAST)
        others = [number for number in range(len(normals)) if number not in fitted]
        ratio[others] = ratio[fitted].mean(axis=0)
    return ratio.reshape(len(normals), *slice_.shape)
