import shutil
from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.anatomy import Side
from MuscleSegLib.progress import silent
from MuscleSegLib.training import make_leg_volumes
from MuscleSegLib.training.legs.leg_tissues import AIR, CANVAS, FINE, MARROW, SUBCUTANEOUS_FAT, UNNAMED_MUSCLES
from MuscleSegLib.training.legs.phantoms import phantom_leg_volume
from MuscleSegLib.training.legs.preparation import PHANTOM


@pytest.fixture(scope="module")
def calves():
    return {side: phantom_leg_volume("calf", 5, side, whole_adductor=True) for side in Side}


@pytest.mark.slow
def test_a_digital_leg_has_its_muscles_bone_and_fat(calves):
    for leg_volume in calves.values():
        assert leg_volume.tissues.shape[2:] == (FINE * CANVAS, FINE * CANVAS)
        assert {AIR, SUBCUTANEOUS_FAT, MARROW, *range(1, 7)} <= set(np.unique(leg_volume.tissues))


@pytest.mark.slow
def test_both_legs_look_like_right_legs(calves):
    """In a right leg the lateral compartment (5) is on the right of the medial gastrocnemius (4)."""
    for leg_volume in calves.values():
        lateral, medial = (np.argwhere(leg_volume.tissues[0] == code)[:, 2].mean() for code in (5, 4))

        assert lateral > medial + 10


@pytest.mark.slow
def test_both_legs_are_of_one_person(calves):
    assert {leg_volume.person for leg_volume in calves.values()} == {"phantom-5"}


@pytest.fixture(scope="module")
def kept(a_configuration, tmp_path_factory):
    """A configuration of one digital person, the folder that keeps it, and its legs when they were made."""
    data = replace(a_configuration.data, sources={PHANTOM: 1.0}, phantoms=1)
    configuration = replace(a_configuration, region="calf", data=data)
    cache = tmp_path_factory.mktemp("kept")
    return configuration, cache, make_leg_volumes(configuration, cache, cache, silent)[PHANTOM]


@pytest.mark.slow
@pytest.mark.long  # scans of them are made and kept in the same way
def test_digital_people_are_made_once_and_kept(kept):
    configuration, cache, first = kept

    again = make_leg_volumes(configuration, cache, cache, silent)[PHANTOM]

    assert [leg_volume.name for leg_volume in first] == ["phantom-0-right", "phantom-0-left"]
    assert all(np.array_equal(before.tissues, after.tissues) for before, after in zip(first, again, strict=True))
    assert len(list(cache.glob("legs-*/phantom-0/*.npz"))) == 2


@pytest.mark.slow
@pytest.mark.long
def test_digital_people_of_another_configuration_are_made_anew(kept, tmp_path):
    configuration, cache, _ = kept
    copy = shutil.copytree(cache, tmp_path / "cache")

    make_leg_volumes(replace(configuration, seed=configuration.seed + 1), copy, copy, silent)

    assert len(list(copy.glob("legs-*/phantom-0/*-right*"))) == 2


@pytest.mark.slow
@pytest.mark.long
def test_a_whole_adductor_teaches_nothing_to_a_network_that_learns_the_magnus():
    whole, magnus = (
        phantom_leg_volume("thigh", 5, Side.RIGHT, whole_adductor=whole_adductor).tissues
        for whole_adductor in (True, False)
    )

    assert (magnus != 1).all()
    assert np.array_equal(whole == 1, magnus == UNNAMED_MUSCLES[0])
