"""Small files that would fill the memory, and images that do not fit into it; each in a process of its own."""

import bz2
import gzip
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import integrity, read_labels, read_volume

ROOT = Path(__file__).resolve().parents[2]

BEHIND = 400_000_000
"""Bytes behind a small image, some 400 kB compressed: enough to see, and harmless where they are unpacked."""

MEASURED = """
import sys
sys.path.insert(0, sys.argv[2])
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_labels, read_volume
from Testing.peak_memory import peak_mb
import slicerio, nrrd
before = peak_mb()
try:
    (read_labels if sys.argv[1].endswith(".seg.nrrd") else read_volume)(sys.argv[1])
    answer = "read"
except MuscleSegError as error:
    answer = str(error)
print(round(peak_mb() - before), answer)
"""


def megabytes_and_answer(path):
    """Return by how many megabytes reading a file makes a fresh process grow, and what comes of it."""
    pytest.importorskip("resource", reason="Windows counts memory in another way")
    command = [sys.executable, "-c", MEASURED, str(path), str(ROOT)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    megabytes, answer = ended.stdout.split(maxsplit=1)
    return int(megabytes), answer


def nifti(sizes, *, datatype=2, bits=8):
    """Return a NIfTI header of a grid of 2 mm."""
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, len(sizes), *sizes, *[1] * (7 - len(sizes)))
    struct.pack_into("<2h", header, 70, datatype, bits)
    struct.pack_into("<4f", header, 76, 1.0, 2.0, 2.0, 2.0)
    struct.pack_into("<3f", header, 108, 352.0, 1.0, 0.0)
    struct.pack_into("<2h", header, 252, 1, 0)
    header[344:348] = b"n+1\0"
    return bytes(header)


def nrrd_header(sizes, encoding):
    return (
        f"NRRD0004\ntype: uchar\ndimension: 3\nspace: left-posterior-superior\nsizes: {sizes}\n"
        "space directions: (2,0,0) (0,2,0) (0,0,2)\nkinds: domain domain domain\n"
        f"encoding: {encoding}\nspace origin: (0,0,0)\nSegment0_ID:=a\nSegment0_LabelValue:=1\nSegment0_Layer:=0\n\n"
    ).encode()


def metaimage(sizes, packed):
    return (
        "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = True\n"
        f"CompressedDataSize = {packed}\nTransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\nElementSpacing = 2 2 2\n"
        f"DimSize = {sizes}\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n"
    ).encode()


def compressed(compressor, total):
    """Return zeros, compressed without being held at once."""
    zeros = bytes(1 << 20)
    parts = [compressor.compress(zeros) for _ in range(total >> 20)]
    return b"".join([*parts, compressor.flush()])


def gzipped(head, total):
    compressor = zlib.compressobj(9, wbits=31)
    return compressor.compress(head) + compressed(compressor, total)


def bomb(name):
    """Return a file whose header promises 10,000 or 40,000 voxels and behind which there are many more."""
    if name == "2d.nii.gz":
        return gzipped(nifti((100, 100)), BEHIND)
    if name == "3d.nii.gz":
        return gzipped(nifti((100, 100, 4)), BEHIND)
    if name == "a.mha":
        voxels = compressed(zlib.compressobj(9), BEHIND)
        return metaimage("100 100 4", len(voxels)) + voxels
    if name.startswith("bzip2"):
        return nrrd_header("100 100 4", "bzip2") + compressed(bz2.BZ2Compressor(), BEHIND)
    return nrrd_header("100 100 4", "gzip") + gzipped(b"", BEHIND)


@pytest.mark.parametrize("name", ["2d.nii.gz", "3d.nii.gz", "a.mha", "a.nrrd", "a.seg.nrrd", "bzip2.seg.nrrd"])
@pytest.mark.slow
def test_no_more_is_unpacked_than_the_header_promises(tmp_path, name):
    (tmp_path / name).write_bytes(bomb(name))
    megabytes, answer = megabytes_and_answer(tmp_path / name)
    assert megabytes < 60
    assert f"{name} " in answer
    assert "more voxels than its sizes" in answer


