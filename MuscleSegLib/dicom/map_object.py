"""Maps of fat fraction, MTR and T2 as DICOM parametric maps (PS3.3, A.75 and C.8.32), on grids of their own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from MuscleSegLib.anatomy import Label
from MuscleSegLib.dicom.codes import MAP_CODES, concept, laterality, region_code
from MuscleSegLib.dicom.device import dates, equipment, long_string, quiet_highdicom
from MuscleSegLib.dicom.finishing import finished
from MuscleSegLib.dicom.segmentation import SERIES_NUMBER
from MuscleSegLib.dicom.source import SourceSeries
from MuscleSegLib.dicom.uids import derived_uid
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume
from MuscleSegLib.volume.itk import ras_from_lps

if TYPE_CHECKING:
    from highdicom.pm import ParametricMap
    from pydicom import Dataset

_WINDOWS: Mapping[str, tuple[float, float]] = {"ff": (50.0, 100.0), "mtr": (30.0, 60.0), "t2": (50.0, 100.0)}
"""Center and width of the gray scale, in the map's unit."""

_PADDING = np.float32(-32768.0)
"""Value of voxels without a value: not all viewers know NaN."""


def parametric_map(
    name: str,
    volume: Volume,
    source: SourceSeries,
    *,
    factor: float,
    now: datetime,
    structures: Sequence[Label] = (),
) -> "Dataset":
    """Return a map as a DICOM parametric map in the source's study and frame of reference.

    Args:
        name: "ff", "mtr" or "t2".
        volume: [k, j, i] the map; voxels without a value are NaN.
        source: Images of the same patient, in the same position.
        factor: Factor from the map's values to percent or milliseconds.
        now: Date of the content.
        structures: Muscles in the image, which tell its region and side; dcmqi reads no map without these.

    Raises:
        MuscleSegError: The map has voxel axes that are not at right angles, or another frame of reference.
    """
    _require_place(volume, source)
    array = volume.array.astype(np.float64) * factor
    pixels = np.where(np.isfinite(array), array, _PADDING).astype(np.float32)
    uid = derived_uid(
        "map", name, *map(repr, structures), pixels.tobytes(), volume.geometry.affine.tobytes(), *source.identity
    )
    with quiet_highdicom():
        dataset = _object(name, _placed(pixels, volume, source), _mapping(name, pixels), source, uid, now)
    _sort_frames(dataset)
    dataset.FloatPixelPaddingValue = dataset.FloatPixelPaddingRangeLimit = float(_PADDING)
    if side := laterality(structures):
        dataset.SharedFunctionalGroupsSequence[0].FrameAnatomySequence = [_anatomy(structures, side)]
    else:
        dataset.Laterality = ""  # which is needed where frames do not tell it (PS3.3, C.7.3.1)
    return finished(dataset, source, now)


def _object(name: str, placed: Any, mapping: Any, source: SourceSeries, uid: str, now: datetime) -> "ParametricMap":
    """Return highdicom's object of placed pixels and the meaning of their values."""
    from highdicom import VOILUTTransformation
    from highdicom.pm import ParametricMap

    center, width = _WINDOWS[name]
    return ParametricMap(
        source_images=list(source.headers),
        pixel_array=placed,
        series_instance_uid=derived_uid("series", uid),
        series_number=SERIES_NUMBER + 3 + list(MAP_CODES).index(name),
        sop_instance_uid=uid,
        instance_number=1,
        contains_recognizable_visual_features=False,
        real_world_value_mappings=[mapping],
        voi_lut_transformations=[VOILUTTransformation(window_center=center, window_width=width)],
        content_label=f"{name.upper()}MAP",
        series_description=long_string(source.title(f"{name.upper()} map")),
        **equipment(),
        **dates(now),
    )


def _require_place(volume: Volume, source: SourceSeries) -> None:
    frame = str(source.headers[0].FrameOfReferenceUID)
    if volume.frame_of_reference and volume.frame_of_reference != frame:
        message = _(
            "{map} lies in another frame of reference than the images that DICOM objects refer to: give images of the "
            "same session, or leave maps out."
        )
        raise MuscleSegError(message, map=volume.name)
    if not volume.geometry.is_orthogonal:
        message = _("{map} has voxel axes that are not at right angles, which a DICOM map cannot have: leave maps out.")
        raise MuscleSegError(message, map=volume.name)


def _placed(pixels: np.ndarray[Any, Any], volume: Volume, source: SourceSeries) -> Any:
    """Return highdicom's volume of [k, j, i] pixels, whose indices it takes in this order."""
    from highdicom import Volume as DicomVolume

    lps = ras_from_lps(volume.geometry.affine)
    return DicomVolume(
        np.ascontiguousarray(pixels),
        lps[:, [2, 1, 0, 3]],
        coordinate_system="PATIENT",
        frame_of_reference_uid=str(source.headers[0].FrameOfReferenceUID),
    )


def _sort_frames(dataset: "Dataset") -> None:
    """Sort frames along row x column: dcmqi takes them in this order, wherever they say that they lie."""
    groups = list(dataset.PerFrameFunctionalGroupsSequence)
    row, column = np.reshape(
        dataset.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient, (2, 3)
    ).astype(float)
    positions = [group.PlanePositionSequence[0].ImagePositionPatient for group in groups]
    order = np.argsort(np.array(positions, float) @ np.cross(row, column), kind="stable")
    frames = np.frombuffer(dataset.FloatPixelData, "<f4").reshape(len(groups), -1)
    dataset.FloatPixelData = frames[order].tobytes()
    dataset.PerFrameFunctionalGroupsSequence = [groups[index] for index in order]
    for number, group in enumerate(dataset.PerFrameFunctionalGroupsSequence, 1):
        group.FrameContentSequence[0].DimensionIndexValues = [number]


def _anatomy(structures: Sequence[Label], side: str) -> "Dataset":
    from pydicom import Dataset

    anatomy = Dataset()
    anatomy.FrameLaterality = side
    anatomy.AnatomicRegionSequence = [concept(region_code(structures))]
    return anatomy


def _mapping(name: str, pixels: np.ndarray[Any, Any]) -> Any:
    from highdicom.pm import RealWorldValueMapping

    quantity, unit = MAP_CODES[name]
    real = pixels[pixels != _PADDING]
    limits = (float(real.min()), float(real.max())) if real.size else (0.0, 0.0)
    return RealWorldValueMapping(
        lut_label=name.upper(),
        lut_explanation=quantity[2],
        unit=concept(unit),
        value_range=limits,
        slope=1.0,
        intercept=0.0,
        quantity_definition=concept(quantity),
    )
