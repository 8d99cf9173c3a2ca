"""Runners with networks that fail as GPUs do. They say themselves where they are: no test needs a real one."""

import math

import numpy as np
import pytest
import torch
from monai.inferers.utils import sliding_window_inference
from torch import nn

from MuscleSegLib.errors import Canceled, MuscleSegError
from MuscleSegLib.inference import runner as runner_module
from MuscleSegLib.inference.cost.tile_plan import MemoryEstimate, TilePlan, count_windows, largest_tile_plan
from MuscleSegLib.inference.runner import Runner
from MuscleSegLib.progress import silent


class Halves(nn.Module):
    """Says 1 where its input is above 0.5. On a "GPU" it takes only so many voxels at once."""

    def __init__(self, largest: int = 10**9) -> None:
        super().__init__()
        self.largest = largest
        self.shown: list[int] = []

    def to(self, device):
        self.largest = 10**9
        return self

    def forward(self, images):
        self.shown.append(images.numel())
        if images.numel() > self.largest:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory.")
        return torch.cat([0.5 - images, images - 0.5], dim=1)


IMAGES = torch.rand(8, 1, 128, 128, generator=torch.Generator().manual_seed(0))


class NoNeed:
    """Two bytes for each number."""

    least = 64 * 64 * 2

    def bytes_for(self, shape):
        return 2 * math.prod(shape)


@pytest.fixture
def run():
    def run_with(network, images=IMAGES, *, progress=silent, **settings):
        runner = Runner(network, torch.device("cpu"), "a-network", NoNeed(), **settings)
        return runner, runner(images, progress, "")

    return run_with


@pytest.fixture
def low_precision(monkeypatch):
    monkeypatch.setattr(runner_module, "has_bfloat16", lambda _: True)


@pytest.fixture
def with_memory(monkeypatch):
    def set_to(size):
        monkeypatch.setattr(runner_module, "available_bytes", lambda: size)

    return set_to


def expected(images=IMAGES):
    return torch.cat([0.5 - images, images - 0.5], dim=1)


def test_a_gpu_that_is_too_small_for_all_slices_gets_fewer_at_once(run):
    runner, logits = run(Halves(largest=2 * 128 * 128), on_gpu=True)

    assert logits.shape == (8, 2, 128, 128)
    assert runner.network.shown[-4:] == [2 * 128 * 128] * 4
    assert runner.on_gpu
    assert "GPU" in runner.notes[0]


def test_a_gpu_that_is_too_small_for_one_slice_gets_parts_of_it(run):
    runner, logits = run(Halves(largest=64 * 64), on_gpu=True)

    assert logits.shape == (8, 2, 128, 128)
    assert runner.network.shown[-1] == 64 * 64
    assert any("put together in the computer's memory" in note for note in runner.notes)


def test_a_gpu_that_is_too_small_for_anything_leaves_it_to_the_cpu_and_says_so(run):
    runner, logits = run(Halves(largest=10), on_gpu=True)

    assert torch.allclose(logits, expected(), atol=1e-2)
    assert not runner.on_gpu
    assert any("ran on the CPU" in note for note in runner.notes)


def test_a_failure_that_is_not_of_memory_is_told_as_it_is(run):
    class Wrong(nn.Module):
        def forward(self, images):
            raise RuntimeError("sizes do not match")

    with pytest.raises(RuntimeError, match="sizes"):
        run(Wrong(), on_gpu=True)


def test_windows_that_overlap_give_what_one_gives(run):
    _, logits = run(Halves(), window=(64, 64), overlap=0.25)

    assert torch.allclose(logits, expected(), atol=1e-2)


@pytest.mark.parametrize(
    ("size", "tile", "overlap"),
    [((320, 320), (256, 256), 0.9), ((20, 320, 320), (20, 256, 256), 0.5), ((5, 70, 70), (8, 64, 32), 0.25)],
)
def test_windows_are_counted_as_monai_makes_them(size, tile, overlap):
    seen = []
    sliding_window_inference(torch.zeros(1, 1, *size), tile, 1, lambda x: seen.append(1) or x, overlap)

    assert count_windows(size, tuple(map(min, tile, size)), overlap) == len(seen)


