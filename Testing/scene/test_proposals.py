"""Names and headers as scanners and studies give them. These tests need no Slicer."""

import pytest

from MuscleSegLib.maps.proposals import Candidate, propose_maps


def proposed(*names):
    """Proposals for volumes with names alone."""
    return propose_maps([Candidate(name, name) for name in names])


def test_siemens_vibe_dixon():
    series = [f"{number}: t1_vibe_dixon_tra_{kind}" for number, kind in ((5, "in"), (6, "opp"), (7, "F"), (8, "W"))]

    assert proposed(*series) == {"fat": "7: t1_vibe_dixon_tra_F", "water": "8: t1_vibe_dixon_tra_W"}


def test_siemens_q_dixon_with_its_fat_fraction():
    names = [f"vibe_q-dixon_tra_{kind}" for kind in ("W", "F", "FF", "R2*_Eff", "T2*_Eff", "WF_Report")]

    assert proposed(*names) == {
        "ff": "vibe_q-dixon_tra_FF",
        "fat": "vibe_q-dixon_tra_F",
        "water": "vibe_q-dixon_tra_W",
    }


def test_philips_mdixon_by_its_image_types():
    series = [
        Candidate(number, f"601: mDIXON-Quant_{number}", "mDIXON-Quant", ("ORIGINAL", "PRIMARY", kind, kind, "DERIVED"))
        for number, kind in enumerate(("W", "F", "FF", "IP", "OP", "T2_STAR", "R2_STAR"))
    ]

    assert propose_maps(series) == {"water": 0, "fat": 1, "ff": 2}


def test_ge_ideal_iq():
    names = [f"{kind}: Ax IDEAL IQ Thigh" for kind in ("WATER", "FAT", "FatFrac", "R2Star", "InPhase", "OutPhase")]

    assert proposed(*names) == {
        "water": "WATER: Ax IDEAL IQ Thigh",
        "fat": "FAT: Ax IDEAL IQ Thigh",
        "ff": "FatFrac: Ax IDEAL IQ Thigh",
    }


def test_ge_lava_flex_behind_the_number_that_slicer_gives():
    assert proposed("12: WATER: Ax LAVA Flex", "13: FAT: Ax LAVA Flex", "14: InPhase: Ax LAVA Flex") == {
        "water": "12: WATER: Ax LAVA Flex",
        "fat": "13: FAT: Ax LAVA Flex",
    }


@pytest.mark.parametrize("names", [("ff", "mtr", "t2"), ("FF", "MTR", "T2"), ("P03_FF", "P03_MTR_map", "P03_T2map")])
def test_files_of_a_study(names):
    assert proposed("anatomy", *names) == dict(zip(("ff", "mtr", "t2"), names, strict=True))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("PDFF map thigh", "ff"),
        ("Proton density fat fraction", "ff"),
        ("Fat fraction (%)", "ff"),
        ("fat_percentage", "ff"),
        ("Magnetization Transfer Ratio", "mtr"),
        ("MT ratio", "mtr"),
        ("9: T2_Images", "t2"),
        ("se_mc_T2 Map", "t2"),
    ],
)
def test_words_for_a_map(name, kind):
    assert proposed(name) == {kind: name}


@pytest.mark.parametrize(
    "name",
    [
        "T1 thigh",
        "T2",
        "t2_tse_tra",
        "t2_mapping_tra",
        "T2 star map",
        "vibe_T2*_map",
        "T1_W",
        "T2 w",
        "t2_tse_fat_sat",
        "T1 water excitation",
        "PD fat suppressed",
        "STIR",
        "MT_on",
        "MTC off",
        "FF mask",
        "FF and MTR",
        "fat and water",
        "muscle segmentation ff",
        "Buffalo",
        "offset",
        "FFE",
        "",
    ],
)
def test_what_is_no_map_or_might_be_two_is_not_proposed(name):
    assert proposed(name) == {}


def test_what_is_there_twice_is_not_proposed():
    assert proposed("thigh_FF", "calf_FF", "thigh_MTR") == {"mtr": "thigh_MTR"}


def test_fat_without_water_is_not_proposed():
    assert proposed("dixon_F") == {}
    assert proposed("dixon_W", "T1") == {}


def test_fat_and_water_of_two_scans_are_not_proposed():
    assert proposed("thigh_dixon_F", "calf_dixon_W") == {}


def test_a_name_that_contradicts_its_header_is_not_proposed():
    assert propose_maps([Candidate(1, "FF", image_type=("DERIVED", "PRIMARY", "MTR"))]) == {}


def test_a_header_tells_what_a_name_does_not():
    candidate = Candidate(1, "Series 7", "vibe_q-dixon_PDFF", ("DERIVED", "PRIMARY", "M"))

    assert propose_maps([candidate]) == {"ff": 1}
