"""Every file that has to be packaged is in a list of a CMakeLists.txt, and every list names files that exist."""

from pathlib import Path

import pytest

from Testing.extension.file_lists import LISTS, FileList, disagreements

LIBRARY = FileList("Library", "SCRIPTS", ("**/*.py",))
CMAKE = "set(OTHER\n  x.py\n  )\nset(SCRIPTS\n  first.py\n  room/second.py\n  )\nend()\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two scripts, of which both are listed, and what a run leaves behind."""
    folder = tmp_path / "Library"
    (folder / "room" / "__pycache__").mkdir(parents=True)
    (folder / "first.py").touch()
    (folder / "room" / "second.py").touch()
    (folder / "room" / "__pycache__" / "second.cpython-312.py").touch()
    (folder / "CMakeLists.txt").write_text(CMAKE)
    return tmp_path


def test_every_file_of_the_extension_is_listed(project_root: Path):
    assert list(disagreements(project_root)) == []


def test_lists_and_folders_that_agree_are_in_order(project: Path):
    assert list(disagreements(project, [LIBRARY])) == []


def test_file_that_is_not_listed_is_named(project: Path):
    (project / "Library" / "room" / "third.py").touch()

    assert list(disagreements(project, [LIBRARY])) == ["Library/room/third.py is not in SCRIPTS"]


def test_listed_file_that_is_missing_is_named(project: Path):
    (project / "Library" / "first.py").unlink()

    (sentence,) = disagreements(project, [LIBRARY])

    assert sentence.startswith("Library/first.py is in SCRIPTS, and there is no such file")


def test_written_list_agrees_and_the_rest_of_the_file_stays(project: Path):
    (project / "Library" / "room" / "third.py").touch()

    LIBRARY.write(project)

    text = (project / "Library" / "CMakeLists.txt").read_text()
    assert text == CMAKE.replace("  room/second.py\n", "  room/second.py\n  room/third.py\n")


def test_networks_and_panel_are_among_what_is_listed(project_root: Path):
    listed = {f"{file_list.folder}/{name}" for file_list in LISTS for name in file_list.in_cmake(project_root)}

    assert "Resources/Networks/thigh-unet2d-small/models/model.pt" in listed
    assert "MuscleSeg/MuscleSeg.py" in listed
