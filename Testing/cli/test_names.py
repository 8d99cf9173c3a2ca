"""Names of files that are no text, too long or impossible: the command works, or says so in one sentence."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from MuscleSegLib.volume import read_labels, read_volume

NOT_UTF8 = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes names that are not UTF-8")
LATIN = os.fsdecode("Müller".encode("latin-1"))
JAPANESE = os.fsdecode("ケース".encode("shift-jis"))
NAMES = [LATIN, JAPANESE, os.fsdecode(b"\xff\xfe")]
IMPOSSIBLE = ["x" * 300, "a\0b", "a\ud800b"]


@pytest.fixture(params=NAMES, ids=["latin", "japanese", "neither"])
def name(request):
    return request.param


@NOT_UTF8
@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "mha", "seg.nrrd"])
@pytest.mark.slow
def test_labels_are_measured_whatever_their_name(muscleseg, a_label_file, tmp_path, project_root, name, ending):
    (tmp_path / name).mkdir()
    path = tmp_path / name / f"{name}.{ending}"
    program = "import sys; from MuscleSegLib.volume import *; labels, _ = read_labels(sys.argv[1]);"
    program += "write_labels(labels, sys.argv[2], segments=[Segment(v, f'{v}', (1, 2, 3)) for v in range(1, 20)])"
    # In a process of its own, which ITK used to end.
    subprocess.run([sys.executable, "-c", program, a_label_file, path], cwd=project_root, check=True)

    ended = muscleseg("measure", path, "--region", "thigh", "--output", path.with_name("table.xlsx"), "--json")

    assert ended.code == 0, ended.err
    # A cube of 2 x 4 x 4 voxels of 3 x 3 x 10 mm: 2.88 cm3.
    assert json.loads(ended.out)[0]["volume_cm3"] == pytest.approx(2.88)


@NOT_UTF8
def test_a_map_is_made_whatever_the_names(muscleseg, save, tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    for half, value in (("off", 8.0), ("on", 6.0)):
        save("image.nii.gz", np.full((4, 8, 50), value, np.float32)).rename(folder / f"{half}{name}.nii.gz")

    ended = muscleseg(
        *("maps", "mtr", "--off", folder / f"off{name}.nii.gz", "--on", folder / f"on{name}.nii.gz"),
        *("--output", folder / f"{name}.nii.gz"),
    )

    assert ended.code == 0, ended.err
    assert read_volume(folder / f"{name}.nii.gz").array.max() == pytest.approx(25.0)


@NOT_UTF8
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.slow
def test_a_study_goes_through_whatever_the_names(muscleseg, a_study, name, workers):
    for folder, before in (("manual", "P1_labels.nii.gz"), ("automatic", "P1.nii.gz"), ("maps", "P1_ff.nii.gz")):
        (a_study / folder / before).rename(a_study / folder / before.replace("P1", name))
    (a_study / "automatic").rename(a_study / name)

    ended = muscleseg(
        *("evaluate", "--reference", a_study / "manual", "--prediction", a_study / name, "--maps", a_study / "maps"),
        *("--region", "calf", "--processes", workers, "--output", a_study / f"report{name}"),
    )

    assert ended.code == 0, ended.err
    assert "Failed" not in ended.err
    assert (a_study / f"report{name}" / "report.html").is_file()


@NOT_UTF8
def test_dicom_files_are_read_whatever_their_names(write_series, tmp_path, name):
    voxels = np.arange(3 * 4 * 5, dtype=np.int16).reshape(3, 4, 5)
    write_series(tmp_path / "plain", voxels)
    folder = tmp_path / name
    shutil.copytree(tmp_path / "plain", folder)
    for number, path in enumerate(sorted(folder.iterdir())):
        path.rename(folder / f"{name}{number}")

    assert np.array_equal(read_volume(folder).array, voxels)


@NOT_UTF8
def test_a_header_whose_voxels_lie_beside_it_is_refused_in_one_sentence(muscleseg, tmp_path, name):
    path = tmp_path / f"{name}.mhd"
    path.write_text("NDims = 3\nDimSize = 2 2 2\nElementType = MET_UCHAR\nElementDataFile = a.raw\n")
    (tmp_path / "a.raw").write_bytes(bytes(8))

    ended = muscleseg("measure", path, "--region", "thigh")

    assert ended.code == 1
    assert "is not UTF-8" in ended.err
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("bad", IMPOSSIBLE, ids=["long", "null", "half"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("segment", "BAD.nii.gz", "--region", "thigh", "--output", "x.nii.gz"),
        ("segment", "GOOD", "--region", "thigh", "--output", "BAD.seg.nrrd"),
        ("segment", "GOOD", "--region", "thigh", "--output", "x.nii.gz", "--network", "BAD"),
        ("measure", "BAD.seg.nrrd", "--region", "thigh"),
        ("measure", "GOOD", "--region", "thigh", "--ff", "BAD"),
        ("measure", "GOOD", "--region", "thigh", "--output", "BAD.csv"),
        ("measure", "GOOD", "--region", "thigh", "--pictures", "BAD"),
        ("maps", "mtr", "--acquisition", "BAD.json", "--output", "x.nii.gz"),
        ("maps", "t2", "--echoes", "GOOD", "BAD", "--echo-times", "1", "2", "--output", "x.nii.gz"),
        ("evaluate", "--reference", "BAD", "--prediction", ".", "--output", "."),
        ("evaluate", "--visits", "BAD.json", "BAD.csv", "--output", "."),
        ("evaluate", "--networks", "BAD", "--region", "thigh", "--output", "BAD"),
        ("phantom", "--region", "thigh", "--output", "BAD"),
        ("demo", "--output", "BAD"),
        ("train", "BAD.toml", "--output", "x"),
    ],
    ids="-".join,
)
def test_an_impossible_name_is_one_sentence(muscleseg, a_label_file, tmp_path, monkeypatch, arguments, bad):
    if sys.platform != "linux" and "\0" not in bad:
        pytest.skip("other systems take other names")
    monkeypatch.chdir(tmp_path)
    given = [word.replace("BAD", bad).replace("GOOD", str(a_label_file)) for word in arguments]

    ended = muscleseg(*given)

    assert ended.code == 1
    assert "unexpected" not in ended.err
    assert ended.err.count("\n") == 1
    assert "for the name of a file" in ended.err or "no file's name can hold" in ended.err


@pytest.mark.parametrize("bad", IMPOSSIBLE, ids=["long", "null", "half"])
def test_an_impossible_name_in_a_list_of_images_is_one_sentence(muscleseg, tmp_path, bad):
    if sys.platform != "linux" and "\0" not in bad:
        pytest.skip("other systems take other names")
    content = {"magnetic_field_strength_t": 3.0, "off": [f"{bad}.nii.gz"], "on": [f"{bad}.nii.gz"]}
    path = tmp_path / "mt.json"
    path.write_text(json.dumps(content))

    ended = muscleseg("maps", "mtr", "--acquisition", path, "--output", tmp_path / "mtr.nii.gz")

    assert ended.code == 1
    assert "unexpected" not in ended.err
    assert ended.err.count("\n") == 1


def test_the_longest_name_can_be_written_and_read(muscleseg, a_label_file):
    longest = a_label_file.with_name("x" * (250 - len(".nii.gz")) + ".nii.gz")
    a_label_file.rename(longest)

    assert muscleseg("measure", longest, "--region", "thigh", "--output", longest.with_name("t.json")).code == 0
    assert read_labels(longest)[0].array.any()
