import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.legs.adductors import may_be_adductor
from MuscleSegLib.training.legs.label_set import LabelSet
from MuscleSegLib.training.legs.leg_tissues import AIR, MUSCLES, UNCERTAIN, UNLABELED
from MuscleSegLib.training.legs.scans import scan_leg_volumes
from MuscleSegLib.volume import Geometry, Segment, Volume, write_labels, write_volume


@pytest.fixture
def a_scan(tmp_path):
    """Two calves of six slices of fat and water, labels in slices 1 to 4; deep posterior compartment (2) laterally."""
    geometry = Geometry((6, 80, 130), np.array([[-3.0, 0, 0, 195], [0, -3, 0, 120], [0, 0, 6, -50], [0, 0, 0, 1]]))
    k, j, i = np.indices(geometry.shape)
    x, y, _ = np.moveaxis(geometry.world_from_index(np.stack([i, j, k], axis=-1)), -1, 0)
    leg = np.hypot(np.abs(x) - 100, y) < 60
    muscle = np.hypot(np.abs(x) - 120, y) < 25
    fat, water = np.where(leg & ~muscle, 800.0, 0.0), np.where(muscle, 400.0, 0.0)
    for name, image in (("0000", fat), ("0001", water)):
        write_volume(Volume(image.astype(np.float32), geometry), tmp_path / f"P_{name}.nii.gz")
    labels = np.where(muscle & (k >= 1) & (k <= 4), 2, 0).astype(np.uint8)
    path = tmp_path / "P_labels.nii.gz"
    write_labels(Volume(labels, geometry), path, segments=[Segment(2, "deep posterior compartment", (255, 0, 0))])
    return path


def test_a_scan_s_legs_look_like_right_legs_and_end_where_its_labels_end(a_scan):
    leg_volumes = list(scan_leg_volumes(a_scan, LabelSet("calf"), whole_adductor=False, digest="d"))

    assert [(leg_volume.name, leg_volume.person) for leg_volume in leg_volumes] == [("P-right", "P"), ("P-left", "P")]
    for leg_volume in leg_volumes:
        assert leg_volume.images.shape == (2, 4, 160, 160)
        assert set(np.unique(leg_volume.tissues)) == {AIR, 2, UNLABELED}
        # 20 mm lateral of the leg's middle, which is the canvas's: a right leg's lateral is at high columns
        columns = np.nonzero(leg_volume.tissues[0, 1] == 2)[1]
        assert columns.mean() == pytest.approx(79.5 + 20 / 1.5, abs=2)
        assert (leg_volume.tissues[0, 1] == 2).sum() * 1.5**2 == pytest.approx(np.pi * 25**2, rel=0.06)


def test_fat_and_water_keep_their_ratio(a_scan):
    """800 in fat and 400 in muscle."""
    leg_volume = next(iter(scan_leg_volumes(a_scan, LabelSet("calf"), whole_adductor=False, digest="d")))

    fat, water = leg_volume.images[:, 1].astype(float)
    muscle = np.median(water[leg_volume.tissues[0, 1] == 2])
    assert np.median(fat[leg_volume.tissues[0, 1] == UNLABELED]) == pytest.approx(2 * muscle, rel=0.02)


def test_labels_of_another_scheme_are_refused(a_scan):
    labels = a_scan.with_name("Q_labels.nii.gz")
    geometry = Geometry((1, 4, 4), np.eye(4))
    write_labels(Volume(np.full((1, 4, 4), 107, np.uint8), geometry), labels, segments=[Segment(107, "x", (1, 1, 1))])
    write_volume(Volume(np.ones((1, 4, 4), np.float32), geometry), a_scan.with_name("Q.nii.gz"))

    with pytest.raises(MuscleSegError, match="go up to 7"):
        list(scan_leg_volumes(labels, LabelSet("calf"), whole_adductor=False, digest=""))


def test_labels_without_an_image_are_refused(a_scan):
    path = a_scan.rename(a_scan.with_name("R_labels.nii.gz"))

    with pytest.raises(MuscleSegError, match="has labels .* and no image"):
        list(scan_leg_volumes(path, LabelSet("calf"), whole_adductor=False, digest=""))


def test_longus_and_brevis_may_lie_between_the_muscles_around_them_and_above():
    """The magnus behind, sartorius in front, gracilis to the left, vastus medialis to the right of an empty middle."""
    codes = np.zeros((4, 40, 40), np.uint8)
    for code, row, column in ((1, 5, 20), (5, 33, 20), (3, 20, 5), (10, 20, 33)):
        codes[1:3, row : row + 4, column : column + 4] = code
    codes[0, 20:24, 5:9] = 3  # below the magnus

    unnamed = may_be_adductor(codes, 24.0)

    assert not unnamed[0].any()
    for k in (1, 2, 3):
        assert unnamed[k, 20, 20]
        assert not unnamed[k, 38, 38]
    assert not unnamed[codes > 0].any()


def test_what_lies_far_above_the_magnus_is_not_adductor():
    """In slices of 10 mm, longus and brevis end five slices above the magnus."""
    codes = np.zeros((12, 40, 40), np.uint8)
    codes[:2, 5:9, 20:24], codes[:2, 33:37, 20:24], codes[:2, 20:24, 5:9], codes[:2, 20:24, 33:37] = 1, 5, 3, 10

    unnamed = may_be_adductor(codes, 10.0).any(axis=(1, 2))

    assert unnamed.tolist() == [True] * 7 + [False] * 5


def test_a_real_thigh_shows_its_pelvis(shared_data):
    """Thigh_003's labels end at the 13th of its 16 slices, 24 mm apart; the pelvis above is of none of the muscles."""
    for leg_volume in scan_leg_volumes(
        shared_data / "thigh_cases" / "Thigh_003_labels.nii.gz", LabelSet("thigh"), whole_adductor=True, digest=""
    ):
        is_muscle = np.isin(leg_volume.tissues[0], list(MUSCLES)).any(axis=(1, 2))
        above = leg_volume.tissues[0][np.flatnonzero(is_muscle)[-1] + 1 :]
        assert len(above) >= 2
        assert (above == UNLABELED).any(axis=(1, 2)).all()


def test_a_real_thigh_teaches_nothing_between_its_magnus_and_sartorius(shared_data):
    path = shared_data / "thigh_cases" / "Thigh_003_labels.nii.gz"
    for leg_volume in scan_leg_volumes(path, LabelSet("thigh"), whole_adductor=True, digest=""):
        uncertain = (leg_volume.tissues[0] == UNCERTAIN).sum(axis=(1, 2)) * 1.5**2
        assert 300 < np.median(uncertain) < 6000  # mm2; longus and brevis, with vessels and fat
