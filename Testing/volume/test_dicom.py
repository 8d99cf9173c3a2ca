import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_volume

# Columns go down and to the left of the patient's back (LPS): two unit vectors at a right angle, turned by 20 degrees.
OBLIQUE = (np.cos(np.deg2rad(20)), 0.0, np.sin(np.deg2rad(20)), 0.0, 1.0, 0.0)


@pytest.fixture
def series(tmp_path, voxels, write_series):
    """A folder with one ordinary series."""
    write_series(tmp_path / "scan", voxels, SeriesDescription="T1 axial")
    return tmp_path / "scan"


def test_slices_are_sorted_by_position_and_not_by_name(series, voxels):
    volume = read_volume(series)
    np.testing.assert_array_equal(volume.array, voxels)
    # By hand: 0.5 mm between columns (i), 1.5 mm between rows (j), 6 mm between positions, LPS origin -20 -30 100.
    np.testing.assert_allclose(
        volume.geometry.affine, [[-0.5, 0, 0, 20], [0, -1.5, 0, 30], [0, 0, 6, 100], [0, 0, 0, 1]], atol=1e-9
    )
    assert volume.array.dtype == np.int16
    assert volume.description == "T1 axial"
    assert volume.path == series


def test_a_series_says_whose_it_is_and_in_which_frame_of_reference(tmp_path, voxels, write_series):
    write_series(tmp_path / "scan", voxels, PatientID="P 7", FrameOfReferenceUID="1.2.3")
    volume = read_volume(tmp_path / "scan")
    assert (volume.patient, volume.frame_of_reference) == ("P 7", "1.2.3")


def test_a_series_says_how_thick_its_slices_are(tmp_path, voxels, write_series):
    write_series(tmp_path / "scan", voxels, SliceThickness=4.5, SpacingBetweenSlices=6.0)
    volume = read_volume(tmp_path / "scan")
    assert (volume.thickness_mm, volume.geometry.spacing_mm[2]) == (4.5, pytest.approx(6.0))


@pytest.mark.parametrize("thickness", [None, [4.0, 4.5, 4.0]])
def test_slices_that_do_not_say_or_differ_have_no_thickness(tmp_path, voxels, write_series, thickness):
    write_series(tmp_path / "scan", voxels, SliceThickness=thickness)
    assert read_volume(tmp_path / "scan").thickness_mm is None


def test_slices_that_were_written_from_the_top_are_the_same_volume(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels[::-1], heights=[12.0, 6.0, 0.0], InstanceNumber=[1, 2, 3])
    np.testing.assert_array_equal(read_volume(tmp_path).array, voxels)


def test_simpleitk_puts_an_oblique_series_in_the_same_place(tmp_path, voxels, write_series):
    paths = write_series(tmp_path, voxels, orientation=OBLIQUE)
    image = sitk.ReadImage([str(path) for path in paths])
    volume = read_volume(tmp_path)
    np.testing.assert_array_equal(volume.array, sitk.GetArrayFromImage(image))
    for index in ((0, 0, 0), (4, 3, 2), (1, 0, 2)):
        expected = np.array(image.TransformIndexToPhysicalPoint(index)) * (-1, -1, 1)
        np.testing.assert_allclose(volume.geometry.world_from_index(index), expected, atol=1e-4)


def test_spacing_comes_from_positions_and_not_from_thickness(series):
    assert read_volume(series).geometry.spacing_mm == pytest.approx((0.5, 1.5, 6.0))


def test_files_without_an_ending_are_read(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, extension="")
    np.testing.assert_array_equal(read_volume(tmp_path).array, voxels)


def test_subfolders_are_searched(series, voxels):
    np.testing.assert_array_equal(read_volume(series.parent).array, voxels)


def test_files_that_are_no_images_are_passed_over(series, voxels):
    (series / "README.txt").write_text("read me")
    (series / "empty").touch()
    report = pydicom.dcmread(next(series.glob("*.dcm")))
    for keyword in ("Rows", "Columns", "PixelData"):
        delattr(report, keyword)
    report.SOPClassUID = report.file_meta.MediaStorageSOPClassUID = pydicom.uid.BasicTextSRStorage
    report.SeriesInstanceUID = "1.2.3"
    report.save_as(series / "report.dcm")
    np.testing.assert_array_equal(read_volume(series).array, voxels)


