"""NRRD headers that leave something out or contradict themselves; the rules are those of teem.sf.net/nrrd/format."""

import bz2
import gzip
import logging

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, read_labels, read_volume

HEADER = {
    "type": "short",
    "dimension": "3",
    "space": "left-posterior-superior",
    "sizes": "5 4 3",
    "space directions": "(2,0,0) (0,2,0) (0,0,20)",
    "kinds": "domain domain domain",
    "endian": "little",
    "encoding": "raw",
    "space origin": "(10,20,30)",
}
VOXELS = np.arange(60, dtype="<i2").reshape(3, 4, 5)
BYTES = VOXELS.tobytes()
SEGMENT = "Segment0_ID:=a\nSegment0_Name:=soleus\nSegment0_LabelValue:=1\nSegment0_Layer:=0\n"


@pytest.fixture
def saved(tmp_path):
    """A function that writes an NRRD file with fields of its header changed (None: left out) and given voxels."""

    def write(changes=None, *, content=BYTES, more="", name="scan.nrrd"):
        fields = {"space dimension": None} | HEADER | (changes or {})
        text = "".join(f"{field}: {value}\n" for field, value in fields.items() if value is not None)
        path = tmp_path / name
        path.write_bytes(b"NRRD0004\n# a comment\n" + (text + more + "\n").encode() + content)
        return path

    return write


def test_a_header_that_is_right_is_read(saved):
    volume = read_volume(saved())
    np.testing.assert_array_equal(volume.array, VOXELS)
    np.testing.assert_allclose(volume.geometry.affine, [[-2, 0, 0, -10], [0, -2, 0, -20], [0, 0, 20, 30], [0, 0, 0, 1]])


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("space directions", {"space directions": None}),
        ("space directions", {"space directions": None, "spacings": "2 2 20"}),
        ("space directions", {"space directions": "(2,0,0) (0,2,0)"}),
        ("space directions", {"space directions": "(2,0,0) (0,2,0) none"}),
        ("space directions", {"space directions": "(2,0) (0,2) (0,20)"}),
        ("space directions", {"space directions": "(2,0,0) (0,2,0) (0,0,nan)"}),
        ("space directions", {"space directions": "(2,0,0) (0,2,0) (0,0,0)"}),
        ("space directions", {"space directions": "(2,0,0) (0,2,0) (0,2,0)"}),
        ("space directions", {"space directions": "(2,0,0) (0,two,0) (0,0,20)"}),
        ("space origin", {"space origin": None}),
        ("space origin", {"space origin": "(10,20)"}),
        ("space origin", {"space origin": "(10,inf,30)"}),
        ("space is scanner-xyz", {"space": "scanner-xyz"}),
        ("space is 3D-right-handed", {"space": "3D-right-handed"}),
        ("space is upside-down", {"space": "upside-down"}),
        ("space dimension", {"space": None}),
        ("dimension", {"dimension": "4"}),
        ("dimension", {"dimension": None}),
        ("sizes", {"sizes": "5 4"}),
        ("sizes", {"sizes": "5 4 -3"}),
        ("sizes", {"sizes": "5 4 three"}),
        ("type", {"type": "block"}),
        ("type", {"type": None}),
        ("encoding", {"encoding": "zip"}),
        ("encoding", {"encoding": None}),
        ("byte skip", {"byte skip": "-2"}),
        ("bytes are missing", {"byte skip": "2"}),
        ("line skip", {"line skip": "1"}),
        ("spacings", {"spacings": "1 1 1"}),
        ("space units", {"space units": '"m" "m" "m"'}),
        ("space units", {"units": '"um" "um" "um"'}),
        ("sizes twice", {"sizes ": "5 4 3"}),
        ("data file", {"data file": ""}),
        ("another folder", {"data file": "../scan.raw"}),
        ("another folder", {"data file": "/etc/passwd"}),
        ("another folder", {"datafile": "a/../../scan.raw"}),
        ("scan.raw .*missing", {"data file": "scan.raw"}),
        ("scan1.raw .*missing", {"data file": "scan%d.raw 1 3 1"}),
    ],
)
@pytest.mark.parametrize("name", ["scan.nrrd", "scan.seg.nrrd"])
def test_a_header_that_cannot_be_right_is_refused_with_the_field(saved, field, changes, name):
    with pytest.raises(MuscleSegError, match=rf"{name} .*{field}"):
        read_volume(saved(changes, name=name))


@pytest.mark.parametrize(
    ("space", "signs"),
    [("left-posterior-superior", (-1, -1, 1)), ("RAS", (1, 1, 1)), ("left-anterior-superior", (-1, 1, 1))],
)
def test_the_spaces_of_patients_are_turned_to_ras(saved, space, signs):
    expected = np.diag([*signs, 1]) @ [[2, 0, 0, 10], [0, 2, 0, 20], [0, 0, 20, 30], [0, 0, 0, 1]]
    np.testing.assert_allclose(read_volume(saved({"space": space})).geometry.affine, expected)


