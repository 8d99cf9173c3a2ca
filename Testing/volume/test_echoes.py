"""Against classic DICOM files that conftest.py writes with pydicom alone."""

import numpy as np
import pydicom
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_echoes

TIMES = (2.38, 4.76, 7.15)
SHAPE = (3, 4, 5)


@pytest.fixture
def write_echoes(write_series, tmp_path):
    """Write a series an echo, whose voxels are 100 times the echo's number; return the folder."""

    def write(times=TIMES, *, numbers=None, value=lambda number: 100 * number, dtype=np.int16, **attributes):
        for number, time in enumerate(times, 1):
            numbered = {"EchoNumbers": numbers[number - 1]} if numbers else {}
            write_series(
                tmp_path / "scan" / f"{attributes.get('ImageType', 'M')[-1]}{number}",
                np.full(SHAPE, value(number), dtype),
                EchoTime=time,
                **numbered,
                **attributes,
            )
        return tmp_path / "scan"

    return write


def test_echoes_come_in_the_order_of_their_times_with_what_the_header_says(write_echoes):
    folder = write_echoes(TIMES[::-1], RepetitionTime=22.0, FlipAngle=5.0, MagneticFieldStrength=1.5)
    echoes = read_echoes(folder)
    assert [echo.echo_ms for echo in echoes] == list(TIMES)
    assert [echo.image.array[0, 0, 0] for echo in echoes] == [300, 200, 100]
    assert {(echo.part, echo.repetition_ms, echo.flip_degrees, echo.field_strength_t) for echo in echoes} == {
        ("magnitude", 22.0, 5.0, 1.5)
    }


@pytest.mark.parametrize(
    ("attributes", "part"),
    [
        ({"ComplexImageComponent": "REAL"}, "real"),
        ({"ImageType": "ORIGINAL\\PRIMARY\\I\\NORM"}, "imaginary"),
        ({"ImageType": "ORIGINAL\\PRIMARY\\M_FFE\\M\\FFE"}, "magnitude"),
        ({"ImageType": "ORIGINAL\\PRIMARY\\PHASE MAP\\P\\FFE"}, "phase"),
        ({"ImageType": "ORIGINAL\\PRIMARY\\OTHER"}, "magnitude"),
    ],
)
def test_headers_say_which_part_of_the_signal_an_image_holds(write_echoes, attributes, part):
    assert {echo.part for echo in read_echoes(write_echoes(value=lambda _: 1, **attributes))} == {part}


@pytest.mark.parametrize(("number", "part"), [(0, "magnitude"), (1, "phase"), (2, "real"), (3, "imaginary")])
def test_ge_says_in_a_private_attribute_which_part_an_image_holds(write_series, tmp_path, number, part):
    for path in write_series(tmp_path, np.ones(SHAPE, np.int16), EchoTime=2.38):
        dataset = pydicom.dcmread(path)
        dataset.private_block(0x0043, "GEMS_PARM_01", create=True).add_new(0x2F, "SS", number)
        dataset.save_as(path)

    assert {echo.part for echo in read_echoes(tmp_path)} == {part}


@pytest.mark.parametrize(
    ("stored", "slope", "intercept", "radians"),
    [
        ((0, 2048, 4095), 1.0, 0.0, (-np.pi, 0.0, np.pi * 2047 / 2048)),  # Siemens
        ((0, 2048, 4095), 2.0, -4096.0, (-np.pi, 0.0, np.pi * 2047 / 2048)),  # Siemens, rescaled
        ((-3141, 0, 3141), 1.0, 0.0, (-3.141, 0.0, 3.141)),  # GE
        ((0, 2048, 4095), 2 * np.pi / 4095, -np.pi, (-np.pi, np.pi * (4096 / 4095 - 1), np.pi)),  # Philips
    ],
)
def test_phases_come_in_radians_whatever_a_scanner_stores(write_echoes, stored, slope, intercept, radians):
    folder = write_echoes(
        value=lambda number: stored[number - 1],
        ImageType="ORIGINAL\\PRIMARY\\P",
        RescaleSlope=f"{slope:.12g}",
        RescaleIntercept=f"{intercept:.12g}",
    )
    phases = [echo.image.array[0, 0, 0] for echo in read_echoes(folder)]
    np.testing.assert_allclose(phases, radians, atol=2e-3)


