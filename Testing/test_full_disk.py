"""A full disk: the old file is there, and one sentence says why."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from MuscleSegLib.biomarkers import GroupRow
from MuscleSegLib.bundle import write_weights
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.report import Findings, draw_overview, draw_pictures, write_findings, write_table
from MuscleSegLib.report.columns import names_of
from MuscleSegLib.report.study import StudyReport, Table, write_study
from MuscleSegLib.volume import Geometry, Segment, Volume, write_dicom, write_labels, write_volume
from Testing.full_disk import KINDS, room_of, small_disk

RANDOM = np.random.default_rng(5).integers(0, 200, (30, 100, 100)).astype(np.uint8)  # 300,000 bytes, however packed
GEOMETRY = Geometry(RANDOM.shape, np.diag([1.0, 1.0, 5.0, 1.0]))
NOISE = Volume(RANDOM, GEOMETRY)
SEGMENTS = [Segment(value, f"segment {value}", (1, 2, 3)) for value in range(1, 200)]
_WORDS = random.Random(3)
ROWS = [
    GroupRow(**dict.fromkeys(names_of(GroupRow)) | {"group": f"{_WORDS.getrandbits(800):x}", "warnings": ""})
    for _ in range(300)
]
FINDINGS = Findings(muscles=[], groups=ROWS, profiles=[], adipose_tissue=[], provenance=[])
REPORT = StudyReport("a title", {"fact": f"{_WORDS.getrandbits(200_000):x}"}, [Table("rows", GroupRow, ROWS)])
FF = Volume(RANDOM.astype(np.float32) / 2, GEOMETRY)


def _weights(path: Path) -> None:
    import torch

    write_weights(path, {"weight": torch.from_numpy(np.random.default_rng(1).normal(size=100_000))})


def _floats(path: Path) -> None:
    write_volume(Volume(np.random.default_rng(2).normal(size=RANDOM.shape).astype(np.float32), GEOMETRY), path)


WRITERS = {
    "map.nii": _floats,
    "map.nii.gz": _floats,
    "map.nrrd": _floats,
    "map.mha": _floats,
    "labels.nii": lambda path: write_volume(NOISE, path),
    "labels.nii.gz": lambda path: write_labels(NOISE, path, segments=SEGMENTS),
    "labels.nrrd": lambda path: write_labels(NOISE, path, segments=SEGMENTS),
    "labels.mha": lambda path: write_labels(NOISE, path, segments=SEGMENTS),
    "labels.seg.nrrd": lambda path: write_labels(NOISE, path, segments=SEGMENTS),
    "IM0001.dcm": lambda path: write_dicom(
        Volume(np.zeros((1, 300, 300), np.int16), Geometry((1, 300, 300), np.eye(4))),
        path.parent,
        identity="a",
        patient="b",
        thickness_mm=1,
    ),
    "model.pt": _weights,
    "overview.png": lambda path: draw_overview(NOISE, NOISE, SEGMENTS[:5], path),
    "ff_map.png": lambda path: draw_pictures(path.parent, [], [], labels=NOISE, label_table=[], ff=FF),
    "agreement.csv": lambda path: write_table(ROWS, path),
    "table.csv": lambda path: write_findings(FINDINGS, path),
    "table_groups.csv": lambda path: write_findings(FINDINGS, path.with_name("table.csv")),
    "table.json": lambda path: write_findings(FINDINGS, path),
    "table.xlsx": lambda path: write_findings(FINDINGS, path),
    "rows.csv": lambda path: write_study(REPORT, path.parent),
    "report.xlsx": lambda path: write_study(REPORT, path.parent),
    "report.html": lambda path: write_study(REPORT, path.parent),
}


@pytest.fixture(scope="module")
def disk(tmp_path_factory) -> Iterator[Path]:
    with small_disk(tmp_path_factory.mktemp("disks") / "small") as folder:
        yield folder


@pytest.fixture(params=KINDS)
def place(request, tmp_path) -> tuple[Path, str]:
    return (request.getfixturevalue("disk") if request.param == "disk" else tmp_path), request.param


@pytest.mark.parametrize("room", [0, 16_384])
@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.slow
def test_an_old_file_stays_where_the_new_one_has_no_room(place, name, room, capfd):
    folder, kind = place
    path = folder / name
    path.write_bytes(b"old")

    with room_of(room, folder, kind), pytest.raises(MuscleSegError) as caught:
        WRITERS[name](path)

    assert "could not be written" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert [other for other in folder.iterdir() if other.name.startswith(".")] == []
    assert capfd.readouterr().err == ""
    for other in folder.iterdir():
        other.unlink()


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITERS)
def test_with_room_the_new_file_is_there(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"old")

    WRITERS[name](path)

    assert path.stat().st_size > 16_384 or name == "table.csv"


def test_a_disk_that_is_full_only_when_it_synchronizes_is_noticed(tmp_path, monkeypatch):
    """As network file systems and quotas are."""
    path = tmp_path / "table.csv"
    path.write_bytes(b"old")

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)

    with pytest.raises(MuscleSegError, match="No space left"), written_whole(path) as temporary:
        temporary.write_bytes(b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "mha", "seg.nrrd"])
@pytest.mark.parametrize("harm", ["cut", "changed", "longer"])
def test_a_file_that_is_not_what_was_written_replaces_nothing(tmp_path, monkeypatch, ending, harm):
    import nrrd
    import SimpleITK as sitk  # noqa: N813

    path = tmp_path / f"labels.{ending}"
    path.write_bytes(b"old")

    def harmful(write):
        def wrapped(*arguments, **options):
            write(*arguments, **options)
            file = next(Path(text) for text in arguments if isinstance(text, str))
            content = file.read_bytes()
            middle = len(content) // 2
            changed = content[:middle] + bytes([content[middle] ^ 16]) + content[middle + 1 :]
            file.write_bytes({"cut": content[:-9], "changed": changed, "longer": content + b"123"}[harm])

        return wrapped

    monkeypatch.setattr(sitk, "WriteImage", harmful(sitk.WriteImage))
    monkeypatch.setattr(nrrd, "write", harmful(nrrd.write))

    with pytest.raises(MuscleSegError, match="could not be written"):
        write_labels(NOISE, path, segments=SEGMENTS)

    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("name", ["labels.nii.gz", "labels.seg.nrrd", "table.xlsx", "bars.png", "report.html"])
def test_on_a_disk_that_may_only_be_read_the_old_file_stays(tmp_path, name):
    writers = WRITERS | {"bars.png": WRITERS["ff_map.png"]}
    with small_disk(tmp_path / "small") as folder:
        (folder / name).write_bytes(b"old")
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)

        with pytest.raises(MuscleSegError, match="cannot be written to"):
            writers[name](folder / name)

        assert (folder / name).read_bytes() == b"old"
        assert list(folder.iterdir()) == [folder / name]
