import numpy as np
import pytest
import torch
from scipy import ndimage

from MuscleSegLib.inference.pasting import most_likely, paste_classes
from MuscleSegLib.inference.window import Window

SIZE, SHAPE = 32, (50, 60)


def smooth_logits(seed, classes=5):
    noise = np.random.default_rng(seed).normal(size=(classes, SIZE, SIZE))
    return ndimage.gaussian_filter(noise, (0, 3, 3)).astype(np.float32)


def interpolated_classes(logits, window):
    """The highest of all logits, each interpolated by SciPy at every voxel; 0 beyond the window."""
    voxels = np.indices(SHAPE).reshape(2, -1) - window.origins[0][:, None]
    pixels = np.linalg.inv(window.steps) @ voxels
    values = [ndimage.map_coordinates(layer.astype(float), pixels, order=1, mode="nearest") for layer in logits]
    outside = ((pixels < 0) | (pixels > SIZE - 1)).any(axis=0)
    return np.where(outside, 0, np.argmax(values, axis=0)).reshape(SHAPE)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("degrees", [0.0, 12.0, -40.0])
@pytest.mark.parametrize("pixel", [0.7, 1.3, 2.0])
def test_classes_are_those_of_the_interpolated_logits(seed, degrees, pixel):
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    steps = pixel * np.array([[cosine, sine], [-sine, cosine]])
    window = Window(np.zeros((1, SIZE, SIZE), np.float32), steps, np.array([[4.3, 7.1]]))
    logits = smooth_logits(seed)

    rows, columns, classes = paste_classes(torch.from_numpy(logits), window, 0, SHAPE)

    pasted = np.zeros(SHAPE, int)
    pasted[rows, columns] = classes
    assert np.array_equal(pasted, interpolated_classes(logits, window))


def test_a_slice_without_muscle_stays_empty():
    logits = torch.zeros(3, SIZE, SIZE)
    logits[0] = 1.0
    window = Window(np.zeros((1, SIZE, SIZE), np.float32), np.eye(2), np.zeros((1, 2)))

    assert paste_classes(logits, window, 0, SHAPE)[2].size == 0


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_first_of_the_highest_classes_is_the_most_likely(seed):
    values = np.random.default_rng(seed).integers(0, 3, (6, 40)).astype(np.float32)  # with many ties

    highest, classes = most_likely(values)

    assert np.array_equal(highest, values.max(axis=0))
    assert np.array_equal(classes, values.argmax(axis=0))
