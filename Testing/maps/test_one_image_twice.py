"""One image given for two: a map of it would be a number of nothing."""

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import fat_fraction, magnetization_transfer_ratio, t2, two_point_fat_fraction
from MuscleSegLib.volume import Geometry, Volume


@pytest.fixture
def image():
    array = np.random.default_rng(0).integers(100, 900, (4, 8, 8)).astype(np.int16)
    return Volume(array, Geometry(array.shape, np.eye(4)))


@pytest.mark.parametrize(
    "made",
    [
        fat_fraction,
        magnetization_transfer_ratio,
        two_point_fat_fraction,
        lambda image, other: t2([image, other, image], echoes_ms=[10, 20, 30]),
    ],
    ids=["fat and water", "off and on", "opposed and in phase", "echoes"],
)
def test_a_copy_of_an_image_is_refused(image, made):
    copy = Volume(image.array.copy(), image.geometry)
    with pytest.raises(MuscleSegError, match="voxel by voxel"):
        made(image, copy)


def test_a_copy_with_voxels_without_a_value_is_refused_too(image):
    array = image.array.astype(np.float32)
    array[0] = np.nan
    with pytest.raises(MuscleSegError, match="voxel by voxel"):
        fat_fraction(Volume(array, image.geometry), Volume(array.copy(), image.geometry))
