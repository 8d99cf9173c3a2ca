"""Scans that a network must not learn from: each is refused with its own sentence, and nothing is installed."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.bundle import fast_bundle, user_folder
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.adaptation import Request, adapt
from MuscleSegLib.volume import Geometry, Volume

pytestmark = pytest.mark.slow


@pytest.fixture
def refusal(tmp_path, monkeypatch):
    """A function that asks for an adaptation, and returns the sentence of its refusal."""
    monkeypatch.setenv("MUSCLESEG_NETWORKS", str(tmp_path / "networks"))

    def of(folder, region="thigh"):
        request = Request(fast_bundle(region), folder, "mine", tmp_path / "cache")
        with pytest.raises(MuscleSegError) as error:
            adapt(request)
        assert not user_folder().exists(), "nothing is installed, and the same name can be used once it is mended"
        return str(error.value)

    return of


def relabeled(labels, values):
    table = np.arange(256, dtype=np.uint8)
    for value, other in values.items():
        table[value] = other
    return replace(labels, array=table[labels.array])


def moved(labels, *, slices=0, rows=0, columns=0):
    return replace(labels, array=np.roll(labels.array, (slices, rows, columns), axis=(0, 1, 2)))


@pytest.mark.parametrize(
    ("rows", "columns"), [(4, 0), (0, 4), (0, -4), (-3, 3)], ids=["back", "left", "right", "front and left"]
)
def test_labels_shifted_by_10_mm(thighs, write_case, refusal, rows, columns):
    image, labels = thighs
    sentence = refusal(write_case(image, moved(labels, rows=rows, columns=columns)))
    assert "P_labels.nii.gz are shifted by about 1" in sentence


def test_labels_with_the_origin_of_another_image(thighs, write_case, refusal):
    image, labels = thighs
    affine = labels.geometry.affine.copy()
    affine[:3, 3] += [6, 8, 0]
    sentence = refusal(write_case(image, replace(labels, geometry=replace(labels.geometry, affine=affine))))
    assert "lie 10 mm beside their image" in sentence


@pytest.mark.parametrize("kept", [range(5), [1, 2], [2]], ids=["all slices", "two slices", "one slice"])
def test_sides_exchanged_in_the_labels(thighs, write_case, refusal, kept):
    image, labels = thighs
    values = {code: code + 100 for code in range(1, 11)} | {code + 100: code for code in range(1, 11)}
    some = np.isin(np.arange(len(labels.array)), list(kept))[:, None, None]
    exchanged = relabeled(replace(labels, array=labels.array * some), values)
    sentence = refusal(write_case(image, exchanged))
    assert "The sides are exchanged in" in sentence
    assert "P_labels.nii.gz: muscles called" in sentence


def test_a_single_leg_called_after_the_other_side(thighs, write_case, refusal):
    image, labels = thighs  # columns run to the subject's left
    half = slice(0, labels.array.shape[2] // 2)
    right = labels.array[..., half]
    geometry = Geometry(right.shape, labels.geometry.affine)
    one_leg = Volume(np.ascontiguousarray(image.array[..., half]), geometry)
    called_left = np.where(right > 0, right + 100, 0).astype(np.uint8)
    sentence = refusal(write_case(one_leg, Volume(called_left, geometry)))
    assert "The sides are exchanged in" in sentence
    assert "is a right one" in sentence


@pytest.mark.parametrize(
    "values",
    [{8: 9, 9: 8}, {4: 8, 8: 9, 9: 4}, {code: 11 - code for code in range(1, 11)}],
    ids=["two", "three in turn", "all"],
)
def test_names_exchanged(thighs, write_case, refusal, values):
    image, labels = thighs
    both = values | {code + 100: other + 100 for code, other in values.items()}
    sentence = refusal(write_case(image, relabeled(labels, both)))
    assert "Muscles are called by one another's names in" in sentence
    if 8 in values and values[8] == 9:
        assert "vastus lateralis seems to be the vastus intermedius" in sentence


def test_no_muscle_at_all(thighs, write_case, refusal):
    image, labels = thighs
    assert "holds no muscle of the thigh" in refusal(write_case(image, relabeled(labels, dict.fromkeys(range(256), 0))))


def test_one_slice_of_one_leg_leaves_none_to_judge_by(thighs, write_case, refusal):
    image, labels = thighs
    array = np.where(labels.array > 100, 0, labels.array)
    array[[0, 1, 3, 4]] = 0
    assert "correct another slice" in refusal(write_case(image, replace(labels, array=array)))


@pytest.mark.parametrize("has_sides", [True, False])
def test_a_calf_for_a_network_of_the_thigh(calves, write_case, refusal, has_sides):
    image, labels = calves
    if not has_sides:
        labels = replace(labels, array=np.where(labels.array > 100, labels.array - 100, labels.array))
    assert "P.nii.gz shows the calf, not the thigh" in refusal(write_case(image, labels))


def test_a_thigh_for_a_network_of_the_calf(thighs, write_case, refusal):
    image, labels = thighs
    few = relabeled(labels, {value: 0 for code in range(7, 11) for value in (code, code + 100)})
    assert "P.nii.gz shows the thigh, not the calf" in refusal(write_case(image, few), "calf")