def test_one_file_stands_for_its_series(series, voxels, write_series):
    write_series(series, voxels + 100, prefix="other", SeriesNumber=8)
    for start, expected in (("IM", voxels), ("other", voxels + 100)):
        volume = read_volume(next(series.glob(f"{start}*")))
        np.testing.assert_array_equal(volume.array, expected)


def test_a_file_and_another_series_contradict_each_other(series):
    with pytest.raises(MuscleSegError, match="belongs to series 7 .* not to 9"):
        read_volume(next(series.glob("*.dcm")), series="9")


@pytest.fixture
def two_series(series, voxels, write_series):
    paths = write_series(series, voxels[:2] + 100, prefix="other", SeriesNumber=8, SeriesDescription="STIR\ncoronal")
    return series, str(pydicom.dcmread(paths[0]).SeriesInstanceUID)


def test_two_series_are_listed_with_how_to_choose(two_series):
    folder, uid = two_series
    pattern = rf'2 series: choose one with --series.*7 "T1 axial" \(3 images, .*8 "STIR coronal" \(2 images, {uid}\)'
    with pytest.raises(MuscleSegError, match=pattern):
        read_volume(folder)


def test_a_series_is_chosen_by_number_or_uid(two_series, voxels):
    folder, uid = two_series
    for name in ("8", uid):
        np.testing.assert_array_equal(read_volume(folder, series=name).array, voxels[:2] + 100)


def test_a_series_that_is_not_there_is_refused_with_those_that_are(two_series):
    with pytest.raises(MuscleSegError, match=r'no series 9.*7 "T1 axial".*8 "STIR coronal"'):
        read_volume(two_series[0], series="9")


def test_a_number_that_two_series_have_does_not_choose(two_series, voxels, write_series):
    write_series(two_series[0], voxels, prefix="third", SeriesNumber=8, SeriesDescription="again")
    with pytest.raises(MuscleSegError, match=r"holds 2 series 8: choose one") as caught:
        read_volume(two_series[0], series="8")
    assert ["T1 axial" in str(caught.value), "STIR" in str(caught.value), "again" in str(caught.value)] == [0, 1, 1]


def test_a_folder_without_images_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(MuscleSegError, match="holds no DICOM image"):
        read_volume(tmp_path)


def test_missing_slices_are_counted_and_placed(tmp_path, voxels, write_series):
    write_series(tmp_path, np.concatenate([voxels, voxels]), heights=[0, 6, 12, 30, 36, 48])
    pattern = r"lacks 3 slices: 2 between 112\.0 mm \(.*\) and 130\.0 mm .*; 1 between 136\.0 mm .* and 148\.0 mm"
    with pytest.raises(MuscleSegError, match=pattern):
        read_volume(tmp_path)


def test_one_missing_slice_of_three_is_noticed(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, heights=[0, 6, 18])
    with pytest.raises(MuscleSegError, match="lacks 1 slice: 1 between 106"):
        read_volume(tmp_path)


def test_unevenly_spaced_slices_are_refused(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, heights=[0, 6, 14])
    with pytest.raises(MuscleSegError, match=r"unevenly spaced slices \(from 6\.00 to 8\.00 mm"):
        read_volume(tmp_path)


def test_rounded_positions_are_even_enough(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, heights=[0, 3.3, 6.7])
    assert read_volume(tmp_path).geometry.spacing_mm[2] == pytest.approx(3.35)


