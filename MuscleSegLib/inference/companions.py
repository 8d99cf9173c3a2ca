"""Companion images: further images of the same scan, each shown to the network beside the first.

The probabilities of all images are averaged, so that nobody with a Dixon pair has to choose between fat and water.
"""

from collections.abc import Sequence

import numpy as np

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Geometry, Volume, resample

PIECEWISE = 0.6
"""Least share of a label map's nonzero voxels that equal the next one of their row: 0.87 or more in the label maps of
144 real files, 0.30 or less in the images."""

SAME = 1e-3
"""Largest difference between the voxels of one image that was stored twice, of its brightness: resampling rounds."""

LEAST_OVERLAP = 0.9
"""Share of the first image's voxels that each companion has to cover."""

SAMPLE = 24
"""Number of voxels along each axis for which the overlap is counted."""

BRIGHT = 0.99
"""Quantile by which images are put on one scale before they are added to find the legs."""


def on_grid_of(first: Volume, companion: Volume) -> Volume:
    """Return a companion image on the first image's grid.

    Args:
        first: Image, [k, j, i].
        companion: Image of the same scan, on any grid.

    Raises:
        MuscleSegError: As for ``require_one_scan``; or both have the same voxels, or one is a label map.
    """
    require_one_scan(first, companion)
    for image in (first, companion):
        if _is_label_map(image):
            raise MuscleSegError(_("{image} is a label map: give images of one scan."), image=image.name)
    resampled = resample(companion, first.geometry, interpolation="linear")
    difference = np.subtract(resampled.array, first.array, dtype=np.float32)
    if max(difference.max(), -difference.min()) <= SAME * _brightness(first):
        message = _("{image} holds the same voxels as {first}: leave one out.")
        raise MuscleSegError(message, image=companion.name, first=first.name)
    return resampled


def require_one_scan(first: Volume, companion: Volume) -> None:
    """Check that two images can be of one scan.

    Args:
        first: Image, [k, j, i].
        companion: Image on any grid.

    Raises:
        MuscleSegError: They are of different patients, frames of reference or fields of view, as far as their files
            say it.
    """
    frames = first.frame_of_reference, companion.frame_of_reference
    image, name = companion.name, first.name
    if first.patient and companion.patient and first.patient != companion.patient:
        message = _("{image} and {first} are of different patients: give images of one scan.")
        raise MuscleSegError(message, image=image, first=name)
    if all(frames) and frames[0] != frames[1]:
        message = _("{image} and {first} have different frames of reference: give images of one scan.")
        raise MuscleSegError(message, image=image, first=name)
    if _overlap(first.geometry, companion.geometry) < LEAST_OVERLAP:
        message = _("{image} does not cover the field of view of {first}: give images of one scan.")
        raise MuscleSegError(message, image=image, first=name)


def sum_of(images: Sequence[Volume]) -> Volume:
    """Return the sum of images on one grid, each divided by its brightness; a single image as it is.

    The body is bright in it wherever it is bright in any of them.
    """
    if len(images) == 1:
        return images[0]
    first = images[0]
    scaled = [np.abs(image.array.astype(np.float32)) / _brightness(image) for image in images]
    return Volume(np.sum(scaled, axis=0), first.geometry, first.path)


def _brightness(image: Volume) -> float:
    return max(float(np.quantile(np.abs(image.array), BRIGHT)), 1e-6)


def _is_label_map(image: Volume) -> bool:
    """Return whether most voxels equal their neighbors: labels have no noise. A blank image is none."""
    left, right = image.array[..., :-1], image.array[..., 1:]
    is_inside = left != 0
    if not is_inside.any() or image.array.min() == image.array.max():
        return False
    return bool((left == right)[is_inside].mean() > PIECEWISE)


def _overlap(first: Geometry, second: Geometry) -> float:
    """Return the share of a grid's voxels that lie within another grid."""
    axes = [np.linspace(0, size - 1, min(size, SAMPLE)) for size in first.shape[::-1]]
    places = np.stack([*(axis.ravel() for axis in np.meshgrid(*axes)), np.ones(np.prod([len(axis) for axis in axes]))])
    inside = (np.linalg.inv(second.affine) @ first.affine @ places)[:3]
    sizes = np.array(second.shape[::-1])[:, None]
    return float(((inside > -0.51) & (inside < sizes - 0.49)).all(axis=0).mean())
