"""Real-world values of DICOM maps (PS3.3, C.7.6.16.2.11), written by highdicom and pydicom."""

import highdicom
import numpy as np
import pydicom
import pytest
from highdicom.pm import ParametricMap, RealWorldValueMapping
from pydicom.sr.coding import Code

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_volume
from Testing.volume.real_world_values import UNITS, mapping

SHAPE = (4, 5, 6)
STORED = np.arange(120, dtype=np.uint16).reshape(SHAPE)


@pytest.fixture
def write_map(tmp_path, write_series):
    """Write a parametric map with highdicom, and return its path."""

    def write(pixels: np.ndarray, *mappings: tuple[float, float, str]):
        whose = {"StudyInstanceUID": "1.2.3", "FrameOfReferenceUID": "1.2.4", "PatientID": "P 7"}
        whose |= dict.fromkeys(("PatientName", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime"), "")
        whose |= dict.fromkeys(("StudyID", "AccessionNumber", "ReferringPhysicianName"), "")
        source = write_series(tmp_path / "source", STORED, **whose)
        described = [
            RealWorldValueMapping(
                lut_label=f"MAP{number}",
                lut_explanation="a map",
                unit=Code(unit, "UCUM", UNITS[unit]),
                value_range=(0, 4095) if pixels.dtype.kind == "u" else (-1e4, 1e4),
                slope=slope,
                intercept=intercept,
            )
            for number, (slope, intercept, unit) in enumerate(mappings)
        ]
        made = ParametricMap(
            [pydicom.dcmread(path) for path in source],
            pixels,
            series_instance_uid=highdicom.UID(),
            series_number=9,
            sop_instance_uid=highdicom.UID(),
            instance_number=1,
            manufacturer="Somebody",
            manufacturer_model_name="Else",
            software_versions="1",
            device_serial_number="1",
            contains_recognizable_visual_features=False,
            real_world_value_mappings=described,
            voi_lut_transformations=[highdicom.VOILUTTransformation(window_center=50, window_width=100)],
        )
        path = tmp_path / "map" / "map.dcm"
        path.parent.mkdir()
        made.save_as(path)
        return path

    return write


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.1, -5.0), (2.5, 3.0)])
def test_a_parametric_map_of_whole_numbers_has_its_real_values_and_their_unit(write_map, unit, slope, intercept):
    path = write_map(STORED, (slope, intercept, unit))
    independent = highdicom.pm.ParametricMap.from_dataset(pydicom.dcmread(path)).get_volume(
        apply_real_world_transform=True
    )

    volume = read_volume(path)

    assert volume.unit == unit
    np.testing.assert_allclose(volume.array, STORED * slope + intercept, rtol=1e-6)
    assert sorted(volume.array.ravel()) == pytest.approx(sorted(independent.array.ravel()), rel=1e-6)
    assert volume.remarks == ()


@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_a_parametric_map_of_real_numbers_is_read(write_map, kind):
    pixels = (STORED / 7).astype(kind)
    volume = read_volume(write_map(pixels, (1.0, 0.0, "%")))

    assert (volume.unit, volume.patient) == ("%", "P 7")
    np.testing.assert_allclose(volume.array, pixels, rtol=1e-6)


