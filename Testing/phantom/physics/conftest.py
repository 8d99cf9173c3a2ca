"""Objects simpler than a leg to scan: a round muscle in a round of fat, and small protocols."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from MuscleSegLib.phantom import Plane, Tissue
from MuscleSegLib.phantom.physics.receiving import Receiver
from MuscleSegLib.phantom.physics.scanner_fields import ScannerFields
from MuscleSegLib.phantom.protocols import Protocol, hostin2023
from MuscleSegLib.phantom.tissue_values import Pool
from MuscleSegLib.volume import Geometry

EVEN = ScannerFields(np.zeros(10), np.zeros(10), (0.0, 0.0, 0.0), 0.0)


@dataclass(frozen=True)
class Rod:
    """A muscle of 12 mm radius, the rectus femoris, and something else around it to 20 mm."""

    fat: float = 0.0
    edema: float = 0.0
    around: Tissue = Tissue.SUBCUTANEOUS_FAT
    fat_around: float = 0.95
    radius_mm: float = 12.0
    outer_mm: float = 20.0
    center_mm: tuple[float, float] = (0.0, 0.0)
    is_left: bool = False
    region: str = "thigh"
    seed: int = 5
    legs: tuple[int, ...] = (0,)
    length_mm: float = 60.0

    def plane(self, z_mm, x_mm, y_mm):
        radius = np.hypot(x_mm - self.center_mm[0], y_mm - self.center_mm[1])
        is_muscle, is_around = radius < self.radius_mm, radius < self.outer_mm
        return Plane(
            np.where(is_muscle, Tissue.MUSCLE_4, np.where(is_around, self.around, Tissue.AIR)).astype(np.uint8),
            np.where(is_muscle, self.fat, np.where(is_around, self.fat_around, 0)).astype(np.float32),
            np.where(is_muscle, self.edema, 0).astype(np.float32),
            np.full(radius.shape, self.is_left),
        )


@pytest.fixture
def rod() -> Callable[..., Rod]:
    """A function that makes a ``Rod``."""
    return Rod


def grid(pixel_mm: float, matrix: int, spacing_mm: float, slices: int) -> Geometry:
    steps = np.array([-pixel_mm, -pixel_mm, spacing_mm])
    affine = np.diag([*steps, 1.0])
    affine[:3, 3] = -steps * (np.array([matrix, matrix, slices]) - 1) / 2
    return Geometry((slices, matrix, matrix), affine)


@pytest.fixture
def small_protocol() -> Callable[..., Protocol]:
    """A function that makes the study's scans of a piece of 60 mm in a field of view of some 48 mm."""

    def make(*, pixel_mm: float = 1.5, noisy: bool = True) -> Protocol:
        study = hostin2023(60, legs=1)
        matrix = round(48 / pixel_mm)
        heights = {"anatomy": (15, 4), "ff": (5, 12), "mtr": (5, 12), "t2": (30, 2)}
        scans = {
            name: replace(
                getattr(study, name),
                geometry=grid(pixel_mm, matrix, *height),
                **({} if noisy else {"snr": np.inf}),
            )
            for name, height in heights.items()
        }
        return Protocol("small", **scans)

    return make


@pytest.fixture
def one_voxel() -> Callable[..., np.ndarray]:
    """A function that makes [pool, 1] protons of one voxel: ``one_voxel(MUSCLE_WATER=0.8)``."""

    def make(**amounts: float) -> np.ndarray:
        protons = np.zeros((len(Pool), 1))
        for name, amount in amounts.items():
            protons[Pool[name]] = amount
        return protons

    return make


@pytest.fixture
def receive(small_protocol) -> Callable[..., dict[str, np.ndarray]]:
    """A function that makes the images of a slice whose every voxel holds the same [pool, 1] protons."""

    def make(
        name: str, protons: np.ndarray, *, fields: ScannerFields | None = None, noisy: bool = False, seed: int = 5
    ):
        protocol = small_protocol(noisy=noisy)
        _, rows, columns = getattr(protocol, name).geometry.shape
        filled = np.broadcast_to(protons[:, :, None], (len(Pool), rows, columns)).astype(np.float32)
        return Receiver(protocol, fields or EVEN, seed).images(name, 0, filled)

    return make
