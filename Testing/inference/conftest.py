"""Images of legs that need no data: ellipses in air."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from MuscleSegLib.volume import Geometry, Volume

Ellipse = tuple[float, float, float, float]
"""Center to the right and to the front, and half axes, all in millimeters."""

LegsImage = Callable[..., Volume]


def ras_geometry(shape: tuple[int, int, int], spacing_mm: tuple[float, float, float]) -> Geometry:
    """A grid whose axes run to the right, front and head, centered on the origin."""
    affine = np.diag([*spacing_mm, 1.0])
    affine[:3, 3] = -np.array(spacing_mm) * (np.array(shape[::-1]) - 1) / 2
    return Geometry(shape, affine)


@pytest.fixture
def image_of_ellipses() -> LegsImage:
    """Make an image of ellipses of 1 in noise of 0.01, the same in every slice."""

    def make(ellipses: Sequence[Ellipse], *, slices: int = 6, pixel_mm: float = 4.0) -> Volume:
        geometry = ras_geometry((slices, 60, 110), (pixel_mm, pixel_mm, 10.0))
        k, j, i = np.indices(geometry.shape)
        x, y, _ = np.moveaxis(geometry.world_from_index(np.stack([i, j, k], axis=-1)), -1, 0)
        array = np.abs(np.random.default_rng(0).normal(0, 0.01, geometry.shape))
        for right, front, half_width, half_height in ellipses:
            array[((x - right) / half_width) ** 2 + ((y - front) / half_height) ** 2 < 1] = 1.0
        return Volume(array, geometry)

    return make
