"""Scans to learn from that show or label a part: one leg, one slice, unknown pixels, an undrawn compartment, sides."""

import numpy as np
import pytest

from MuscleSegLib.training.legs.label_set import LabelSet
from MuscleSegLib.training.legs.leg_tissues import UNCERTAIN, UNLABELED
from MuscleSegLib.training.legs.scans import scan_leg_volumes
from MuscleSegLib.volume import Geometry, Segment, Volume, write_labels, write_volume

SQUARES = {1: (-20, -20), 3: (20, -20), 6: (20, 20), 4: (-20, 20)}  # code: place of a square of 20 mm, in mm


@pytest.fixture
def write_scan(tmp_path):
    """A function that writes a slice of legs of 50 mm radius at x, with a square muscle of each code in ``SQUARES``."""

    def write(middles, *, offsets, width, extra=0):
        geometry = Geometry(
            (1, 60, width // 2), np.array([[-2.0, 0, 0, width / 2], [0, -2, 0, 60], [0, 0, 6, 0], [0] * 3 + [1]])
        )
        k, j, i = np.indices(geometry.shape)
        x, y, _ = np.moveaxis(geometry.world_from_index(np.stack([i, j, k], axis=-1)), -1, 0)
        leg, labels = np.zeros(geometry.shape, bool), np.zeros(geometry.shape, np.uint8)
        for middle, offset in zip(middles, offsets, strict=True):
            leg |= np.hypot(x - middle, y) < 50
            for code, (right, front) in SQUARES.items():
                labels[(abs(x - middle - right) < 10) & (abs(y - front) < 10)] = code + offset
            labels[np.hypot(x - middle, y) < 5] = extra
        write_volume(Volume(np.where(leg, 500.0, 0.0).astype(np.float32), geometry), tmp_path / "P.nii.gz")
        values = [int(value) for value in np.unique(labels) if value]
        segments = [Segment(value, f"muscle {value}", (255, 0, value)) for value in values]
        write_labels(Volume(labels, geometry), tmp_path / "P_labels.nii.gz", segments=segments)
        return tmp_path / "P_labels.nii.gz"

    return write


def legs_in(path):
    return list(scan_leg_volumes(path, LabelSet("calf"), whole_adductor=True, digest=""))


def test_a_narrow_field_of_view_shows_a_right_leg(write_scan):
    (leg,) = legs_in(write_scan([0], offsets=[0], width=140))
    assert leg.name == "P-right"
    assert leg.tissues.shape[1] == 1


def test_left_codes_are_those_of_the_right_leg(write_scan):
    right, left = legs_in(write_scan([-60, 60], offsets=[100, 0], width=280))
    for leg in (right, left):
        assert set(np.unique(leg.tissues)) >= set(SQUARES)
        assert not (leg.tissues > UNCERTAIN).any()


def test_what_lies_between_muscles_may_be_a_deep_compartment_that_nobody_drew(write_scan):
    (leg,) = legs_in(write_scan([0], offsets=[0], width=140))
    assert leg.tissues[0, 0, 79, 79] == UNCERTAIN
    rim = np.argwhere(leg.tissues[0, 0] == UNLABELED)
    assert np.hypot(*(rim - 79.5).T).min() * 1.5 > 25  # the hull of the squares reaches 30 mm from the middle


def test_nothing_is_uncertain_where_the_deep_compartment_is_drawn(write_scan):
    (leg,) = legs_in(write_scan([0], offsets=[0], width=140, extra=2))
    assert not (leg.tissues == UNCERTAIN).any()


def test_unknown_pixels_are_uncertain(write_scan):
    path = write_scan([0], offsets=[0], width=140, extra=255)
    (leg,) = legs_in(path)
    assert leg.tissues[0, 0, 79, 79] == UNCERTAIN