@pytest.mark.parametrize(
    "rescale",
    [
        {},
        {"RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "US"},
        {"RescaleSlope": "0.1", "RescaleIntercept": "-5", "RescaleType": "%"},
    ],
)
def test_a_classic_series_has_real_values_where_rescaling_says_nothing_else(tmp_path, write_series, rescale):
    write_series(tmp_path, STORED, RealWorldValueMappingSequence=pydicom.Sequence([mapping(0.1, -5, "%")]), **rescale)

    volume = read_volume(tmp_path)

    assert (volume.unit, volume.remarks) == ("%", ())
    np.testing.assert_allclose(volume.array, 0.1 * STORED - 5, rtol=1e-6)


@pytest.mark.parametrize(
    "rescale",
    [
        {"RescaleSlope": "0.2", "RescaleIntercept": "-5"},
        {"RescaleSlope": "0.1", "RescaleIntercept": "0"},
        {"RescaleSlope": "0.1", "RescaleIntercept": "-5", "RescaleType": "ms"},
    ],
)
def test_a_rescaling_that_contradicts_real_values_is_told_once(tmp_path, write_series, rescale):
    write_series(tmp_path, STORED, RealWorldValueMappingSequence=pydicom.Sequence([mapping(0.1, -5, "%")]), **rescale)

    volume = read_volume(tmp_path)

    np.testing.assert_allclose(volume.array, 0.1 * STORED - 5, rtol=1e-6)
    (sentence,) = volume.remarks
    assert str(tmp_path) in sentence
    assert "RealWorldValueMappingSequence" in sentence


@pytest.mark.parametrize("place", ["shared", "of each frame", "beside the groups"])
def test_an_enhanced_image_has_its_mapping_wherever_it_stands(tmp_path, write_enhanced, place):
    path = write_enhanced(tmp_path / "a.dcm", STORED, heights=[0.0, 6.0, 12.0, 18.0])
    dataset = pydicom.dcmread(path)
    groups = {
        "shared": dataset.SharedFunctionalGroupsSequence,
        "of each frame": dataset.PerFrameFunctionalGroupsSequence,
        "beside the groups": [dataset],
    }
    for group in groups[place]:
        group.RealWorldValueMappingSequence = [mapping(0.5, 2, "ms")]
    dataset.save_as(path)

    volume = read_volume(path)

    assert volume.unit == "ms"
    np.testing.assert_allclose(volume.array, 0.5 * STORED + 2, rtol=1e-6)


@pytest.mark.parametrize(
    "mappings",
    [
        [mapping(0.1, 0, "%"), mapping(0.001, 0, "1")],
        [mapping(0.1, 0, "%"), mapping(0.2, 0, "%")],
        [mapping(1, 0, "ms"), mapping(0.001, 0, "s"), mapping(1000, 0, "1")],
    ],
)
def test_several_mappings_are_told_and_none_is_taken(tmp_path, write_series, mappings):
    write_series(tmp_path, STORED, RealWorldValueMappingSequence=pydicom.Sequence(mappings))

    volume = read_volume(tmp_path)

    assert volume.unit == ""
    np.testing.assert_array_equal(volume.array, STORED)
    assert ["several" in sentence for sentence in volume.remarks] == [True]


def test_a_mapping_by_a_table_is_told(tmp_path, write_series):
    table = mapping(1, 0, "ms", RealWorldValueLUTData=[float(n) for n in range(4096)])
    del table.RealWorldValueSlope, table.RealWorldValueIntercept
    write_series(tmp_path, STORED, RealWorldValueMappingSequence=pydicom.Sequence([table]))

    assert ["table" in sentence for sentence in read_volume(tmp_path).remarks] == [True]


@pytest.mark.parametrize(("slope", "intercept"), [(0.0, 1.0), (float("nan"), 0.0), (1.0, float("inf"))])
def test_a_mapping_that_makes_no_numbers_is_refused(tmp_path, write_series, slope, intercept):
    items = pydicom.Sequence([mapping(slope, intercept, "ms")])
    write_series(tmp_path, STORED, RealWorldValueMappingSequence=items)

    with pytest.raises(MuscleSegError, match=r"RealWorldValue(Slope|Intercept) is"):
        read_volume(tmp_path)


def test_what_a_mapping_does_not_reach_has_no_value(tmp_path, write_series):
    item = mapping(0.5, 0, "%", RealWorldValueFirstValueMapped=10, RealWorldValueLastValueMapped=100)
    write_series(tmp_path, STORED, RealWorldValueMappingSequence=pydicom.Sequence([item]))

    expected = np.where((STORED >= 10) & (STORED <= 100), 0.5 * STORED, np.nan)
    np.testing.assert_allclose(read_volume(tmp_path).array, expected)


@pytest.mark.parametrize("rescale_type", ["US", "UNSPECIFIED", "normalized"])
def test_a_rescale_type_that_means_unspecified_is_no_unit(tmp_path, write_series, rescale_type):
    write_series(tmp_path, STORED, RescaleSlope="0.5", RescaleIntercept="0", RescaleType=rescale_type)

    assert read_volume(tmp_path).unit == ""
