"""What a run's weights become when it is done."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from MuscleSegLib.inference.window import cut_window
from MuscleSegLib.legs import Leg
from MuscleSegLib.progress import silent
from MuscleSegLib.training import Trainer
from MuscleSegLib.training.calibration_legs import CalibrationBatches
from MuscleSegLib.training.legs import SIZED_PHANTOM
from MuscleSegLib.training.legs.leg_tissues import AIR, CANVAS, PIXEL_MM, UNLABELED, disk
from MuscleSegLib.training.synthesis import IGNORED
from MuscleSegLib.volume import Geometry, Volume

CENTER = np.array([CANVAS / 2, CANVAS / 2])


@pytest.fixture
def make_scan(make_leg_volume):
    """Make a leg with an image, in which each slice has a speck of a brightness of its own."""

    def make(person, slices=4):
        leg_volume = make_leg_volume(person)
        tissues = np.repeat(leg_volume.tissues[:, :1], slices, axis=1)
        images = (tissues > 0).astype(np.float16)
        images[0, :, CANVAS // 2, CANVAS // 2] = np.linspace(1.1, 1.9, slices)
        return replace(leg_volume, images=images, tissues=tissues)

    return make


def test_muscles_are_made_as_large_as_they_are_on_people_who_are_not_learned_from(
    a_configuration, make_leg_volume, make_scan, tmp_path
):
    held_out = a_configuration.data.validation_people[0]
    people = {"made": [make_leg_volume("somebody else"), make_leg_volume(held_out), make_scan("phantom-5")]}
    others = {SIZED_PHANTOM: [make_scan("phantom-500"), make_scan("phantom-501")]}

    trainer = Trainer(a_configuration, people | others, tmp_path, cache=tmp_path / "cache")

    assert [leg_volume.person for leg_volume in trainer.training.volumes.legs] == ["somebody else", "phantom-5"]
    assert [leg_volume.person for leg_volume in trainer.validation.volumes.legs] == [held_out]
    assert [leg_volume.person for leg_volume in trainer.calibration_batches.volumes.legs] == [
        "phantom-500",
        "phantom-501",
    ]


def test_a_muscle_that_is_larger_in_them_is_drawn_larger(
    a_configuration, make_leg_volume, make_scan, tmp_path, monkeypatch
):
    """By a network that draws a disk with a radius of 18 pixels: it is 22 in one person, 15 in the other one."""

    def drawn(_, network, images):
        place = torch.arange(images.shape[-1]) - images.shape[-1] / 2
        logits = torch.full((len(images), 11, *images.shape[-2:]), -20.0)
        logits[:, 0] = 0
        logits[:, 8] = (18 - torch.hypot(place[:, None], place[None])) / 4
        return logits + (network.head.bias - network.head.bias[0])[:, None, None]

    monkeypatch.setattr(Trainer, "_predict", drawn)
    people = {"made": [make_leg_volume("P"), make_leg_volume("Q")]}
    large = make_scan("phantom-500")
    small = replace(large, tissues=np.where(disk(CENTER, 15) | (large.tissues != 8), large.tissues, UNLABELED))

    biases = []
    for leg_volume in (small, large):
        trainer = Trainer(a_configuration, people | {SIZED_PHANTOM: [leg_volume]}, tmp_path, cache=tmp_path / "cache")
        biases.append(trainer.finished_weights()["head.bias"])

    assert float(biases[1][8] - biases[0][8]) == pytest.approx((22 - 15) / 4, rel=0.25)


def test_without_such_people_digital_ones_who_were_learned_from_say_how_large(
    a_configuration, make_leg_volume, make_scan, tmp_path
):
    people = {"made": [make_leg_volume("P"), make_leg_volume("Q"), make_scan("phantom-5")]}

    trainer = Trainer(a_configuration, people, tmp_path, cache=tmp_path / "cache")

    assert [leg_volume.person for leg_volume in trainer.calibration_batches.volumes.legs] == ["phantom-5"]


def test_each_slice_of_a_leg_counts_once(a_configuration, make_scan):
    scan = make_scan("phantom-5", slices=9)

    batch = CalibrationBatches([scan], a_configuration, stream=2)[0]

    assert batch.images.shape == (9, 3, 128, 128)
    assert batch.targets.shape == (9, 128, 128)
    shown = batch.images[:, 1].amax(dim=(1, 2))  # the middle one of three is the slice itself
    assert torch.all(shown.diff() > 0)
    assert torch.equal(batch.images[:, 2].amax(dim=(1, 2))[:-1], shown[1:])


@pytest.mark.parametrize(("radius", "size"), [(45, 128), (60, 160), (66, 160)])
def test_a_leg_is_shown_in_the_square_that_inference_would_cut(a_configuration, make_scan, radius, size):
    scan = make_scan("phantom-5")
    tissues = np.where(disk(CENTER, radius), scan.tissues, AIR).astype(np.uint8)
    tissues[:, :, disk(CENTER, radius) & (tissues[0, 0] == AIR)] = UNLABELED
    leg = Leg(None, tissues[0] != AIR, tissues[0] != AIR, np.full((4, 2), (CANVAS - 1) / 2), 0.0)
    affine = np.diag([PIXEL_MM, PIXEL_MM, 24.0, 1.0])
    image = Volume(scan.images[0].astype(np.float32), Geometry(scan.images[0].shape, affine))
    window = cut_window(image, leg, a_configuration.input.leg, mirrored=False)

    shown = CalibrationBatches([replace(scan, tissues=tissues)], a_configuration, stream=2)[0].images[:, 1]

    assert shown.shape[1:] == window.images.shape[1:] == (size, size)
    assert np.allclose(shown, window.images, atol=0.02)


@pytest.mark.parametrize("slice_mm", [24.0, 48.0])
def test_each_slice_counts_once_in_blocks_too(a_configuration, make_scan, slice_mm):
    """Nine slices make three blocks of four; at twice the distance, five and four of them go together."""
    scan = make_scan("phantom-5", slices=9)
    seen = replace(a_configuration.input, context_mm=(0.0,), slice_mm=slice_mm, slices=4)

    batch = CalibrationBatches([scan], replace(a_configuration, input=seen), stream=2)[0]

    assert batch.images.shape == (3, 1, 4, 128, 128)
    labeled = (batch.targets != IGNORED).any(dim=(2, 3))
    assert int(labeled.sum()) == 9
    shown = batch.images[:, 0].amax(dim=(2, 3))[labeled]
    assert len(shown.unique()) == 9


@pytest.mark.slow
def test_finished_weights_differ_from_the_average_in_the_last_bias_alone(a_trainer):
    trainer = a_trainer("run")
    assert trainer.calibration_batches is trainer.validation  # nobody digital was scanned
    trainer.run(silent)
    before = {name: value.clone() for name, value in trainer.average.module.state_dict().items()}

    finished = trainer.finished_weights()

    changed = [name for name, value in finished.items() if not torch.equal(value, before[name])]
    assert changed == ["head.bias"]
    for name, value in trainer.average.module.state_dict().items():  # what goes on is as it was
        assert torch.equal(value, before[name])
