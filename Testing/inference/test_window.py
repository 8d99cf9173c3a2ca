from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import ndimage

from MuscleSegLib.bundle import LegInput
from MuscleSegLib.inference import find_legs
from MuscleSegLib.inference.pasting import paste_classes
from MuscleSegLib.inference.window import cut_window

THIGHS = [(-95.0, 0.0, 70.0, 75.0), (95.0, 5.0, 70.0, 75.0)]


@pytest.fixture
def a_spec():
    return LegInput(pixel_mm=2.0, context_mm=(-24.0, 0.0, 24.0), bright_quantile=0.98)


@pytest.fixture
def a_thigh_with_a_mark(image_of_ellipses):
    """Two thighs; the right one holds a bright disk, 30 mm to the right and 20 mm to the front of its middle."""
    image = image_of_ellipses([*THIGHS], pixel_mm=3.0)
    marked = image_of_ellipses([(125.0, 25.0, 12.0, 12.0)], pixel_mm=3.0)
    image.array[marked.array == 1.0] = 3.0
    return image


@pytest.mark.parametrize("degrees", [0.0, 20.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_what_is_cut_and_pasted_lies_where_it_lay(a_thigh_with_a_mark, a_spec, mirrored, degrees):
    image = a_thigh_with_a_mark
    right = replace(find_legs(image)[0], angle=np.deg2rad(degrees))
    window = cut_window(image, right, a_spec, mirrored=mirrored)

    brightness = torch.from_numpy(window.images[2])
    logits = torch.stack([torch.full_like(brightness, 0.65), brightness])

    rows, columns, classes = paste_classes(logits, window, 2, image.array.shape[1:])

    filled = np.zeros(image.array.shape[1:], dtype=bool)
    filled[rows, columns] = classes == 1
    wanted = image.array[2] == 3.0
    assert 2 * (filled & wanted).sum() / (filled.sum() + wanted.sum()) > 0.9


def test_a_mirrored_window_is_the_mirror_image(a_thigh_with_a_mark, a_spec):
    right, _ = find_legs(a_thigh_with_a_mark)

    as_it_is = cut_window(a_thigh_with_a_mark, right, a_spec, mirrored=False)
    mirrored = cut_window(a_thigh_with_a_mark, right, a_spec, mirrored=True)

    assert np.allclose(mirrored.images, as_it_is.images[:, :, ::-1], atol=1e-5)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_leg_that_lies_turned_looks_as_if_it_did_not(image_of_ellipses, a_spec, mirrored):
    """Two thighs, each with a mark to its right; and the same, turned by 20 degrees."""

    def window_of(degrees):
        cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        turned = [(right * cosine, right * sine) for right in (-70, 70, 95)]
        image = image_of_ellipses([(*turned[0], 50, 50), (*turned[1], 50, 50)], pixel_mm=3.0)
        image.array[image_of_ellipses([(*turned[2], 15, 15)], pixel_mm=3.0).array == 1.0] = 3.0
        return cut_window(image, find_legs(image)[0], a_spec, mirrored=mirrored).images[2]

    straight, turned = (np.argwhere(window_of(degrees) > 0.65).mean(axis=0) for degrees in (0, 20))

    assert turned == pytest.approx(straight, abs=2)


def test_the_other_leg_is_air_in_the_window(image_of_ellipses, a_spec):
    image = image_of_ellipses([(-60.0, 0.0, 55.0, 75.0), (60.0, 0.0, 55.0, 75.0)], pixel_mm=3.0)
    image.array[:, :, : image.array.shape[2] // 2] *= 2.0
    right, _ = find_legs(image)

    window = cut_window(image, right, a_spec, mirrored=False)

    assert window.images.max() < 1.3


def test_brightness_does_not_depend_on_the_scanner_s_scale(image_of_ellipses, a_spec):
    image = image_of_ellipses(THIGHS)
    right, _ = find_legs(image)
    images = cut_window(image, right, a_spec, mirrored=False).images
    image.array[:] *= 1234.5

    assert np.allclose(cut_window(image, right, a_spec, mirrored=False).images, images, atol=1e-5)


def test_a_dark_end_slice_is_as_bright_as_the_others(image_of_ellipses, a_spec):
    image = image_of_ellipses(THIGHS)
    image.array[0] *= 0.2
    right, _ = find_legs(image)

    images = cut_window(image, right, a_spec, mirrored=False).images

    assert np.median(images[0][images[0] > 0.5]) == pytest.approx(np.median(images[2][images[2] > 0.5]), rel=0.05)


def test_the_window_holds_the_leg_and_fits_the_network(image_of_ellipses, a_spec):
    image = image_of_ellipses(THIGHS)
    right, _ = find_legs(image)

    size = cut_window(image, right, a_spec, mirrored=False).images.shape[1]

    assert size % 32 == 0
    assert size * a_spec.pixel_mm >= 150


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("degrees", [0.0, 7.0, -25.0])
def test_a_window_is_the_slice_interpolated_by_scipy(a_thigh_with_a_mark, a_spec, mirrored, degrees):
    image = a_thigh_with_a_mark
    leg = replace(find_legs(image)[0], angle=np.deg2rad(degrees))

    window = cut_window(image, leg, replace(a_spec, pixel_mm=5.0), mirrored=mirrored)

    blur = 0.4 * np.sqrt((5.0 / 3.0) ** 2 - 1)
    smooth = ndimage.gaussian_filter(np.where(leg.region[2], image.array[2], 0).astype(np.float32), blur)
    turn = {"offset": window.origins[2], "output_shape": window.images.shape[1:], "order": 1}
    cut = ndimage.affine_transform(smooth, window.steps, **turn)
    inside = ndimage.affine_transform(leg.mask[2].astype(np.float32), window.steps, **turn) > 0.5
    assert np.allclose(window.images[2], np.clip(cut / np.quantile(cut[inside], 0.98), 0, 2), atol=1e-6)
