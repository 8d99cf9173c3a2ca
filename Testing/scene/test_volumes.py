import json

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, read_volume, write_volume


def test_a_volume_comes_back_as_it_was(scene, image):
    from MuscleSegLib.scene.volumes import add_volume, volume_of

    volume = volume_of(add_volume(image, "T1 thigh"))

    assert np.array_equal(volume.array, image.array)
    assert volume.array.dtype == np.float32
    assert volume.geometry.is_close(image.geometry, tolerance_mm=1e-6)
    assert volume.name == "T1 thigh"


def test_voxels_that_are_changed_later_do_not_change_what_was_read(scene, volume_node):
    import slicer

    from MuscleSegLib.scene.volumes import volume_of

    before = volume_of(volume_node)
    slicer.util.arrayFromVolume(volume_node)[:] = -1

    assert before.array.min() == 0


def test_slicer_sees_each_voxel_where_the_geometry_has_it(scene, image, grid):
    import slicer
    import vtk

    from MuscleSegLib.scene.volumes import add_volume

    node = add_volume(image, "T1 thigh")
    matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)

    point = matrix.MultiplyPoint((7, 11, 3, 1))[:3]
    assert point == pytest.approx(grid.world_from_index((7, 11, 3)))
    assert slicer.util.arrayFromVolume(node)[3, 11, 7] == 3 * 40 * 60 + 11 * 60 + 7


def test_transforms_above_a_volume_move_it(scene, volume_node, grid, transform):
    from MuscleSegLib.scene.volumes import volume_of

    outer, inner = transform(shift_mm=(0, 0, 100)), transform(degrees=90)
    inner.SetAndObserveTransformNodeID(outer.GetID())
    volume_node.SetAndObserveTransformNodeID(inner.GetID())

    x, y, z = grid.world_from_index((0, 0, 0))
    moved = volume_of(volume_node).geometry.world_from_index((0, 0, 0))
    assert moved == pytest.approx((-y, x, z + 100))  # a quarter turn takes x to y and y to -x


def test_a_volume_in_a_warp_is_refused_with_what_to_do(scene, volume_node, warp):
    from MuscleSegLib.scene.volumes import volume_of

    volume_node.SetAndObserveTransformNodeID(warp.GetID())

    with pytest.raises(MuscleSegError, match="T1 thigh is warped by the transform bent: .* Harden"):
        volume_of(volume_node)


def test_a_color_image_is_refused(scene):
    import vtk

    from MuscleSegLib.scene.volumes import volume_of

    image = vtk.vtkImageData()
    image.SetDimensions(4, 4, 4)
    image.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 3)
    node = scene.AddNewNodeByClass("vtkMRMLVectorVolumeNode", "photo")
    node.SetAndObserveImageData(image)

    with pytest.raises(MuscleSegError, match="photo has 3 numbers in each voxel"):
        volume_of(node)


def test_an_empty_volume_is_refused(scene):
    from MuscleSegLib.scene.volumes import volume_of

    with pytest.raises(MuscleSegError, match="nothing has no voxels"):
        volume_of(scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "nothing"))


@pytest.mark.parametrize("dtype", [np.bool_, np.float16, np.int16, np.uint16, np.float64])
def test_every_type_of_voxels_can_be_shown(scene, grid, dtype):
    from MuscleSegLib.scene.volumes import add_volume, volume_of

    array = (np.indices(grid.shape).sum(axis=0) % 2).astype(dtype)

    assert np.array_equal(volume_of(add_volume(Volume(array, grid), "any")).array, array)


@pytest.mark.parametrize("name", ["scan.nrrd", "scan.nii.gz"])
def test_an_exported_volume_is_what_and_where_the_node_is(scene, volume_node, image, transform, tmp_path, name):
    from MuscleSegLib.scene.volumes import export_volume, geometry_of

    volume_node.SetAndObserveTransformNodeID(transform(degrees=30, shift_mm=(5, 6, 7)).GetID())
    export_volume(volume_node, tmp_path / name)

    volume = read_volume(tmp_path / name)
    assert np.array_equal(volume.array, image.array)
    assert volume.geometry.is_close(geometry_of(volume_node), tolerance_mm=1e-3)


