"""Fine labels measured coarsely: the same voxels, volumes that add up, and means that are the parts' weighted ones."""

import numpy as np
import pytest

from MuscleSegLib.anatomy import labels_of, scheme
from MuscleSegLib.biomarkers import Measurement, NamedLabels, merge_labels, merged_by_parent, rows_of_both
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_labels

# By hand: the fine codes of each muscle of the ten and six that has parts.
THIGH = {1: (31, 32, 33), 2: (34, 35), 3: (36,), 4: (37,), 5: (38,), 6: (39,), 7: (40,), 8: (41,), 9: (42,), 10: (43,)}
CALF = {1: (51, 52), 2: (54, 55, 56, 60), 3: (59,), 4: (58,), 5: (53,), 6: (57,)}
PARTS = {"thigh": THIGH, "calf": CALF}

PEOPLE = ("VHF_Left", "VHF_Right", "VHM_Left", "VHM_Right")


def made(name, on_grid, rng):
    """Fine labels of two legs in random patches, all of them present, and a fat fraction of each voxel."""
    values = [0, *(label.value for label in labels_of(name, two_legs=True))]
    array = rng.choice(values, size=(3, 40, 60)).astype(np.uint8)
    grid = {"spacing": (1.5, 1.5, 6.0)}
    return on_grid(array, **grid), on_grid(rng.uniform(2, 90, array.shape), **grid)


@pytest.mark.parametrize("region", PARTS)
@pytest.mark.parametrize("seed", range(3))
def test_merged_labels_are_the_unions_voxel_by_voxel(on_grid, region, seed):
    labels, _ = made(f"{region}-fine", on_grid, np.random.default_rng(seed))

    merged = merged_by_parent(NamedLabels(labels, scheme(f"{region}-fine")))

    assert merged.scheme.name == region
    for code, parts in PARTS[region].items():
        for side in (0, 100):
            union = np.isin(labels.array, [part + side for part in parts])
            assert np.array_equal(merged.labels.array == code + side, union)
    orphans = np.isin(labels.array % 100, [44, 45, 46, 61])
    assert not merged.labels.array[orphans].any()


