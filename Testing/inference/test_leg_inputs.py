"""What networks of single legs are shown: context, place along the limb, and volumes of slices."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from MuscleSegLib.bundle import LegInput, interleaved
from MuscleSegLib.inference import find_legs
from MuscleSegLib.inference.labeling import label_muscles
from MuscleSegLib.inference.predict import channels_of
from MuscleSegLib.inference.stopwatch import Stopwatch
from MuscleSegLib.inference.window import cut_window
from MuscleSegLib.progress import silent

THIGHS = [(-95.0, 0.0, 70.0, 75.0), (95.0, 5.0, 70.0, 75.0)]


class Bright(nn.Module):
    """Labels what is bright, and writes down what it was shown."""

    def __init__(self):
        super().__init__()
        self.shown = []

    def forward(self, images):
        if images.device.type != "meta":
            self.shown.append(images.clone())
        image = images[:, :1]
        return torch.cat([0.5 - image, image - 0.5], dim=1)


def a_bundle(network, spec):
    about = SimpleNamespace(
        name="a",
        version="1",
        region="thigh",
        label_set="thigh",
        is_fine=False,
        labels=(4,),
        parameters=10,
        sha256=repr(spec),
        input=spec,
        confidence=None,
    )
    return SimpleNamespace(metadata=about, load=lambda: network)


def test_the_place_along_the_limb_is_the_last_channel(image_of_ellipses):
    spec = LegInput(3.0, 0.98, (-10.0, 0.0, 10.0), has_place=True)
    image = image_of_ellipses(THIGHS, slices=5)
    window = cut_window(image, find_legs(image)[0], spec, mirrored=False)

    channels = channels_of(window, spec, 10.0, range(5))

    assert channels.shape[1] == spec.channels == 4
    assert channels[:, 3, 7, 7].tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert np.array_equal(channels[2, :3], window.images[1:4])


def test_a_part_of_the_slices_is_shown_as_it_would_be_among_all(image_of_ellipses):
    spec = LegInput(3.0, 0.98, (-10.0, 0.0, 10.0), has_place=True)
    image = image_of_ellipses(THIGHS, slices=5)
    window = cut_window(image, find_legs(image)[0], spec, mirrored=False)

    assert np.array_equal(channels_of(window, spec, 10.0, range(3, 5)), channels_of(window, spec, 10.0, range(5))[3:])


def test_a_single_slice_is_in_the_middle_of_the_limb(image_of_ellipses):
    spec = LegInput(3.0, 0.98, has_place=True)
    image = image_of_ellipses(THIGHS, slices=1)
    window = cut_window(image, find_legs(image)[0], spec, mirrored=False)

    assert (channels_of(window, spec, 10.0, range(1))[0, 1] == 0.5).all()


@pytest.mark.parametrize(
    ("slice_mm", "expected"),
    [(10.0, [[0, 1, 2, 3, 4, 5, 6]]), (4.0, [[0, 1, 2, 3, 4, 5, 6]]), (21.0, [[0, 2, 4, 6], [1, 3, 5]])],
)
def test_slices_that_are_too_close_are_dealt_out_to_several_volumes(slice_mm, expected):
    assert [list(range(7))[slices] for slices in interleaved(7, slice_mm, 10.0)] == expected


def test_more_volumes_than_slices_are_not_made():
    assert len(interleaved(2, 100.0, 10.0)) == 2


def test_a_three_dimensional_network_labels_every_slice_as_it_is(image_of_ellipses):
    image = image_of_ellipses(THIGHS, slices=7)
    for k in range(7):  # a disk in the right leg that moves from slice to slice
        disk = image_of_ellipses([(70.0 + 8 * k, 5.0, 12.0, 12.0)], slices=1).array[0] == 1.0
        image.array[k] = np.where(disk, 1.0, image.array[k] * 0.3)
    network = Bright()

    bundle = a_bundle(network, LegInput(4.0, 1.0, slice_mm=20.0))
    labeling = label_muscles([image], bundle, device="cpu", legs="auto", progress=silent, watch=Stopwatch())
    labels = labeling.prediction.labels

    assert {tuple(shown.shape[:3]) for shown in network.shown} == {(1, 1, 4), (1, 1, 3)}
    for k in range(7):
        wanted = image.array[k] == 1.0
        assert 2 * ((labels[k] == 4) & wanted).sum() / ((labels[k] == 4).sum() + wanted.sum()) > 0.8
