"""Outputs that cannot be written: what is done stays done."""

import subprocess

import pytest

from MuscleSegLib.cohort import prepare_output, run_participants, write_group
from MuscleSegLib.errors import MuscleSegError
from Testing.cohort.fake_work import serial
from Testing.full_disk import small_disk


def test_a_disk_that_is_full_in_the_middle_stops_the_run_and_what_is_done_stays_done(scans, settings, tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        output, filling = disk / "out", disk / "filling"
        prepare_output(output, tmp_path / "input")

        def fill(state):
            if state.finished == 2:
                with pytest.raises(OSError, match="No space"):
                    filling.write_bytes(b"x" * (8 << 20))

        with pytest.raises(MuscleSegError, match="is full: make room and run the command again; what is done is kept"):
            run_participants(scans, output, settings, engine=serial, report=fill)
        with pytest.raises(MuscleSegError, match="No space left"):
            write_group(output)
        filling.unlink()
        totals = run_participants(scans, output, settings, engine=serial)

        assert (totals.kept, totals.done, totals.failed) == (2, 3, 0)
        assert write_group(output).done == 5
        assert not [path for path in output.rglob("*") if path.name.startswith(".muscleseg")]


@pytest.mark.parametrize("place", ["", "out", "out/of/sight"])
def test_an_output_that_is_read_only_is_refused_before_any_work(place, tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        (disk / "out").mkdir()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)

        with pytest.raises(MuscleSegError, match="Read-only file system"):
            prepare_output(disk / place, tmp_path / "input")


def test_an_output_in_the_input_is_refused_through_a_link_too(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "data")

    with pytest.raises(MuscleSegError, match="lie in one another"):
        prepare_output(tmp_path / "elsewhere" / "out", tmp_path / "data")
