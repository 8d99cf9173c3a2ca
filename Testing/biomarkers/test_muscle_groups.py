import pytest

from MuscleSegLib.anatomy import GROUPS, REGIONS, scheme
from MuscleSegLib.biomarkers import Row, group_rows

THIGH = scheme("thigh")


def thigh_rows(**of_codes):
    """Rows of one thigh in which codes have a volume in cm3 and an FF in percent."""
    rows = []
    for label in THIGH.labels_of_one_leg:
        volume, fat = of_codes.get(f"code{label.value}", (None, None))
        lean = None if fat is None else volume * (1 - fat / 100)
        numbers = {"volume_cm3": volume, "ff_mean_percent": fat, "contractile_cm3": lean}
        rows.append(Row("thigh", None, label.muscle, label.abbreviation, label.value, **numbers))
    return rows


def by_name(rows, which=THIGH):
    return {row.group: row for row in group_rows(rows, which)}


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
def test_every_muscle_is_in_one_group_and_in_the_whole(region):
    *groups, whole = GROUPS[region.name]
    codes = [muscle.code for muscle in region.muscles]
    assert sorted(code for group in groups for code in group.codes) == codes
    assert sorted(whole.codes) == codes


def test_a_group_is_weighted_by_volume_and_not():
    rows = thigh_rows(code2=(100.0, 10.0), code6=(300.0, 30.0), code7=(100.0, 20.0))
    hamstrings = by_name(rows)["hamstrings"]
    # (100 x 10 + 300 x 30 + 100 x 20) / 500 = 24, and (10 + 30 + 20) / 3 = 20; 90 + 210 + 80 = 380 cm3 are no fat
    assert hamstrings.volume_cm3 == 500
    assert hamstrings.ff_mean_percent == pytest.approx(24)
    assert hamstrings.ff_unweighted_percent == pytest.approx(20)
    assert hamstrings.contractile_cm3 == pytest.approx(380)
    assert hamstrings.warnings == ""


def test_a_group_without_one_of_its_muscles_says_so():
    hamstrings = by_name(thigh_rows(code2=(100.0, 10.0), code6=(300.0, 30.0)))["hamstrings"]
    assert (hamstrings.muscles, hamstrings.muscles_expected, hamstrings.volume_cm3) == (2, 3, 400)
    assert hamstrings.warnings == "Without semitendinosus: not in the labels."


def test_a_group_without_any_muscle_has_no_values():
    medial = by_name(thigh_rows(code2=(100.0, 10.0)))["medial"]
    assert (medial.muscles, medial.volume_cm3, medial.ff_mean_percent, medial.contractile_cm3) == (0, None, None, None)


def test_two_legs_have_groups_for_each_side():
    rows = [Row("thigh", str(label.side), label.muscle, label.abbreviation, label.value, 1.0) for label in THIGH.labels]
    assert [(row.side, row.group) for row in group_rows(rows, THIGH)][3:5] == [
        ("right", "whole thigh"),
        ("left", "quadriceps"),
    ]


def test_parts_of_a_muscle_are_in_its_group():
    huashan = scheme("huashan11")
    rows = [Row("thigh", None, label.muscle, label.abbreviation, label.value, 1.0) for label in huashan.labels]
    hamstrings = by_name(rows, huashan)["hamstrings"]
    assert hamstrings.muscles_expected == 4  # two heads of the biceps
