"""The extension that Slicer's build would install works from its own folder, with nothing else of the project there."""

import json
import py_compile
import subprocess
import sys
from pathlib import Path

from Testing.extension.conftest import Installation
from Testing.extension.file_lists import LISTS

FIND_NETWORKS = """
import json, sys
sys.path.insert(0, sys.argv[1])
import MuscleSegLib
from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.resources import resource_folder
networks = [find_bundle(region) for region in ("thigh", "calf")]
print(json.dumps([MuscleSegLib.__file__, str(resource_folder()), *(str(one.weights) for one in networks)]))
"""


def files_below(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_installed_are_the_listed_files_and_no_others(installation: Installation, project_root: Path):
    places = {"MuscleSeg": "", "MuscleSegLib": "MuscleSegLib/", "Resources": "MuscleSegLib/Resources/"}
    expected = {places[one.folder] + name for one in LISTS for name in one.in_cmake(project_root)}

    assert files_below(installation.modules) == expected


def test_installed_library_finds_its_networks_by_itself(installation: Installation, tmp_path: Path):
    # -I: neither the project nor what is on PYTHONPATH is seen
    command = [sys.executable, "-I", "-c", FIND_NETWORKS, str(installation.modules)]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    paths = [Path(path) for path in json.loads(found.stdout)]
    assert len(paths) == 4
    for path in paths:
        assert path.exists()
        assert path.is_relative_to(installation.modules)


def test_every_installed_script_compiles(installation: Installation, tmp_path: Path):
    scripts = list(installation.modules.rglob("*.py"))

    assert scripts
    for script in scripts:
        py_compile.compile(str(script), cfile=str(tmp_path / "compiled"), doraise=True)


def test_self_test_is_registered(installation: Installation):
    assert "self test: MuscleSeg.py" in installation.log


def test_panel_has_its_layout_and_icon_where_slicer_looks(installation: Installation):
    resources = installation.modules / "Resources"

    assert (resources / "UI" / "MuscleSeg.ui").is_file()
    assert (resources / "Icons" / "MuscleSeg.png").is_file()