@pytest.mark.parametrize(
    ("field", "spelled"),
    [
        ("space directions", "Space Directions"),
        ("space origin", "SPACE ORIGIN"),
        ("space directions", "space  directions"),
    ],
)
def test_a_segmentation_lies_right_however_its_fields_are_spelled(saved, field, spelled):
    # The format takes no notice of capitals; pynrrd does, and slicerio then makes up 1 mm, or no origin.
    path = saved({field: None, spelled: HEADER[field]}, more=SEGMENT, name="scan.seg.nrrd")
    expected = [[-2, 0, 0, -10], [0, -2, 0, -20], [0, 0, 20, 30], [0, 0, 0, 1]]
    np.testing.assert_allclose(read_labels(path)[0].geometry.affine, expected)


def test_a_space_without_a_name_is_logged(saved, caplog):
    with caplog.at_level(logging.WARNING):
        read_volume(saved({"space": None, "space dimension": "3"}))
    assert "left and right may be exchanged" in caplog.text


def test_spacings_that_agree_with_the_directions_do_no_harm(saved):
    path = saved({"spacings": "2 2 20"}, more=SEGMENT, name="scan.seg.nrrd")  # ITK reads no such file
    assert read_labels(path)[0].geometry.spacing_mm == (2, 2, 20)


def test_the_last_bytes_of_a_file_are_its_voxels_where_it_says_so(saved):
    path = saved({"byte skip": "-1"}, content=b"a vendor's header" * 9 + VOXELS.tobytes())
    np.testing.assert_array_equal(read_volume(path).array, VOXELS)


@pytest.mark.parametrize("text", ["scan.raw", "parts/scan.raw"])
def test_voxels_beside_the_header_are_read(saved, tmp_path, text):
    (tmp_path / "parts").mkdir()
    (tmp_path / text).write_bytes(VOXELS.tobytes())
    np.testing.assert_array_equal(read_volume(saved({"data file": text}, content=b"", name="a.nhdr")).array, VOXELS)


@pytest.mark.parametrize(
    ("changes", "more"),
    [({"data file": "part%d.raw 1 3 1"}, ""), ({}, "data file: LIST\npart1.raw\npart2.raw\npart3.raw")],
    ids=["numbered", "listed"],
)
def test_voxels_in_a_file_a_slice_are_read(saved, tmp_path, changes, more):
    for number, slice_of_it in enumerate(VOXELS, start=1):
        (tmp_path / f"part{number}.raw").write_bytes(slice_of_it.tobytes())
    np.testing.assert_array_equal(read_volume(saved(changes, content=b"", more=more, name="a.nhdr")).array, VOXELS)


@pytest.mark.parametrize("lost", [2, 40, 110])
@pytest.mark.parametrize(
    ("name", "encoding"),
    [(name, encoding) for name in ("scan.nrrd", "scan.seg.nrrd") for encoding in ("raw", "gzip")]
    + [("scan.seg.nrrd", "bzip2")],  # which ITK cannot read at all
)
def test_voxels_that_are_missing_are_noticed(saved, encoding, lost, name):
    pack = {"raw": bytes, "gzip": gzip.compress, "bzip2": bz2.compress}[encoding]
    with pytest.raises(MuscleSegError, match=rf"{name} .*{lost} of 120 bytes are missing"):
        read_volume(saved({"encoding": encoding}, content=pack(VOXELS.tobytes()[:-lost]), name=name))


@pytest.mark.parametrize("sizes", ["5 4 2", "5 3 3", "4 4 3"])
@pytest.mark.parametrize("encoding", ["raw", "gzip", "bzip2"])
@pytest.mark.parametrize("name", ["scan.nrrd", "scan.seg.nrrd"])
def test_voxels_beyond_those_promised_are_refused(saved, sizes, encoding, name):
    pack = {"raw": bytes, "gzip": gzip.compress, "bzip2": bz2.compress}[encoding]
    path = saved({"encoding": encoding, "sizes": sizes}, content=pack(VOXELS.tobytes()), name=name)
    with pytest.raises(MuscleSegError, match=rf"{name} .*({encoding}|more voxels than its sizes)"):
        read_volume(path)


@pytest.mark.parametrize("shear", [1e-4, 1e-3, -2e-3])
@pytest.mark.parametrize("name", ["scan.nrrd", "scan.seg.nrrd"])
def test_a_trace_of_shear_is_taken_out(saved, shear, name):
    path = saved({"space directions": f"(2,{2 * shear},0) (0,2,0) (0,0,20)"}, name=name, more=SEGMENT)
    volume = read_labels(path)[0] if "seg" in name else read_volume(path)
    sheared = np.array([[-2, 0, 0, -10], [-2 * shear, -2, 0, -20], [0, 0, 20, 30], [0, 0, 0, 1]])
    assert volume.geometry.is_orthogonal
    assert volume.geometry.is_close(Geometry((3, 4, 5), sheared), tolerance_mm=0.02)


def test_more_shear_is_refused_with_the_file(saved):
    with pytest.raises(MuscleSegError, match=r"scan\.nrrd has voxel axes that are not at right angles"):
        read_volume(saved({"space directions": "(2,1,0) (0,2,0) (0,0,20)"}))
