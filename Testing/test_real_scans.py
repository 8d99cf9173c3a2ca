"""The main job on real people: scans that no network of ours was trained on."""

import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement, merge_labels
from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.inference import find_legs, segment
from MuscleSegLib.maps import fat_fraction
from MuscleSegLib.volume import Geometry, Volume, canonical, read_labels, read_volume

BOTH_LEGS = {*range(1, 11), *range(101, 111)}
WATER = ("Thigh_001_0001", "Thigh_003_0001")
FAT = ("Thigh_001_0000", "Thigh_003_0000")


@pytest.fixture(scope="module")
def segmented(shared_data):
    """The labels of the patients' fat and water images."""
    bundle = find_bundle("thigh")
    folder = shared_data / "thigh_cases"
    return {name: segment(read_volume(folder / f"{name}.nii.gz"), bundle).labels for name in (*WATER, *FAT)}


def mean_dice(labels: Volume, reference: Volume) -> float:
    """The mean DSC of the ten muscles, both legs together: the reference has no sides."""
    codes = labels.array % 100
    scores = []
    for code in range(1, 11):
        drawn, reference_mask = codes == code, reference.array == code
        scores.append(2 * (drawn & reference_mask).sum() / (drawn.sum() + reference_mask.sum()))
    return float(np.mean(scores))


@pytest.mark.slow
@pytest.mark.parametrize("name", [*WATER, *FAT])
def test_no_muscle_is_absent(segmented, name):
    assert set(np.unique(segmented[name].array)) - {0} == BOTH_LEGS


def test_the_muscles_of_two_heavily_infiltrated_patients_are_found(segmented, shared_data):
    scores = []
    for name in WATER:
        labels, _ = read_labels(shared_data / "thigh_cases" / f"{name[:9]}_labels.nii.gz")
        scores.append(mean_dice(segmented[name], merge_labels(labels, scheme("huashan11"), "thigh")))

    assert np.mean(scores) >= 0.60


@pytest.mark.parametrize("name", [*WATER, *FAT])
def test_the_left_leg_is_on_the_left(segmented, name):
    labels = segmented[name]
    right, left = (
        np.argwhere(mask)[:, ::-1] for mask in ((labels.array % 100 > 0) & (labels.array < 100), labels.array > 100)
    )

    x_right, x_left = (labels.geometry.world_from_index(index)[:, 0] for index in (right, left))

    assert np.percentile(x_left, 99) < np.percentile(x_right, 1)


def test_the_fat_fraction_of_a_real_patient_s_muscles_is_near_that_of_the_published_labels(segmented, shared_data):
    folder = shared_data / "thigh_cases"
    reference, _ = read_labels(folder / "Thigh_003_labels.nii.gz")
    both = Volume(segmented[WATER[1]].array % 100, segmented[WATER[1]].geometry)
    ff = fat_fraction(*(read_volume(folder / f"Thigh_003_{name}.nii.gz") for name in ("0000", "0001")))

    ours, published = (
        {row.muscle: row.ff_mean_percent for row in Measurement(labels, scheme("thigh"), maps={"ff": ff}).rows()}
        for labels in (both, merge_labels(reference, scheme("huashan11"), "thigh"))
    )

    errors = [abs(ours[muscle] - published[muscle]) for muscle in ours]
    assert np.median(errors) < 5


@pytest.mark.parametrize("name", ["whole_thigh_upper_calf_1p5mm", "hip_thigh_3mm"])
def test_the_sides_of_another_tool_s_labels_are_ours(shared_data, name):
    """In an image made of MuscleMap's labels we find its two legs, and which is which."""
    labels = canonical(read_labels(shared_data / "whole_leg_labels" / f"{name}.nii.gz")[0])
    ours = merge_labels(labels, scheme("musclemap"), "thigh").array
    thigh = np.flatnonzero([len(np.unique(slice_)) > 16 for slice_ in ours])
    middle = slice(int(thigh[0]), int(thigh[-1]), 4)
    array = np.where(labels.array[middle] > 0, 500, 0)
    affine = labels.geometry.affine @ np.diag([1.0, 1.0, 4.0, 1.0])
    image = Volume(array.astype(np.int16), Geometry(array.shape, affine))

    right, left = find_legs(image)

    is_right, is_left = (ours[middle] > 0) & (ours[middle] < 100), ours[middle] > 100
    assert right.region[is_right].mean() > 0.99
    assert left.region[is_left].mean() > 0.99


def test_the_compartments_of_a_real_calf_are_found(shared_data):
    folder = shared_data / "calf_cases"
    labels = canonical(segment(read_volume(folder / "bilateral_healthy.nii.gz"), find_bundle("calf")).labels)
    reference = canonical(read_labels(folder / "bilateral_healthy_labels.nii.gz")[0])
    both_drawn = slice(1, 25)

    scores = []
    for code in range(1, 7):
        drawn, reference_mask = labels.array[both_drawn] % 100 == code, reference.array[both_drawn] == code
        scores.append(2 * (drawn & reference_mask).sum() / (drawn.sum() + reference_mask.sum()))

    assert np.mean(scores) > 0.75
    assert set(np.unique(labels.array)) - {0} == {*range(1, 7), *range(101, 107)}


def test_the_sides_of_a_rater_s_calves_are_ours(shared_data):
    folder = shared_data / "calf_cases"
    labels = segment(read_volume(folder / "t1_slice.nii.gz"), find_bundle("calf")).labels.array
    reference = read_labels(folder / "t1_slice_labels.nii.gz")[0].array

    both = (labels > 0) & (reference > 0)

    assert ((labels > 100) == (reference > 100))[both].all()
