"""MetaImage headers that leave something out or contradict themselves (itk.org/Wiki/ITK/MetaIO/Documentation)."""

import logging
import zlib

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, read_volume

HEADER = {
    "ObjectType": "Image",
    "NDims": "3",
    "BinaryData": "True",
    "BinaryDataByteOrderMSB": "False",
    "CompressedData": "False",
    "TransformMatrix": "1 0 0 0 1 0 0 0 1",
    "Offset": "10 20 30",
    "ElementSpacing": "2 2 20",
    "DimSize": "5 4 3",
    "ElementType": "MET_SHORT",
    "ElementDataFile": "LOCAL",
}
VOXELS = np.arange(60, dtype="<i2").reshape(3, 4, 5)
BYTES = VOXELS.tobytes()
AFFINE = np.array([[-2, 0, 0, -10], [0, -2, 0, -20], [0, 0, 20, 30], [0, 0, 0, 1]])


@pytest.fixture
def saved(tmp_path):
    """A function that writes a MetaImage with fields changed (None: left out), further lines, and given voxels."""

    def write(changes=None, *, first="", content=BYTES, name="scan.mha"):
        fields = HEADER | (changes or {})
        fields["ElementDataFile"] = fields.pop("ElementDataFile")  # the last
        text = "".join(f"{field} = {value}\n" for field, value in fields.items() if value is not None)
        (tmp_path / name).write_bytes((first + text).encode() + content)
        return tmp_path / name

    return write


@pytest.fixture
def packed(saved):
    """A function that writes a MetaImage with compressed voxels."""

    def write(changes=None, *, content=BYTES, cut=0, **options):
        voxels = zlib.compress(content)
        size = {"CompressedData": "True", "CompressedDataSize": str(len(voxels))}
        return saved(size | (changes or {}), content=voxels[: len(voxels) - cut], **options)

    return write


def test_a_header_that_is_right_is_read(saved, packed):
    for path in (saved(name="a.mha"), packed(name="b.mha")):
        np.testing.assert_array_equal(read_volume(path).array, VOXELS)
        np.testing.assert_allclose(read_volume(path).geometry.affine, AFFINE)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ElementSpacing", {"ElementSpacing": None}),
        ("ElementSpacing", {"ElementSpacing": "-2 2 20"}),
        ("ElementSpacing", {"ElementSpacing": "2 0 20"}),
        ("ElementSpacing", {"ElementSpacing": "2 2 nan"}),
        ("ElementSpacing", {"ElementSpacing": "2 2"}),
        ("ElementSpacing", {"ElementSpacing": "2,0 2,0 20,0"}),
        ("ElementSize", {"ElementSpacing": None, "ElementSize": "-2 2 20"}),
        ("Offset", {"Offset": None}),
        ("Offset", {"Offset": "10 20"}),
        ("Offset", {"Offset": "10 20 inf"}),
        ("Offset", {"Position": "0 0 0"}),
        ("Offset", {"Origin": "10 20 30"}),
        ("TransformMatrix", {"TransformMatrix": "2 0 0 0 2 0 0 0 2"}),
        ("TransformMatrix", {"TransformMatrix": "1 0 0 0 1 0"}),
        ("TransformMatrix", {"TransformMatrix": "1 0 0 0 1 0 0 1 0"}),
        ("TransformMatrix", {"TransformMatrix": "nan 0 0 0 1 0 0 0 1"}),
        ("TransformMatrix", {"Rotation": "1 0 0 0 1 0 0 0 1"}),
        ("NDims", {"NDims": None}),
        ("DimSize", {"NDims": "2"}),
        ("DimSize", {"DimSize": "5 4"}),
        ("DimSize", {"DimSize": "5 4 0"}),
        ("DimSize", {"DimSize": "5 4 -3"}),
        ("ElementType", {"ElementType": None}),
        ("ElementType", {"ElementType": "MET_OTHER"}),
        ("ElementNumberOfChannels", {"ElementNumberOfChannels": "0"}),
        ("DistanceUnits", {"DistanceUnits": "m"}),
        ("DistanceUnits", {"DistanceUnits": "um"}),
        ("ElementToIntensityFunctionSlope", {"ElementToIntensityFunctionSlope": "2"}),
        ("ElementToIntensityFunctionOffset", {"ElementToIntensityFunctionOffset": "-5"}),
        ("BinaryData", {"BinaryData": "(True"}),
        ("CompressedData", {"CompressedData": "maybe"}),
        ("BinaryDataByteOrderMSB", {"BinaryDataByteOrderMSB": "little"}),
        ("HeaderSize", {"HeaderSize": "10"}),
        ("HeaderSize", {"HeaderSize": "-7"}),
        ("BinaryDataByteOrderMSB", {"ElementByteOrderMSB": "True"}),
        ("another folder", {"ElementDataFile": "../scan.raw"}),
        ("another folder", {"ElementDataFile": "/etc/passwd"}),
        ("scan.raw .*missing", {"ElementDataFile": "scan.raw"}),
        ("ElementDataFile", {"ElementDataFile": "LIST"}),
        ("CompressedDataSize", {"CompressedData": "True", "CompressedDataSize": "1000000000000"}),
        ("does not say how long", {"CompressedData": "True"}),
        ("bytes are missing", {"DimSize": "5 4 4"}),
        ("more voxels than its sizes", {"DimSize": "5 4 2"}),
        ("more voxels than its sizes", {"DimSize": "5 3 3"}),
        ("more voxels than its sizes", {"DimSize": "4 4 3"}),
    ],
)
@pytest.mark.parametrize("name", ["scan.mha", "scan.mhd"])
def test_a_header_that_cannot_be_right_is_refused_with_the_field(saved, field, changes, name, capfd):
    with pytest.raises(MuscleSegError, match=rf"{name} .*{field}"):
        read_volume(saved(changes, content=b"" if changes.get("ElementDataFile") else VOXELS.tobytes(), name=name))
    assert capfd.readouterr() == ("", "")  # MetaIO prints what it does not like


