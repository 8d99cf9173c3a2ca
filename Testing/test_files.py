"""Files that are whole or absent."""

from pathlib import Path

import pytest

from MuscleSegLib.files import remove_unfinished, written_whole


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


def test_what_a_killed_process_left_is_removed_and_another_file_s_is_not(tmp_path: Path):
    path, other = tmp_path / "labels[1].nrrd", tmp_path / "image.nrrd"
    with written_whole(other) as others:
        with written_whole(path) as temporary:
            remove_unfinished(path)
            assert not temporary.parent.exists()
            temporary.parent.mkdir()
            temporary.touch()
        assert others.parent.exists()
        others.touch()

    assert sorted(tmp_path.iterdir()) == [other, path]


def test_a_long_name_can_be_written(tmp_path: Path):
    path = tmp_path / ("x" * 240 + ".nrrd")

    with written_whole(path) as temporary:
        temporary.touch()

    assert path.exists()
