import hashlib
from datetime import UTC, datetime

import numpy as np
import pytest

from MuscleSegLib import __version__
from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.report import provenance_of, without_patient
from MuscleSegLib.volume import Geometry, Volume

NOW = datetime(2026, 11, 21, 6, 15, 48, 999, tzinfo=UTC)


def origins(description="", files=None, **given):
    labels = Volume(np.zeros((1, 1, 1), np.uint8), Geometry((1, 1, 1), np.eye(4)), description=description)
    given = {"patient": "", "options": {}, "corrected": None, "now": NOW} | given
    return {origin.item: origin for origin in provenance_of(files or {}, labels, **given)}


def test_files_have_the_hash_that_sha256sum_gives(tmp_path):
    (tmp_path / "a.nii").write_bytes(b"abc")
    origin = origins(files={"labels": tmp_path / "a.nii"})["file of labels"]
    assert origin.value == str(tmp_path / "a.nii")
    # FIPS 180-2, the test vector "abc"
    assert origin.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_folder_has_the_hash_of_what_sha256sum_prints_of_its_files(tmp_path):
    for name, content in (("b", b"2"), ("a", b"1")):
        (tmp_path / name).write_bytes(content)
    printed = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in (("a", b"1"), ("b", b"2"))
    )
    assert origins(files={"t2": tmp_path})["file of t2"].sha256 == hashlib.sha256(printed.encode()).hexdigest()


def test_labels_say_which_network_on_which_device_made_them():
    bundle = find_bundle("thigh")
    name = f"{bundle.metadata.name} {bundle.metadata.version}"
    entries = origins(f"MuscleSeg thigh {name} on cuda:0")
    assert (entries["network"].value, entries["network"].sha256) == (name, bundle.metadata.sha256)
    assert entries["network's device"].value == "cuda:0"
    weights = hashlib.sha256(bundle.weights.read_bytes()).hexdigest()
    assert entries["network"].sha256 == weights


@pytest.mark.parametrize(
    ("description", "network"),
    [
        ("", "unknown"),
        ("made by hand", "unknown"),
        ("MuscleSeg thigh truth", "unknown"),
        ("MuscleSeg thigh x 9.9", "x 9.9"),
    ],
)
def test_a_network_that_is_not_here_has_no_hash(description, network):
    entries = origins(description)
    assert (entries["network"].value, entries["network"].sha256) == (network, None)
    assert entries["network's device"].value == "unknown"


def test_another_version_of_a_network_has_not_this_one_s_hash():
    name = find_bundle("thigh").metadata.name
    assert origins(f"MuscleSeg thigh {name} 0.0.0")["network"].sha256 is None


@pytest.mark.parametrize(("corrected", "word"), [(True, "yes"), (False, "no"), (None, "unknown")])
def test_whether_a_person_corrected_the_labels(corrected, word):
    assert origins(corrected=corrected)["labels corrected by a person"].value == word


def test_date_options_patient_and_versions():
    entries = origins(patient="P 7", options={"minimum share": 0.9})
    assert entries["date (UTC)"].value == datetime(2026, 11, 21, 6, 15, 48)
    assert entries["option minimum share"].value == 0.9
    assert entries["patient (DICOM)"].value == "P 7"
    assert entries["MuscleSeg"].value == __version__
    assert {"Python", "numpy", "scipy", "SimpleITK", "measured on"} <= set(entries)


@pytest.mark.parametrize(
    ("text", "patient", "left"),
    [
        ("/study/PAT-007/pat-007_t2.nii.gz", "PAT-007", "/study/PatientID/PatientID_t2.nii.gz"),
        ("/study/7/slice 17 of 7.nii", "7", "/study/PatientID/slice 17 of PatientID.nii"),
        ("/study/a.b/axb.nii", "a.b", "/study/PatientID/axb.nii"),
        ("/study/T1.nii", "", "/study/T1.nii"),
    ],
)
def test_a_patient_is_left_out_of_names_as_a_whole_word(text, patient, left):
    assert without_patient(text, patient) == left
