"""A command that is stopped: what it says is true, and nothing of a patient stays where it does not belong."""

import os
import signal
import subprocess
import sys
import tempfile

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.temporary import PREFIX
from MuscleSegLib.volume import read_labels, write_labels

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows ends processes without a signal")

PROGRAM = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # these tests may run where both are ignored (nohup)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
import SimpleITK
from MuscleSegLib.cli import main

def write(image, name, **options):
    open(name, "wb").write(b"half of a patient's image")
    print("writing", flush=True)
    time.sleep(600)

SimpleITK.WriteImage = write
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def off_and_on(save):
    return [save(f"{name}.nii.gz", np.full((4, 8, 50), value, np.float32)) for name, value in (("off", 9), ("on", 6))]


@pytest.fixture
def writing(off_and_on, tmp_path, project_root):
    """A command in another process that is in the middle of writing its output."""
    off, on = off_and_on
    output = tmp_path / "results" / "mtr.nii.gz"
    output.parent.mkdir()
    output.write_bytes(b"old")
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "maps", "mtr", "--off", off, "--on", on, "--output", output],
        cwd=project_root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "writing\n"
    process.output = output
    yield process
    process.kill()
    process.communicate()


@POSIX
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_polite_end_leaves_nothing_and_says_so(writing, number):
    writing.send_signal(getattr(signal, number))
    _, errors = writing.communicate(timeout=60)

    assert writing.returncode == 1
    assert errors == "muscleseg maps: stopped; nothing was written.\n"
    assert list(writing.output.parent.iterdir()) == [writing.output]
    assert writing.output.read_bytes() == b"old"


def test_what_a_killed_command_left_is_removed_by_the_next_one_and_a_living_one_s_is_not(
    writing, muscleseg, off_and_on
):
    off, on = off_and_on
    arguments = "maps", "mtr", "--off", off, "--on", on, "--output", writing.output.with_name("other.nii.gz")

    assert muscleseg(*arguments).code == 0
    assert any(path.name.startswith(PREFIX) for path in writing.output.parent.iterdir())
    writing.kill()
    writing.communicate()
    assert muscleseg(*arguments).code == 0

    assert sorted(path.name for path in writing.output.parent.iterdir()) == ["mtr.nii.gz", "other.nii.gz"]
    assert writing.output.read_bytes() == b"old"


def test_the_next_command_cleans_the_temporary_folder_too(muscleseg, tmp_path, monkeypatch, project_root):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    program = "from MuscleSegLib.temporary import TemporaryFolder; import os; f = TemporaryFolder(); os._exit(9)"
    subprocess.run([sys.executable, "-c", program], cwd=project_root, check=False)
    assert len(list(tmp_path.glob(f"{PREFIX}*"))) == 1

    monkeypatch.setattr("MuscleSegLib.cli.networks.run", print)
    muscleseg("networks")

    assert list(tmp_path.glob(f"{PREFIX}*")) == []


def interrupt(*_, **__):
    """As Ctrl-C does; SIGTERM takes the same way."""
    raise KeyboardInterrupt


def fail(*_, **__):
    message = "The bars cannot be drawn: do without."
    raise MuscleSegError(message)


@pytest.mark.parametrize("end", [interrupt, fail])
def test_a_table_that_was_written_before_is_told(muscleseg, a_label_file, tmp_path, monkeypatch, end):
    monkeypatch.setattr("MuscleSegLib.cli.measure.draw_pictures", end)
    output = tmp_path / "table.csv"

    ended = muscleseg(
        "measure", a_label_file, "--region", "thigh", "--output", output, "--pictures", tmp_path / "pictures"
    )

    assert ended.code == 1
    assert "nothing" not in ended.err
    assert len(ended.err.splitlines()) == 1
    assert str(output) in ended.err.partition("ritten before that: ")[2]
    assert output.exists()


def test_labels_that_were_written_before_the_picture_are_told(muscleseg, tmp_path, monkeypatch, a_label_file):
    """Of a command that stops after its first file of two."""

    def run(options):
        write_labels(read_labels(a_label_file)[0], tmp_path / "labels.nrrd", segments=[])
        raise KeyboardInterrupt

    monkeypatch.setattr("MuscleSegLib.cli.networks.run", run)

    assert (
        muscleseg("networks").err == f"muscleseg networks: stopped; written before that: {tmp_path / 'labels.nrrd'}.\n"
    )


def test_many_files_are_told_in_one_line(muscleseg, tmp_path, monkeypatch):
    def run(options):
        for number in range(9):
            with written_whole(tmp_path / f"{number}.csv") as temporary:
                temporary.touch()
        raise KeyboardInterrupt

    monkeypatch.setattr("MuscleSegLib.cli.networks.run", run)

    assert muscleseg("networks").err.endswith(f"{tmp_path / '4.csv'} and 4 more.\n")


@pytest.mark.parametrize("number", [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)])
@POSIX
def test_the_handlers_of_a_program_that_calls_the_command_come_back(muscleseg, monkeypatch, number):
    before = signal.getsignal(getattr(signal, number))
    monkeypatch.setattr("MuscleSegLib.cli.networks.run", print)

    muscleseg("networks")

    assert signal.getsignal(getattr(signal, number)) == before


@POSIX
def test_a_signal_that_was_ignored_stays_ignored(muscleseg, monkeypatch):
    """As nohup wants it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    monkeypatch.setattr("MuscleSegLib.cli.networks.run", lambda _: os.kill(os.getpid(), signal.SIGHUP))
    try:
        assert muscleseg("networks").code == 0
    finally:
        signal.signal(signal.SIGHUP, before)
