"""Images and label maps to damage, their readers, and independent readers beside them."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nibabel
import nrrd
import numpy as np
import pydicom
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from MuscleSegLib.volume import (
    Geometry,
    Segment,
    Volume,
    read_labels,
    read_volume,
    write_dicom,
    write_labels,
    write_volume,
)

SHAPE = (4, 12, 10)
AFFINE = np.array([[-0.5, 0, 0, 20], [0, -1.5, 0, 30], [0, 0, 6, 100], [0, 0, 0, 1.0]])


def _voxels() -> np.ndarray[Any, np.dtype[np.int16]]:
    return np.random.default_rng(1).integers(0, 1000, SHAPE).astype(np.int16)


def _seen(array: Any, affine: Any) -> tuple[Any, ...]:
    """Return voxels and affine so that they can be compared: the latter to a ten-thousandth of a millimeter."""
    voxels = np.nan_to_num(np.asarray(array, np.float64), nan=-1e300)
    return voxels.shape, hashlib.sha256(voxels.tobytes()).hexdigest(), str(np.round(np.asarray(affine) + 0.0, 3) + 0.0)


def _only(folder: Path) -> Path:
    return next(path for path in sorted(folder.iterdir()) if path.name.startswith("scan."))


def write_image(ending: str) -> Callable[[Path], Sequence[Path]]:
    def make(folder: Path) -> Sequence[Path]:
        path = folder / f"scan.{ending}"
        if ending == "seg.nrrd":
            labels = Volume((_voxels() % 3).astype(np.uint8), Geometry(SHAPE, AFFINE))
            write_labels(labels, path, segments=[Segment(1, "one", (1, 2, 3)), Segment(2, "two", (4, 5, 6))])
        else:
            write_volume(Volume(_voxels(), Geometry(SHAPE, AFFINE)), path)
        return [path]

    return make


def read_image(folder: Path) -> Any:
    volume = read_volume(_only(folder))
    return _seen(volume.array, volume.geometry.affine)


def read_label_file(folder: Path) -> Any:
    volume, segments, *_ = read_labels(_only(folder))
    named = tuple((segment.value, segment.name) for segment in segments)
    return (*_seen(volume.array, volume.geometry.affine), named)


def by_nibabel(folder: Path) -> Any:
    image = nibabel.load(_only(folder))
    return _seen(np.asarray(image.dataobj).T, image.affine)


def by_pynrrd(folder: Path) -> Any:
    array, header = nrrd.read(str(_only(folder)))
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = np.asarray(header["space directions"]).T, header["space origin"]
    return _seen(array.T, np.diag([-1, -1, 1, 1]) @ affine if "posterior" in header["space"] else affine)


def write_series(syntax: str) -> Callable[[Path], Sequence[Path]]:
    def make(folder: Path) -> Sequence[Path]:
        write_dicom(Volume(_voxels(), Geometry(SHAPE, AFFINE)), folder, identity="fuzz", patient="P", thickness_mm=5)
        for path in folder.iterdir():
            dataset = pydicom.dcmread(path)
            if syntax == "run lengths":
                dataset.compress(RLELossless)
            elif syntax == "deflated":
                dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
            elif syntax == "implicit":
                dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
                dataset.save_as(path, implicit_vr=True, little_endian=True)
                continue
            dataset.save_as(path)
        return sorted(folder.iterdir())

    return make


def read_series(folder: Path) -> Any:
    volume = read_volume(folder)
    return _seen(volume.array, volume.geometry.affine)


def by_pydicom(folder: Path) -> Any:
    slices = sorted(
        (pydicom.dcmread(path) for path in folder.iterdir()), key=lambda image: image.ImagePositionPatient[2]
    )
    array = np.stack(
        [image.pixel_array * image.get("RescaleSlope", 1) + image.get("RescaleIntercept", 0) for image in slices]
    )
    first, orientation = slices[0], np.array(slices[0].ImageOrientationPatient, float)
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = orientation[:3] * first.PixelSpacing[1], orientation[3:] * first.PixelSpacing[0]
    apart = np.subtract(slices[-1].ImagePositionPatient, first.ImagePositionPatient) / (len(slices) - 1)
    affine[:3, 2], affine[:3, 3] = apart, first.ImagePositionPatient
    return _seen(array, np.diag([-1, -1, 1, 1]) @ affine)
