import re
from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training import read_configuration, require_buildable
from MuscleSegLib.training.data_split import digital_scans, held_out_people, split


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
        ("iterations", "repetitions", "iterations is missing, repetitions is unknown"),
        ("volumes = 6", 'adductor = "half"', 'adductor is "half"'),
        ("volumes = 6", "as_scanned = 2", "as_scanned is 2.0, not 0 to 1"),
        ("volumes = 6", "scanned_phantoms = 501", "there are 500 digital people to learn from and 500 to size"),
        ("volumes = 6", "folds = 5", "folds go without validation_people"),
        ("save_every", "area_weight = -1.0\nsave_every", "area_weight is -1.0, not 0 or more"),
        ("size = 64", "size = 300", "size is 300"),
        ("size = 64", "size = 64\nslices = 8", "slices go with slice_mm"),
        ("size = 64", "size = 64\nshort_share = 0.5", "short_share with both"),
        ("size = 64", "size = 64\nslice_mm = 8.0\nslices = 8\nshort_share = 2.0", "short_share is 2.0, not 0 to 1"),
        ("size = 64", "size = 64\nslice_mm = 8.0\nslices = 6\nshort_share = 0.5", "6, no multiple of 4"),
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


def test_a_configuration_of_an_earlier_version_that_spells_license_the_british_way_is_read(changed, a_configuration):
    assert read_configuration(changed("license =", "licence =")) == a_configuration


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


def test_a_source_s_share_is_divided_among_its_legs(a_configuration, make_leg_volume):
    """0.6 over three legs, and 0.4 for one."""
    data = replace(a_configuration.data, sources={"many": 0.6, "one": 0.4})
    leg_volumes = {"many": [make_leg_volume(person) for person in "ABCQ"], "one": [make_leg_volume("D")]}

    (legs, shares), (held_out, _) = split(leg_volumes, replace(a_configuration, data=data))

    assert [leg.person for leg in legs] == ["A", "B", "C", "D"]
    assert shares == pytest.approx([0.2, 0.2, 0.2, 0.4])
    assert [leg.person for leg in held_out] == ["Q"]


def test_a_run_without_anybody_to_validate_with_is_refused(a_configuration, make_leg_volume):
    with pytest.raises(MuscleSegError, match="Nobody is left to validate with"):
        split({"made": [make_leg_volume("P")]}, a_configuration)


def test_how_large_muscles_are_drawn_is_judged_on_all_scans_of_digital_people(make_leg_volume):
    images = np.ones((1, 4, 160, 160), np.float16)
    made, real, learned, held_out = (
        replace(make_leg_volume(person), images=shown)
        for person, shown in (("A", None), ("B", images), ("phantom-7", images), ("phantom-0", images))
    )

    assert digital_scans([made, real, learned, held_out]) == [learned, held_out]


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("batch = 8", "batch = 1.5", "batch is 1.5, not a whole number"),
        ("batch = 8", "batch = true", "batch is True, not a whole number"),
        ("batch = 8", 'batch = "2"', 'batch is "2", not a whole number'),
        ("volumes = 6", "as_scanned = nan", "as_scanned is nan, not a number"),
        ("volumes = 6", 'real_people = "P"', 'real_people is "P", not a list'),
        ("volumes = 6", "real_people = [1]", "real_people is [1], not a text"),
        ("size = 64", 'size = 64\nhas_place = "no"', 'has_place is "no", not true or false'),
        ("seed = 7", "seed = [1]", "seed is [1], not a whole number"),
    ],
)
def test_a_value_of_another_type_is_named(changed, old, new, wrong):
    with pytest.raises(MuscleSegError, match=re.escape(wrong)):
        read_configuration(changed(old, new))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("warm_up", 0), ("batch", 0), ("iterations", 0), ("validate_every", 0), ("save_every", 0)),
        *(("averaging", 1.0), ("learning_rate", 0.0), ("weight_decay", -1), ("patience", -1)),
    ],
)
def test_a_value_that_training_would_divide_by_or_never_end_with_is_refused(configuration_file, tmp_path, name, value):
    path = tmp_path / "train.toml"
    lines = [line for line in configuration_file.read_text().splitlines() if not line.startswith(f"{name} =")]
    path.write_text("\n".join([*lines, f"{name} = {value}", ""]))  # [optimization] is the last section

    with pytest.raises(MuscleSegError, match=f"{name} is {value:g}"):
        read_configuration(path)


def test_what_has_a_sensible_default_need_not_be_said(tmp_path):
    path = tmp_path / "train.toml"
    path.write_text(
        'name = "mine"\nregion = "thigh"\narchitecture = "unet2d-small"\n'
        "[data]\nsources = { thigh_labels = 1.0 }\n[optimization]\niterations = 10\n"
    )

    configuration = read_configuration(path)

    assert configuration.data.phantoms == 0
    assert configuration.optimization.batch == 16
    assert configuration.input.size == 128


@pytest.mark.parametrize("section", ["input", "data", "optimization"])
def test_a_section_that_is_no_table_is_refused(tmp_path, section):
    path = tmp_path / "train.toml"
    sections = {"input": "{}", "data": "{ sources = { thigh_labels = 1.0 } }", "optimization": "{ iterations = 10 }"}
    lines = [f"{name} = {content}" for name, content in {**sections, section: "3"}.items()]
    path.write_text("\n".join(['name = "mine"', 'region = "thigh"', 'architecture = "unet2d-small"', *lines]))

    with pytest.raises(MuscleSegError, match=rf"\[{section}\] of .* it is no table"):
        read_configuration(path)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = " + b"[" * 100_000, b"name = 'x"])
def test_a_file_that_is_no_text_of_toml_is_refused(tmp_path, content):
    path = tmp_path / "train.toml"
    path.write_bytes(content)

    with pytest.raises(MuscleSegError, match="not valid TOML"):
        read_configuration(path)


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        ("strides = [[1, 1], [0, 0]]\nkernels = [[3, 3], [3, 3]]", "cannot be built"),
        ("features = 1000000", "features of its network is above"),
        ("most_features = -5", "cannot be built"),
        ("depth = 7", "cannot be built"),
    ],
)
def test_a_network_that_cannot_be_built_or_run_is_refused_before_any_leg_is_made(changed, network, sentence):
    path = changed("channels = [8, 12, 16]", network)
    path.write_text(path.read_text().replace("unet2d-small", "nnunet-2d"))

    with pytest.raises(MuscleSegError, match=sentence):
        require_buildable(read_configuration(path))
