"""Files of a series that are cut off, empty, or lack the preamble: read or named, at the series' ends too."""

import shutil
import zlib

import numpy as np
import pydicom
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_volume

PREAMBLE_BYTES = 132
"""128 bytes of anything and "DICM": PS3.10, 7.1."""


@pytest.fixture
def voxels():
    return np.arange(5 * 4 * 6, dtype=np.int16).reshape(5, 4, 6)


@pytest.fixture
def paths(tmp_path, voxels, write_series):
    """The files of a series of five slices, in the order of their positions."""
    return write_series(tmp_path / "scan", voxels, SeriesDescription="T1 axial")


def without_preamble(content):
    return content[PREAMBLE_BYTES:]


def without_group_2(content):
    """As files before 1993 were: from (0008,xxxx) on, in explicit little endian."""
    return content[content.index(b"\x08\x00\x16\x00UI") :]


@pytest.mark.parametrize("which", [0, 2, 4])
@pytest.mark.parametrize("change", [without_preamble, without_group_2])
def test_a_slice_without_a_preamble_is_read(paths, voxels, which, change):
    paths[which].write_bytes(change(paths[which].read_bytes()))

    np.testing.assert_array_equal(read_volume(paths[0].parent).array, voxels)


def test_a_whole_series_without_preambles_is_read(paths, voxels):
    for path in paths:
        path.write_bytes(without_preamble(path.read_bytes()))

    np.testing.assert_array_equal(read_volume(paths[0].parent).array, voxels)
    np.testing.assert_array_equal(read_volume(paths[3]).array, voxels)


def test_implicit_little_endian_without_a_preamble_is_read(paths, voxels):
    for path in paths:
        dataset = pydicom.dcmread(path)
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
        dataset.save_as(path, implicit_vr=True, little_endian=True)
        content = path.read_bytes()
        path.write_bytes(content[content.index(b"\x08\x00\x16\x00") :])

    np.testing.assert_array_equal(read_volume(paths[0].parent).array, voxels)


@pytest.mark.parametrize("size", [0, 1, 100, 131, 132, 140, 300])
@pytest.mark.parametrize("which", [0, 4])
@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_the_first_or_last_slice_that_was_cut_short_is_named(paths, which, size):
    paths[which].write_bytes(paths[which].read_bytes()[:size])

    with pytest.raises(MuscleSegError, match=rf"{paths[which].name} is damaged"):
        read_volume(paths[0].parent)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: bytes(len(content)),
        lambda content: content[:128] + b"XXXX" + content[132:],
        lambda content: content[128:],
        lambda content: np.random.default_rng(1).bytes(len(content)),
    ],
    ids=["zeros", "another magic", "magic without preamble", "noise"],
)
@pytest.mark.parametrize("which", [0, 4])
def test_the_first_or_last_slice_that_was_overwritten_is_named(paths, which, change):
    paths[which].write_bytes(change(paths[which].read_bytes()))

    with pytest.raises(MuscleSegError, match=rf"{paths[which].name} is damaged"):
        read_volume(paths[0].parent)


@pytest.mark.parametrize("name", ["{}", "MR.1.2.840.{}.7", "slice-{}-of-5.IMA"])
def test_an_empty_file_that_is_named_like_the_others_is_named(tmp_path, paths, name):
    for number, path in enumerate(paths, 1):
        path.rename(tmp_path / "scan" / name.format(number))
    last = tmp_path / "scan" / name.format(5)
    last.write_bytes(b"")

    with pytest.raises(MuscleSegError, match=rf"{last.name} is damaged"):
        read_volume(tmp_path / "scan")


def test_an_empty_file_among_names_without_an_order_is_named(paths):
    for letters, path in zip(("qx", "bd", "kl", "mm", "zt"), paths, strict=True):
        path.rename(path.with_name(f"{letters}.dcm"))
    (paths[0].parent / "zt.dcm").write_bytes(np.random.default_rng(1).bytes(500))

    with pytest.raises(MuscleSegError, match=r"zt\.dcm is damaged"):
        read_volume(paths[0].parent)


@pytest.mark.parametrize("left", [0.3, 0.6, 0.9])
@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_a_compressed_slice_that_was_cut_off_is_named(paths, left):
    for path in paths:
        dataset = pydicom.dcmread(path)
        dataset.compress(pydicom.uid.RLELossless)
        dataset.save_as(path)
    content = paths[4].read_bytes()
    paths[4].write_bytes(content[: int(len(content) * left)])

    with pytest.raises(MuscleSegError, match=rf"{paths[4].name} (is damaged|is compressed)"):
        read_volume(paths[0].parent)


def _other_series_cut(folder, write_series, voxels):
    path = write_series(folder, voxels[:1], prefix="other", SeriesNumber=8)[0]
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"\x28\x00\x10\x00")])  # before Rows, after the series's UID


def _report_cut(folder, write_series, voxels):
    path = write_series(folder, voxels[:1], prefix="SR", SeriesNumber=9)[0]
    dataset = pydicom.dcmread(path)
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = pydicom.uid.BasicTextSRStorage
    dataset.save_as(path)
    path.write_bytes(path.read_bytes()[:400])


def _dicomdir(folder, *_):
    (folder / "DICOMDIR").write_bytes(bytes(128) + b"DICM" + b"\x02\0\0\0UL\x04\0\xff\xff" + b"\xff" * 60)