@pytest.mark.usefixtures("low_precision")
def test_low_precision_is_used_where_the_labels_agree(run):
    network = nn.Conv2d(1, 2, 1)
    network.weight.data[:] = torch.tensor([-1.0, 1.0])[:, None, None, None]
    network.bias.data[:] = torch.tensor([0.5, -0.5])

    runner, _ = run(network, torch.round(IMAGES))

    assert runner.precision == "bfloat16"
    assert runner.notes == []


@pytest.mark.usefixtures("low_precision")
def test_low_precision_is_dropped_where_it_changes_labels(run):
    network = nn.Conv2d(1, 2, 1)
    network.weight.data[:] = torch.tensor([-1.0, 1.0])[:, None, None, None]
    network.bias.data[:] = torch.tensor([1000.5, 999.5])  # in bfloat16 both are 1000

    runner, logits = run(network)

    assert runner.precision == "float32"
    assert "float32" in runner.notes[0]
    assert torch.equal(logits.argmax(1), (IMAGES[:, 0] > 0.5).long())


@pytest.mark.usefixtures("low_precision")
def test_a_volume_is_worth_low_precision_and_a_few_of_its_slices_are_compared(run):
    network = Halves()

    runner, _ = run(network, IMAGES.reshape(1, 1, 8, 128, 128))

    assert runner.precision == "bfloat16"
    assert network.shown == [8 * 128 * 128, 3 * 128 * 128, 3 * 128 * 128]


@pytest.mark.usefixtures("low_precision")
def test_a_window_of_a_network_from_elsewhere_is_compared_whole(run):
    network = Halves()

    run(network, IMAGES.reshape(1, 1, 8, 128, 128), window=(8, 64, 64), overlap=0.0)

    assert set(network.shown) == {8 * 64 * 64}


@pytest.mark.usefixtures("low_precision")
def test_two_slices_are_not_worth_low_precision(run):
    runner, _ = run(nn.Conv2d(1, 2, 1), IMAGES[:2])

    assert runner.precision == "float32"


def test_little_memory_makes_small_batches_and_then_tiles(with_memory):
    need = MemoryEstimate(nn.Conv2d(1, 16, 3, padding=1), "a")
    slice_bytes = need.bytes_for((1, 1, 256, 256))

    assert largest_tile_plan(60_000_000 + int(3.5 * slice_bytes), need, (8, 1), (256, 256)) == TilePlan(3, (256, 256))
    assert largest_tile_plan(60_000_000 + int(0.6 * slice_bytes), need, (8, 1), (256, 256)) == TilePlan(1, (128, 256))
    assert largest_tile_plan(60_000_000, need, (8, 1), (256, 256)) is None


def test_tiles_are_said_aloud(run, with_memory):
    network = nn.Conv2d(1, 2, 1)
    with_memory(60_000_000 + int(0.6 * 2 * 128 * 128))

    runner, logits = run(network)

    assert torch.allclose(logits, network(IMAGES), atol=2e-2)
    assert "64 x 128" in runner.notes[0]


def test_too_little_memory_is_refused_with_what_would_do(run, with_memory):
    with_memory(60_000_001)

    with pytest.raises(MuscleSegError, match=r"needs .* of memory and 60 MB are available: take thigh-small"):
        run(Halves(), advice="take thigh-small")


def test_memory_that_runs_out_on_the_cpu_is_refused_in_a_sentence(run):
    class Greedy(nn.Module):
        def forward(self, images):
            raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")

    with pytest.raises(MuscleSegError, match="of memory"):
        run(Greedy())


def test_a_progress_that_raises_stops_between_windows(run):
    def stop(fraction, _):
        if fraction > 0:
            raise Canceled

    network = Halves()
    with pytest.raises(Canceled):
        run(network, IMAGES[:1], window=(64, 64), progress=stop)
    assert len(network.shown) <= 2  # the second is in float32, to compare


def test_progress_rises_with_windows(run):
    fractions = []

    run(Halves(), IMAGES[:2], window=(64, 64), progress=lambda fraction, _: fractions.append(fraction))

    assert fractions == sorted(fractions)
    assert len(fractions) > 9
    assert np.isclose(fractions[-1], 1.0)
