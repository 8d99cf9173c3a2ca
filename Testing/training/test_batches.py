from dataclasses import replace

import numpy as np
import pytest
import torch

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.batches import Batch, Batches
from MuscleSegLib.training.processes import Processes
from MuscleSegLib.training.synthesis import IGNORED, Sample


class Ramp:
    """Volumes of which every pixel of slice k is 10 * (k + 1), and so is its target's code k + 1."""

    seed, stream = 0, 0

    def __init__(self, slices: int, spacing_mm: float) -> None:
        codes = np.repeat(np.arange(1, slices + 1, dtype=np.uint8), 64 * 64).reshape(slices, 64, 64)
        self.sample = Sample(10 * codes, codes, codes, spacing_mm)

    def __getitem__(self, number: int) -> Sample:
        return self.sample


@pytest.fixture
def batches_of(a_configuration):
    def make(volumes, *, is_varied=False, processes=None, batch=8, **wanted) -> Batches:
        configuration = replace(
            a_configuration,
            input=replace(a_configuration.input, **wanted),
            optimization=replace(a_configuration.optimization, batch=batch),
        )
        processes = processes or Processes()
        return Batches(volumes, configuration, limit=5, count=9, is_varied=is_varied, processes=processes)

    return make


def values(images: torch.Tensor) -> list[float]:
    """Return the brightness of each image in units of a slice number."""
    return (images.flatten(-2).mean(dim=-1) * 12.75).tolist()


def test_batch_n_is_the_same_whenever_it_is_made(batches_of):
    first, again = (batches_of(Ramp(6, 24.0), is_varied=True)[5] for _ in range(2))

    assert all(torch.equal(before, after) for before, after in zip(first, again, strict=True))


def test_the_same_volume_is_never_seen_twice_the_same(batches_of):
    batches = batches_of(Ramp(1, 24.0), is_varied=True)

    assert not torch.equal(batches[0].images, batches[1].images)


def test_slices_come_with_their_neighbors_in_the_distance_asked_for(batches_of):
    """Slices 12 mm apart, context 24 mm: the second neighbor on either side, or the end slice."""
    batch = batches_of(Ramp(9, 12.0))[0]

    assert batch.images.shape == (8, 3, 64, 64)
    for image, target in zip(batch.images, batch.targets, strict=True):
        code = int(target[0, 0])
        assert values(image) == pytest.approx([max(code - 2, 1), code, min(code + 2, 9)], abs=1e-3)


def test_the_place_channel_runs_from_the_lowest_slice_to_the_highest(batches_of):
    batches = batches_of(Ramp(5, 24.0), has_place=True)
    for number in range(9):
        batch = batches[number]
        assert batch.images.shape == (8, 4, 64, 64)
        for image, target in zip(batch.images, batch.targets, strict=True):
            assert torch.all(image[-1] == (float(target[0, 0]) - 1) / 4)


def test_a_single_slice_is_in_the_middle(batches_of):
    assert torch.all(batches_of(Ramp(1, 24.0), has_place=True)[0].images[:, -1] == 0.5)


def test_a_short_volume_is_padded_with_its_ends_which_teach_nothing(batches_of):
    """Three slices in a block of six: the labeled part is a run of three, and what lies beyond repeats its ends."""
    batch = batches_of(Ramp(3, 24.0), batch=2, context_mm=(0.0,), slice_mm=24.0, slices=6)[0]

    assert batch.images.shape == (2, 1, 6, 64, 64)
    for image, target in zip(batch.images[:, 0], batch.targets, strict=True):
        codes = target[:, 0, 0].tolist()
        first = codes.index(1)
        assert codes == [IGNORED] * first + [1, 2, 3] + [IGNORED] * (3 - first)
        assert values(image) == pytest.approx([1] * first + [1, 2, 3] + [3] * (3 - first), abs=1e-3)


