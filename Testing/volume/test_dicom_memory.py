"""Small DICOM files that unpack to much, or promise it."""

import tracemalloc
import zlib

import numpy as np
import pydicom
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_volume

MEGABYTE = 1 << 20


def packed(path, *, before=b"", after=b""):
    """Deflate a file (PS3.5, A.5) with data before its last element or after it."""
    content = path.read_bytes()
    start = 144 + pydicom.filereader.read_file_meta_info(path).FileMetaInformationGroupLength
    deflated = pydicom.uid.DeflatedExplicitVRLittleEndian.encode()
    plain = pydicom.uid.ExplicitVRLittleEndian.encode() + b"\0"
    meta = content[132:start].replace(len(plain).to_bytes(2, "little") + plain, b"\x16\0" + deflated)
    meta = meta[:8] + (len(meta) - 12).to_bytes(4, "little") + meta[12:]
    pixels = content.rindex(b"\xe0\x7f\x10\x00")
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    data = packer.compress(content[start:pixels] + before + content[pixels:])
    for part in after if isinstance(after, list) else [after]:
        data += packer.compress(part)
    path.write_bytes(content[:132] + meta + data + packer.flush())


def private(size):
    """A private element of zeros, (0029,1001) OB."""
    return b"\x29\x00\x10\x00LO\x04\x00MINE" + b"\x29\x00\x01\x10OB\0\0" + size.to_bytes(4, "little") + bytes(size)


def peak_of_reading(path):
    tracemalloc.start()
    try:
        with pytest.raises(MuscleSegError) as caught:
            read_volume(path)
        return tracemalloc.get_traced_memory()[1], str(caught.value)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "change", [{"before": private(400 * MEGABYTE)}, {"after": [bytes(40 * MEGABYTE)] * 10}], ids=["header", "trailing"]
)
@pytest.mark.slow
def test_a_deflated_file_that_holds_more_than_it_promises_is_refused(tmp_path, voxels, write_series, change):
    (path,) = write_series(tmp_path, voxels[:1])
    packed(path, **change)
    assert path.stat().st_size < MEGABYTE

    peak, message = peak_of_reading(path)

    assert path.name in message
    assert peak < 250 * MEGABYTE


@pytest.mark.parametrize("attributes", [{"Rows": 65535, "Columns": 65535}, {"Rows": 20000, "Columns": 20000}], ids=str)
@pytest.mark.parametrize("syntax", ["raw", "RLELossless", "deflated"])
def test_a_small_file_that_promises_gigabytes_is_refused(tmp_path, voxels, write_series, attributes, syntax):
    (path,) = write_series(tmp_path, voxels[:1])
    dataset = pydicom.dcmread(path)
    if syntax == "RLELossless":
        dataset.compress(pydicom.uid.RLELossless)
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)
    if syntax == "deflated":
        packed(path)

    peak, message = peak_of_reading(path)

    assert path.name in message
    assert peak < 250 * MEGABYTE


def test_frames_beyond_the_memory_are_refused(tmp_path, write_enhanced):
    path = write_enhanced(tmp_path / "enhanced.dcm", np.zeros((2, 4, 4), np.int16), heights=[0.0, 6.0])
    dataset = pydicom.dcmread(path)
    groups = list(dataset.PerFrameFunctionalGroupsSequence)
    dataset.Rows = dataset.Columns = 30000
    dataset.NumberOfFrames = 2
    dataset.PerFrameFunctionalGroupsSequence = groups
    dataset.save_as(path)

    peak, message = peak_of_reading(path)

    assert "enhanced.dcm" in message
    assert peak < 250 * MEGABYTE


def test_a_series_beyond_the_memory_is_refused_before_its_pixels_are_read(tmp_path, voxels, write_series, monkeypatch):
    write_series(tmp_path, voxels)
    monkeypatch.setattr("MuscleSegLib.volume.integrity.WEIGHED_BYTES", 10)
    monkeypatch.setattr("MuscleSegLib.volume.integrity.available_bytes", lambda: 100)

    with pytest.raises(MuscleSegError, match="memory"):
        read_volume(tmp_path)
