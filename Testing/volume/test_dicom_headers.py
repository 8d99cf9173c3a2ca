"""DICOM headers that contradict themselves or the pixels: refused, with the file and the attribute."""

import locale

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it
from pydicom.dataset import Dataset

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_volume

SHAPE = (4, 6, 8)


@pytest.fixture
def voxels():
    return np.arange(np.prod(SHAPE), dtype=np.int16).reshape(SHAPE)


def change(path, **attributes):
    dataset = pydicom.dcmread(path)
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)


@pytest.mark.parametrize(
    ("attributes", "pattern"),
    [
        ({"ImageOrientationPatient": [2, 0, 0, 0, 1, 0]}, "ImageOrientationPatient"),
        ({"ImageOrientationPatient": [1, 0, 0, 0, 0.9, 0]}, "ImageOrientationPatient"),
        ({"ImageOrientationPatient": [1, 0, 0, 0, 0, 0]}, "ImageOrientationPatient"),
        ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, "ImageOrientationPatient"),
        ({"ImageOrientationPatient": [1, 0, 0, 0.1, 0.995, 0]}, "ImageOrientationPatient"),
        ({"ImageOrientationPatient": ["NaN", 0, 0, 0, 1, 0]}, "ImageOrientationPatient"),
        ({"PixelSpacing": [-1.5, 0.5]}, "PixelSpacing"),
        ({"PixelSpacing": [1.5, -0.5]}, "PixelSpacing"),
        ({"PixelSpacing": [0, 0.5]}, "PixelSpacing"),
        ({"PixelSpacing": ["NaN", 0.5]}, "PixelSpacing"),
        ({"PixelSpacing": ["inf", 0.5]}, "PixelSpacing"),
        ({"PixelSpacing": [1e9, 1e9]}, "PixelSpacing"),
        ({"PixelSpacing": [1e-9, 1e-9]}, "PixelSpacing"),
        ({"ImagePositionPatient": ["NaN", 0, 0]}, "ImagePositionPatient"),
        ({"ImagePositionPatient": [0, 0, "inf"]}, "ImagePositionPatient"),
        ({"ImagePositionPatient": [0, 0, "1e300"]}, "ImagePositionPatient"),
        ({"RescaleSlope": 0, "RescaleIntercept": 5}, "RescaleSlope"),
        ({"RescaleSlope": "NaN", "RescaleIntercept": 0}, "RescaleSlope"),
        ({"RescaleSlope": 1, "RescaleIntercept": "inf"}, "RescaleIntercept"),
        ({"SliceThickness": "NaN"}, "SliceThickness"),
        ({"SpacingBetweenSlices": "inf"}, "SpacingBetweenSlices"),
        ({"Rows": 0}, "Rows"),
        ({"Columns": 0}, "Columns"),
        ({"NumberOfFrames": -3}, "NumberOfFrames"),
    ],
    ids=str,
)
@pytest.mark.parametrize("which", [slice(None), slice(3, 4)], ids=["all", "last"])
@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_numbers_that_cannot_be_are_refused_with_their_attribute(
    tmp_path, voxels, write_series, attributes, pattern, which
):
    paths = write_series(tmp_path, voxels)
    for path in paths[which]:
        change(path, **attributes)

    with pytest.raises(MuscleSegError, match=rf"{pattern}") as caught:
        read_volume(tmp_path)

    assert any(path.name in str(caught.value) for path in paths)


def test_direction_cosines_that_an_exporter_cut_are_made_unit_vectors(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, orientation=(0.707, 0.707, 0, -0.707, 0.707, 0))

    spacing = read_volume(tmp_path).geometry.spacing_mm

    np.testing.assert_allclose(spacing[:2], (0.5, 1.5), rtol=1e-9)


@pytest.mark.parametrize(
    "attributes",
    [{"Rows": 5}, {"Rows": 3}, {"Columns": 7}, {"Columns": 4}, {"Rows": 7}, {"Columns": 9}, {"BitsAllocated": 8}],
    ids=str,
)
def test_sizes_that_do_not_match_the_pixels_are_refused(tmp_path, voxels, write_series, attributes):
    paths = write_series(tmp_path, voxels)
    for path in paths:
        change(path, **attributes)

    with pytest.raises(MuscleSegError, match=r"IM\d+\.dcm is damaged .*pixels"):
        read_volume(tmp_path)


