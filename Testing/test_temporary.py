"""Temporary folders: nobody else's while their process lives, and nobody's afterwards."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from MuscleSegLib import temporary
from MuscleSegLib.temporary import LOCK, PREFIX, TemporaryFolder, remove_abandoned

PROGRAM = """
import sys
from pathlib import Path
from MuscleSegLib.temporary import TemporaryFolder
folder = TemporaryFolder(Path(sys.argv[1]))
(folder.path / "patient").mkdir()
(folder.path / "patient" / "scan.nii").write_bytes(b"voxels")
print(folder.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def owner(tmp_path, project_root):
    """A process with a temporary folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=project_root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.folder = Path(process.stdout.readline().strip())
    yield process
    process.kill()
    process.communicate()


def test_the_folder_of_a_living_process_stays(tmp_path, owner):
    remove_abandoned(tmp_path)

    assert (owner.folder / "patient" / "scan.nii").read_bytes() == b"voxels"


def test_the_folder_of_a_killed_process_goes(tmp_path, owner):
    owner.kill()
    owner.wait()
    assert (owner.folder / "patient" / "scan.nii").exists()

    remove_abandoned(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_in_use_in_this_process_stays(tmp_path):
    with TemporaryFolder(tmp_path) as folder:
        remove_abandoned(tmp_path)
        assert folder.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_making_a_folder_removes_those_that_were_left(tmp_path, owner):
    owner.kill()
    owner.wait()

    with TemporaryFolder(tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder]


def test_the_system_s_folder_is_taken_where_none_is_given():
    with TemporaryFolder() as folder:
        assert folder.parent == Path(tempfile.gettempdir()).absolute()


@pytest.mark.parametrize("name", ["muscleseg-patients", "muscleseg-demo", ".muscleseg.toml", ".hidden-muscleseg-"])
def test_what_has_another_name_stays(tmp_path, name):
    (tmp_path / name).mkdir()

    remove_abandoned(tmp_path)

    assert (tmp_path / name).is_dir()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_stays(tmp_path, kind):
    other = tmp_path / "other"
    other.mkdir()
    (other / LOCK).touch()
    path = tmp_path / f"{PREFIX}x"
    path.touch() if kind == "file" else path.symlink_to(other)

    remove_abandoned(tmp_path)

    assert path.exists()
    assert other.exists()


@pytest.mark.parametrize(("age_s", "stays"), [(60, True), (2 * 86400, False)])
@pytest.mark.parametrize("kind", ["of an earlier version", "of another computer"])
def test_where_locks_say_nothing_a_day_must_have_gone_by(tmp_path, kind, age_s, stays):
    folder = tmp_path / f"{PREFIX}{'labels.nrrd' if kind == 'of an earlier version' else '0-0'}-x7ab12cd"
    folder.mkdir()
    (folder / "labels.nrrd").touch()
    if kind == "of another computer":
        (folder / LOCK).touch()
    os.utime(folder, (time.time() - age_s,) * 2)

    remove_abandoned(tmp_path)

    assert folder.exists() == stays


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")
def test_where_the_file_system_has_no_locks_nothing_is_removed(tmp_path, owner, monkeypatch):
    import fcntl

    def fail(*_):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", fail)

    remove_abandoned(tmp_path)
    with TemporaryFolder(tmp_path) as folder:
        assert folder.is_dir()

    assert owner.folder.is_dir()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_removes_nothing_of_its_parent_s(tmp_path):
    with TemporaryFolder(tmp_path) as folder:
        child = os.fork()
        if child == 0:
            temporary.remove_all()
            os._exit(0)
        os.waitpid(child, 0)
        assert (folder / LOCK).exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system has no user IDs")
def test_the_folder_of_another_user_stays(tmp_path, owner, monkeypatch):
    owner.kill()
    owner.wait()
    monkeypatch.setattr(os, "getuid", lambda: 12345)

    remove_abandoned(tmp_path)

    assert owner.folder.is_dir()


def test_many_processes_that_make_and_remove_at_once_harm_each_other_not(tmp_path, project_root):
    program = """
import sys
from pathlib import Path
from MuscleSegLib.temporary import TemporaryFolder
for number in range(150):
    with TemporaryFolder(Path(sys.argv[1])) as folder:
        (folder / "a").write_text("x")
        assert (folder / "a").read_text() == "x"
"""
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=project_root, stderr=subprocess.PIPE)
        for _ in range(4)
    ]

    errors = [process.communicate()[1] for process in processes]

    assert errors == [b""] * 4
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_ends_by_itself_leaves_nothing(tmp_path, owner):
    assert owner.folder.is_dir()
    owner.communicate()

    assert owner.returncode == 0
    assert list(tmp_path.iterdir()) == []
