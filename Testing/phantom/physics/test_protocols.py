import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.phantom.physics.planes import plane_groups
from MuscleSegLib.phantom.protocols import PROTOCOLS, hostin2023, isotropic, protocol

SCANS = ("anatomy", "ff", "mtr", "t2")


@pytest.mark.parametrize("legs", [1, 2])
@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_each_scan_covers_the_legs_from_end_to_end_around_the_origin(name, legs):
    session = protocol(name, length_mm=300, legs=legs)
    for scan in SCANS:
        geometry = getattr(session, scan).geometry
        assert geometry.axis_codes == "LPS"
        assert geometry.shape[0] * geometry.spacing_mm[2] == pytest.approx(300)
        middle = (np.array(geometry.shape[::-1]) - 1) / 2
        np.testing.assert_allclose(geometry.world_from_index(middle), 0, atol=1e-9)


def test_the_study_s_grids_of_one_leg_are_those_that_it_prints():
    session = hostin2023(300, legs=1)
    assert session.anatomy.geometry.shape == (20, 320, 320)
    assert session.anatomy.geometry.spacing_mm == pytest.approx((0.68, 0.68, 15))
    assert session.ff.geometry.shape[1:] == session.t2.geometry.shape[1:] == (128, 128)
    assert session.ff.geometry.spacing_mm == pytest.approx((1.72, 1.72, 5))
    assert session.t2.geometry.shape[0] == 10
    assert session.t2.geometry.spacing_mm == pytest.approx((1.72, 1.72, 30))
    assert (session.anatomy.thickness_mm, session.ff.thickness_mm, session.t2.thickness_mm) == (10, 5, 20)


def test_two_legs_have_room_in_all_scans():
    session = hostin2023(300, legs=2)
    for scan in SCANS:
        geometry = getattr(session, scan).geometry
        assert geometry.shape[2] * geometry.spacing_mm[0] > 430


def test_the_study_s_echo_times_are_those_that_it_prints():
    session = hostin2023(300, legs=1)
    echoes = session.ff.sequence.echoes_ms
    assert (len(echoes), echoes[0], echoes[-1]) == (8, 2.38, 19.06)
    assert session.t2.sequence.echoes_ms[:2] == (8.7, 17.4)


def test_isotropic_is():
    session = isotropic(300, legs=2)
    for scan in SCANS:
        assert getattr(session, scan).geometry.spacing_mm == pytest.approx((2, 2, 2))


def test_an_unknown_protocol_is_refused_with_those_that_there_are():
    with pytest.raises(MuscleSegError, match="hostin2023 and isotropic"):
        protocol("mine", length_mm=300, legs=1)


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_planes_lie_within_their_slices_and_none_in_a_gap(name):
    session = protocol(name, length_mm=300, legs=2)
    planes = {}
    for group in plane_groups(session):
        for height, slices in group.planes.items():
            for scan, k in slices:
                planes.setdefault((scan, k), []).append(height)
    for scan in SCANS:
        sequence = getattr(session, scan)
        for k in range(sequence.geometry.shape[0]):
            heights = np.array(planes.pop((scan, k)))
            middle = sequence.geometry.world_from_index((0, 0, k))[2]
            assert len(heights) == sequence.planes
            assert heights.mean() == pytest.approx(middle)
            assert np.abs(heights - middle).max() < sequence.thickness_mm / 2
    assert not planes


def test_scans_on_one_grid_share_their_planes():
    # 20 slices of the anatomy at 2 heights, 60 of FF, MTR and T2 at 2
    assert sum(len(group.planes) for group in plane_groups(hostin2023(300, legs=2))) == 20 * 2 + 60 * 2