class _Database:
    """Stand-in for Slicer's DICOM database."""

    isOpen = True  # noqa: N815 - its name in Slicer
    _values = {
        **{"0010,0020": "P7 ", "0020,0052": "1.2.3", "0018,0050": "3.5"},
        **{"0028,1053": "2.5", "0028,1054": "PERCENT", "2005,100E": "4"},
    }

    def instanceValue(self, uid: str, tag: str) -> str:  # noqa: N802 - its name in Slicer
        return self._values[tag] if uid == "1.1" else ""


@pytest.fixture
def from_dicom(scene, volume_node, monkeypatch):
    import slicer

    monkeypatch.setattr(slicer, "dicomDatabase", _Database(), raising=False)
    volume_node.SetAttribute("DICOM.instanceUIDs", "1.1 1.2")
    return volume_node


def test_a_volume_from_dicom_has_its_patient_thickness_and_frame_of_reference(from_dicom):
    from MuscleSegLib.scene.volumes import volume_of

    volume = volume_of(from_dicom)

    assert (volume.patient, volume.frame_of_reference, volume.thickness_mm) == ("P7", "1.2.3", 3.5)


def test_a_volume_that_somebody_moved_has_left_its_frame_of_reference(from_dicom, transform):
    from MuscleSegLib.scene.volumes import volume_of

    from_dicom.SetAndObserveTransformNodeID(transform(shift_mm=(1, 0, 0)).GetID())

    assert volume_of(from_dicom).frame_of_reference == ""
    assert volume_of(from_dicom).patient == "P7"


def test_a_volume_from_dicom_has_the_unit_and_the_scale_of_its_header(from_dicom):
    from MuscleSegLib.scene.volumes import volume_of

    assert volume_of(from_dicom).unit == "PERCENT"
    assert volume_of(from_dicom).scale == 2.5 * 4  # Chenevert et al. 2014: rescale slope times scale slope


def test_a_volume_from_a_file_has_the_unit_and_the_scale_that_the_file_is_read_with(scene, image, tmp_path):
    import slicer

    from MuscleSegLib.scene.volumes import volume_of
    from Testing.slicer_host.setting_up import set_up

    set_up()
    write_volume(image, tmp_path / "sub-01_T2map.nii.gz")
    sidecar = {"Units": "s", "PhilipsRescaleSlope": 2.0, "PhilipsScaleSlope": 0.25}
    (tmp_path / "sub-01_T2map.json").write_text(json.dumps(sidecar))
    in_scene = volume_of(slicer.util.loadVolume(str(tmp_path / "sub-01_T2map.nii.gz")))
    in_file = read_volume(tmp_path / "sub-01_T2map.nii.gz")

    assert (in_scene.unit, in_scene.scale) == (in_file.unit, in_file.scale) == ("s", 0.5)


def test_headers_that_have_gone_from_the_database_are_done_without(from_dicom, monkeypatch):
    from MuscleSegLib.scene.volumes import volume_of

    def gone(uid: str, tag: str) -> str:
        raise RuntimeError

    monkeypatch.setattr(_Database, "instanceValue", staticmethod(gone))

    assert volume_of(from_dicom).patient == ""


def test_a_sheared_volume_is_measured_where_it_lies(scene, grid):
    from MuscleSegLib.scene.volumes import add_volume, volume_of

    affine = grid.affine.copy()
    affine[:3, 2] += (0, 2, 0)  # as after a gantry tilt
    sheared = Geometry(grid.shape, affine)

    assert volume_of(add_volume(Volume(np.zeros(grid.shape), sheared), "CT")).geometry.is_close(sheared)
