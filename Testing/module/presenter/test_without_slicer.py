"""The presenter and what it is made of can be used, and tested, where there is neither Slicer nor a window."""

import subprocess
import sys
from pathlib import Path

import pytest

MODULES = (
    *(
        "background",
        "collecting",
        "improving",
        "interfaces",
        "jobs",
        "map_choices",
        "presenter",
        "propagated",
        "propagating",
        "propagation_request",
    ),
    *("region_search", "scene_names", "segmenting"),
)
WINDOWS = {"PySide6", "ctk", "qt", "slicer", "vtk"}


@pytest.mark.parametrize("name", MODULES)
def test_importing_it_loads_neither_slicer_nor_qt(name: str, project_root: Path):
    code = f"import sys; sys.path.append('MuscleSeg'); import MuscleSegPanel.{name}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=project_root, capture_output=True, text=True, check=True)

    assert {module.partition(".")[0] for module in loaded.stdout.split()} & WINDOWS == set()
