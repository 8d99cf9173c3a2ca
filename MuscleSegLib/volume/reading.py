"""Reading of images in all formats."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import SimpleITK as sitk  # noqa: N813 - everybody's name for it

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_name
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import dicom
from MuscleSegLib.volume.checks import at_right_angles
from MuscleSegLib.volume.dicom_files import is_dicom
from MuscleSegLib.volume.formats import (
    DESCRIPTION_KEY,
    METAIMAGE_ENDINGS,
    NIFTI_ENDINGS,
    READABLE_ENDINGS,
    SEGMENTATION_ENDING,
    ending_of,
)
from MuscleSegLib.volume.integrity import contradictory, damaged, opening
from MuscleSegLib.volume.itk import geometry_of, quiet, voxels_of
from MuscleSegLib.volume.itk_names import readable_name
from MuscleSegLib.volume.metaimage import check_metaimage
from MuscleSegLib.volume.nifti import read_nifti, read_nifti_header
from MuscleSegLib.volume.nrrd_header import check_nrrd
from MuscleSegLib.volume.remarks import gathered_remarks
from MuscleSegLib.volume.seg_nrrd import read_seg_nrrd
from MuscleSegLib.volume.sidecar import sidecar_scale, sidecar_unit
from MuscleSegLib.volume.volume import Volume

_COMPLEX = (sitk.sitkComplexFloat32, sitk.sitkComplexFloat64)


def read_volume(path: Path | str, *, series: str | None = None, contrast: Sequence[str] = ()) -> Volume:
    """Read a 3D volume.

    Args:
        path: A NIfTI (.nii, .nii.gz), NRRD (.nrrd, .nhdr), MetaImage (.mha, .mhd) or Slicer segmentation (.seg.nrrd)
            file; a folder with DICOM files (in subfolders too); or one DICOM file, which stands for its whole series.
        series: Series UID or series number, for a DICOM folder with several.
        contrast: Kinds of images of a DICOM series, or of a folder with several: "water", "fat", "in-phase",
            "opposed-phase" or a word of the image type, the first choice first. A single kind must be present if image
            types are known.

    Returns:
        The volume as stored: its axes, [k, j, i] voxels of the type on disk. A 2D image is one slice. The description
        is the NIfTI field ``descrip``, that of this library, or the DICOM series description. Oddities of the file are
        in ``remarks``.

    Raises:
        MuscleSegError: There is no such file, it is not a 3D gray-scale image, it is damaged, or its series is
            ambiguous or incomplete.
    """
    path = Path(path)
    require_name(path)
    if not path.exists():
        raise MuscleSegError(_("{path} does not exist: check the name."), path=path)
    with opening(path), gathered_remarks() as remarks:
        volume = _read(path, series, contrast)
    return replace(volume, remarks=tuple(remarks))


def _read(path: Path, series: str | None, contrast: Sequence[str]) -> Volume:
    ending = ending_of(path)
    if path.is_dir() or ending not in READABLE_ENDINGS:
        return at_right_angles(_read_dicom(path, series, contrast))
    if series is not None:
        raise MuscleSegError(_("{path} is not DICOM and has no series: leave --series out."), path=path)
    if ending == SEGMENTATION_ENDING:
        return read_seg_nrrd(path)[0]
    return at_right_angles(_read_image(path, ending))


@dataclass(frozen=True)
class ValueDescription:
    """Description of the values of an image file, as in ``Volume``.

    Attributes:
        description: The file's description, in a line.
        unit: Unit of the values in the file's spelling; empty if unknown.
        scale: Divisor for comparison with other images (Philips); None if unknown.
    """

    description: str = ""
    unit: str = ""
    scale: float | None = None


def describe_values(path: Path) -> ValueDescription:
    """Return the description of a file's values, as by ``read_volume``, without reading them; empty for DICOM.

    Raises:
        MuscleSegError: The file's header cannot be read.
    """
    ending = ending_of(path)
    with opening(path):
        if ending in NIFTI_ENDINGS:
            return ValueDescription(read_nifti_header(path).description, sidecar_unit(path), sidecar_scale(path))
        if ending not in READABLE_ENDINGS or ending == SEGMENTATION_ENDING:
            return ValueDescription()
        with readable_name(path) as name, quiet():
            reader = sitk.ImageFileReader()
            reader.SetFileName(name)
            try:
                reader.ReadImageInformation()
            except RuntimeError as error:
                raise _explained(error, path) from error
            return ValueDescription(_description(reader))


def _read_dicom(path: Path, series: str | None, contrast: Sequence[str]) -> Volume:
    if path.is_dir():
        return dicom.read_folder(path, series=series, contrast=contrast)
    if is_dicom(path):
        return dicom.read_series_of(path, series=series, contrast=contrast)
    message = _(
        "{path} is not an image that can be read: give a DICOM folder or a file that ends with {readable_endings}."
    )
    raise MuscleSegError(message, path=path, readable_endings=", ".join(READABLE_ENDINGS))


def _read_image(path: Path, ending: str) -> Volume:
    if ending in NIFTI_ENDINGS:
        return replace(read_nifti(path), unit=sidecar_unit(path), scale=sidecar_scale(path))
    with readable_name(path) as name:
        geometry = check_metaimage(path) if ending in METAIMAGE_ENDINGS else check_nrrd(path)
        volume = _read_named(name, path)
    if not volume.geometry.is_close(geometry):
        raise contradictory(path, _("its fields can be read in two ways"))
    return volume


def _read_named(name: str, path: Path) -> Volume:
    reader = sitk.ImageFileReader()
    reader.SetFileName(name)
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
        raise MuscleSegError(_("{path} holds complex numbers: export the magnitude image."), path=path)
    components = reader.GetNumberOfComponents()
    if components > 1:
        message = _(
            "{path} holds {components} values at every voxel (a color or vector image, or several volumes in one): "
            "give one gray-scale 3D volume."
        )
        raise MuscleSegError(message, path=path, components=components)
    volumes = 1
    for size in reader.GetSize()[3:]:
        volumes *= size
    if volumes > 1:
        message = _("{path} is 4D ({volumes} time points or contrasts): give one 3D volume of it.")
        raise MuscleSegError(message, path=path, volumes=volumes)


def _explained(error: RuntimeError, path: Path) -> MuscleSegError:
    text = str(error)
    if "Unable to determine ImageIO reader" in text:
        message = _("{path} is not an image although its name says so: give a NIfTI, NRRD, MetaImage or DICOM image.")
        return MuscleSegError(message, path=path)
    return damaged(path, _("its header or voxels cannot be read"))


def _description(reader: sitk.ImageFileReader) -> str:
    for key in (DESCRIPTION_KEY, "descrip"):  # the latter where ITK made the file out of a NIfTI one
        if reader.HasMetaDataKey(key):
            return str(reader.GetMetaData(key)).strip()
    return ""
