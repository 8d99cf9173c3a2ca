"""Seconds of a network: timed once on this computer, against the time that segmenting takes."""

import time

import numpy as np
import pytest
import torch
from torch import nn

from MuscleSegLib.bundle import fast_bundle, find_bundle
from MuscleSegLib.errors import Canceled
from MuscleSegLib.inference import estimate_cost
from MuscleSegLib.inference import runner as runner_module
from MuscleSegLib.inference.cost import MemoryEstimate, cost_estimate, forward_pass, labeling_time
from MuscleSegLib.inference.cost.forward_pass import PassDuration, time_pass
from MuscleSegLib.inference.labeling import label_muscles
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.networks.precision import has_bfloat16
from MuscleSegLib.progress import silent
from MuscleSegLib.volume import Geometry, Volume


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    """Time anew."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))


@pytest.fixture
def quick_labeling(monkeypatch):
    """Time nothing but the network."""
    monkeypatch.setattr(labeling_time, "time_labeling", lambda *_: {"legs": 0.2, "labeling": 0.4})


@pytest.fixture
def scan():
    """Two ellipses in 20 slices of 320 x 320 voxels of 1.36 x 1.36 x 15 mm."""
    side_mm = (np.arange(320) - 159.5) * 1.36
    image = np.abs(np.random.default_rng(0).normal(0, 0.01, (20, 320, 320)))
    for middle_mm, width_mm, height_mm in ((-95, 80, 85), (95, 80, 80)):
        image[:, ((side_mm - middle_mm) / width_mm) ** 2 + (side_mm[:, None] / height_mm) ** 2 < 1] = 1.0
    return Volume(image.astype(np.float32), Geometry(image.shape, np.diag([1.36, 1.36, 15.0, 1.0])))


@pytest.fixture
def runner_of():
    """Make a runner for any network."""

    def make(network):
        return Runner(network.eval(), torch.device("cpu"), "any", MemoryEstimate(network, repr(network)))

    return make


def seconds_of_labeling(bundle, scan):
    """Processor time of this thread, which is the duration on a computer that does nothing else."""
    watch = Stopwatch(time.thread_time)
    label_muscles([scan], bundle, device="cpu", legs=2, progress=silent, watch=watch)
    return watch.seconds


@pytest.mark.usefixtures("empty_cache")
@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("thigh", None),
        pytest.param("calf", None, marks=pytest.mark.long),
        pytest.param("thigh", "thigh-unet2d", marks=pytest.mark.slow),
    ],
)
def test_predicted_seconds_are_those_of_segmenting(region, name, scan):
    bundle, fast = find_bundle(region, name), fast_bundle(region)

    predicted = estimate_cost(bundle).seconds

    taken = sum(seconds_of_labeling(bundle, scan).values())
    if bundle != fast:  # the fast network judges the field of view
        judging = seconds_of_labeling(fast, scan)
        taken += judging["load"] + judging["network"]
    assert 0.45 < predicted / taken < 2.2  # two processes share caches in the whole run


@pytest.mark.usefixtures("empty_cache", "quick_labeling")
def test_passes_are_paid_once(monkeypatch):
    bundle = fast_bundle("calf")
    first = estimate_cost(bundle)
    monkeypatch.setattr(forward_pass, "time_pass", lambda *_: pytest.fail("a pass was timed again"))

    assert estimate_cost(bundle) == first


@pytest.mark.usefixtures("empty_cache", "quick_labeling")
@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("__version__", "0.0.0"),
        ("processor_name", lambda: "another"),
        ("cpu_precision", lambda samples: "float32" if has_bfloat16(torch.device("cpu")) else "bfloat16"),
    ],
    ids=["version of MuscleSeg", "processor", "precision"],
)
def test_another_computer_is_timed_anew(monkeypatch, name, other):
    timed = []
    monkeypatch.setattr(
        forward_pass, "time_pass", lambda *_: timed.append(1) or PassDuration(1.0, is_extrapolated=False)
    )
    estimate_cost(fast_bundle("calf"))
    monkeypatch.setattr(cost_estimate, name, other)

    estimate_cost(fast_bundle("calf"))

    assert len(timed) == 2


@pytest.mark.slow
@pytest.mark.usefixtures("empty_cache", "quick_labeling")
def test_a_job_that_is_wanted_more_stops_the_timing_and_leaves_no_number():
    def stop(fraction, message):
        assert "once on this computer" in message
        raise Canceled

    with pytest.raises(Canceled):
        estimate_cost(fast_bundle("calf"), progress=stop)

    assert estimate_cost(fast_bundle("calf")).seconds > 0


@pytest.mark.slow
@pytest.mark.parametrize(("channels", "shape"), [(24, (1, 1, 512, 512)), (16, (1, 1, 16, 192, 192))])
def test_a_pass_that_would_take_too_long_is_extrapolated_from_a_small_tile(monkeypatch, runner_of, channels, shape):
    kind = nn.Conv2d if len(shape) == 4 else nn.Conv3d
    runner = runner_of(nn.Sequential(kind(1, channels, 3, padding=1), kind(channels, channels, 3, padding=1)))
    timed = time_pass(runner, shape, "float32", silent)

    monkeypatch.setattr(forward_pass, "LONGEST_S", 0.0)
    extrapolated = time_pass(runner, shape, "float32", silent)

    assert not timed.is_extrapolated
    assert extrapolated.is_extrapolated
    assert 0.25 < extrapolated.seconds / timed.seconds < 8


def test_a_network_of_one_size_is_timed_at_that_size(monkeypatch, runner_of):
    class FixedSize(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Conv2d(1, 2, 3, padding=1)
            self.place = nn.Parameter(torch.zeros(1, 2, 128, 128))

        def forward(self, images):
            return self.layer(images) + self.place

    monkeypatch.setattr(forward_pass, "LONGEST_S", 0.0)

    assert not time_pass(runner_of(FixedSize()), (2, 1, 128, 128), "float32", silent).is_extrapolated


def test_where_memory_is_short_a_small_tile_is_timed(monkeypatch, runner_of):
    runner = runner_of(nn.Conv2d(1, 8, 3, padding=1))
    monkeypatch.setattr(runner_module, "available_bytes", lambda: 62_000_000)

    assert time_pass(runner, (1, 1, 512, 512), "float32", silent).is_extrapolated


def test_time_that_other_programs_take_is_not_counted():
    assert forward_pass._seconds_of(lambda: time.sleep(0.2)) < 0.1
