"""Grids in every orientation, and DICOM series made by pydicom alone."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

SPACING_MM = (0.75, 1.25, 6.0)
ORIGIN_MM = (-31.25, 17.5, 402.75)

SeriesWriter = Callable[..., list[Path]]


def rotation(axis: int, degrees: float) -> NDArray[np.float64]:
    cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    first, second = (other for other in range(3) if other != axis)
    matrix = np.eye(3)
    matrix[[first, second], [first, second]] = cosine
    matrix[first, second], matrix[second, first] = -sine, sine
    return matrix


def _affine(order: Sequence[int], signs: Sequence[int], degrees: float) -> NDArray[np.float64]:
    turn = rotation(0, degrees) @ rotation(1, degrees / 2)
    matrix = np.eye(4)
    matrix[:3, :3] = turn @ np.eye(3)[:, list(order)] * np.array(signs) * SPACING_MM
    matrix[:3, 3] = ORIGIN_MM
    return matrix


_EVERY_WAY = [
    (order, signs, degrees)
    for order in itertools.permutations(range(3))
    for signs in itertools.product((1, -1), repeat=3)
    for degrees in (0.0, 20.0)
]


@pytest.fixture(params=_EVERY_WAY, ids=lambda way: f"{way[0]}{way[1]}{way[2]:g}".replace(" ", ""))
def any_affine(request: pytest.FixtureRequest) -> NDArray[np.float64]:
    """An affine to RAS: each of 48 ways to lay three axes along the patient's, straight and turned by 20 degrees."""
    return _affine(*request.param)


@pytest.fixture
def oblique_affine() -> NDArray[np.float64]:
    """A left-handed affine to RAS, turned by 20 and 10 degrees."""
    return _affine((0, 1, 2), (-1, -1, -1), 20.0)


@pytest.fixture
def voxels() -> NDArray[np.int16]:
    """A [k, j, i] array of 3 x 4 x 5 numbers that are all different."""
    return np.arange(60, dtype=np.int16).reshape(3, 4, 5)


def _dataset(path: Path, pixels: NDArray[Any], attributes: dict[str, Any]) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = MRImageStorage
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.Modality = "MR"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape[-2:]
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.tobytes()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


@pytest.fixture
def write_series() -> SeriesWriter:
    """A function that writes a classic DICOM series, slice k (of voxels [k, j, i]) at position ``heights[k]``.

    Names are shuffled, so that nothing can be learned from their order. More attributes are given by keyword; a list
    has one value a slice.
    """

    def write(
        folder: Path,
        voxels: NDArray[Any],
        *,
        heights: Sequence[float] | None = None,
        orientation: Sequence[float] = (1, 0, 0, 0, 1, 0),
        origin: Sequence[float] = (-20.0, -30.0, 100.0),
        extension: str = ".dcm",
        **attributes: Any,
    ) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        normal = np.cross(orientation[:3], orientation[3:])
        heights = [6.0 * k for k in range(len(voxels))] if heights is None else heights
        series = {"SeriesInstanceUID": generate_uid(), "SeriesNumber": 7, "PixelSpacing": [1.5, 0.5]}
        names = np.random.default_rng(len(list(folder.iterdir()))).permutation(len(voxels))
        paths = []
        for k, plane in enumerate(voxels):
            own = {key: value[k] if isinstance(value, list) else value for key, value in attributes.items()}
            place = {
                "ImagePositionPatient": [round(float(x), 6) for x in np.add(origin, normal * heights[k])],
                "ImageOrientationPatient": [round(float(x), 9) for x in orientation],
                "SliceThickness": 5.0,
            }
            path = folder / f"{own.pop('prefix', 'IM')}{names[k]:04d}{extension}"
            _dataset(path, plane, series | place | own).save_as(path, enforce_file_format=True)
            paths.append(path)
        return paths

    return write


@pytest.fixture
def write_enhanced() -> Callable[..., Path]:
    """A function that writes one enhanced multi-frame DICOM file, its frames in the order that is given."""

    def write(path: Path, frames: NDArray[Any], *, heights: Sequence[float], slope: float = 1.0) -> Path:
        shared = Dataset()
        shared.PlaneOrientationSequence = [Dataset()]
        shared.PlaneOrientationSequence[0].ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        shared.PixelMeasuresSequence = [Dataset()]
        shared.PixelMeasuresSequence[0].PixelSpacing = [1.5, 0.5]
        groups = []
        for height in heights:
            group = Dataset()
            group.PlanePositionSequence = [Dataset()]
            group.PlanePositionSequence[0].ImagePositionPatient = [-20.0, -30.0, 100.0 + height]
            group.PixelValueTransformationSequence = [Dataset()]
            group.PixelValueTransformationSequence[0].RescaleSlope = slope
            group.PixelValueTransformationSequence[0].RescaleIntercept = 0.0
            groups.append(group)
        attributes = {
            "SeriesInstanceUID": generate_uid(),
            "NumberOfFrames": len(frames),
            "SharedFunctionalGroupsSequence": [shared],
            "PerFrameFunctionalGroupsSequence": groups,
        }
        dataset = _dataset(path, frames, attributes)
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = pydicom.uid.EnhancedMRImageStorage
        dataset.save_as(path, enforce_file_format=True)
        return path

    return write
