"""Whole scans of something so simple that what comes out is known."""

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement
from MuscleSegLib.errors import Canceled
from MuscleSegLib.phantom import Tissue
from MuscleSegLib.phantom.scanning import acquire

RECTUS = 4


def measured(case):
    """Return the rows of rectus femoris: measured with the true labels, and true."""
    maps = {name: case.images[name] for name in ("ff", "mtr", "t2")}
    (row,) = [row for row in Measurement(case.labels, scheme("thigh"), maps=maps).rows() if row.label == RECTUS]
    (true,) = [row for row in case.truth if row["label"] == RECTUS]
    return row, true


@pytest.mark.parametrize(("fat", "edema"), [(0.0, 0.0), (0.02, 0.0), (0.3, 0.4), (0.6, 0.0)])
def test_where_a_muscle_s_neighbors_are_like_it_the_maps_give_the_truth(rod, small_protocol, fat, edema):
    # edema ends where the muscle does: only without it are the neighbors alike
    radius = 12.0 if edema == 0 else 25.0
    subject = rod(fat=fat, edema=edema, around=Tissue.OTHER_MUSCLE, fat_around=fat, radius_mm=radius, outer_mm=25.0)
    row, true = measured(acquire(subject, small_protocol()))
    assert row.ff_mean_percent == pytest.approx(true["ff_mean_percent"], abs=0.5)
    assert row.mtr_mean_percent == pytest.approx(true["mtr_mean_percent"], abs=0.5)
    assert row.t2_mean_ms == pytest.approx(true["t2_mean_ms"], abs=1)


def test_the_truth_is_that_of_the_object(rod, small_protocol):
    _, true = measured(acquire(rod(fat=0.3), small_protocol()))
    assert true["ff_mean_percent"] == pytest.approx(30, abs=0.05)
    assert true["volume_cm3"] == pytest.approx(np.pi * 1.2**2 * 6, rel=0.01)


def test_labels_have_the_volume_of_the_muscle(rod, small_protocol):
    row, true = measured(acquire(rod(), small_protocol(pixel_mm=0.75)))
    assert row.volume_cm3 == pytest.approx(true["volume_cm3"], rel=0.003)


@pytest.mark.parametrize("pixel_mm", [1.0, 2.0])
def test_fat_around_a_muscle_is_counted_in_as_geometry_says(rod, small_protocol, pixel_mm):
    # A straight border takes an eighth of a pixel's width in, on average over where it lies in the pixels. The
    # perimeter of a circle over its area is 2 / r.
    errors = []
    for shift in np.linspace(0, pixel_mm, 4, endpoint=False):
        subject = rod(fat=0.0, center_mm=(float(shift), float(shift) / 2), outer_mm=22.0, seed=int(100 * shift))
        row, true = measured(acquire(subject, small_protocol(pixel_mm=pixel_mm, noisy=False)))
        errors.append(row.ff_mean_percent - true["ff_mean_percent"])
    assert np.mean(errors) == pytest.approx(95 * 2 / 12 * pixel_mm / 8, rel=0.25)


def test_a_left_leg_has_labels_of_its_own(rod, small_protocol):
    case = acquire(rod(is_left=True, legs=(0, 1)), small_protocol())
    assert set(np.unique(case.labels.array)) == {0, 100 + RECTUS}


def test_labels_lie_where_the_muscle_is(rod, small_protocol):
    labels = acquire(rod(), small_protocol()).labels
    k, j, i = np.indices(labels.geometry.shape)
    points = labels.geometry.world_from_index(np.stack([i, j, k], axis=-1))
    radius_mm = np.hypot(points[..., 0], points[..., 1])
    half_a_diagonal_mm = np.hypot(*labels.geometry.spacing_mm[:2]) / 2
    assert (labels.array[radius_mm < 12 - half_a_diagonal_mm] == RECTUS).all()
    assert not labels.array[radius_mm > 12 + half_a_diagonal_mm].any()


def test_in_air_maps_have_no_value_and_raw_images_noise(rod, small_protocol):
    images = acquire(rod(), small_protocol()).images
    for name in ("ff", "mtr", "t2"):
        assert np.isnan(images[name].array[:, :2]).all()
    for name in ("anatomy", "raw/mt_off", "raw/mt_on", "raw/t2_echo16", "raw/dixon_echo01_real"):
        assert images[name].array[:, :2].std() > 1


def test_the_same_seed_gives_the_same_images(rod, small_protocol):
    first, again = (acquire(rod(), small_protocol()) for _ in range(2))
    assert first.images.keys() == again.images.keys()
    for name, image in first.images.items():
        np.testing.assert_array_equal(image.array, again.images[name].array)
    assert first.truth == again.truth


def test_another_seed_gives_other_noise(rod, small_protocol):
    first, other = (acquire(rod(seed=seed), small_protocol()) for seed in (1, 2))
    assert (first.images["anatomy"].array[:, 0] != other.images["anatomy"].array[:, 0]).mean() > 0.5


def test_slices_have_noise_of_their_own(rod, small_protocol):
    anatomy = acquire(rod(), small_protocol()).images["anatomy"].array
    assert (anatomy[0, 0] != anatomy[1, 0]).any()


def test_gaps_are_not_excited(rod, small_protocol):
    class Stack(rod):
        """Muscle in the gaps between slices of 10 mm every 15 mm, fat in the slices."""

        def plane(self, z_mm, x_mm, y_mm):
            plane = super().plane(z_mm, x_mm, y_mm)
            in_a_slice = abs((z_mm + 22.5 + 7.5) % 15 - 7.5) < 5
            plane.fat[plane.tissues == RECTUS] = 0.9 if in_a_slice else 0.0
            return plane

    protocol = small_protocol(noisy=False)
    bright, dark = (acquire(subject, protocol).images["anatomy"].array for subject in (Stack(), rod(fat=0.0)))
    fatty = acquire(rod(fat=0.9), protocol).images["anatomy"].array
    np.testing.assert_array_equal(bright, fatty)
    assert bright[0, 16, 16] > 2 * dark[0, 16, 16]


def test_progress_runs_to_its_end(rod, small_protocol):
    fractions = []
    acquire(rod(), small_protocol(), progress=lambda fraction, message: fractions.append(fraction))
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_it_can_be_stopped(rod, small_protocol):
    def stop(fraction, message):
        raise Canceled

    with pytest.raises(Canceled):
        acquire(rod(), small_protocol(), progress=stop)