@pytest.mark.parametrize("line", ["ElementSpacing = 1 1 1", "DimSize = 5 4 3", "ElementType = MET_SHORT"])
def test_a_field_that_is_there_twice_is_refused(saved, line):
    with pytest.raises(MuscleSegError, match=f"{line.split()[0]} twice"):
        read_volume(saved(first=line + "\n"))


@pytest.mark.parametrize("line", ["AnatomicalOrientation RAI", "a comment", "CenterOfRotation 0 0 0"])
def test_a_line_that_makes_metaio_miss_the_next_field_is_refused(saved, line):
    # MetaIO takes what follows for the value, here the voxel sizes, and makes up those.
    with pytest.raises(MuscleSegError, match=f"{line} *.* is no field"):
        read_volume(saved({"ElementSpacing": None}, first=f"{line}\nElementSpacing = 2 2 20\n"))


@pytest.mark.parametrize("name", ["Offset", "Position", "Origin"])
def test_the_position_has_three_names(saved, name):
    path = saved({"Offset": None, name: "10 20 30"})
    np.testing.assert_allclose(read_volume(path).geometry.affine, AFFINE)


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"ElementSpacing": None, "ElementSize": "2 2 20"}, "ElementSize is taken"),
        ({"TransformMatrix": None}, "left and right may be exchanged"),
    ],
)
def test_what_the_standard_has_a_rule_for_is_read_and_logged(saved, changes, warning, caplog):
    with caplog.at_level(logging.WARNING):
        np.testing.assert_allclose(read_volume(saved(changes)).geometry.affine, AFFINE)
    assert warning in caplog.text


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"ElementDataFile": "part%d.raw 1 3 1"}, b""),
        ({"ElementDataFile": "LIST"}, b"part1.raw\npart2.raw\npart3.raw\n"),
    ],
    ids=["numbered", "listed"],
)
def test_voxels_in_a_file_a_slice_are_read(saved, tmp_path, changes, lines):
    for number, slice_of_it in enumerate(VOXELS, start=1):
        (tmp_path / f"part{number}.raw").write_bytes(slice_of_it.tobytes())
    np.testing.assert_array_equal(read_volume(saved(changes, content=lines, name="a.mhd")).array, VOXELS)


def test_compressed_voxels_that_are_too_many_or_too_few_are_noticed(packed):
    with pytest.raises(MuscleSegError, match="more voxels than its sizes"):
        read_volume(packed({"DimSize": "5 4 2"}))
    with pytest.raises(MuscleSegError, match="40 of 160 bytes are missing"):
        read_volume(packed({"DimSize": "5 4 4"}))
    with pytest.raises(MuscleSegError, match="CompressedDataSize"):
        read_volume(packed(cut=3))


@pytest.mark.parametrize("shear", [1e-4, 1e-3, -2e-3])
def test_a_trace_of_shear_is_taken_out(saved, shear):
    volume = read_volume(saved({"TransformMatrix": f"1 {shear} 0 0 1 0 0 0 1"}))
    sheared = AFFINE @ [[1, 0, 0, 0], [shear, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert volume.geometry.is_orthogonal
    assert volume.geometry.is_close(Geometry((3, 4, 5), sheared), tolerance_mm=0.02)


def test_more_shear_is_refused_with_the_file(saved):
    with pytest.raises(MuscleSegError, match=r"scan\.mha has voxel axes that are not at right angles"):
        read_volume(saved({"TransformMatrix": "0.8 0.6 0 0 1 0 0 0 1"}))
