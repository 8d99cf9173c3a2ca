"""Digital legs, made once, and what lies in them on a grid: tests only read them."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from MuscleSegLib.anatomy import CALF, THIGH
from MuscleSegLib.phantom import DigitalLegs, digital_legs

PIXEL_MM, STEP_MM = 1.5, 10.0
ACROSS_MM = np.arange(-216, 216, PIXEL_MM) + PIXEL_MM / 2


@dataclass(frozen=True)
class Sampled:
    """Legs on a grid, each array [plane from below, row from behind, column from the left]."""

    legs: DigitalLegs
    tissues: NDArray[np.uint8]
    fat: NDArray[np.float32]
    edema: NDArray[np.float32]
    is_left: NDArray[np.bool_]

    def where(self, code: int, *, left: bool = False) -> NDArray[np.bool_]:
        """Return where one leg's tissue of this code is."""
        return (self.tissues == code) & (self.is_left == left)

    def center_mm(self, code: int, plane: int) -> tuple[float, float]:
        """Return the middle of the right leg's tissue of this code, to the right (so lateral) and anterior."""
        rows, columns = np.nonzero(self.where(code)[plane])
        return float(ACROSS_MM[columns].mean()), float(ACROSS_MM[rows].mean())

    def areas_cm2(self, code: int, *, left: bool = False) -> NDArray[np.float64]:
        """Return the cross-section of a muscle in every plane."""
        return self.where(code, left=left).sum(axis=(1, 2)) * PIXEL_MM**2 / 100


def sampled(legs: DigitalLegs) -> Sampled:
    """Return legs on a grid of 30 planes."""
    heights = np.arange(STEP_MM / 2, legs.length_mm, STEP_MM) - legs.length_mm / 2
    planes = [legs.plane(z, ACROSS_MM[None, :], ACROSS_MM[:, None]) for z in heights]
    arrays = (np.array([getattr(plane, name) for plane in planes]) for name in ("tissues", "fat", "edema", "is_left"))
    return Sampled(legs, *arrays)


@cache
def person(region: str) -> Sampled:
    """Return somebody with little fat in the muscles."""
    return sampled(digital_legs(region, seed=4, fat_fraction=3))


@cache
def people(region: str) -> tuple[DigitalLegs, ...]:
    """Return ten people."""
    return tuple(digital_legs(region, seed=seed) for seed in range(10))


@pytest.fixture(scope="session")
def sample():
    return sampled


@pytest.fixture(params=["thigh", "calf"], scope="session")
def region(request):
    return request.param


@pytest.fixture(scope="session")
def legs(region):
    return person(region)


@pytest.fixture(scope="session")
def ten(region):
    return people(region)


@pytest.fixture(scope="session")
def thigh():
    return person("thigh")


@pytest.fixture(scope="session")
def calf():
    return person("calf")


@pytest.fixture(scope="session")
def code():
    """The muscles' codes by their names: ``code["gracilis"]``."""
    return {muscle.name: muscle.code for each in (THIGH, CALF) for muscle in each.muscles}
