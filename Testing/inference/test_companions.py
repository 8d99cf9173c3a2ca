"""Several images of one scan are segmented together."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import softmax

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.companions import on_grid_of, sum_of
from MuscleSegLib.inference.predict import joined_logits
from MuscleSegLib.volume import Geometry, Volume


def image_of(array: np.ndarray, affine: np.ndarray | None = None, name: str = "water.nii.gz") -> Volume:
    return Volume(array, Geometry(array.shape, np.eye(4) if affine is None else affine), Path(name))


def a_ramp(shape: tuple[int, int, int] = (4, 10, 12)) -> np.ndarray:
    return np.broadcast_to(np.arange(shape[2], dtype=np.float32), shape).copy()


def test_an_image_on_finer_voxels_is_brought_to_the_first_ones_grid() -> None:
    first = image_of(np.ones((4, 10, 12), np.float32))
    half = np.diag([0.5, 0.5, 1.0, 1.0])
    fine = image_of(np.broadcast_to(np.arange(24, dtype=np.float32) / 2, (4, 20, 24)).copy(), half, "fat.nii.gz")
    assert np.allclose(on_grid_of(first, fine).array, a_ramp())


@pytest.mark.parametrize("shift", [(60.0, 0, 0), (0, -8.0, 0), (0, 0, 2.0)])
def test_an_image_of_another_field_of_view_is_refused(shift: tuple[float, float, float]) -> None:
    affine = np.eye(4)
    affine[:3, 3] = shift
    with pytest.raises(MuscleSegError, match=r"fat\.nii\.gz does not cover the field of view of water\.nii\.gz"):
        on_grid_of(image_of(a_ramp()), image_of(a_ramp() + 1, affine, "fat.nii.gz"))


def test_an_image_of_another_frame_of_reference_is_refused() -> None:
    first, second = (replace(image_of(a_ramp() + uid), frame_of_reference=f"1.2.{uid}") for uid in (1, 2))
    with pytest.raises(MuscleSegError, match="different frames of reference"):
        on_grid_of(first, second)


def test_the_same_image_twice_is_refused() -> None:
    with pytest.raises(MuscleSegError, match="holds the same voxels as"):
        on_grid_of(image_of(a_ramp()), image_of(a_ramp(), name="copy.nii.gz"))


def test_the_same_image_along_other_axes_is_refused() -> None:
    first = image_of(np.random.default_rng(1).normal(100, 20, (4, 10, 12)).astype(np.float32))
    turned = replace(first.to_orientation("LPS"), path=Path("copy.nii.gz"))
    with pytest.raises(MuscleSegError, match=r"copy\.nii\.gz holds the same voxels as"):
        on_grid_of(first, turned)


def test_an_image_of_another_patient_is_refused() -> None:
    first, second = (replace(image_of(a_ramp() + name), patient=f"P{name}") for name in (1, 2))
    with pytest.raises(MuscleSegError, match="different patients"):
        on_grid_of(first, second)


@pytest.mark.parametrize("kind", [np.uint8, np.float32, np.bool_])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_label_map_is_refused(kind: type, is_first: bool) -> None:
    labels = np.zeros((4, 10, 12))
    labels[1:3, 2:8, 2:11] = 4
    given = image_of(a_ramp()), image_of(labels.astype(kind), name="labels.nii.gz")
    with pytest.raises(MuscleSegError, match=r"labels\.nii\.gz is a label map"):
        on_grid_of(*given[:: -1 if is_first else 1])


def test_what_is_dark_in_one_image_and_bright_in_another_is_bright_in_their_sum() -> None:
    water, fat = a_ramp(), 3000 * (11 - a_ramp())
    both = sum_of([image_of(water), image_of(fat)]).array
    assert both.min() > 0.9


def test_images_are_joined_by_the_mean_of_their_probabilities() -> None:
    logits = [np.random.default_rng(seed).normal(0, 3, (4, 5, 6)).astype(np.float32) for seed in range(3)]
    joined = joined_logits([torch.from_numpy(single) for single in logits]).numpy()
    assert np.allclose(np.exp(joined), np.mean([softmax(single, axis=0) for single in logits], axis=0), atol=1e-6)


def test_a_single_image_s_logits_stay_as_they_are() -> None:
    logits = torch.randn(4, 5, 6)
    assert joined_logits([logits]) is logits