@pytest.mark.parametrize(("rows", "columns"), [(32, 16), (31, 32), (32, 31), (64, 32), (32, 40)])
def test_sizes_that_do_not_match_run_lengths_are_refused(tmp_path, write_series, rows, columns):
    square = np.arange(2 * 32 * 32, dtype=np.int16).reshape(2, 32, 32)
    for path in write_series(tmp_path, square):
        dataset = pydicom.dcmread(path)
        dataset.compress(pydicom.uid.RLELossless)
        dataset.Rows, dataset.Columns = rows, columns
        dataset.save_as(path)

    with pytest.raises(MuscleSegError, match=r"IM\d+\.dcm is damaged"):
        read_volume(tmp_path)


@pytest.mark.parametrize(("rows", "columns"), [(32, 16), (16, 64), (31, 32), (64, 64)])
@pytest.mark.parametrize("compressor", ["JPEG2000", "JPEG"])
def test_sizes_that_do_not_match_compressed_pixels_are_refused(tmp_path, write_series, compressor, rows, columns):
    square = np.arange(2 * 32 * 32, dtype=np.uint16).reshape(2, 32, 32)
    for path in write_series(tmp_path, square):
        before = pydicom.dcmread(path)
        writer = sitk.ImageFileWriter()
        writer.SetImageIO("GDCMImageIO")
        writer.UseCompressionOn()
        writer.SetCompressor(compressor)
        writer.SetFileName(str(path))
        kept = locale.setlocale(locale.LC_ALL)
        writer.Execute(sitk.GetImageFromArray(before.pixel_array[np.newaxis]))
        locale.setlocale(locale.LC_ALL, kept)  # GDCM changes it, and with it how Python reads text files
        after = pydicom.dcmread(path)
        before.file_meta.TransferSyntaxUID = after.file_meta.TransferSyntaxUID
        before.PixelData = after.PixelData
        before["PixelData"].is_undefined_length = True
        before.Rows, before.Columns = rows, columns
        before.save_as(path)

    with pytest.raises(MuscleSegError, match=r"IM\d+\.dcm is damaged"):
        read_volume(tmp_path)


@pytest.mark.parametrize("syntax", ["RLELossless", "JPEG2000Lossless", "JPEGLosslessSV1"])
def test_a_compression_that_is_claimed_of_raw_pixels_is_refused(tmp_path, voxels, write_series, syntax):
    uid = getattr(pydicom.uid, syntax)
    for path in write_series(tmp_path, voxels):
        raw = pydicom.uid.ExplicitVRLittleEndian.encode()
        content = path.read_bytes()
        dataset = pydicom.dcmread(path)
        dataset.file_meta.TransferSyntaxUID = uid
        length = dataset.file_meta.FileMetaInformationGroupLength
        meta = content[132 : 144 + length]
        start = meta.index(raw)
        padded = uid.encode() + b"\0" * (len(uid) % 2)
        new = meta[: start - 2] + len(padded).to_bytes(2, "little") + padded + meta[start + len(raw) + len(raw) % 2 :]
        new = new[:8] + (len(new) - 12).to_bytes(4, "little") + new[12:]
        path.write_bytes(content[:132] + new + content[144 + length :])

    with pytest.raises(MuscleSegError, match=r"IM\d+\.dcm"):
        read_volume(tmp_path)


@pytest.mark.parametrize(("frames", "groups"), [(3, 0), (3, 2), (3, 4), (2, 3), (1, 3)], ids=lambda number: str(number))
def test_numbers_of_frames_that_disagree_are_refused(tmp_path, voxels, write_enhanced, frames, groups):
    path = write_enhanced(tmp_path / "enhanced.dcm", voxels[:3], heights=[0.0, 6.0, 12.0])
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames = frames
    items = list(dataset.PerFrameFunctionalGroupsSequence)
    dataset.PerFrameFunctionalGroupsSequence = (items + items)[:groups]
    dataset.save_as(path)

    with pytest.raises(MuscleSegError, match=rf"enhanced\.dcm .* is {frames}, .* has {groups} items"):
        read_volume(path)


def test_a_frame_with_an_empty_group_is_refused(tmp_path, voxels, write_enhanced):
    path = write_enhanced(tmp_path / "enhanced.dcm", voxels[:3], heights=[0.0, 6.0, 12.0])
    change(path, PerFrameFunctionalGroupsSequence=[Dataset(), Dataset(), Dataset()])

    with pytest.raises(MuscleSegError, match=r"enhanced\.dcm does not say where it lies"):
        read_volume(path)


@pytest.mark.parametrize(
    ("heights", "spacing"),
    [([0, 12, 24, 36], 6.0), ([0, 18, 36, 54], 6.0), ([0, 6, 12, 18], 5.0), ([0, 3, 6, 9], 6.0)],
    ids=str,
)
def test_positions_that_contradict_the_spacing_between_slices_are_refused(
    tmp_path, voxels, write_series, heights, spacing
):
    write_series(tmp_path, voxels, heights=heights, SpacingBetweenSlices=spacing)

    with pytest.raises(MuscleSegError, match=rf"{heights[1]:.2f} mm apart .*SpacingBetweenSlices .*{spacing:g}"):
        read_volume(tmp_path)


