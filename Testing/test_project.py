"""What a reader, a packager and an installer rely on and no room of the library looks after."""

import hashlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import MuscleSegLib

# Of the text at https://www.apache.org/licenses/LICENSE-2.0.txt
APACHE_SHA256 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
# A folder of somebody's machine, and not the tail of an address or of a longer path.
MACHINE_PATH = re.compile(r"(?<![\w.\-/:])/(?:home|root|Users|work)/|\b[A-Z]:\\Users\\")


@pytest.fixture(scope="module")
def pyproject(project_root: Path) -> dict[str, Any]:
    return tomllib.loads((project_root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=project_root, check=True, capture_output=True)
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def tracked_files(project_root: Path) -> list[Path]:
    """Every file that is in the repository, or would be if all were committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=project_root,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    files = [project_root / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


def test_installed_version_is_that_of_the_library():
    assert importlib.metadata.version("muscleseg") == MuscleSegLib.__version__


@pytest.mark.slow
def test_wheel_carries_every_module_network_and_label_table(wheel: Path, tracked_files: list[Path], project_root: Path):
    expected = set()
    for file in tracked_files:
        name = file.relative_to(project_root).as_posix()
        if name.startswith("MuscleSegLib/") and file.name != "CMakeLists.txt":
            expected.add(name)
        if name.startswith(("Resources/Labels/", "Resources/Networks/")):
            expected.add(f"MuscleSegLib/{name}")

    assert any("Networks" in name for name in expected)
    assert expected <= set(zipfile.ZipFile(wheel).namelist())


def test_installed_library_finds_the_resources_that_it_brought(wheel: Path, tmp_path: Path):
    zipfile.ZipFile(wheel).extractall(tmp_path)

    listed = subprocess.run(
        [sys.executable, "-c", "from MuscleSegLib.resources import resource_folder; print(resource_folder())"],
        cwd=tmp_path,  # first on the import path, hence before the project
        capture_output=True,
        text=True,
        check=True,
    )

    assert Path(listed.stdout.strip()) == tmp_path.resolve() / "MuscleSegLib" / "Resources"


def test_source_tree_finds_the_resources_beside_the_library(project_root: Path):
    from MuscleSegLib.resources import resource_folder

    assert resource_folder() == project_root / "Resources"


def test_wheel_carries_the_license_and_the_notice(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()

    assert any(name.endswith("/LICENSE.txt") for name in names)
    assert any(name.endswith("/NOTICE.md") for name in names)


def test_license_is_apache_2_word_for_word(project_root: Path):
    text = (project_root / "LICENSE.txt").read_text(encoding="utf-8")

    assert hashlib.sha256(text.encode()).hexdigest() == APACHE_SHA256


def test_every_dependency_has_a_tested_version(pyproject: dict[str, Any], project_root: Path):
    project = pyproject["project"]
    extras = project["optional-dependencies"].values()
    wanted = [Requirement(line) for line in [*project["dependencies"], *sum(extras, [])]]
    lines = (project_root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    tested = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}

    for requirement in wanted:
        version = tested.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in constraints.txt"
        assert requirement.specifier.contains(version), f"{requirement} does not allow the tested {version}"


def test_no_file_names_a_path_of_a_machine(tracked_files: list[Path]):
    places = []
    for file in tracked_files:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # an image or a network
        places += [f"{file.name}:{number}" for number, line in enumerate(lines, 1) if MACHINE_PATH.search(line)]

    assert places == []