@pytest.mark.parametrize(
    ("attributes", "pattern"),
    [
        ({"EchoTime": [9.2, 9.2, 9.2, 10.1, 10.1, 10.1]}, r"differ in echo time \(ms\): 9\.2, 10\.1"),
        ({"DiffusionBValue": [0.0] * 3 + [400.0] * 3}, r"differ in b-value \(s/mm2\): 0, 400"),
        (
            {"ImageType": [["ORIGINAL", "PRIMARY", "W"]] * 3 + [["ORIGINAL", "PRIMARY", "F"]] * 3},
            r"differ in image type: ORIGINAL/PRIMARY/F, ORIGINAL/PRIMARY/W",
        ),
        ({"TemporalPositionIdentifier": [1] * 3 + [2] * 3}, r"differ in time point: 1, 2"),
    ],
    ids=["echoes", "diffusion", "Dixon", "dynamic"],
)
def test_several_images_at_a_position_are_told_apart(tmp_path, voxels, write_series, attributes, pattern):
    write_series(tmp_path, np.concatenate([voxels, voxels]), heights=[0, 6, 12] * 2, **attributes)
    with pytest.raises(MuscleSegError, match=rf"2 images at every position.*{pattern}"):
        read_volume(tmp_path)


def test_a_localizer_is_refused(tmp_path, voxels, write_series):
    first = write_series(tmp_path, voxels)
    uid = pydicom.dcmread(first[0]).SeriesInstanceUID
    write_series(tmp_path, voxels, orientation=(0, 1, 0, 0, 0, -1), prefix="sagittal", SeriesInstanceUID=uid)
    with pytest.raises(MuscleSegError, match="slices in different directions, as localizers have"):
        read_volume(tmp_path)


def test_slices_of_different_sizes_are_refused(tmp_path, voxels, write_series):
    uid = pydicom.dcmread(write_series(tmp_path, voxels)[0]).SeriesInstanceUID
    write_series(tmp_path, voxels[:1, :2], heights=[18], prefix="small", SeriesInstanceUID=uid)
    with pytest.raises(MuscleSegError, match=r"different sizes, \(4, 5\) and \(2, 5\)"):
        read_volume(tmp_path)


def test_slices_of_different_pixel_spacing_are_refused(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, PixelSpacing=[[1.5, 0.5], [1.5, 0.5], [1.5, 0.6]])
    with pytest.raises(MuscleSegError, match="different pixel spacing"):
        read_volume(tmp_path)


def test_a_tilted_stack_is_refused(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, ImagePositionPatient=[[0, 0, 0], [0, 1, 6], [0, 2, 12]])
    with pytest.raises(MuscleSegError, match="a tilted stack"):
        read_volume(tmp_path)


@pytest.mark.parametrize(("attributes", "expected"), [({"SpacingBetweenSlices": 7.5}, 7.5), ({}, 5.0)])
def test_a_single_slice_is_as_thick_as_it_says(tmp_path, voxels, write_series, attributes, expected):
    write_series(tmp_path, voxels[:1], **attributes)
    volume = read_volume(tmp_path)
    assert volume.array.shape == (1, 4, 5)
    assert volume.geometry.spacing_mm[2] == pytest.approx(expected)


def test_a_single_slice_of_unknown_thickness_is_refused(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels[:1], SliceThickness=None)
    with pytest.raises(MuscleSegError, match="does not say how thick it is"):
        read_volume(tmp_path)


def test_an_image_without_a_position_is_refused(tmp_path, voxels, write_series):
    write_series(tmp_path, voxels, ImagePositionPatient=None)
    with pytest.raises(MuscleSegError, match="does not say where it lies in the patient"):
        read_volume(tmp_path)


@pytest.mark.parametrize("left", [0.99, 0.9, 0.75, 0.5, 0.3])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_file_that_was_cut_off_anywhere_is_named(series, left, which):
    path = sorted(series.glob("*.dcm"))[which]
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * left)])
    with pytest.raises(MuscleSegError, match=rf"{path.name} (is damaged|does not say where)"):
        read_volume(series)


@pytest.mark.filterwarnings("ignore:End of file reached")
def test_a_file_that_only_begins_as_dicom_is_named(series):
    (series / "broken.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\x02\0\0\0UL\x04\0\xff\xff" + b"\xff" * 60)
    with pytest.raises(MuscleSegError, match=r"broken\.dcm is damaged"):
        read_volume(series)


def test_a_segmentation_beside_its_scan_is_no_second_series(series, voxels, write_series):
    path = write_series(series, voxels[:1], prefix="seg", SeriesNumber=99)[0]
    dataset = pydicom.dcmread(path)
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = pydicom.uid.SegmentationStorage
    dataset.save_as(path)
    np.testing.assert_array_equal(read_volume(series).array, voxels)
