"""The extension as Slicer would install it, laid out by CMake with a stand-in for Slicer's macros."""

import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

STAND_IN = Path(__file__).resolve().parent / "slicer_stand_in"


@dataclass(frozen=True)
class Installation:
    """An installed extension.

    Attributes:
        modules: The folder of scripted modules in it, which Slicer puts on its path.
        description: Description of the extension by Slicer's build, by keyword.
        log: Output of CMake.
    """

    modules: Path
    description: dict[str, str]
    log: str


@pytest.fixture(scope="session")
def installation(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The project, configured and installed by CMake."""
    cmake = _cmake()
    folder = tmp_path_factory.mktemp("extension")
    source, build, prefix = folder / "source", folder / "build", folder / "installed"
    _copy_what_is_listed(project_root, source)
    log = _run(cmake, "-S", str(source), "-B", str(build), f"-DSlicer_DIR={STAND_IN}", *_without_compiler(cmake))
    log += _run(cmake, "--install", str(build), "--prefix", str(prefix))
    (modules,) = prefix.glob("**/qt-scripted-modules")
    lines = (build / "MuscleSeg.s4ext").read_text(encoding="utf-8").splitlines()
    return Installation(modules, dict(line.split(" ", 1) for line in lines), log)


def _cmake() -> str:
    """Return the CMake of the virtual environment, or the computer's own."""
    program = shutil.which("cmake", path=sysconfig.get_path("scripts")) or shutil.which("cmake")
    if program is None:
        pytest.skip("CMake is not installed: pip install cmake")
    return program


def _copy_what_is_listed(project: Path, folder: Path) -> None:
    """Copy the folders that the build may read and no others, so that it cannot depend on those."""
    folder.mkdir()
    shutil.copy(project / "CMakeLists.txt", folder)
    for name in ("MuscleSeg", "MuscleSegLib", "Resources"):
        shutil.copytree(project / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


def _without_compiler(cmake: str) -> list[str]:
    """Return options with which CMake looks for no compiler and no make: nothing is compiled."""
    tools = [f"-DCMAKE_{tool}={cmake}" for tool in ("MAKE_PROGRAM", "C_COMPILER", "CXX_COMPILER")]
    checks = [f"-DCMAKE_{language}_COMPILER_{check}=1" for language in ("C", "CXX") for check in ("FORCED", "ID_RUN")]
    return ["-G", "Unix Makefiles", *tools, *checks]


def _run(*command: str) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    assert done.returncode == 0, done.stdout
    return done.stdout
