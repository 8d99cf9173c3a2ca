"""Costs, against what can be worked out by hand."""

import json

import pytest
from torch import nn

from MuscleSegLib.bundle import LegInput, VolumeInput, fast_bundle
from MuscleSegLib.inference import estimate_cost
from MuscleSegLib.inference.cost.cost_estimate import input_shape, standard_scan
from MuscleSegLib.inference.cost.disk_cache import cached_numbers
from MuscleSegLib.inference.cost.simulation import simulate
from MuscleSegLib.user_folders import user_cache_folder


def test_multiply_adds_of_a_convolution_are_kernel_times_channels_times_voxels():
    assert simulate(nn.Conv2d(3, 8, 3, padding=1), (2, 3, 20, 30)).macs == 9 * 3 * 8 * 2 * 20 * 30
    assert simulate(nn.Conv3d(1, 4, 3, padding=1), (1, 1, 5, 6, 7)).macs == 27 * 4 * 5 * 6 * 7


def test_the_most_memory_is_that_of_the_features_that_are_alive_together():
    pixels = 4 * 32 * 32  # bytes of one channel
    chain = nn.Sequential(nn.Conv2d(1, 10, 1), nn.Conv2d(10, 20, 1), nn.Conv2d(20, 2, 1))

    # the input is held by the caller, 10 channels by the second convolution while it makes 20
    assert simulate(chain, (1, 1, 32, 32)).peak_bytes == pytest.approx((1 + 10 + 20) * pixels, rel=0.01)


def test_what_is_skipped_to_the_end_is_alive_until_then():
    class Skip(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Conv2d(1, 30, 1), nn.Conv2d(30, 30, 1)

        def forward(self, image):
            skipped = self.first(image)
            return skipped + self.second(self.second(skipped))

    assert simulate(Skip(), (1, 1, 32, 32)).peak_bytes == pytest.approx((1 + 30 + 30 + 30) * 4 * 32 * 32, rel=0.02)


def test_a_network_is_as_it_was_afterwards_even_where_weights_have_two_names():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.one = nn.Conv2d(1, 1, 1)
            self.again = nn.Sequential(self.one, nn.BatchNorm2d(1))

        def forward(self, image):
            return self.again(self.one(image))

    network = Twice().eval()
    simulate(network, (1, 1, 32, 32))

    assert {value.device.type for value in network.state_dict().values()} == {"cpu"}
    assert network.again[0].weight is network.one.weight


@pytest.mark.slow
def test_a_network_s_cost_is_that_of_two_legs():
    bundle = fast_bundle("thigh")

    cost = estimate_cost(bundle)

    slices = 2 * 20
    assert cost.parameters == bundle.metadata.parameters
    assert cost.macs == slices * simulate(bundle.load(), (1, 5, 160, 160)).macs
    assert cost.seconds > 0
    assert 300e6 < cost.peak_bytes < 1e9


@pytest.mark.parametrize(
    ("spec", "shape", "runs"),
    [
        (LegInput(1.5, 0.98, (-24.0, 0.0, 24.0), has_place=True), (1, 4, 160, 160), 40),
        (LegInput(1.5, 0.98, slice_mm=15.0), (1, 1, 20, 160, 160), 2),
        (LegInput(1.5, 0.98, slice_mm=30.0), (1, 1, 10, 160, 160), 4),
        (VolumeInput("SAR", None, (20, 256, 256), 0.5, "zscore"), (1, 1, 20, 256, 256), 4),
        (VolumeInput("RAS", (1.36, 1.36, 7.5), (256, 256, 1), 0.5, "zscore"), (1, 1, 256, 256, 1), 4 * 40),
    ],
)
def test_how_often_a_network_is_asked(spec, shape, runs):
    assert input_shape(spec, standard_scan()) == (shape, runs)


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.mark.usefixtures("own_cache")
def test_what_was_measured_is_remembered_under_its_key():
    measured = iter([1.0, 2.0])
    answers = [cached_numbers(key, lambda: {"one": next(measured)}) for key in (("a",), ("a",), ("b",))]

    assert answers == [{"one": 1.0}, {"one": 1.0}, {"one": 2.0}]


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": "[\\"a\\"]", "numbers": 3}', '{"key": "another"}', "\x00"])
def test_a_damaged_memory_is_measured_anew(content):
    cached_numbers(("a",), lambda: {"one": 1.0})
    (path,) = user_cache_folder().glob("*.json")
    path.write_text(content)

    assert cached_numbers(("a",), lambda: {"one": 2.0}) == {"one": 2.0}
    assert json.loads(path.read_text())["numbers"] == {"one": 2.0}


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "file"))

    assert cached_numbers(("a",), lambda: {"one": 1.0}) == {"one": 1.0}
