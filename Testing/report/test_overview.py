"""The picture, read back as pixels."""

from dataclasses import replace
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.report import draw_overview
from MuscleSegLib.volume import Geometry, Segment, Volume

RED, GREEN = (255, 0, 0), (0, 255, 0)
SEGMENTS = (Segment(9, "Right vastus lateralis", RED), Segment(109, "Left vastus lateralis", GREEN))


@pytest.fixture
def a_scan():
    """Gray everywhere; a block in the right leg (stored at low i, since i runs to the left) and one in the left leg."""
    affine = np.diag([-2.0, -2.0, 10.0, 1.0])
    affine[:3, 3] = [100, 50, 0]
    geometry = Geometry((3, 50, 100), affine)
    labels = np.zeros(geometry.shape, np.uint8)
    labels[:, 10:30, 10:30] = 9
    labels[:, 10:30, 70:90] = 109
    return Volume(np.full(geometry.shape, 50, np.int16), geometry), Volume(labels, geometry)


def pixels(path: Path) -> np.ndarray:
    return matplotlib.image.imread(path)[..., :3]


def places(image: np.ndarray, color: tuple[int, int, int]) -> np.ndarray:
    """Rows and columns of the outlines' pixels."""
    return np.argwhere((np.abs(image - np.array(color) / 255) < 0.25).all(axis=-1))


def test_the_subject_s_right_is_on_the_left_of_the_picture(a_scan, tmp_path):
    draw_overview(*a_scan, SEGMENTS, tmp_path / "overview.png")

    image = pixels(tmp_path / "overview.png")
    first_slice = image[: image.shape[0] // 2, : image.shape[1] // 3]
    assert places(first_slice, RED)[:, 1].mean() < places(first_slice, GREEN)[:, 1].mean()


def test_front_is_up(a_scan, tmp_path):
    image, labels = a_scan
    labels.array[:] = 0
    labels.array[:, 5:15, 40:60] = 9  # low j: towards the front, since j runs to the back
    labels.array[:, 35:45, 40:60] = 109

    draw_overview(image, labels, SEGMENTS, tmp_path / "overview.png")

    drawn = pixels(tmp_path / "overview.png")
    body = drawn[: int(drawn.shape[0] * 0.75)]
    assert places(body, RED)[:, 0].mean() < places(body, GREEN)[:, 0].mean()


def test_all_names_fit_beside_a_single_slice(a_scan, tmp_path):
    image, labels = (replace(volume, array=volume.array[:1], geometry=first_slice(volume)) for volume in a_scan)
    segments = [Segment(value, f"a rather long compartment {value}", RED) for value in range(1, 7)]

    draw_overview(image, labels, segments, tmp_path / "overview.png")

    drawn = pixels(tmp_path / "overview.png")
    assert drawn[:, [0, -1]].max() == drawn[[0, -1]].max() == 0.0  # black at all edges
    legend = drawn[-int(110 * 1.4) :]
    lines = np.flatnonzero(np.diff((legend.max(axis=(1, 2)) > 0.5).astype(int)) == 1)
    assert len(lines) >= 6


def first_slice(volume):
    return Geometry((1, *volume.geometry.shape[1:]), volume.geometry.affine)


def test_labels_without_a_muscle_still_make_a_picture(a_scan, tmp_path):
    image, labels = a_scan
    labels.array[:] = 0

    draw_overview(image, labels, SEGMENTS, tmp_path / "overview.png")

    assert pixels(tmp_path / "overview.png").size


def test_a_place_that_cannot_be_written_to_is_refused(a_scan, tmp_path):
    with pytest.raises(MuscleSegError, match="does not exist"):
        draw_overview(*a_scan, SEGMENTS, tmp_path / "no" / "overview.png")
