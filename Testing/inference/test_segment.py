"""The shipped network on digital thighs: sides, grids, storage orders, and stopping."""

import logging
from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.anatomy import Side
from MuscleSegLib.bundle import fast_bundle
from MuscleSegLib.errors import Canceled, MuscleSegError
from MuscleSegLib.inference import segment
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, Volume, canonical, like

SLICES = 5
BOTH_LEGS = {*range(1, 11), *range(101, 111)}


@pytest.fixture(scope="module")
def bundle():
    return fast_bundle("thigh")


@pytest.fixture(scope="module")
def grid():
    """Five slices in the middle of both thighs, 2 x 2 x 24 mm, stored as scanners do, towards left and posterior."""
    affine = np.array([[-2.0, 0, 0, 216], [0, -2, 0, 140], [0, 0, 24, -48], [0, 0, 0, 1]])
    return Geometry((SLICES, 141, 217), affine)


@pytest.fixture(scope="module")
def thighs(grid, plain_scan):
    """An image of two thighs, and its true labels."""
    return plain_scan(digital_legs("thigh", seed=1, fat_fraction=5), grid)


@pytest.fixture(scope="module")
def result(thighs, bundle):
    return segment(thighs[0], bundle, device="cpu")


def dice(labels, truth, value):
    drawn, reference = labels == value, truth == value
    return 2 * (drawn & reference).sum() / (drawn.sum() + reference.sum())


def middles_mm(labels: Volume) -> dict[int, np.ndarray]:
    """The mean place of each label, towards the right, front and head."""
    return {
        int(value): labels.geometry.world_from_index(np.argwhere(labels.array == value)[:, ::-1]).mean(axis=0)
        for value in np.unique(labels.array[labels.array > 0])
    }


@pytest.mark.slow
def test_both_legs_have_their_ten_muscles(result):
    assert set(np.unique(result.labels.array)) - {0} == BOTH_LEGS
    assert result.sides == (Side.RIGHT, Side.LEFT)


@pytest.mark.slow
def test_the_muscles_are_where_they_truly_are(result, thighs):
    scores = [dice(result.labels.array, thighs[1].array, value) for value in sorted(BOTH_LEGS)]

    assert np.mean(scores) > 0.7


def test_the_left_leg_s_labels_are_on_the_subject_s_left(result):
    middles = middles_mm(result.labels)

    assert max(middles[value][0] for value in middles if value > 100) < 0
    assert min(middles[value][0] for value in middles if value < 100) > 0
    for left in (0, 100):  # in both legs vastus lateralis is on the outside of vastus medialis
        assert abs(middles[9 + left][0]) > abs(middles[10 + left][0])


def test_labels_lie_on_exactly_the_image_s_grid(result, thighs):
    assert result.labels.geometry is thighs[0].geometry
    assert result.labels.array.dtype == np.uint8


@pytest.mark.parametrize(
    ("order", "flips"), [((2, 1, 0), (False, False, True)), ((1, 2, 0), (True, False, True)), ((0, 2, 1), (True,) * 3)]
)
def test_the_storage_order_changes_no_voxel(thighs, result, bundle, order, flips):
    stored = stored_otherwise(thighs[0], order, flips)

    labels = segment(stored, bundle, device="cpu").labels

    assert labels.geometry is stored.geometry
    assert np.array_equal(like(labels, result.labels.geometry).array, result.labels.array)


def stored_otherwise(volume: Volume, order: tuple[int, ...], flips: tuple[bool, ...]) -> Volume:
    """The same voxels in the same place, with the axes i, j, k in another order and some of them reversed."""
    affine = volume.geometry.affine[:, [*order, 3]].copy()
    array = volume.array.transpose([2 - axis for axis in reversed(order)])
    for axis, flip in enumerate(flips):
        if flip:
            affine[:, 3] += affine[:, axis] * (array.shape[2 - axis] - 1)
            affine[:, axis] *= -1
            array = np.flip(array, 2 - axis)
    return Volume(np.ascontiguousarray(array), Geometry(array.shape, affine))


def test_a_scan_tilted_by_20_degrees_gives_the_same_volumes(thighs, result, bundle):
    turn = np.eye(4)
    cosine, sine = np.cos(np.deg2rad(20)), np.sin(np.deg2rad(20))
    turn[1:3, 1:3] = [[cosine, -sine], [sine, cosine]]
    tilted = Volume(thighs[0].array, Geometry(thighs[0].geometry.shape, turn @ thighs[0].geometry.affine))

    labels = segment(tilted, bundle, device="cpu").labels

    counts, expected = (np.bincount(array.ravel(), minlength=111) for array in (labels.array, result.labels.array))
    assert np.abs(counts - expected).max() <= 0.01 * expected.max()


@pytest.mark.parametrize("side", [Side.RIGHT, Side.LEFT])
def test_one_leg_gets_the_codes_without_a_side_and_is_recognized(thighs, bundle, side):
    image, truth = (canonical(volume) for volume in thighs)
    half = slice(image.array.shape[2] // 2, None) if side is Side.RIGHT else slice(0, image.array.shape[2] // 2)
    affine = image.geometry.affine.copy()
    affine[:, 3] += affine[:, 0] * (half.start or 0)
    array = np.ascontiguousarray(image.array[:, :, half])
    leg = Volume(array, Geometry(array.shape, affine))

    result = segment(leg, bundle, device="cpu")

    assert result.sides == (side,)
    assert set(np.unique(result.labels.array)) - {0} == set(range(1, 11))
    expected = truth.array[:, :, half] % 100
    assert np.mean([dice(result.labels.array, expected, code) for code in range(1, 11)]) > 0.7


def test_a_single_slice_works_with_a_warning(thighs, bundle, caplog):
    image = thighs[0]
    affine = image.geometry.affine.copy()
    affine[:, 3] += 2 * affine[:, 2]
    single_slice = Volume(image.array[2:3], Geometry((1, *image.geometry.shape[1:]), affine))

    with caplog.at_level(logging.WARNING):
        labels = segment(single_slice, bundle, device="cpu").labels.array

    assert "single slice" in caplog.text
    assert np.mean([dice(labels, thighs[1].array[2:3], value) for value in (4, 8, 9, 104, 108, 109)]) > 0.6


def test_the_result_does_not_depend_on_the_scale_of_the_image(thighs, result, bundle):
    scaled = replace(thighs[0], array=thighs[0].array.astype(np.float64) * 0.001)

    labels = segment(scaled, bundle, device="cpu").labels.array

    assert (labels != result.labels.array).mean() < 1e-3


def test_progress_rises_to_the_end(thighs, bundle):
    reported = []
    segment(thighs[0], bundle, device="cpu", progress=lambda fraction, message: reported.append((fraction, message)))

    fractions = [fraction for fraction, _ in reported]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any("left leg" in message for _, message in reported)


def test_a_progress_that_raises_stops_the_work(thighs, bundle):
    seen = []

    def stop(fraction: float, message: str) -> None:
        seen.append(fraction)
        if "right leg" in message:
            raise Canceled

    with pytest.raises(Canceled):
        segment(thighs[0], bundle, device="cpu", progress=stop)
    assert seen[-1] < 0.6


def test_an_unfit_image_is_refused_before_the_network_is_loaded(thighs, bundle, monkeypatch):
    monkeypatch.setattr(type(bundle), "load", lambda self: pytest.fail("the network was loaded"))
    blank = replace(thighs[0], array=np.zeros_like(thighs[0].array))

    with pytest.raises(MuscleSegError, match="blank"):
        segment(blank, bundle, device="cpu")
