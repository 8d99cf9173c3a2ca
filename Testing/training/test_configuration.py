import re
from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training import read_configuration
from MuscleSegLib.training.people import digital_scans, held_out_people, split


@pytest.fixture
def changed(configuration_file, tmp_path):
    """Write the configuration with a piece of its text replaced."""

    def write(old: str, new: str):
        path = tmp_path / "train.toml"
        text = configuration_file.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        return path

    return write


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("learning_rate", "learning_speed", "learning_rate is missing, learning_speed is unknown"),
        ("volumes = 6", 'adductor = "half"', 'adductor is "half"'),
        ("volumes = 6", "as_scanned = 2", "as_scanned is 2, not 0 to 1"),
        ("volumes = 6", "scanned_phantoms = 501", "there are 500 digital people to learn from and 500 to size"),
        ("volumes = 6", "folds = 5", "folds go without validation_people"),
        ("save_every", "area_weight = -1.0\nsave_every", "area_weight is -1.0, not 0 or more"),
        ("size = 64", "size = 300", "size is 300"),
        ("size = 64", "size = 64\nslices = 8", "slices go with slice_mm"),
        ("size = 64", "size = 64\nslice_mm = 8.0", "slice_mm goes with slices"),
        ("unet2d-small", "unet3d", "unet3d is 3-dimensional"),
        ("save_every", "coarse_iterations = 5\nsave_every", "coarse_iterations are 5, not 0 to less than the 5 of all"),
    ],
)
def test_what_is_wrong_in_a_configuration_is_named(changed, old, new, wrong):
    with pytest.raises(MuscleSegError, match=re.escape(wrong)):
        read_configuration(changed(old, new))


def test_a_configuration_that_is_not_toml_is_refused(changed):
    with pytest.raises(MuscleSegError, match="not valid TOML"):
        read_configuration(changed("name", "= name"))


def test_the_recipes_of_the_shipped_networks_can_be_read(project_root):
    paths = list((project_root / "Resources" / "Networks").glob("*/configs/train.toml"))

    assert paths
    for path in paths:
        assert read_configuration(path).region in ("thigh", "calf")


def test_every_person_is_held_out_in_exactly_one_fold(a_configuration):
    people = [f"person-{number}" for number in range(11)]
    folds = [
        held_out_people(people, replace(a_configuration, data=replace(a_configuration.data, folds=4, fold=fold)))
        for fold in range(4)
    ]

    assert sorted(person for fold in folds for person in fold) == sorted(people)
    assert sorted(len(fold) for fold in folds) == [2, 3, 3, 3]


def test_a_source_s_share_is_divided_among_its_legs(a_configuration, make_stack):
    """0.6 over three legs, and 0.4 for one."""
    data = replace(a_configuration.data, sources={"many": 0.6, "one": 0.4})
    stacks = {"many": [make_stack(person) for person in "ABCQ"], "one": [make_stack("D")]}

    (legs, shares), (held_out, _) = split(stacks, replace(a_configuration, data=data))

    assert [leg.person for leg in legs] == ["A", "B", "C", "D"]
    assert shares == pytest.approx([0.2, 0.2, 0.2, 0.4])
    assert [leg.person for leg in held_out] == ["Q"]


def test_a_run_without_anybody_to_validate_with_is_refused(a_configuration, make_stack):
    with pytest.raises(MuscleSegError, match="Nobody is left to validate with"):
        split({"made": [make_stack("P")]}, a_configuration)


def test_how_large_muscles_are_drawn_is_judged_on_all_scans_of_digital_people(make_stack):
    images = np.ones((1, 4, 160, 160), np.float16)
    made, real, learned, held_out = (
        replace(make_stack(person), images=shown)
        for person, shown in (("A", None), ("B", images), ("phantom-7", images), ("phantom-0", images))
    )

    assert digital_scans([made, real, learned, held_out]) == [learned, held_out]
