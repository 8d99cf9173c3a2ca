import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, resample


@pytest.fixture
def volume(voxels, oblique_affine):
    return Volume(voxels, Geometry((3, 4, 5), oblique_affine))


@pytest.mark.parametrize("interpolation", ["nearest", "linear"])
def test_the_own_grid_gives_the_same_voxels(volume, interpolation):
    np.testing.assert_allclose(
        resample(volume, volume.geometry, interpolation=interpolation).array, volume.array, atol=1e-4
    )


def test_a_neighboring_grid_gives_shifted_voxels_and_fill(volume):
    affine = volume.geometry.affine.copy()
    affine[:3, 3] += affine[:3, 0]
    shifted = resample(volume, Geometry((3, 4, 5), affine), interpolation="nearest", fill=-1)
    np.testing.assert_array_equal(shifted.array[:, :, :4], volume.array[:, :, 1:])
    assert (shifted.array[:, :, 4] == -1).all()


def test_linear_interpolation_finds_a_linear_field_on_any_other_grid(oblique_affine):
    def field(points):
        return points @ np.array([0.3, -0.2, 0.05]) + 4.0

    geometry = Geometry((6, 20, 30), oblique_affine)
    indices = np.stack(np.meshgrid(np.arange(6), np.arange(20), np.arange(30), indexing="ij"), axis=-1)[..., ::-1]
    volume = Volume(field(geometry.world_from_index(indices)), geometry)
    target = np.eye(4)
    target[:3, 3] = geometry.world_from_index((14, 9, 2))
    looked_up = resample(volume, Geometry((2, 3, 4), target), interpolation="linear", fill=np.nan)
    at = np.stack(np.meshgrid(np.arange(2), np.arange(3), np.arange(4), indexing="ij"), axis=-1)[..., ::-1]
    np.testing.assert_allclose(looked_up.array, field(looked_up.geometry.world_from_index(at)), atol=1e-5)


@pytest.mark.parametrize(
    ("given", "interpolation", "expected"),
    [
        ("uint8", "nearest", "uint8"),
        ("bool", "nearest", "uint8"),
        ("int16", "linear", "float32"),
        ("float64", "linear", "float64"),
        (">i2", "nearest", "int16"),
    ],
)
def test_voxel_types_are_those_that_hold_the_result(volume, given, interpolation, expected):
    typed = Volume(volume.array.astype(given), volume.geometry)
    assert resample(typed, volume.geometry, interpolation=interpolation).array.dtype == expected


def test_a_sheared_grid_is_refused(volume):
    affine = np.eye(4)
    affine[0, 2] = 0.3
    with pytest.raises(MuscleSegError, match="right angles"):
        resample(volume, Geometry((3, 4, 5), affine), interpolation="nearest")