def test_phases_of_an_unknown_unit_are_refused(write_echoes):
    folder = write_echoes(value=lambda number: 10000 * number, ImageType="ORIGINAL\\PRIMARY\\P")
    with pytest.raises(MuscleSegError, match="in an unknown unit"):
        read_echoes(folder)


def test_a_time_that_headers_round_from_slice_to_slice_is_one_echo(write_series, tmp_path):
    write_series(tmp_path, np.ones(SHAPE, np.int16), EchoTime=[4.7649, 4.765, 4.7651])
    assert len(read_echoes(tmp_path)) == 1


def test_echo_numbers_that_contradict_the_times_are_refused_with_both(write_echoes):
    with pytest.raises(MuscleSegError, match=r"contradict each other \(1 at 2.38 ms, 3 at 4.76 ms, 2 at 7.15 ms\)"):
        read_echoes(write_echoes(numbers=(1, 3, 2)))


def test_several_echoes_that_claim_one_time_are_refused(write_echoes):
    with pytest.raises(MuscleSegError, match=r"contradict each other \(1 at 2.38 ms, 2 at 2.38 ms\)"):
        read_echoes(write_echoes((2.38, 2.38), numbers=(1, 2)))


def test_numbers_that_come_back_in_interleaved_trains_are_no_contradiction(write_echoes):
    assert len(read_echoes(write_echoes((1.2, 2.0, 2.8, 3.6), numbers=(1, 1, 2, 2)))) == 4


def test_images_that_differ_in_their_pixels_alone_are_no_echo(write_echoes):
    with pytest.raises(MuscleSegError, match="2 images at one position .* differ in their pixels"):
        read_echoes(write_echoes((2.38, 2.38)))


def test_a_missing_slice_is_told(write_series, tmp_path):
    write_series(tmp_path / "1", np.ones((4, 4, 5), np.int16), EchoTime=2.38)
    for path in write_series(tmp_path / "2", np.ones((4, 4, 5), np.int16), EchoTime=4.76)[1:2]:
        path.unlink()
    with pytest.raises(MuscleSegError, match=r"echo time 4.76 ms in .* lacks 1 slice"):
        read_echoes(tmp_path)


def test_echoes_on_different_grids_are_refused_by_their_times(write_series, tmp_path):
    for number, time in enumerate(TIMES):
        origin = (-20.0 - (number == 2), -30.0, 100.0)
        write_series(tmp_path / str(number), np.ones(SHAPE, np.int16), EchoTime=time, origin=origin)
    with pytest.raises(MuscleSegError, match=r"at 2.38 ms and the magnitude image at 7.15 ms .* not lie on the same"):
        read_echoes(tmp_path)


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(MuscleSegError, match="is not a folder"):
        read_echoes(tmp_path / "none")


@pytest.mark.parametrize("keyword", ["PatientID", "PatientName", "PatientBirthDate"])
def test_echoes_of_two_people_are_refused(write_series, tmp_path, keyword):
    for time, value in ((2.38, "19500101"), (4.76, "19600101")):
        write_series(tmp_path / str(time), np.ones(SHAPE, np.int16), EchoTime=time, **{keyword: value})

    with pytest.raises(MuscleSegError, match=f"images of 2 patients .*{keyword}"):
        read_echoes(tmp_path)


@pytest.mark.parametrize("word", ["T2 MAP", "T2_MAP", "T2MAP"])
@pytest.mark.parametrize("time", [0.0, 4.76, 20.0])
def test_a_map_that_the_scanner_keeps_beside_the_echoes_is_left_out_with_a_word(
    write_echoes, write_series, tmp_path, caplog, word, time
):
    folder = write_echoes()
    values = np.full(SHAPE, 38, np.int16)
    write_series(folder / "map", values, EchoTime=time, ImageType=f"DERIVED\\PRIMARY\\M\\{word}")
    assert [echo.echo_ms for echo in read_echoes(folder)] == list(TIMES)
    assert "are maps, by their image type" in caplog.text
