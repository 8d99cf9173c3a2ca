"""Folders that cannot be read or written, and records that are damaged: each is named, and nothing is lost."""

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from MuscleSegLib.cohort import prepare_output, run_participants, write_group
from MuscleSegLib.cohort.outputs import ScanFiles
from MuscleSegLib.errors import MuscleSegError
from Testing.cohort.fake_work import serial

AS_NOBODY = """
import os, sys
from pathlib import Path
from MuscleSegLib.cohort import find_scans, write_group
from MuscleSegLib.errors import MuscleSegError
os.setuid(65534)
for step in (find_scans, write_group):
    for path in sys.argv[1:]:
        try:
            cohort = step(Path(path))
            print([scan.name for scan in cohort.scans], [entry.reason for entry in cohort.passed_over])
        except MuscleSegError as error:
            print(error)
"""


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can become another user")
def test_a_folder_that_cannot_be_read_is_named_in_both_steps(project_root):
    code = f"import sys; sys.path.insert(0, {str(project_root)!r}){AS_NOBODY}"
    with tempfile.TemporaryDirectory() as folder:  # others than its owner see nothing in a folder of pytest
        Path(folder).chmod(0o755)
        closed = [Path(folder, str(number), *place) for number, place in enumerate([(), ("sub-1",), ("sub-1", "anat")])]
        data = [Path(folder, str(number)) for number in range(3)]
        for bids in data:
            for number in (1, 2):
                (bids / f"sub-{number}" / "anat").mkdir(parents=True)
                (bids / f"sub-{number}" / "anat" / f"sub-{number}_T1w.nii.gz").touch()
        for place in closed:
            place.chmod(0)
        ended = subprocess.run([sys.executable, "-c", code, *data], capture_output=True, text=True, check=False)
        for place in closed:
            place.chmod(0o755)

    lines = ended.stdout.splitlines()
    assert lines[0] == f"{data[0]} cannot be read (Permission denied): check its permissions.", ended.stderr
    assert lines[1:3] == ["['sub-2'] ['it cannot be read (Permission denied)']"] * 2
    assert lines[3:] == [
        f"The folder {place} cannot be read (Permission denied): check its permissions." for place in closed
    ]


@pytest.mark.parametrize(
    "content",
    [
        {"Name": "raw", "BIDSVersion": "1.10.0", "DatasetType": "raw"},
        {"Name": "other", "GeneratedBy": [{"Name": "fMRIPrep"}]},
        ["no description"],
    ],
)
def test_an_output_that_holds_another_data_set_is_refused_and_left_as_it_is(content, tmp_path):
    (tmp_path / "out").mkdir()
    path = tmp_path / "out" / "dataset_description.json"
    path.write_text(json.dumps(content))

    with pytest.raises(MuscleSegError, match="holds another data set"):
        prepare_output(tmp_path / "out", tmp_path / "in")
    assert json.loads(path.read_text()) == content


@pytest.mark.parametrize(
    ("kind", "place", "words"),
    [
        ("file", "out", "is a file"),
        ("file", "out/deeper", "cannot be made"),
        ("circle", "out", "a link that leads nowhere"),
        ("circle", "out/deeper", "cannot be read"),
        ("dangling", "out", "a link that leads nowhere"),
    ],
)
def test_an_output_that_can_be_no_folder_is_refused(kind, place, words, tmp_path):
    if kind == "file":
        (tmp_path / "out").write_text("a file")
    else:
        (tmp_path / "out").symlink_to("out" if kind == "circle" else "gone")

    with pytest.raises(MuscleSegError, match=words):
        prepare_output(tmp_path / place, tmp_path / "in")


@pytest.mark.parametrize("text", ["", "{", '{"name": "sub-3", "of": "another version"}'])
def test_a_damaged_record_is_a_failure_and_not_forgotten(text, scans, output, settings):
    run_participants(scans, output, settings, engine=serial)
    ScanFiles.of(output, scans[2]).record.write_text(text)

    result = write_group(output)

    assert (result.done, result.failed) == (4, 1)
    with (output / "group_failures.tsv").open() as file:
        (row,) = csv.DictReader(file, delimiter="\t")
    assert (row["participant_id"], row["scan"]) == ("sub-3", "sub-3")
    assert "run the participant step again" in row["reason"]
