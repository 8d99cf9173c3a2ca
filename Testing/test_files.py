"""Files that are whole or absent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import recorded, require_writable, written_whole


def test_a_file_takes_its_place_at_the_end(tmp_path: Path):
    path = tmp_path / "labels.seg.nrrd"

    with written_whole(path) as temporary:
        temporary.write_text("new")
        assert not path.exists()
        assert temporary.name.endswith(".seg.nrrd")

    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_what_was_there(tmp_path: Path):
    path = tmp_path / "labels.nrrd"
    path.write_text("old")

    with pytest.raises(ZeroDivisionError), written_whole(path) as temporary:  # noqa: PT012 - it fails in the middle
        temporary.write_text("half")
        raise ZeroDivisionError

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_long_name_can_be_written(tmp_path: Path):
    path = tmp_path / ("x" * 240 + ".nrrd")

    with written_whole(path) as temporary:
        temporary.touch()

    assert path.exists()


POSIX = pytest.mark.skipif(os.name != "posix", reason="this system has no modes")


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int):
    path = tmp_path / "labels.nrrd"
    path.write_text("old")
    path.chmod(mode)

    with written_whole(path) as temporary:
        temporary.write_text("new")

    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == mode


@POSIX
def test_nobody_else_can_read_a_file_that_is_being_written(tmp_path: Path):
    with written_whole(tmp_path / "labels.nrrd") as temporary:
        assert temporary.parent.stat().st_mode & 0o077 == 0
        temporary.touch()


@POSIX
@pytest.mark.parametrize("content", ["a file", "nothing"])
@pytest.mark.parametrize("steps", [1, 2])
def test_a_symbolic_link_goes_on_pointing_at_its_file(tmp_path: Path, content: str, steps: int):
    target = tmp_path / "elsewhere" / "of-another-name"
    target.parent.mkdir()
    if content == "a file":
        target.write_text("old")
    link = target
    for number in range(steps):
        link = tmp_path / f"labels{number}.nrrd"
        link.symlink_to(target if number == 0 else tmp_path / f"labels{number - 1}.nrrd")

    with written_whole(link) as temporary:
        assert temporary.name == link.name
        temporary.write_text("new")

    assert link.is_symlink()
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


@POSIX
def test_a_link_that_leads_to_itself_is_refused(tmp_path: Path):
    link = tmp_path / "labels.nrrd"
    link.symlink_to(link)

    with pytest.raises(MuscleSegError, match="leads nowhere"):
        require_writable(link)


@POSIX
@pytest.mark.parametrize("device", ["/dev/null", "/dev/full", "/dev/zero"])
def test_a_device_is_not_replaced(tmp_path: Path, device: str):
    if not Path(device).exists():
        pytest.skip(f"this system has no {device}")
    link = tmp_path / "labels.nrrd"
    link.symlink_to(device)

    with pytest.raises(MuscleSegError, match="no file"):
        require_writable(link)


@pytest.mark.parametrize("name", ["x" * 300 + ".nrrd", "null\0.nrrd", "half\ud800.nrrd", "é" * 150 + ".nrrd"])
def test_a_name_that_cannot_be_is_refused_in_one_sentence(tmp_path: Path, name: str):
    if sys.platform != "linux" and "\0" not in name:
        pytest.skip("other systems take other names")

    with pytest.raises(MuscleSegError, match=r"give (another|a shorter) (name|one)\.") as caught:
        require_writable(tmp_path / name)

    assert str(caught.value).isascii()
    assert list(tmp_path.iterdir()) == []


def test_what_was_put_in_its_place_is_recorded(tmp_path: Path):
    names = ["first.csv", "second.csv"]

    with pytest.raises(ZeroDivisionError), recorded() as written:  # noqa: PT012 - it fails in the middle
        for name in names:
            with written_whole(tmp_path / name) as temporary:
                temporary.touch()
        with written_whole(tmp_path / "third.csv") as temporary:
            raise ZeroDivisionError

    assert written == [tmp_path / name for name in names]


def test_a_folder_that_vanishes_meanwhile_is_an_error(tmp_path: Path):
    folder = tmp_path / "study"
    folder.mkdir()

    with pytest.raises(MuscleSegError, match="could not be written"), written_whole(folder / "a.csv") as temporary:  # noqa: PT012
        temporary.write_text("new")
        folder.rename(tmp_path / "moved")

    assert not folder.exists()


def test_of_many_who_write_one_file_at_once_the_last_one_s_is_there_whole(tmp_path: Path, project_root: Path):
    path = tmp_path / "table.csv"
    program = """
import sys
from pathlib import Path
from MuscleSegLib.files import written_whole
for _ in range(60):
    with written_whole(Path(sys.argv[1])) as temporary:
        temporary.write_text(sys.argv[2] * 100_000)
"""
    path.write_text("a" * 100_000)
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(path), letter], cwd=project_root, stderr=subprocess.PIPE)
        for letter in "bcd"
    ]

    while any(process.poll() is None for process in processes):
        text = path.read_text()
        assert text == text[0] * 100_000

    assert [process.communicate()[1] for process in processes] == [b""] * 3
    assert list(tmp_path.iterdir()) == [path]
