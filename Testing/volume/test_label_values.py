import numpy as np
import pytest

from MuscleSegLib.volume import voxel_counts


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.float32])
def test_values_are_counted_without_the_background(dtype):
    labels = np.array([[0, 3, 3], [101, 0, 3]], dtype)

    assert voxel_counts(labels) == {3: 3, 101: 1}


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_background_alone_has_no_values(dtype):
    assert voxel_counts(np.zeros((2, 3), dtype)) == {}
