"""Small data sets, and work on a scan that takes no time."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from MuscleSegLib.cohort import Scan, Settings, Source, prepare_output
from MuscleSegLib.volume import Geometry, Volume, write_dicom

Touch = Callable[..., Path]


@pytest.fixture
def touch(tmp_path: Path) -> Touch:
    """Make files whose names alone count."""

    def make(folder: str, names: Sequence[str]) -> Path:
        for name in names:
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode())
        return tmp_path / folder

    return make


@pytest.fixture
def scans(touch: Touch) -> list[Scan]:
    """Five scans of one image each."""
    folder = touch("input", [f"{number}.nii.gz" for number in range(5)])
    paths = [folder / f"{number}.nii.gz" for number in range(5)]
    return [
        Scan(f"{number}", sources=(("image", Source(path, files=(path,))),)) for number, path in enumerate(paths, 1)
    ]


@pytest.fixture
def output(tmp_path: Path, scans: list[Scan]) -> Path:
    """A prepared output."""
    prepare_output(tmp_path / "output", tmp_path / "input")
    return tmp_path / "output"


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def write_series(tmp_path: Path) -> Callable[..., Path]:
    """Write a series of eight axial images of 10 mm."""

    def write(
        folder: str,
        image_type: Sequence[str],
        *,
        patient: str,
        number: int,
        description: str,
        slices: int = 8,
        level: int = 100,
        bottom_mm: float = 0.0,
    ) -> Path:
        affine = np.diag([5.0, 5.0, 10.0, 1.0])
        affine[2, 3] = bottom_mm
        array = np.full((slices, 12, 12), level, np.int16)
        array[:, 3:9, 3:9] += np.arange(6, dtype=np.int16)
        volume = Volume(array, Geometry(array.shape, affine), description=description)
        shared = {
            "StudyInstanceUID": f"1.2.{sum(patient.encode())}",
            "FrameOfReferenceUID": f"1.3.{sum(patient.encode())}",
            "StudyDate": "20240131",
            "SeriesNumber": number,
            "ImageType": ["DERIVED", "PRIMARY", *image_type],
        }
        place = tmp_path / "tree" / folder
        write_dicom(volume, place, identity=f"{patient} {number}", patient=patient, thickness_mm=10, attributes=shared)
        return place

    return write