def test_spacings_that_headers_round_differently_are_compared_too(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, heights=[0, 12, 24, 36], SpacingBetweenSlices=[6.0, 6.00001, 5.99999, 6.0])

    with pytest.raises(MuscleSegError, match="every second slice"):
        read_volume(tmp_path)


def test_two_slices_that_contradict_the_spacing_between_slices_are_refused(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels[:2], heights=[0, 12], SpacingBetweenSlices=6.0)

    with pytest.raises(MuscleSegError, match="every second slice"):
        read_volume(tmp_path)


@pytest.mark.parametrize(
    ("heights", "spacing", "thickness"),
    [
        ([0, 6, 12, 18], 6.0, 5.0),
        ([0, 6, 12, 18], -6.0, 5.0),  # Philips, slices counted against the normal
        ([0, 6, 12, 18], 0.0, 5.0),
        ([0, 6, 12, 18], 1.0, 5.0),  # exporters that take it for the gap
        ([0, 2, 4, 6], 2.0, 4.0),  # overlapping slices of a 3D acquisition
        ([0, 6.02, 11.98, 18], 6.0, 6.0),
    ],
)
def test_spacings_that_agree_with_the_positions_are_read(tmp_path, voxels, write_series, heights, spacing, thickness):
    write_series(tmp_path, voxels, heights=heights, SpacingBetweenSlices=spacing, SliceThickness=thickness)

    assert read_volume(tmp_path).geometry.spacing_mm[2] == pytest.approx(heights[3] / 3)


@pytest.mark.parametrize(
    "attributes",
    [
        {"ImageType": "ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC"},
        {"ImageType": "DERIVED\\PRIMARY\\DIFFUSION\\ADC\\ND\\NORM\\MOSAIC"},
        {"ImageType": "ORIGINAL\\PRIMARY\\FMRI\\NONE\\mosaic"},
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_a_mosaic_is_no_slice(tmp_path, voxels, write_series, attributes, count):
    write_series(tmp_path, voxels[:count], **attributes)

    with pytest.raises(MuscleSegError, match="mosaic"):
        read_volume(tmp_path)


def test_a_mosaic_is_told_by_siemens_number_of_its_images(tmp_path, voxels, write_series):
    for path in write_series(tmp_path, voxels):
        dataset = pydicom.dcmread(path)
        block = dataset.private_block(0x0019, "SIEMENS MR HEADER", create=True)
        block.add_new(0x0A, "US", 25)
        dataset.save_as(path)

    with pytest.raises(MuscleSegError, match="mosaic"):
        read_volume(tmp_path)


@pytest.mark.parametrize(
    ("keyword", "values"),
    [
        ("PatientID", ["P 1", "P 1", "P 2", "P 2"]),
        ("PatientBirthDate", ["19500101", "19500101", "19500101", "19600101"]),
        ("PatientName", ["Doe^Jane", "Doe^Jane", "Doe^Jane", "Roe^John"]),
        ("StudyInstanceUID", ["1.2.3", "1.2.3", "1.2.3", "1.2.4"]),
        ("FrameOfReferenceUID", ["1.2.3", "1.2.5", "1.2.5", "1.2.5"]),
    ],
)
def test_two_patients_or_examinations_in_one_series_are_refused(tmp_path, voxels, write_series, keyword, values):
    write_series(tmp_path, voxels, **{keyword: values})

    with pytest.raises(MuscleSegError, match=rf"{keyword}"):
        read_volume(tmp_path)


def test_uids_that_a_program_gave_every_file_are_no_examinations(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, StudyInstanceUID=["1.2.3", "1.2.4", "1.2.5", "1.2.6"])

    np.testing.assert_array_equal(read_volume(tmp_path).array, voxels)


@pytest.mark.parametrize("values", [["P 1", "", "P 1", "P 1"], ["P 1", "P 1 ", "P 1", "P 1"]])
def test_a_patient_that_a_header_does_not_name_is_no_second_one(tmp_path, voxels, write_series, values):
    write_series(tmp_path, voxels, PatientID=values)

    assert read_volume(tmp_path).patient == "P 1"


def test_a_color_map_is_no_gray_scale_image(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, PhotometricInterpretation="PALETTE COLOR")

    with pytest.raises(MuscleSegError, match="color picture"):
        read_volume(tmp_path)
