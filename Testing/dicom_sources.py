"""Source series of several scanners and orientations, label maps on their grids, and DICOM validators."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from MuscleSegLib.volume import Volume, read_volume

SHAPE = (6, 40, 50)

# Headers as a Siemens scanner writes them, with an invented person.
SIEMENS = {
    "SpecificCharacterSet": "ISO_IR 100",
    "ImageType": ["ORIGINAL", "PRIMARY", "M", "NORM", "DIS2D"],
    "InstanceCreationDate": "20240312",
    "InstanceCreationTime": "101532.123000",
    "StudyDate": "20240312",
    "SeriesDate": "20240312",
    "AcquisitionDate": "20240312",
    "ContentDate": "20240312",
    "StudyTime": "095811.640000",
    "SeriesTime": "101402.311000",
    "AcquisitionTime": "101410.252500",
    "ContentTime": "101532.123000",
    "AccessionNumber": "ACC4711008",
    "Manufacturer": "SIEMENS",
    "InstitutionName": "Klinikum Musterstadt",
    "InstitutionAddress": "Musterweg 12,Musterstadt,Bayern,DE,80333",
    "ReferringPhysicianName": "Kr\u00e4mer^Ottilie^^Dr.",
    "StationName": "AWP66012",
    "StudyDescription": "MRT Oberschenkel bds.",
    "SeriesDescription": "t1_tse_tra_Oberschenkel",
    "InstitutionalDepartmentName": "Radiologie",
    "PerformingPhysicianName": "Neumann^Egon",
    "OperatorsName": "MTRA^Zwei",
    "ManufacturerModelName": "Prisma_fit",
    "PatientName": "M\u00fcller^J\u00fcrgen^Ewald",
    "PatientID": "PID-0090817",
    "PatientBirthDate": "19570623",
    "PatientSex": "M",
    "PatientAge": "066Y",
    "PatientSize": 1.78,
    "PatientWeight": 81.5,
    "PatientAddress": "Lindenstra\u00dfe 4",
    "BodyPartExamined": "LEG",
    "ScanningSequence": "SE",
    "SequenceVariant": ["SK", "SP", "OSP"],
    "ScanOptions": "",
    "MRAcquisitionType": "2D",
    "SequenceName": "*tse2d1_3",
    "RepetitionTime": 650.0,
    "EchoTime": 11.0,
    "NumberOfAverages": 1.0,
    "ImagingFrequency": 123.25,
    "ImagedNucleus": "1H",
    "EchoNumbers": 1,
    "MagneticFieldStrength": 3.0,
    "SpacingBetweenSlices": 6.0,
    "EchoTrainLength": 3,
    "DeviceSerialNumber": "66012",
    "SoftwareVersions": "syngo MR E11",
    "ProtocolName": "t1_tse_tra_Oberschenkel",
    "FlipAngle": 150.0,
    "PatientPosition": "FFS",
    "StudyInstanceUID": "1.3.12.2.1107.5.2.43.66012.30000024031207",
    "SeriesInstanceUID": "1.3.12.2.1107.5.2.43.66012.2024031210140231.0.0.0",
    "StudyID": "1",
    "SeriesNumber": 4,
    "AcquisitionNumber": 1,
    "FrameOfReferenceUID": "1.3.12.2.1107.5.2.43.66012.1.20240312095812077.0.0.0",
    "PositionReferenceIndicator": "",
    "Laterality": "",
    "WindowCenter": 300,
    "WindowWidth": 700,
}

ORIENTATIONS = {
    "axial": (1, 0, 0, 0, 1, 0),
    "left-right flipped": (-1, 0, 0, 0, 1, 0),
    "coronal": (1, 0, 0, 0, 0, -1),
    "oblique": tuple(np.array([[0.936, 0.28, -0.21], [-0.2, 0.932, 0.3]]).ravel()),
}


def _orthonormal(orientation: Sequence[float]) -> list[float]:
    row, column = np.array(orientation[:3], float), np.array(orientation[3:], float)
    row /= np.linalg.norm(row)
    column -= row * (row @ column)
    return [*row, *(column / np.linalg.norm(column))]


@pytest.fixture
def siemens_series(tmp_path: Path, write_series: Callable[..., list[Path]]) -> Callable[..., Path]:
    """A function that writes a series with the headers of a Siemens scanner, and returns its folder."""

    def write(name: str = "scan", orientation: str = "axial", shape: Sequence[int] = SHAPE, **more: Any) -> Path:
        voxels = np.arange(np.prod(shape), dtype=np.uint16).reshape(shape) % 900
        attributes = SIEMENS | {"InstanceNumber": [k + 1 for k in range(shape[0])]} | more
        lists = {key: [value] * shape[0] for key, value in attributes.items() if isinstance(value, list)}
        lists["InstanceNumber"] = attributes["InstanceNumber"]
        paths = write_series(
            tmp_path / name, voxels, orientation=_orthonormal(ORIENTATIONS[orientation]), **(attributes | lists)
        )
        for k, path in enumerate(paths):
            dataset = pydicom.dcmread(path)
            dataset.SOPInstanceUID = f"{dataset.SeriesInstanceUID}.{k + 1}"
            dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
            dataset.save_as(path)
        return tmp_path / name

    return write


@pytest.fixture
def enhanced_series(tmp_path: Path, write_enhanced: Callable[..., Path]) -> Callable[..., Path]:
    """A function that writes one enhanced multi-frame image, its frames in no order, and returns its folder."""

    def write(heights: Sequence[float] = (12.0, 0.0, 30.0, 6.0, 24.0, 18.0)) -> Path:
        (tmp_path / "enhanced").mkdir()
        voxels = np.zeros((len(heights), *SHAPE[1:]), np.int16)
        path = write_enhanced(tmp_path / "enhanced" / "1.dcm", voxels, heights=heights)
        dataset = pydicom.dcmread(path)
        for keyword, value in SIEMENS.items():
            if keyword.endswith("UID") or keyword.startswith(
                ("Patient", "Study", "Accession", "Referring", "Specific")
            ):
                setattr(dataset, keyword, value)
        dataset.save_as(path)
        return tmp_path / "enhanced"

    return write


@pytest.fixture
def labels_on() -> Callable[..., Volume]:
    """A function that makes labels on the grid of a series: boxes, none of them symmetric, one each value."""

    def make(folder: Path, values: Sequence[int] = (1, 4, 109, 110)) -> Volume:
        scan = read_volume(folder)
        array = np.zeros(scan.geometry.shape, np.uint8)
        for number, value in enumerate(values):
            array[1 : 3 + number % 3, 2 + number : 20, 3 + 8 * number : 9 + 8 * number] = value
        return Volume(array, scan.geometry)

    return make


def voxels_by_place(volume: Volume, value: int) -> NDArray[np.float64]:
    """Places in the patient of the voxels of a value, sorted."""
    places = volume.geometry.world_from_index(np.argwhere(volume.array == value)[:, ::-1])
    return places[np.lexsort(np.round(places, 3).T)]


@pytest.fixture
def complaints() -> Callable[..., list[str]]:
    """A function that returns the errors that dciodvfy tells of a file."""
    if not shutil.which("dciodvfy"):
        pytest.skip("dciodvfy (dicom3tools) is not installed")

    def check(path: Path) -> list[str]:
        validated = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True, errors="replace")
        return [
            line for line in (validated.stdout + validated.stderr).splitlines() if line.startswith(("Error", "Abort"))
        ]

    return check


@pytest.fixture
def contradictions() -> Callable[..., list[str]]:
    """A function that returns what dcentvfy tells of files that belong together.

    Its tables count an attribute to the study in one kind of object and to the series in another: no contradiction.
    """
    if not shutil.which("dcentvfy"):
        pytest.skip("dcentvfy (dicom3tools) is not installed")

    def check(*paths: Path) -> list[str]:
        validated = subprocess.run(["dcentvfy", *paths], capture_output=True, text=True, errors="replace")
        lines = (validated.stdout + validated.stderr).splitlines()
        return [line for line in lines if "Different information entities" not in line]

    return check


def saved(dataset: Dataset, path: Path) -> Path:
    """A file of an object, under the path."""
    dataset.save_as(path, enforce_file_format=True)
    return path
