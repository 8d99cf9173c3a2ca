"""Digital people's own scans: what they look like, and that their labels lie on them."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.evaluation.study.digital_test_subjects import FIRST_SEED
from MuscleSegLib.progress import silent
from MuscleSegLib.training import make_leg_volumes
from MuscleSegLib.training.legs.adductors import ADDUCTOR
from MuscleSegLib.training.legs.leg_tissues import AIR, CANVAS, UNCERTAIN, UNLABELED
from MuscleSegLib.training.legs.preparation import FIRST_SIZED, SCANNED_PHANTOM, SIZED_PHANTOM
from MuscleSegLib.training.legs.scanned_phantoms import scanned_phantom_leg_volumes

MEDIAL_GASTROCNEMIUS, LATERAL = 4, 5
SARTORIUS = 5


@pytest.fixture(scope="module")
def calves():
    return list(scanned_phantom_leg_volumes("calf", 5, whole_adductor=True))


@pytest.mark.slow
def test_both_legs_are_one_person_s_and_look_like_right_legs(calves):
    assert [leg.name for leg in calves] == ["phantom-5-right-scan", "phantom-5-left-scan"]
    assert {leg.person for leg in calves} == {"phantom-5"}
    for leg in calves:
        assert leg.tissues.shape == (1, 20, CANVAS, CANVAS)
        lateral, medial = (np.argwhere(leg.tissues[0] == code)[:, 2].mean() for code in (LATERAL, MEDIAL_GASTROCNEMIUS))
        assert lateral > medial + 5


@pytest.mark.slow
def test_muscle_is_dark_and_the_fat_around_it_bright_as_in_a_t1_weighted_image(calves):
    for leg in calves:
        image = leg.images[0].astype(float)
        muscle = np.median(image[(leg.tissues[0] != UNLABELED) & (leg.tissues[0] != AIR)])
        assert muscle < 0.5 * np.quantile(image[leg.tissues[0] == UNLABELED], 0.9)
        assert np.median(image[leg.tissues[0] == AIR]) < 0.3 * muscle


@pytest.mark.slow
@pytest.mark.long
def test_a_whole_adductor_teaches_nothing_to_a_network_that_learns_the_magnus():
    tissues = next(iter(scanned_phantom_leg_volumes("thigh", 4, whole_adductor=False))).tissues
    assert not (tissues == ADDUCTOR).any()
    assert (tissues == UNCERTAIN).sum() > (tissues == SARTORIUS).sum() > 0  # it is the larger muscle by far


@pytest.fixture(scope="module")
def kept(a_configuration, tmp_path_factory):
    """A configuration of a person to learn from and one to size by, the folder that keeps them, and their legs."""
    data = replace(a_configuration.data, sources={SCANNED_PHANTOM: 1.0}, scanned_phantoms=1, sized_phantoms=1)
    configuration = replace(a_configuration, region="calf", data=data)
    cache = tmp_path_factory.mktemp("kept")
    return configuration, cache, make_leg_volumes(configuration, cache, cache, silent)


@pytest.mark.slow
def test_scans_of_digital_people_are_made_once_and_kept(kept):
    configuration, cache, made = kept
    first = made[SCANNED_PHANTOM]

    again = make_leg_volumes(configuration, cache, cache, silent)[SCANNED_PHANTOM]

    assert [leg.person for leg in again] == ["phantom-0", "phantom-0"]
    assert all(np.array_equal(before.images, after.images) for before, after in zip(first, again, strict=True))
    assert len(list(cache.glob("legs-*/phantom-0-scan/*.npz"))) == 2


@pytest.mark.slow
def test_people_to_size_muscles_by_are_others_than_those_to_learn_from(kept):
    """And others than those to judge by."""
    _, _, leg_volumes = kept

    assert [leg.person for leg in leg_volumes[SCANNED_PHANTOM]] == ["phantom-0", "phantom-0"]
    assert [leg.person for leg in leg_volumes[SIZED_PHANTOM]] == ["phantom-500", "phantom-500"]
    assert 2 * FIRST_SIZED <= FIRST_SEED  # a configuration asks for as many of either kind at most
