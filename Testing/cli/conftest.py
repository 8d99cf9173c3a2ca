"""The command line, called in this process, and small files to give it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from MuscleSegLib.anatomy import region
from MuscleSegLib.cli import main
from MuscleSegLib.volume import Geometry, Volume, write_volume
from Testing.cli.blocks import calf
from Testing.cli.blocks import save as save_blocks
from Testing.cli.invented_person import a_case as a_case
from Testing.dicom_sources import complaints as complaints
from Testing.dicom_sources import contradictions as contradictions
from Testing.dicom_sources import labels_on as labels_on
from Testing.dicom_sources import siemens_series as siemens_series


@dataclass(frozen=True)
class Ended:
    """End of a command."""

    code: int
    out: str
    err: str


MuscleSeg = Callable[..., Ended]


@pytest.fixture
def muscleseg(capfd: pytest.CaptureFixture[str]) -> MuscleSeg:
    """Run ``muscleseg`` with some arguments."""

    def run(*arguments: object) -> Ended:
        capfd.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:  # as argparse ends
            code = int(ended.code or 0)
        captured = capfd.readouterr()
        return Ended(code, captured.out, captured.err)

    return run


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Save an array as a NIfTI file of 3 x 3 x 10 mm voxels, somewhere in the patient."""

    def write(name: str, array: NDArray[np.generic], *, origin_mm: tuple[float, float, float] = (0, 0, 0)) -> Path:
        affine = np.diag([3.0, 3.0, 10.0, 1.0])
        affine[:3, 3] = origin_mm
        path = tmp_path / name
        write_volume(Volume(array, Geometry(array.shape, affine)), path)
        return path

    return write


@pytest.fixture
def a_label_file(save: Callable[..., Path]) -> Path:
    """Ten cubes in a row, one a thigh muscle, of 2 x 4 x 4 voxels of 90 mm3 each; no left leg."""
    labels = np.zeros((4, 8, 50), np.uint8)
    for muscle in region("thigh").muscles:
        labels[1:3, 2:6, 5 * (muscle.code - 1) : 5 * (muscle.code - 1) + 4] = muscle.code
    return save("labels.nii.gz", labels)


@pytest.fixture
def a_study(tmp_path: Path) -> Path:
    """Three cases with maps, whose prediction lacks the highest slice of the soleus."""
    for number, fat in enumerate((2.0, 10.0, 30.0)):
        labels, ff = calf(fat=fat)
        save_blocks(tmp_path / "manual" / f"P{number}_labels.nii.gz", labels)
        save_blocks(tmp_path / "automatic" / f"P{number}.nii.gz", calf(high=6)[0])
        save_blocks(tmp_path / "maps" / f"P{number}_ff.nii.gz", ff)
    return tmp_path


@pytest.fixture
def an_ff_file(save: Callable[..., Path]) -> Path:
    """A fat fraction that grows from 0 to 49 percent along the row of cubes."""
    return save("ff.nii.gz", np.broadcast_to(np.arange(50, dtype=np.float32), (4, 8, 50)).copy())


@pytest.fixture
def fat_and_water(save: Callable[..., Path]) -> tuple[Path, Path]:
    """The files of a fat and a water image, in which a muscle is 10 % fat and all around it is none."""
    inside = np.zeros((4, 8, 50), bool)
    inside[1:3, 2:6] = True
    fat, water = (save(f"{name}.nii.gz", np.where(inside, signal, 0.0)) for name, signal in (("fat", 1), ("water", 9)))
    return fat, water