def _text(folder, *_):
    (folder / "README.dcm").write_text("These are the scans of the phantom.\n")
    (folder / "IM0001.txt").write_text("a note")


def _resource_fork(folder, *_):
    (folder / "._IM0001.dcm").write_bytes(b"\x00\x05\x16\x07" + bytes(4092))


def _folder_of_its_own(folder, write_series, voxels):
    paths = write_series(folder / "8", voxels[:2], SeriesNumber=8)
    paths[0].write_bytes(bytes(128) + b"DICM" + b"\x02\0\0\0UL\x04\0\xff\xff" + b"\xff" * 60)


@pytest.mark.parametrize(
    "foreign", [_other_series_cut, _report_cut, _dicomdir, _text, _resource_fork, _folder_of_its_own]
)
@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_a_damaged_file_of_something_else_does_not_block_the_series(paths, voxels, write_series, foreign):
    foreign(paths[0].parent, write_series, voxels)

    np.testing.assert_array_equal(read_volume(paths[0].parent, series="7").array, voxels)


@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_a_damaged_file_of_the_chosen_series_blocks_it_beside_others(paths, voxels, write_series):
    others = write_series(paths[0].parent, voxels + 100, prefix="other", SeriesNumber=8)
    content = others[4].read_bytes()
    others[4].write_bytes(content[: content.index(b"\x28\x00\x10\x00")])

    np.testing.assert_array_equal(read_volume(paths[0].parent, series="7").array, voxels)
    with pytest.raises(MuscleSegError, match=rf"{others[4].name} is damaged"):
        read_volume(paths[0].parent, series="8")


@pytest.mark.parametrize("numbers", [[2, 3, 4, 5, 6], [1, 2, 3, 4, 7], [10, 30, 50, 70, 90]])
def test_image_numbers_with_gaps_are_told(tmp_path, voxels, write_series, caplog, numbers):
    write_series(tmp_path, voxels, InstanceNumber=numbers)

    read_volume(tmp_path)

    assert "image numbers" in caplog.text


@pytest.mark.parametrize("numbers", [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [0, 1, 2, 3, 4], [1, 1, 1, 1, 1]])
def test_image_numbers_without_gaps_need_no_word(tmp_path, voxels, write_series, caplog, numbers):
    write_series(tmp_path, voxels, InstanceNumber=numbers)

    read_volume(tmp_path)

    assert not caplog.text


def test_fewer_images_than_the_acquisition_has_are_told(tmp_path, voxels, write_series, caplog):
    write_series(tmp_path, voxels, InstanceNumber=[1, 2, 3, 4, 5], ImagesInAcquisition=6)

    read_volume(tmp_path)

    assert "5 of 6 images" in caplog.text


def deflate(path, *, trailing=b""):
    """Write a file again in the deflated transfer syntax (PS3.5, A.5)."""
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    dataset.save_as(path)
    if trailing:
        _append(path, trailing)


def _append(path, trailing):
    content = path.read_bytes()
    start = PREAMBLE_BYTES + 12 + pydicom.filereader.read_file_meta_info(path).FileMetaInformationGroupLength
    data = zlib.decompress(content[start:], -zlib.MAX_WBITS) + trailing
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    path.write_bytes(content[:start] + packer.compress(data) + packer.flush())


def test_deflated_slices_are_read(paths, voxels):
    for path in paths:
        deflate(path)

    np.testing.assert_array_equal(read_volume(paths[0].parent).array, voxels)


def test_a_deflated_slice_without_a_preamble_is_read(paths, voxels):
    deflate(paths[0])
    paths[0].write_bytes(without_preamble(paths[0].read_bytes()))

    np.testing.assert_array_equal(read_volume(paths[0].parent).array, voxels)


def test_a_copy_in_a_subfolder_does_not_hide_a_damaged_slice(paths):
    (paths[0].parent / "copy").mkdir()
    for path in paths[:-1]:
        shutil.copy(path, paths[0].parent / "copy" / path.name)
    (paths[0].parent / "copy" / paths[-1].name).write_bytes(b"")

    with pytest.raises(MuscleSegError, match=r"is damaged"):
        read_volume(paths[0].parent)


@pytest.mark.parametrize("extra", [b"\1", b"\1\2", b"\1\2\3\4\5\6\7\x08" * 3])
@pytest.mark.parametrize("prepare", [lambda path: None, deflate], ids=["plain", "deflated"])
def test_bytes_that_got_into_the_pixels_are_noticed(paths, extra, prepare):
    """They push as many behind the end, since the length of the pixels is said before them."""
    prepare(paths[2])
    content = paths[2].read_bytes()
    if prepare is deflate:
        _append(paths[2], extra)
    else:
        paths[2].write_bytes(content[:-10] + extra + content[-10:])

    with pytest.raises(MuscleSegError, match=rf"{paths[2].name} is damaged"):
        read_volume(paths[0].parent)


@pytest.mark.parametrize(
    "trailing", [b"\0" * 512, b"\xfc\xff\xfc\xffOB\0\0\x04\0\0\0\0\0\0\0"], ids=["zeros", "padding"]
)
def test_padding_behind_the_pixels_is_none(paths, voxels, trailing):
    for path in paths:
        path.write_bytes(path.read_bytes() + trailing)

    np.testing.assert_array_equal(read_volume(paths[0].parent).array, voxels)
