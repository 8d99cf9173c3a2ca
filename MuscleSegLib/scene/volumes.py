"""Volume nodes to and from ``Volume``."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import slicer
import vtk

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.scene.dicom_headers import (
    FRAME_OF_REFERENCE,
    PATIENT_ID,
    PHILIPS_SCALE_SLOPE,
    RESCALE_SLOPE,
    RESCALE_TYPE,
    SLICE_THICKNESS,
    dicom_values,
    positive_number,
    scale_in,
)
from MuscleSegLib.scene.transforms import world_from_node
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Geometry, ValueDescription, Volume, describe_values, write_volume

_TAGS = (PATIENT_ID, FRAME_OF_REFERENCE, SLICE_THICKNESS, RESCALE_SLOPE, RESCALE_TYPE, PHILIPS_SCALE_SLOPE)


def volume_of(node: slicer.vtkMRMLScalarVolumeNode) -> Volume:
    """Return a copy of a volume node's voxels, [k, j, i], on their grid in RAS millimeters with the transforms above.

    The node's name is the path, for messages. Patient, thickness of slices and frame of reference are of the DICOM
    headers; a volume under a transform has left its frame of reference. Unit, scale and description are those of the
    DICOM headers or of the node's file, as ``read_volume`` returns them for the same image.

    Raises:
        MuscleSegError: The node has no voxels or several numbers in each, or a transform above it is not linear.
    """
    geometry = geometry_of(node)
    header, in_file = dicom_values(node, _TAGS), _description_in_file(node)
    return Volume(
        slicer.util.arrayFromVolume(node).copy(),
        geometry,
        path=Path(node.GetName()),
        description=in_file.description,
        patient=header.get(PATIENT_ID, ""),
        frame_of_reference="" if node.GetParentTransformNode() else header.get(FRAME_OF_REFERENCE, ""),
        thickness_mm=positive_number(header.get(SLICE_THICKNESS, "")),
        unit=header.get(RESCALE_TYPE, "") or in_file.unit,
        scale=scale_in(header) or in_file.scale,
    )


def file_of(node: slicer.vtkMRMLVolumeNode) -> Path | None:
    """Return the file that a volume node came from or was saved to, if it exists."""
    storage = node.GetStorageNode()
    name = storage.GetFileName() if storage is not None else None
    return Path(name) if name and Path(name).is_file() else None


def _description_in_file(node: slicer.vtkMRMLVolumeNode) -> ValueDescription:
    file = file_of(node)
    try:
        return describe_values(file) if file else ValueDescription()
    except MuscleSegError:
        return ValueDescription()  # Slicer reads what the library refuses


def geometry_of(node: slicer.vtkMRMLScalarVolumeNode) -> Geometry:
    """Return a volume node's grid in RAS millimeters, with the transforms above it.

    Raises:
        MuscleSegError: As for ``volume_of``.
    """
    require_voxels(node)
    return _placed(node, world_from_node(node))


def local_geometry_of(node: slicer.vtkMRMLScalarVolumeNode) -> Geometry:
    """Return a volume node's grid in millimeters without the transforms above it, as in its file.

    Raises:
        MuscleSegError: As for ``volume_of``, but for transforms.
    """
    require_voxels(node)
    return _placed(node, np.eye(4))


def require_voxels(node: slicer.vtkMRMLScalarVolumeNode) -> None:
    """Check that a volume node has voxels with a single number each.

    Raises:
        MuscleSegError: The node has no voxels, or several numbers in each.
    """
    image = node.GetImageData()
    if image is None or image.GetPointData().GetScalars() is None or not image.GetNumberOfPoints():
        message = _("{node} has no voxels: load an image into it, or choose another volume.")
        raise MuscleSegError(message, node=node.GetName())
    numbers = image.GetNumberOfScalarComponents()
    if numbers != 1:
        message = _(
            "{node} has {numbers} numbers in each voxel (colors, or images at several times): choose a volume with "
            "one, or take one out with the module Vector to Scalar Volume."
        )
        raise MuscleSegError(message, node=node.GetName(), numbers=numbers)


def has_voxels(node: slicer.vtkMRMLScalarVolumeNode) -> bool:
    """Return whether a volume node has voxels with a single number each."""
    try:
        require_voxels(node)
    except MuscleSegError:
        return False
    return True


def voxels_digest(node: slicer.vtkMRMLScalarVolumeNode) -> str:
    """Return a digest of a volume node's voxels, independent of their place, to notice any change of them.

    A sequence shows another frame in the same node, and a filter may write its result there.

    Raises:
        MuscleSegError: The node has no voxels, or several numbers in each.
    """
    require_voxels(node)
    array = np.ascontiguousarray(slicer.util.arrayFromVolume(node))
    digest = hashlib.blake2b(f"{array.dtype} {array.shape}".encode(), digest_size=16)
    digest.update(array.view(np.uint8).data)
    return digest.hexdigest()


def add_volume(volume: Volume, name: str) -> slicer.vtkMRMLScalarVolumeNode:
    """Add a volume, [k, j, i], to Slicer's scene, without showing it, and return its node."""
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
    fill_volume(node, volume)
    node.CreateDefaultDisplayNodes()
    return node


def fill_volume(node: slicer.vtkMRMLScalarVolumeNode, volume: Volume) -> None:
    """Put a volume's voxels, [k, j, i], and grid into a volume node that lies under no transform."""
    array = volume.array
    if array.dtype in (np.bool_, np.float16):  # VTK has neither
        array = array.astype(np.uint8 if array.dtype == np.bool_ else np.float32)
    matrix = vtk.vtkMatrix4x4()
    slicer.util.updateVTKMatrixFromArray(matrix, volume.geometry.affine)
    node.SetIJKToRASMatrix(matrix)
    slicer.util.updateVolumeFromArray(node, np.ascontiguousarray(array))


def export_volume(node: slicer.vtkMRMLScalarVolumeNode, path: Path) -> None:
    """Write a volume node, moved by the transforms above it, as .nrrd, .nii.gz, .nii or .mha.

    Raises:
        MuscleSegError: As for ``volume_of``, the transforms shear it, or the place cannot be written to.
    """
    write_volume(replace(volume_of(node), description=""), path)


def _placed(node: slicer.vtkMRMLScalarVolumeNode, world: np.ndarray) -> Geometry:
    columns, rows, slices = node.GetImageData().GetDimensions()
    return Geometry((slices, rows, columns), world @ _ras_from_index(node))


def _ras_from_index(node: slicer.vtkMRMLScalarVolumeNode) -> np.ndarray:
    matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    return np.array(slicer.util.arrayFromVTKMatrix(matrix), dtype=np.float64)
