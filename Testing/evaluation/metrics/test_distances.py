"""Distances of hand-made masks, and those that SimpleITK and MONAI find."""

import math

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it
import torch
from monai import metrics
from monai.metrics.utils import get_edge_surface_distance
from scipy import ndimage

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.metrics import distances
from MuscleSegLib.volume import Geometry, Volume

SPACING_MM = (0.7, 1.3, 15.0)
"""Along i, j and k: thin pixels, far slices."""


def labels_of(array, spacing_mm=SPACING_MM):
    array = np.asarray(array, np.uint8)
    return Volume(array, Geometry(array.shape, np.diag([*spacing_mm, 1.0])))


@pytest.fixture(scope="module")
def two_blobs():
    """A smooth blob, and the same moved and made smaller."""
    noise = ndimage.gaussian_filter(np.random.default_rng(3).normal(size=(8, 40, 50)), (1, 4, 4))
    return noise > 0.03, np.roll(noise, (2, 1), (1, 2)) > 0.04


def test_two_points_are_as_far_apart_as_pythagoras_says():
    # 3 columns of 0.7, 2 rows of 1.3 and 1 slice of 15 mm apart
    labels, reference = np.zeros((2, 4, 6, 6), np.uint8)
    labels[1, 1, 1], reference[2, 3, 4] = 1, 1
    away = math.sqrt((3 * 0.7) ** 2 + (2 * 1.3) ** 2 + 15.0**2)

    surface_distances = distances(labels_of(labels), labels_of(reference))[1]

    assert (
        surface_distances.hd_mm,
        surface_distances.hd95_mm,
        surface_distances.assd_mm,
        surface_distances.rmsd_mm,
    ) == pytest.approx((away,) * 4, rel=1e-6)


def test_a_row_that_is_longer_by_three_voxels():
    # One row of 4 voxels in the other of 7. Of 11 surface voxels 8 lie on the other surface, and 3 are 1, 2, 3 columns
    # of 2 mm from its end. 95th percentile of (0, 0, 0, 0, 2, 4, 6): 0.95 * 6 = 5.7, so 4 + 0.7 * 2 = 5.4.
    short, long = np.zeros((2, 3, 3, 12), np.uint8)
    short[1, 1, 2:6] = long[1, 1, 2:9] = 4

    surface_distances = distances(labels_of(short, (2.0, 2.0, 10.0)), labels_of(long, (2.0, 2.0, 10.0)))[4]

    assert surface_distances.hd_mm == pytest.approx(6)
    assert surface_distances.hd95_mm == pytest.approx(5.4)
    assert surface_distances.assd_mm == pytest.approx((2 + 4 + 6) / 11)
    assert surface_distances.rmsd_mm == pytest.approx(math.sqrt((4 + 16 + 36) / 11))


def test_one_slice_too_many_counts_with_the_distance_of_slices():
    labels, reference = np.zeros((2, 6, 5, 5), np.uint8)
    labels[1:5, 1:4, 1:4] = reference[1:4, 1:4, 1:4] = 1

    assert distances(labels_of(labels), labels_of(reference))[1].hd_mm == pytest.approx(15)


def test_the_same_has_no_distance(two_blobs):
    labels = labels_of(two_blobs[0])
    surface_distances = distances(labels, labels)[1]
    assert (
        surface_distances.hd_mm,
        surface_distances.hd95_mm,
        surface_distances.assd_mm,
        surface_distances.rmsd_mm,
    ) == (0, 0, 0, 0)


def test_the_hausdorff_distance_is_that_of_simpleitk(two_blobs):
    labels, other = (labels_of(mask) for mask in two_blobs)
    images = [sitk.GetImageFromArray(volume.array) for volume in (labels, other)]
    for image in images:
        image.SetSpacing(SPACING_MM)
    itk_filter = sitk.HausdorffDistanceImageFilter()
    itk_filter.Execute(*images)

    assert distances(labels, other)[1].hd_mm == pytest.approx(itk_filter.GetHausdorffDistance(), rel=1e-6)


def test_all_distances_are_those_of_monai(two_blobs):
    pair = [torch.from_numpy(mask)[None, None] for mask in two_blobs]
    spacing = SPACING_MM[::-1]
    options = {"include_background": True, "spacing": spacing}
    hd, hd95 = (metrics.compute_hausdorff_distance(*pair, percentile=at, **options).item() for at in (None, 95))
    assd = metrics.compute_average_surface_distance(*pair, symmetric=True, **options).item()
    _, each, _ = get_edge_surface_distance(pair[0][0, 0], pair[1][0, 0], spacing=spacing, symmetric=True)
    rmsd = math.sqrt(np.mean(np.concatenate([surface.numpy() for surface in each]) ** 2))

    surface_distances = distances(*(labels_of(mask) for mask in two_blobs))[1]

    assert (
        surface_distances.hd_mm,
        surface_distances.hd95_mm,
        surface_distances.assd_mm,
        surface_distances.rmsd_mm,
    ) == pytest.approx((hd, hd95, assd, rmsd), rel=1e-6)


def test_other_labels_and_other_corners_do_not_matter(two_blobs):
    labels, other = (np.pad(5 * mask.astype(np.uint8), 3) for mask in two_blobs)
    labels[0, 0, 0], other[-1, -1, -1] = 3, 3
    alone = distances(*(labels_of(mask) for mask in two_blobs))[1]

    assert distances(labels_of(labels), labels_of(other))[5] == alone


def test_a_label_that_one_of_them_lacks_has_no_distance():
    labels, reference = np.zeros((2, 3, 3, 3), np.uint8)
    labels[1, 1, 1], reference[1, 1, 1] = 1, 2

    assert distances(labels_of(labels), labels_of(reference)) == {}


def test_two_grids_are_refused():
    array = np.ones((3, 3, 3), np.uint8)
    with pytest.raises(MuscleSegError, match="same grid"):
        distances(labels_of(array), labels_of(array, (0.7, 1.3, 14.0)))
