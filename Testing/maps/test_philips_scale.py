"""Values of Philips compare once each is divided by its own scale slope: Chenevert et al., Transl Oncol 2014."""

import json
from dataclasses import replace

import numpy as np
import pydicom
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.maps import fat_fraction, magnetization_transfer_ratio, t2, two_point_fat_fraction
from MuscleSegLib.volume import Geometry, Volume, read_echoes, read_volume, write_dicom, write_volume
from MuscleSegLib.volume.dicom_private import scale_slope_of

GRID = Geometry((3, 24, 24), np.diag([-1.0, -1.0, 5.0, 1.0]))
SLOPES = [((1.0, 0.5), (1.0, 0.6)), ((2.0, 0.01), (1.7, 0.003)), ((1.37, 4e-3), (1.37, 5e-3))]
"""RescaleSlope and scale slope of two series."""


def write_philips(folder, real, slopes, *, is_private=True, **attributes):
    """Write what a receiver saw, as a Philips scanner stores it: real = stored / scale slope."""
    rescale, scale = slopes
    stored = np.rint(np.full(GRID.shape, real * scale)).astype(np.int16)
    write_dicom(Volume(stored, GRID), folder, identity=str(folder), patient="P", thickness_mm=5, attributes=attributes)
    for path in folder.glob("*.dcm"):
        file = pydicom.dcmread(path)
        file.RescaleSlope, file.RescaleIntercept = str(rescale), "0"
        if is_private:
            block = file.private_block(0x2005, "Philips MR Imaging DD 001", create=True)
            block.add_new(0x0E, "FL", scale)
        file.save_as(path)
    return folder


@pytest.mark.parametrize(("first", "second"), SLOPES)
def test_mtr_is_that_of_the_signals_and_not_of_the_display(tmp_path, first, second):
    off, on = 2000 / min(first[1], second[1]), 1000 / min(first[1], second[1])
    images = [
        write_philips(tmp_path / name, real, slopes) for name, real, slopes in (("off", off, first), ("on", on, second))
    ]
    ratio = magnetization_transfer_ratio(*(read_volume(folder) for folder in images))
    assert ratio.array.mean() == pytest.approx(50, abs=0.2)


@pytest.mark.parametrize(("make", "truth"), [(fat_fraction, 25.0), (two_point_fat_fraction, 100 * (1 - 1 / 3) / 2)])
def test_so_are_fat_and_water_and_opposed_and_in_phase(tmp_path, make, truth):
    first, second = SLOPES[0]
    small = read_volume(write_philips(tmp_path / "a", 1000, first))
    large = read_volume(write_philips(tmp_path / "b", 3000, second))
    assert make(small, large).array.mean() == pytest.approx(truth, abs=0.2)


def test_so_are_the_echoes_of_one_acquisition(tmp_path):
    for number, (slopes, time) in enumerate(zip([(1.0, 0.5), (1.0, 0.7), (1.5, 0.3)], (10, 20, 30), strict=True)):
        write_philips(tmp_path / str(number), 8000 * np.exp(-time / 40), slopes, EchoTime=time)
    echoes = read_echoes(tmp_path)
    fitted = t2([echo.image for echo in echoes], echoes_ms=[echo.echo_ms for echo in echoes])
    assert np.nanmean(fitted.array) == pytest.approx(40, abs=0.2)


def test_one_image_without_a_scale_slope_is_refused(tmp_path):
    off = read_volume(write_philips(tmp_path / "off", 2000, (1.0, 0.5)))
    on = read_volume(write_philips(tmp_path / "on", 1000, (1.0, 0.6), is_private=False))
    for make in (magnetization_transfer_ratio, fat_fraction, two_point_fat_fraction):
        for images in ((off, on), (on, off)):
            with pytest.raises(MuscleSegError, match=r"Philips scale slope \(2005,100E\)"):
                make(*images)


def test_one_scale_for_both_changes_no_number(tmp_path):
    images = [read_volume(write_philips(tmp_path / name, real, (2.0, 0.5))) for name, real in (("a", 2000), ("b", 900))]
    plain = [replace(image, scale=None) for image in images]
    scaled = magnetization_transfer_ratio(*images)
    np.testing.assert_array_equal(scaled.array, magnetization_transfer_ratio(*plain).array)


def test_enhanced_images_say_it_frame_by_frame():
    group, item = pydicom.Dataset(), pydicom.Dataset()
    item.private_block(0x2005, "Philips MR Imaging DD 001", create=True).add_new(0x0E, "FL", 0.25)
    group.add_new(0x20050014, "LO", "Philips MR Imaging DD 005")
    group.add_new(0x2005140F, "SQ", [item])
    assert scale_slope_of(group) == 0.25


@pytest.mark.parametrize(("is_float", "off", "on"), [(1, 2000.0, 1000.0), (0, 1000.0, 600.0)])
def test_so_are_images_that_dcm2niix_made(tmp_path, is_float, off, on):
    for name, value, scale in (("off", off, 0.5), ("on", on, 0.6)):
        write_volume(Volume(np.full(GRID.shape, value, np.float32), GRID), tmp_path / f"{name}.nii.gz")
        sidecar = {"PhilipsRescaleSlope": 1, "PhilipsScaleSlope": scale, "UsePhilipsFloatNotDisplayScaling": is_float}
        (tmp_path / f"{name}.json").write_text(json.dumps(sidecar))
    ratio = magnetization_transfer_ratio(*(read_volume(tmp_path / f"{name}.nii.gz") for name in ("off", "on")))
    assert ratio.array.mean() == pytest.approx(50)
