"""The module in a Python that finds another MuscleSegLib first, as where somebody installed one with pip."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from MuscleSegLib import __version__

LOAD = """
import importlib.util, sys
from types import ModuleType, SimpleNamespace
for name in ("qt", "vtk", "slicer", "slicer.util", "slicer.i18n", "slicer.parameterNodeWrapper",
             "slicer.ScriptedLoadableModule"):
    sys.modules[name] = ModuleType(name)
slicer = sys.modules["slicer"]
for name in ("i18n", "util", "parameterNodeWrapper", "ScriptedLoadableModule"):
    setattr(slicer, name, sys.modules[f"slicer.{name}"])
for name in ("vtkMRMLNode", "vtkMRMLScalarVolumeNode", "vtkMRMLSegmentationNode", "vtkMRMLTableNode"):
    setattr(slicer, name, type(name, (), {}))
slicer.i18n.tr = lambda text: text
slicer.i18n.translate = lambda context, text: text
slicer.parameterNodeWrapper.SlicerParameterNamePropertyName = ""
for name in ("", "Logic", "Test", "Widget"):
    setattr(slicer.ScriptedLoadableModule, "ScriptedLoadableModule" + name, type("Base", (), {}))
slicer.util.VTKObservationMixin = type("Mixin", (), {})
sys.modules["qt"].QWidget = sys.modules["qt"].QShortcut = object
sys.modules["vtk"].calldata_type = lambda kind: lambda method: method
sys.modules["vtk"].VTK_OBJECT = 0
before = list(sys.path)
sys.path.append(sys.argv[1])  # as Slicer adds module paths
import MuscleSeg
import MuscleSegLib
assert sys.path[:len(before)] == before, "something was put in front"
print(MuscleSegLib.__file__)
"""


def loaded(project: Path, earlier: Path) -> subprocess.CompletedProcess[str]:
    """Load the module where Python looks into a folder first; no other MuscleSegLib is in sight (-S)."""
    environment = {"PYTHONPATH": str(earlier)}
    command = [sys.executable, "-S", "-c", LOAD, str(project / "MuscleSeg")]
    return subprocess.run(command, cwd=earlier, env=environment, capture_output=True, text=True)


def library(folder: Path, text: str) -> Path:
    (folder / "MuscleSegLib").mkdir(parents=True)
    (folder / "MuscleSegLib" / "__init__.py").write_text(text)
    return folder


@pytest.mark.parametrize("text", ['__version__ = "0.0.1"', '__version__ = "99.0"', ""])
def test_another_version_is_refused_with_both_places(project_root: Path, tmp_path: Path, text: str):
    done = loaded(project_root, library(tmp_path / "site", text))

    assert done.returncode != 0
    sentence = done.stderr.strip().splitlines()[-1]
    assert sentence.startswith(f"ImportError: MuscleSeg {__version__} cannot work with MuscleSegLib ")
    assert str(tmp_path / "site" / "MuscleSegLib") in sentence


def test_another_one_of_the_same_version_is_used_and_said(project_root: Path, tmp_path: Path):
    done = loaded(project_root, library(tmp_path / "site", f'__version__ = "{__version__}"'))

    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(tmp_path)
    assert re.search(rf"uses MuscleSegLib {re.escape(__version__)} of {re.escape(str(tmp_path))}", done.stderr)


def test_the_library_beside_the_module_is_used_without_a_word(project_root: Path, tmp_path: Path):
    (tmp_path / "empty").mkdir()

    done = loaded(project_root, tmp_path / "empty")

    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == project_root / "MuscleSegLib" / "__init__.py"
    assert done.stderr == ""
