"""Reading an image, whatever it is stored as."""

import logging
import tempfile
from dataclasses import replace
from pathlib import Path

import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import dicom
from MuscleSegLib.volume.formats import DESCRIPTION_KEY, NIFTI_ENDINGS, READABLE_ENDINGS, ending_of
from MuscleSegLib.volume.integrity import check_metaimage, damaged
from MuscleSegLib.volume.itk import geometry_of, quiet, voxels_of
from MuscleSegLib.volume.nifti import as_three_dimensional, check_nifti, with_missing_values
from MuscleSegLib.volume.seg_nrrd import read_seg_nrrd
from MuscleSegLib.volume.sidecar import sidecar_scale, sidecar_unit
from MuscleSegLib.volume.volume import Volume

_log = logging.getLogger(__name__)

_COMPLEX = (sitk.sitkComplexFloat32, sitk.sitkComplexFloat64)
_ITK_SHEARED = "orthonormal"


def read_volume(path: Path | str, *, series: str | None = None) -> Volume:
    """Read one 3D volume.

    Args:
        path: A NIfTI (.nii, .nii.gz), NRRD (.nrrd, .nhdr), MetaImage (.mha, .mhd) or Slicer segmentation (.seg.nrrd)
            file; a folder with DICOM files (in subfolders too); or one DICOM file, which stands for its whole series.
        series: The series UID or series number that is meant, for a DICOM folder that holds several.

    Returns:
        The volume as stored: its own axes, [k, j, i] voxels of the type on disk. A 2D image is one slice. The
        description is the NIfTI field ``descrip``, what this library wrote, or the DICOM series description.

    Raises:
        MuscleSegError: There is no such file, it is not a 3D gray-scale image, it is damaged, or its series is
            ambiguous or incomplete.

    """
    path = Path(path)
    if not path.exists():
        message = f"{path} does not exist: check the name."
        raise MuscleSegError(message)
    ending = ending_of(path)
    try:
        if path.is_dir() or ending not in READABLE_ENDINGS:
            return _read_dicom(path, series)
        if series is not None:
            message = f"{path} is not DICOM and has no series: leave --series out."
            raise MuscleSegError(message)
        if ending == ".seg.nrrd":
            return read_seg_nrrd(path)[0]
        return _read_image(path, ending)
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror or error}): check its permissions and the disk."
        raise MuscleSegError(message) from error


def _read_dicom(path: Path, series: str | None) -> Volume:
    if path.is_dir():
        return dicom.read_folder(path, series=series)
    if dicom.is_dicom(path):
        return dicom.read_series_of(path, series=series)
    message = f"{path} is not an image that can be read: give a DICOM folder or a file that ends with "
    message += f"{', '.join(READABLE_ENDINGS)}."
    raise MuscleSegError(message)


def _read_image(path: Path, ending: str) -> Volume:
    if ending in NIFTI_ENDINGS:
        return _read_nifti(path)
    if ending == ".mha":
        check_metaimage(path)
    return _read_with_itk(path, path)


def _read_nifti(path: Path) -> Volume:
    header = check_nifti(path)
    if not header.has_position:
        _log.warning("%s does not say how it lies in the patient: left and right may be exchanged.", path)
    if len(header.sizes) == 2:
        with tempfile.TemporaryDirectory(prefix="muscleseg-") as folder:
            volume = _read_with_itk(as_three_dimensional(path, Path(folder)), path)
    else:
        volume = _read_with_itk(path, path)
    array = with_missing_values(path, header, volume.array)
    return replace(volume, array=array, unit=sidecar_unit(path), scale=sidecar_scale(path))


def _read_with_itk(file: Path, path: Path) -> Volume:
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(file))
    try:
        with quiet():
            reader.ReadImageInformation()
            _require_scalar_3d(reader, path)
            image = reader.Execute()
    except RuntimeError as error:
        raise _explained(error, path) from error
    return Volume(voxels_of(image), geometry_of(image), path, _description(reader))


def _require_scalar_3d(reader: sitk.ImageFileReader, path: Path) -> None:
    if reader.GetPixelID() in _COMPLEX:
        message = f"{path} holds complex numbers: export the magnitude image."
        raise MuscleSegError(message)
    components = reader.GetNumberOfComponents()
    if components > 1:
        message = f"{path} holds {components} values at every voxel (a color or vector image, or several volumes in "
        message += "one): give one gray-scale 3D volume."
        raise MuscleSegError(message)
    volumes = 1
    for size in reader.GetSize()[3:]:
        volumes *= size
    if volumes > 1:
        message = f"{path} is 4D ({volumes} time points or contrasts): give one 3D volume of it."
        raise MuscleSegError(message)


def _explained(error: RuntimeError, path: Path) -> MuscleSegError:
    text = str(error)
    if _ITK_SHEARED in text:
        message = f"{path} has voxel axes that are not at right angles (its sform is sheared and it has no usable "
        message += "qform): export it again, or resample it to a regular grid in Slicer."
        return MuscleSegError(message)
    if "Unable to determine ImageIO reader" in text:
        message = f"{path} is not an image although its name says so: give a NIfTI, NRRD, MetaImage or DICOM image."
        return MuscleSegError(message)
    return damaged(path, "its header or voxels cannot be read")


def _description(reader: sitk.ImageFileReader) -> str:
    for key in (DESCRIPTION_KEY, "descrip"):
        if reader.HasMetaDataKey(key):
            return str(reader.GetMetaData(key)).strip()
    return ""
