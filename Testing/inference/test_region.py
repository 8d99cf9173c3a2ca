"""Which region a scan shows, on digital legs and on real ones, whatever the contrast."""

import numpy as np
import pytest

from MuscleSegLib.errors import Canceled
from MuscleSegLib.inference import find_region
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume, read_volume

REAL = {
    "thigh": [
        "thigh_cases/Thigh_001_0000",
        "thigh_cases/Thigh_001_0001",
        "thigh_cases/Thigh_003_0000",
        "thigh_cases/Thigh_003_0001",
        "thigh_cases/bilateral_healthy",
    ],
    "calf": ["calf_cases/bilateral_healthy", "calf_cases/t1_slice"],
}


@pytest.fixture(scope="module")
def legs_image(plain_scan):
    """An image of a few slices of digital legs of a region."""

    def make(region: str, *, legs: int, slices: int = 3) -> Volume:
        affine = np.diag([-2.5, -2.5, 24.0, 1.0])
        affine[:3, 3] = [(1.25 * 88 if legs == 1 else 216), 140, -12.0 * (slices - 1)]
        drawn = digital_legs(region, seed=11, fat_fraction=8, legs=legs)
        return plain_scan(drawn, Geometry((slices, 113, 88 if legs == 1 else 173), affine))[0]

    return make


@pytest.mark.parametrize(("region", "legs"), [("thigh", 2), ("calf", 1)])
@pytest.mark.slow
def test_the_region_of_digital_legs_is_found(legs_image, region, legs):
    answer = find_region(legs_image(region, legs=legs))

    assert answer.name == region
    assert answer.is_sure


@pytest.mark.slow
@pytest.mark.parametrize("counts", [(5, 5), (3, 9), (9, 3)])
def test_calves_and_thighs_of_one_image_are_both_found(legs_image, counts):
    below, above = legs_image("calf", legs=2, slices=counts[0]), legs_image("thigh", legs=2, slices=counts[1])
    array = np.concatenate([below.array, above.array])

    answer = find_region(Volume(array, Geometry(array.shape, below.geometry.affine)))

    assert answer.name == "lower-limb"
    assert answer.is_sure


@pytest.mark.slow
def test_the_storage_order_changes_nothing(legs_image):
    image = legs_image("calf", legs=1)
    affine = image.geometry.affine[:, [2, 0, 1, 3]]
    array = np.ascontiguousarray(image.array.transpose(1, 2, 0))
    stored = Volume(array, Geometry(array.shape, affine))

    assert find_region(stored).certainty == pytest.approx(find_region(image).certainty, abs=1e-6)


@pytest.mark.parametrize(("region", "name"), [(region, name) for region, names in REAL.items() for name in names])
@pytest.mark.slow
def test_the_region_of_a_real_scan_is_found(shared_data, region, name):
    answer = find_region(read_volume(shared_data / f"{name}.nii.gz"))

    assert answer.name == region
    assert answer.is_sure


@pytest.mark.slow
def test_the_hips_of_a_real_scan_are_not_told_with_certainty(shared_data):
    whole = read_volume(shared_data / "thigh_cases" / "Thigh_001_0000.nii.gz")
    half = len(whole.array) // 2
    affine = whole.geometry.affine.copy()
    affine[:, 3] += half * affine[:, 2]
    upper = Volume(whole.array[half:], Geometry(whole.array[half:].shape, affine))

    assert not find_region(upper).is_sure


@pytest.mark.slow
def test_progress_rises_and_may_stop_the_work(legs_image):
    fractions = []

    def stop_at_half(fraction: float, message: str) -> None:
        fractions.append(fraction)
        if fraction >= 0.5:
            raise Canceled

    with pytest.raises(Canceled):
        find_region(legs_image("calf", legs=1), stop_at_half)
    assert fractions == sorted(fractions)


@pytest.mark.slow
@pytest.mark.parametrize("image_kind", ["noise", "a disk"])
def test_what_is_no_leg_is_not_told_with_certainty(image_kind):
    grid = Geometry((3, 96, 96), np.diag([2.0, 2.0, 20.0, 1.0]))
    _, j, i = np.indices(grid.shape)
    noise = np.abs(np.random.default_rng(0).normal(0, 1, grid.shape))
    image = noise if image_kind == "noise" else np.hypot(j - 48, i - 48) < 38

    assert not find_region(Volume(image.astype(np.float32), grid)).is_sure
