"""Networks that look at the whole scan, in their own axes and spacing."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from MuscleSegLib.anatomy import Side
from MuscleSegLib.bundle import VolumeInput
from MuscleSegLib.inference import segment
from MuscleSegLib.inference.volume_grid import from_axes, grid_for, normalized, to_axes
from MuscleSegLib.volume import Geometry, Volume, canonical, like


class Brackets(nn.Module):
    """Labels what is bright: channel 1 up to 0.75 of the brightest, channel 2 above."""

    def forward(self, images):
        return torch.cat([0.3 - images, 0.2 - 10 * (images - 0.6).abs(), 10 * (images - 0.85)], dim=1)


class Places(nn.Module):
    """Says 1 in the upper half of the window's first axis, that of the rows, whatever it is shown."""

    def forward(self, images):
        half = (torch.arange(images.shape[2]) >= images.shape[2] / 2).float()[:, None].expand(images.shape[2:])
        return torch.stack([0.5 - half, half - 0.5])[None].expand(len(images), -1, -1, -1)


def a_bundle(network, labels, **spec):
    values = {"axes": "RAS", "spacing_mm": None, "window": (64, 64, 64), "overlap": 0.5, "normalization": "minmax"}
    about = SimpleNamespace(
        name="elsewhere", version="1", region="thigh", label_set="thigh", is_fine=False,
        labels=labels, parameters=10, sha256=repr((network, spec)),
        notes=(),
        input=VolumeInput(**{**values, **spec}),
    )  # fmt: skip
    return SimpleNamespace(metadata=about, load=lambda: network)


@pytest.fixture
def two_blocks():
    """A block of 0.6 on the subject's right and one of 1.0 on the left, stored towards left and back."""
    array = np.zeros((12, 60, 80), np.float32)
    array[2:10, 15:45, 8:32] = 0.6  # i runs to the left: low columns are right
    array[2:10, 15:45, 48:72] = 1.0
    return Volume(array, Geometry(array.shape, np.diag([-2.0, -2.0, 8.0, 1.0])))


@pytest.mark.parametrize("axes", ["RAS", "LPS", "SPL", "ARI"])
@pytest.mark.parametrize("spacing", [None, (2.0, 2.0, 2.0)])
def test_labels_come_back_to_where_they_were_seen(two_blocks, axes, spacing):
    result = segment(two_blocks, a_bundle(Brackets(), (4, 104), axes=axes, spacing_mm=spacing))

    expected = np.select([two_blocks.array == np.float32(0.6), two_blocks.array == 1], [4, 104])
    inside = np.s_[3:9, 17:43, :]  # borders are blurred by resampling
    assert np.array_equal(result.labels.array[inside], expected[inside])
    assert result.labels.geometry is two_blocks.geometry
    assert result.sides == (Side.RIGHT, Side.LEFT)


def test_labels_of_a_network_that_knows_no_sides_get_that_of_their_leg(two_blocks):
    result = segment(two_blocks, a_bundle(Brackets(), (4, 5)))
    labels = result.labels.array
    assert set(np.unique(labels[:, :, :40])) == {0, 4}
    assert set(np.unique(labels[:, :, 40:])) == {0, 105}
    assert result.sides == (Side.RIGHT, Side.LEFT)


def test_a_single_leg_s_labels_carry_no_side(two_blocks):
    result = segment(two_blocks, a_bundle(Brackets(), (4, 5)), legs=1)
    assert set(np.unique(result.labels.array)) == {0, 4, 5}
    assert result.sides == ()


def test_the_network_s_axes_are_the_ones_that_it_asks_for():
    array = np.zeros((4, 5, 6), np.float32)
    array[3, 0, 5] = 1  # superior, posterior, right

    assert to_axes(array, "RAS").shape == (6, 5, 4)
    assert to_axes(array, "RAS")[5, 0, 3] == 1
    assert to_axes(array, "LPS")[0, 4, 3] == 1
    assert to_axes(array, "IRP")[0, 5, 4] == 1
    assert np.array_equal(from_axes(to_axes(array, "IRP"), "IRP"), array)


def test_the_network_s_spacing_fills_the_same_box():
    geometry = Geometry((10, 40, 60), np.diag([2.0, 2.0, 8.0, 1.0]))

    grid = grid_for(geometry, VolumeInput("SAR", (4.0, 1.0, 2.0), (8, 8, 8), 0.5, "minmax"))

    assert grid.shape == (20, 80, 60)
    assert grid.spacing_mm == pytest.approx((2.0, 1.0, 4.0))
    corner = [-0.5, -0.5, -0.5]
    assert grid.world_from_index(corner) == pytest.approx(geometry.world_from_index(corner))


def test_a_two_dimensional_network_is_shown_slices(two_blocks):
    labels = segment(two_blocks, a_bundle(Places(), (7,), axes="ARS", window=(60, 80, 1)), legs=1).labels

    front = canonical(labels).array[:, 30:]
    assert (front == 7).all()
    assert (canonical(labels).array[:, :30] == 0).all()
    assert np.array_equal(like(canonical(labels), labels.geometry).array, labels.array)


@pytest.mark.parametrize(
    ("normalization", "expected"),
    [
        # mean 15, SD sqrt(78.5); without the 0: mean 20, SD sqrt(14/3)
        ("zscore", [-1.69300, 0.33860, 0.45147, 0.90293]),
        ("zscore-nonzero", [0.0, -0.92582, -0.46291, 1.38873]),
        ("minmax", [0.0, 18 / 23, 19 / 23, 1.0]),
        ("percentiles", [0.0, 0.0, 1.0, 1.0]),  # of four values, percentile 100/3 is the second, 200/3 the third
    ],
)
def test_brightness_is_normalized_as_the_network_knows_it(normalization, expected):
    array = np.array([[[0.0, 18.0, 19.0, 23.0]]])

    brightness = normalized(array, VolumeInput("RAS", None, (8, 8, 8), 0.5, normalization, (100 / 3, 200 / 3)))

    assert brightness[0, 0] == pytest.approx(expected, abs=1e-4)
