"""The extension that Slicer's build would install works from its own folder, with nothing else of the project there."""

import json
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

from Testing.extension.conftest import Installation
from Testing.extension.file_lists import LISTS
from Testing.extension.slicer_self_test import judge
from Testing.extension.system_libraries import missing_packages, sentence

FIND_NETWORKS = """
import json, sys
sys.path.insert(0, sys.argv[1])
import MuscleSegLib
from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.resources import resource_folder
networks = [find_bundle(region) for region in ("thigh", "calf")]
print(json.dumps([MuscleSegLib.__file__, str(resource_folder()), *(str(one.weights) for one in networks)]))
"""

FIND_WORKER = """
import subprocess, sys
sys.path.insert(0, sys.argv[1])
from MuscleSegLib.worker.transport import environment
find = "import MuscleSegLib.worker as worker; print(worker.__file__)"
subprocess.run([sys.executable, "-P", "-c", find], env=environment({}), check=True)
"""
# What is installed comes before the project, of which only the host and the way to run a self test are wanted.
TEST_IN_HOST = """
import json, sys
from pathlib import Path
modules, project, report = sys.argv[1:]
sys.path[:0] = [modules, project]
from Testing.extension.inside_slicer import run_self_test
from Testing.slicer_host.host import Host
host = Host.start()
host.load(Path(modules) / "MuscleSeg.py")
run_self_test(Path(report), "the host")
names = ("MuscleSeg", "MuscleSegLib", "MuscleSegPanel")
files = [module.__file__ for name, module in sys.modules.items() if name.split(".")[0] in names]
host.close()
print(json.dumps({"files": [file for file in files if file], "errors": [str(error) for error in host.errors]}))
"""


def files_below(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def _skip_without_host() -> None:
    for package in ("PySide6", "slicer_core"):
        pytest.importorskip(package, reason="Slicer's core and Qt are not installed: pip install -e .[slicer]")
    missing = missing_packages()
    if missing:
        pytest.skip(sentence(missing))


def test_installed_are_the_listed_files_and_no_others(installation: Installation, project_root: Path):
    places = {"MuscleSeg": "", "MuscleSegLib": "MuscleSegLib/", "Resources": "MuscleSegLib/Resources/"}
    expected = {places[file_list.folder] + name for file_list in LISTS for name in file_list.in_cmake(project_root)}

    assert files_below(installation.modules) == expected


def test_installed_library_finds_its_networks_by_itself(installation: Installation, tmp_path: Path):
    # -I: neither the project nor what is on PYTHONPATH is seen
    command = [sys.executable, "-I", "-c", FIND_NETWORKS, str(installation.modules)]
    outcome = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    paths = [Path(path) for path in json.loads(outcome.stdout)]
    assert len(paths) == 4
    for path in paths:
        assert path.exists()
        assert path.is_relative_to(installation.modules)


def test_background_process_is_that_of_the_installed_library(installation: Installation, tmp_path: Path):
    command = [sys.executable, "-I", "-c", FIND_WORKER, str(installation.modules)]
    outcome = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert Path(outcome.stdout.strip()).is_relative_to(installation.modules)


@pytest.mark.slow
def test_installed_module_passes_its_self_test_in_the_host_without_the_project(
    installation: Installation, project_root: Path, tmp_path: Path
):
    _skip_without_host()

    report = tmp_path / "report.json"
    command = [sys.executable, "-I", "-c", TEST_IN_HOST, str(installation.modules), str(project_root), str(report)]
    tested = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert tested.returncode == 0, tested.stderr
    outcome = json.loads(tested.stdout.splitlines()[-1])
    assert outcome["errors"] == []
    assert judge(report, exit_code=0)[0], tested.stderr
    assert outcome["files"]
    assert [file for file in outcome["files"] if not Path(file).is_relative_to(installation.modules)] == []


def test_every_installed_script_compiles(installation: Installation, tmp_path: Path):
    scripts = list(installation.modules.rglob("*.py"))

    assert scripts
    for script in scripts:
        py_compile.compile(str(script), cfile=str(tmp_path / "compiled"), doraise=True)


def test_self_test_is_registered(installation: Installation):
    assert "self test: MuscleSeg.py" in installation.log


def test_panel_has_its_layout_and_icons_where_slicer_looks(installation: Installation):
    resources = installation.modules / "Resources"

    assert (resources / "UI" / "MuscleSeg.ui").is_file()
    for icon in ("MuscleSeg", "MuscleSegThighs", "MuscleSegCalves"):
        assert (resources / "Icons" / f"{icon}.png").is_file()