def test_a_long_volume_gives_a_run_of_its_slices(batches_of):
    batch = batches_of(Ramp(9, 24.0), batch=2, context_mm=(0.0,), slice_mm=24.0, slices=4)[0]

    for target in batch.targets[:, :, 0, 0].tolist():
        assert target == list(range(target[0], target[0] + 4))


def test_of_close_slices_every_nth_is_shown_as_inference_shows_them(batches_of):
    batch = batches_of(Ramp(9, 8.0), batch=2, context_mm=(0.0,), slice_mm=24.0, slices=3)[0]

    for target in batch.targets[:, :, 0, 0].tolist():
        assert target == [target[0], target[0] + 3, target[0] + 6]


def test_slices_further_apart_than_asked_for_are_shown_as_they_are(batches_of):
    batch = batches_of(Ramp(4, 24.0), batch=2, context_mm=(0.0,), slice_mm=10.0, slices=4)[0]

    assert batch.targets[0, :, 0, 0].tolist() == [1, 2, 3, 4]


def test_processes_share_a_batch_without_overlap(batches_of, a_configuration):
    volumes = Ramp(9, 24.0)
    whole = batches_of(volumes, batch=16)[2]
    parts = [batches_of(volumes, batch=16, processes=Processes(rank, 2))[2] for rank in (0, 1)]

    # of the whole batch's four volumes the first process makes the first and third
    expected = whole.images.reshape(4, 4, *whole.images.shape[1:])
    for rank, part in enumerate(parts):
        assert torch.equal(part.images, expected[rank::2].flatten(0, 1))


def test_a_batch_that_cannot_be_shared_is_refused(batches_of):
    with pytest.raises(MuscleSegError, match="make it a multiple of 12"):
        batches_of(Ramp(9, 24.0), batch=16, processes=Processes(0, 3))


def test_half_the_resolution_is_the_mean_of_four_pixels_and_the_code_of_the_first():
    image = torch.tensor([[1.0, 3.0, 0.0, 0.0], [5.0, 7.0, 0.0, 4.0]])
    codes = torch.tensor([[1, 2, 3, 4], [5, 6, 7, 8]], dtype=torch.uint8)

    coarse = Batch(image.expand(2, 3, 2, 4), codes.expand(2, 2, 4), codes.expand(2, 2, 4)).coarse()

    assert torch.equal(coarse.images, torch.tensor([[4.0, 1.0]]).expand(2, 3, 1, 2))
    assert torch.equal(coarse.targets, torch.tensor([[1, 3]], dtype=torch.uint8).expand(2, 1, 2))


def test_a_volume_keeps_its_slices_at_half_the_resolution():
    codes = torch.zeros(1, 5, 8, 8, dtype=torch.uint8)

    coarse = Batch(torch.zeros(1, 1, 5, 8, 8), codes, codes).coarse()

    assert coarse.images.shape == (1, 1, 5, 4, 4)
    assert coarse.targets.shape == coarse.compartments.shape == (1, 5, 4, 4)


def test_a_batch_cut_into_single_slices_keeps_each_slice_with_its_target(batches_of):
    whole = batches_of(Ramp(8, 24.0), slice_mm=24.0, slices=8, batch=2)[0]
    single = whole.cut(1)

    assert single.images.shape == (16, 1, 1, 64, 64)
    assert torch.equal(single.images[11, 0, 0], whole.images[1, 0, 3])
    assert [int(codes.max()) for codes in single.targets] == [1, 2, 3, 4, 5, 6, 7, 8] * 2


def test_short_volumes_come_as_often_as_asked_for_and_only_in_training(batches_of):
    some = {"slice_mm": 24.0, "slices": 8, "short_share": 1.0, "batch": 2}
    lengths = {batches_of(Ramp(8, 24.0), is_varied=True, **some)[number].images.shape[2] for number in range(9)}

    assert lengths == {1, 2}
    assert batches_of(Ramp(8, 24.0), **some)[0].images.shape[2] == 8
