"""An invented person with a scan, whose names are wherever a file may have them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from MuscleSegLib.volume import Volume, write_volume

IDENTIFIERS = (
    *("Müller", "Jürgen", "Ewald", "PID-0090817", "19570623", "1957-06-23", "ACC4711008", "Krämer", "Neumann"),
    *("Lindenstraße", "Musterstadt", "Musterweg", "MTRA^Zwei", "20240312", "2024-03-12", "AWP66012", "Oberschenkel"),
    *("066Y", "Dr. Beispiel", "labels.nii.gz"),
)
"""What nothing that is anonymous may hold: of the headers, of the options and of the names of files."""


@pytest.fixture
def a_case(tmp_path: Path, siemens_series: Callable[..., Path], labels_on: Callable[..., Volume]) -> Path:
    """A scan of a person, in a folder that is called after him, with labels and maps whose files name him."""
    folder = siemens_series("Müller_Jürgen/scan")
    labels = labels_on(folder)
    case = tmp_path / "Müller_Jürgen"
    write_volume(labels, case / "PID-0090817_labels.nii.gz")
    random = np.random.default_rng(2)
    for name, low, high in (("ff", 2, 60), ("mtr", 20, 45), ("t2", 30, 70)):
        values = random.uniform(low, high, labels.geometry.shape).astype(np.float32)
        if name == "ff":
            values[2, 5:8] = np.nan
        write_volume(Volume(values, labels.geometry, description=f"{name} of Müller"), case / f"{name}.nii.gz")
    return case


def measure(muscleseg: Callable[..., Any], case: Path, *more: object) -> Any:
    """Measure the fat fraction of the person's muscles, with more options."""
    images = ("--region", "thigh", "--ff", case / "ff.nii.gz", "--ff-unit", "percent")
    return muscleseg("measure", case / "PID-0090817_labels.nii.gz", *images, *more)