def promise(name, size):
    """Return a small file whose header promises a cube of voxels."""
    if name.endswith((".nii.gz", ".nii")):
        content = nifti((size,) * 3) + bytes(1 << 20)
        return gzip.compress(content) if name.endswith("gz") else content
    if name.endswith(".mha"):
        voxels = zlib.compress(bytes(1 << 20))
        return metaimage(f"{size} {size} {size}", len(voxels)) + voxels
    encoding = {"gz": "gzip", "bz": "bzip2"}.get(name[:2], "raw")
    voxels = {"gzip": gzip.compress, "bzip2": bz2.compress, "raw": bytes}[encoding](bytes(1 << 20))
    return nrrd_header(f"{size} {size} {size}", encoding) + voxels


@pytest.mark.parametrize("size", [1200, 30000])
@pytest.mark.parametrize(
    "name", ["a.nii.gz", "a.nii", "a.mha", "gz.nrrd", "raw.nrrd", "gz.seg.nrrd", "bz.seg.nrrd", "raw.seg.nrrd"]
)
@pytest.mark.slow
def test_a_promise_that_a_file_cannot_keep_is_refused_before_any_memory_is_taken(tmp_path, name, size):
    (tmp_path / name).write_bytes(promise(name, size))
    megabytes, answer = megabytes_and_answer(tmp_path / name)
    assert megabytes < 60
    assert f"{name} " in answer


@pytest.mark.parametrize("name", ["a.nii.gz", "a.mha", "a.nrrd", "a.seg.nrrd"])
def test_a_small_file_that_could_keep_a_huge_promise_is_refused(tmp_path, name):
    sizes, packed = (1024, 1024, 1024), bytes(1_100_000)  # of which a compressor could make 1 GB; nobody tries
    heads = {"a.nii.gz": gzip.compress(nifti(sizes)), "a.mha": metaimage("1024 1024 1024", len(packed))}
    (tmp_path / name).write_bytes(heads.get(name, nrrd_header("1024 1024 1024", "gzip")) + packed)
    megabytes, answer = megabytes_and_answer(tmp_path / name)
    assert megabytes < 60
    assert f"{name} would fill" in answer


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "mha", "seg.nrrd"])
def test_an_image_larger_than_the_memory_is_refused_before_it_is_read(tmp_path, monkeypatch, ending):
    path = tmp_path / f"scan.{ending}"
    sitk.WriteImage(sitk.Image([300, 300, 20], sitk.sitkInt16) + 1, str(path))
    monkeypatch.setattr(integrity, "WEIGHED_BYTES", 1_000_000)
    monkeypatch.setattr(integrity, "available_bytes", lambda: 3_000_000)
    with pytest.raises(MuscleSegError, match=rf"scan\.{ending} needs \d+ MB of memory and 3 MB are available"):
        read_volume(path)


@pytest.mark.parametrize("ending", ["nii.gz", "nrrd", "mha", "seg.nrrd"])
def test_empty_label_maps_of_a_usual_size_are_read_however_small_their_file(tmp_path, ending):
    image = sitk.Image([512, 512, 200], sitk.sitkUInt8)
    sitk.WriteImage(image, str(tmp_path / f"labels.{ending}"), useCompression=True)
    assert (tmp_path / f"labels.{ending}").stat().st_size < 300_000
    assert read_labels(tmp_path / f"labels.{ending}")[0].array.shape == (200, 512, 512)


def test_a_header_without_an_end_is_refused(tmp_path):
    (tmp_path / "scan.nrrd").write_bytes(b"NRRD0004\n" + b"key:=value\n" * 1_000_000)
    (tmp_path / "scan.mha").write_bytes(b"ObjectType = Image\n" + b"Comment%d = x\n" * 200_000)
    (tmp_path / "line.mha").write_bytes(b"x" * 3_000_000)
    for name in ("scan.nrrd", "scan.mha", "line.mha"):
        with pytest.raises(MuscleSegError, match=name):
            read_volume(tmp_path / name)
