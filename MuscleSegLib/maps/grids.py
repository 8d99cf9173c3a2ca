"""Consistency of the images of one acquisition: grid, scale, echo times."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume

Floats = NDArray[np.float64]

MIN_VOXELS = 64
"""Fewest voxels of a scan: fewer, or constant ones, may be equal in two images by chance."""


def require_one_grid(images: Sequence[Volume]) -> None:
    """Check that all images lie on the grid of the first.

    Args:
        images: [k, j, i] each.

    Raises:
        MuscleSegError: One does not.
    """
    for image in images[1:]:
        if not image.geometry.is_close(images[0].geometry):
            message = _("{image} and {images} do not lie on the same grid: give the images of one acquisition.")
            raise MuscleSegError(message, image=image.name, images=images[0].name)


def require_different(images: Sequence[Volume]) -> None:
    """Check that consecutive images differ, without which their quotient or difference has no meaning.

    Args:
        images: [k, j, i] each.

    Raises:
        MuscleSegError: All voxels of two are the same.
    """
    for image, following in itertools.pairwise(images):
        values = image.array[np.isfinite(image.array)]
        is_scan = values.size >= MIN_VOXELS and values.min() < values.max()
        if is_scan and np.array_equal(image.array, following.array, equal_nan=True):
            message = _(
                "{image} and {following} are the same image, voxel by voxel: give two different images of one "
                "acquisition."
            )
            raise MuscleSegError(message, image=image.name, following=following.name)


def comparable(images: Sequence[Volume]) -> list[Volume]:
    """Return images of one acquisition on one scale: unchanged, unless Philips scaled them differently for display.

    Args:
        images: [k, j, i] each.

    Raises:
        MuscleSegError: Images lie on different grids, or only some of them have a scale.
    """
    require_one_grid(images)
    scales = [image.scale for image in images]
    without = [image for image in images if image.scale is None]
    if len(without) == len(images) or np.allclose(np.array(scales, np.float64), scales[0] or 0.0, rtol=1e-5, atol=0.0):
        return list(images)
    if without:
        with_scale = next(image for image in images if image.scale is not None)
        message = _(
            "{with_scale} has a Philips scale slope (2005,100E) and {without} has none, so that their values do not "
            "compare: give both as DICOM files of the scanner, with private elements."
        )
        raise MuscleSegError(message, with_scale=with_scale.name, without=without[0].name)
    return [
        replace(image, array=image.array / np.float64(scale), scale=1.0)
        for image, scale in zip(images, scales, strict=True)
    ]


def require_echo_times(images: Sequence[Volume], echoes_ms: Sequence[float]) -> None:
    """Check that there is an echo time for each image, that they increase, and that no image is there twice.

    Args:
        images: [k, j, i] each.
        echoes_ms: Echo times.

    Raises:
        MuscleSegError: They do not fit.
    """
    if len(images) != len(echoes_ms):
        message = _(
            "There are {image_count} echoes ({images} is the first) and {echoes_m_count} echo times: give one echo "
            "time in ms for each echo."
        )
        raise MuscleSegError(message, image_count=len(images), images=images[0].name, echoes_m_count=len(echoes_ms))
    require_different(images)
    steps = np.diff(echoes_ms, prepend=0.0)
    if not np.isfinite(steps).all() or steps.min() <= 0:
        message = _(
            "The echo times of {images}, {echoes_ms} ms, do not grow from one echo to the next: give them, and the "
            "echoes, in the order of time."
        )
        raise MuscleSegError(message, images=images[0].name, echoes_ms=", ".join(f"{time:g}" for time in echoes_ms))
