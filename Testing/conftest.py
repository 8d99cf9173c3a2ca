"""Fixtures of every test: the folders, plain scans of digital legs, and DICOM files made by pydicom alone."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from MuscleSegLib.phantom import LABELED, DigitalLegs, Tissue
from MuscleSegLib.volume import Geometry, Volume

SeriesWriter = Callable[..., list[Path]]

Ellipse = tuple[float, float, float, float]
"""Center to the right and to the front, and half axes, all in millimeters."""

LegsImage = Callable[..., Volume]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the panel in its host as slow: loading it takes a second of processor time."""
    for item in items:
        if "host" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
    if "MUSCLESEG_LONG_TESTS" not in os.environ:
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="takes long: set MUSCLESEG_LONG_TESTS=1"))


@pytest.fixture(autouse=True)
def _no_networks_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Empty folder of the user's networks, so that a test sees the shipped ones alone."""
    monkeypatch.setenv("MUSCLESEG_NETWORKS", str(tmp_path_factory.getbasetemp() / "no-networks"))


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds ``pyproject.toml``."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True, scope="session")
def _no_memory_of_other_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Measure and estimate anew, and leave nothing in the user's cache folder."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
            patch.setenv(name, str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def shared_data(project_root: Path) -> Path:
    """The folder of real scans, which lies beside the project and is no part of it."""
    folder = project_root.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real scans are not here: {folder} does not exist")
    return folder


@pytest.fixture(scope="session")
def plain_scan() -> Callable[..., tuple[Volume, Volume]]:
    """Make a plain image of digital legs on a grid (fat bright, muscle gray, bone and vessels dark), and its labels."""

    def scan(legs: DigitalLegs, grid: Geometry) -> tuple[Volume, Volume]:
        image, labels = np.zeros(grid.shape, np.float32), np.zeros(grid.shape, np.uint8)
        i, j = np.meshgrid(np.arange(grid.shape[2]), np.arange(grid.shape[1]))
        for k, (signal, codes) in enumerate(zip(image, labels, strict=True)):
            x, y, z = np.moveaxis(grid.world_from_index(np.stack([i, j, np.full_like(i, k)], axis=-1)), -1, 0)
            plane = legs.plane(float(z[0, 0]), x, y)
            is_dark = np.isin(plane.tissues, [Tissue.AIR, Tissue.CORTEX, Tissue.ARTERY, Tissue.VEIN, Tissue.TENDON])
            signal[:] = np.where(is_dark, 0, 0.34 + 0.66 * plane.fat)
            codes[:] = np.where(np.isin(plane.tissues, LABELED), plane.tissues + np.uint8(100) * plane.is_left, 0)
        image += np.random.default_rng(1).normal(0, 0.01, image.shape)
        return Volume(1000 * np.abs(image), grid), Volume(labels, grid)

    return scan


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
            of_slice = {key: value[k] if isinstance(value, list) else value for key, value in attributes.items()}
            place = {
                "ImagePositionPatient": [round(float(x), 6) for x in np.add(origin, normal * heights[k])],
                "ImageOrientationPatient": [round(float(x), 9) for x in orientation],
                "SliceThickness": 5.0,
            }
            path = folder / f"{of_slice.pop('prefix', 'IM')}{names[k]:04d}{extension}"
            _dataset(path, plane, series | place | of_slice).save_as(path, enforce_file_format=True)
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


@pytest.fixture
def write_dicom_seg(write_series: SeriesWriter) -> Callable[..., Path]:
    """A function that writes a series and, with highdicom, a segmentation of it; it returns the segmentation's path.

    Masks are [k, j, i], by the segments' labels, in their order; a scheme and code may stand behind a label's "|".
    """
    highdicom = pytest.importorskip("highdicom")
    from pydicom.sr.coding import Code

    def write(
        folder: Path,
        masks: dict[str, NDArray[Any]],
        kind: str = "BINARY",
        orientation: Sequence[float] = (1, 0, 0, 0, 1, 0),
        **more: Any,
    ) -> Path:
        first = next(iter(masks.values()))
        wanted = {
            **{
                "StudyInstanceUID": "1.2.3",
                "FrameOfReferenceUID": "1.2.4",
                "PatientID": "P 7",
                "PatientName": "Doe^Jane",
            },
            **dict.fromkeys(("PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID"), ""),
            **dict.fromkeys(("AccessionNumber", "ReferringPhysicianName"), ""),
        }
        scan = np.ones(first.shape, np.int16)
        series = write_series(folder / "scan", scan, orientation=orientation, **wanted)
        described = []
        for number, label in enumerate(masks, 1):
            name, _, term = label.partition("|")
            scheme, _, code = (term or "SCT 71616004").partition(" ")
            described.append(
                highdicom.seg.SegmentDescription(
                    number,
                    name,
                    Code("123037004", "SCT", "Anatomical Structure"),
                    Code(code, scheme, name if term else "Skeletal muscle"),
                    "MANUAL",
                )
            )
        pixels = np.stack(list(masks.values()), axis=-1)
        if kind == "LABELMAP":
            pixels = sum(((mask > 0) * number for number, mask in enumerate(masks.values(), 1)), start=np.zeros(1))
            pixels = pixels.astype(np.uint8)
        segmentation = highdicom.seg.Segmentation(
            [pydicom.dcmread(path) for path in series],
            pixels,
            kind,
            described,
            series_instance_uid=generate_uid(),
            series_number=99,
            sop_instance_uid=generate_uid(),
            instance_number=1,
            manufacturer="Somebody",
            manufacturer_model_name="Else",
            software_versions="1",
            device_serial_number="1",
            **more,
        )
        segmentation.save_as(folder / "labels.dcm")
        return folder / "labels.dcm"

    return write


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_EXIT_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave at once where Slicer's libraries are loaded: taken down beside Qt they may crash, after all is reported.

    A process of several (pytest-xdist) has sent its last report, "workerfinished", when the session finished.
    """
    if "slicer" in sys.modules and _EXIT_STATUS in config.stash:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash[_EXIT_STATUS])


_EXIT_STATUS = pytest.StashKey[int]()


def ras_geometry(shape: tuple[int, int, int], spacing_mm: tuple[float, float, float]) -> Geometry:
    """A grid whose axes run to the right, front and head, centered on the origin."""
    affine = np.diag([*spacing_mm, 1.0])
    affine[:3, 3] = -np.array(spacing_mm) * (np.array(shape[::-1]) - 1) / 2
    return Geometry(shape, affine)


@pytest.fixture
def image_of_ellipses() -> LegsImage:
    """Make an image of ellipses of 1 in noise of 0.01, the same in every slice."""

    def make(ellipses: Sequence[Ellipse], *, slices: int = 6, pixel_mm: float = 4.0) -> Volume:
        geometry = ras_geometry((slices, 60, 110), (pixel_mm, pixel_mm, 10.0))
        k, j, i = np.indices(geometry.shape)
        x, y, _ = np.moveaxis(geometry.world_from_index(np.stack([i, j, k], axis=-1)), -1, 0)
        array = np.abs(np.random.default_rng(0).normal(0, 0.01, geometry.shape))
        for right, front, half_width, half_height in ellipses:
            array[((x - right) / half_width) ** 2 + ((y - front) / half_height) ** 2 < 1] = 1.0
        return Volume(array, geometry)

    return make