@pytest.mark.parametrize("region", PARTS)
def test_volumes_add_up_and_means_are_those_of_the_parts_weighted(on_grid, region):
    rng = np.random.default_rng(7)
    labels, ff = made(f"{region}-fine", on_grid, rng)
    named = NamedLabels(labels, scheme(f"{region}-fine"))
    merged = merged_by_parent(named)
    units = {"ff": "percent"}

    fine = {row.label: row for row in Measurement(labels, named.scheme, maps={"ff": ff}, units=units).rows()}
    coarse = {row.label: row for row in Measurement(merged.labels, merged.scheme, maps={"ff": ff}, units=units).rows()}

    for code, parts in PARTS[region].items():
        for side in (0, 100):
            whole, of_parts = coarse[code + side], [fine[part + side] for part in parts]
            assert whole.volume_cm3 == pytest.approx(sum(row.volume_cm3 for row in of_parts), rel=1e-9)
            assert whole.ff_voxels == sum(row.ff_voxels for row in of_parts)
            weighted = sum(row.ff_mean_percent * row.ff_voxels for row in of_parts) / whole.ff_voxels
            assert whole.ff_mean_percent == pytest.approx(weighted, rel=1e-9)
            # An independent mean: that of the map's voxels.
            inside = np.isin(labels.array, [part + side for part in parts])
            assert whole.ff_mean_percent == pytest.approx(ff.array[inside].mean(), rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", PEOPLE[:1])
def test_a_real_leg_measured_coarsely_loses_no_voxel(shared_data, name):
    labels, _ = read_labels(shared_data / "visible_human" / f"{name}_labels_1x1x2mm.nii.gz")
    named = NamedLabels(labels, scheme("visible-human"))
    fine = merge_labels(labels, named.scheme, "lower-limb-fine")

    merged = merged_by_parent(named)
    through_fine = merged_by_parent(NamedLabels(fine, scheme("lower-limb-fine")))

    assert merged.scheme.name == "lower-limb"
    assert np.array_equal(merged.labels.array, through_fine.labels.array)
    counts = np.bincount(labels.array.ravel(), minlength=54)
    merged_counts = np.bincount(merged.labels.array.ravel(), minlength=27)
    # By the file's own table of values: the adductors are 11, 12 and 13, the heads of the biceps femoris 7 and 8.
    assert merged_counts[1] == counts[[11, 12, 13]].sum() > 0
    assert merged_counts[2] == counts[[7, 8]].sum() > 0
    assert merged_counts[21] == counts[[31, 32, 33]].sum() > 0
    assert merged_counts[22] == counts[[35, 36, 37, 41]].sum() > 0
    assert merged_counts[[25, 26]].tolist() == [counts[34], counts[38]]


@pytest.mark.parametrize(
    ("scheme_name", "values", "expected"),
    [
        ("thigh-fine", [31, 34, 35], "Without adductor longus, adductor brevis: not in the labels."),
        ("huashan11", [6, 8, 11], "Without adductor longus, adductor brevis: not in the labels."),
        ("dafne-thigh", [7, 12, 10, 11], "Without adductor brevis: not in the labels."),
        (
            "cascade13",
            [10, 11, 12, 7],
            "With pectineus, quadratus femoris, no part of it: the labels do not tell them apart.",
        ),
    ],
)
def test_a_muscle_whose_parts_are_not_just_its_own_says_so(in_a_row, scheme_name, values, expected):
    named = merged_by_parent(NamedLabels(in_a_row(values), scheme(scheme_name)))
    rows = {row.muscle: row for row in named.noted(Measurement(named.labels, named.scheme).rows())}
    assert rows["adductor"].warnings.startswith(expected)
    assert "Without" not in rows["biceps femoris"].warnings


def test_muscles_of_no_parent_are_passed_over_by_name(in_a_row):
    named = merged_by_parent(NamedLabels(in_a_row([31, 44, 145]), scheme("thigh-fine")))
    assert named.passed_over == ("Right pectineus", "Left tensor fasciae latae")


def test_sides_stay_where_the_labels_have_them(in_a_row):
    right_leg = NamedLabels(in_a_row([7202, 7212, 7222], dtype=np.uint16), scheme("musclemap"))
    merged = merged_by_parent(right_leg)
    assert {row.side for row in Measurement(merged.labels, merged.scheme).rows()} == {"right", "left"}
    assert merged.labels.array.max() == 1


@pytest.mark.parametrize("name", ["hip", "musclemap"])
def test_labels_of_the_hip_alone_are_refused(in_a_row, name):
    values = {"hip": [71, 72], "musclemap": [6111, 6121]}[name]
    with pytest.raises(MuscleSegError, match="no part of the muscles of thigh and calf"):
        merged_by_parent(NamedLabels(in_a_row(values, dtype=np.uint16), scheme(name)))


@pytest.mark.parametrize("name", ["thigh", "calf", "lower-limb"])
def test_labels_of_the_ten_and_six_stay_as_they_are(in_a_row, name):
    named = NamedLabels(in_a_row([1, 2]), scheme(name))
    assert merged_by_parent(named) is named


def test_in_a_table_of_both_each_muscle_is_followed_by_its_parts(in_a_row):
    named = NamedLabels(in_a_row([31, 32, 134, 144]), scheme("thigh-fine"))
    merged = merged_by_parent(named)
    rows = rows_of_both(
        Measurement(merged.labels, merged.scheme).rows(), Measurement(named.labels, named.scheme).rows()
    )

    assert len({row.label for row in rows}) == len(rows) == 2 * (10 + 16)
    right = [row.label for row in rows if row.side == "right"]
    assert right[:7] == [1, 31, 32, 33, 2, 34, 35]
    assert right[-3:] == [44, 45, 46]
    assert {row.label % 100 for row in rows if row.parent is None} == {*range(1, 11), 44, 45, 46}
    assert {row.parent for row in rows if row.label % 100 in (31, 32, 33)} == {"adductor"}
