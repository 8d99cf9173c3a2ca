import hashlib
import json

import numpy as np
import pytest

from MuscleSegLib.errors import Canceled, MuscleSegError
from MuscleSegLib.phantom.case_folders import write_case
from MuscleSegLib.volume import read_labels, read_volume


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Where the one case is that ``case`` makes at its first use, and what was acquired; tests only read it."""
    return {"folder": tmp_path_factory.mktemp("cases") / "case"}


@pytest.fixture
def case(made, rod, small_protocol):
    if not made["folder"].exists():
        made["acquired"] = write_case(rod(fat=0.2), small_protocol(), made["folder"])
    return made["folder"]


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_folder_holds_images_maps_labels_truth_raw_data_and_dicom(case):
    assert {path.name for path in case.iterdir()} == {
        *("anatomy.nii.gz", "labels.nii.gz", "ff.nii.gz", "mtr.nii.gz", "t2.nii.gz", "truth.json", "raw", "dicom")
    }
    assert len(list((case / "raw").glob("*.nii.gz"))) == 2 * 8 + 2 + 16
    assert len(list((case / "dicom").iterdir())) == 4


def test_the_same_seed_gives_the_same_files(case, rod, small_protocol, tmp_path):
    write_case(rod(fat=0.2), small_protocol(), tmp_path / "again")
    assert digests(tmp_path / "again") == digests(case)


def test_another_seed_gives_other_images_of_another_study(case, rod, small_protocol, tmp_path):
    write_case(rod(fat=0.2, seed=6), small_protocol(), tmp_path / "other")
    first, other = digests(case), digests(tmp_path / "other")
    assert first.keys() == other.keys()
    same = {name for name in first if first[name] == other[name]}
    assert same == {"labels.nii.gz", "truth.json", "raw/dixon.json", "raw/mt.json", "raw/t2.json"}


def test_files_hold_what_was_acquired(case, made):
    for name in ("anatomy", "ff", "mtr", "t2", "raw/mt_on"):
        written, acquired = read_volume(case / f"{name}.nii.gz"), made["acquired"].images[name]
        np.testing.assert_array_equal(written.array, acquired.array)
        assert written.geometry.is_close(acquired.geometry)
    labels, _ = read_labels(case / "labels.nii.gz")
    np.testing.assert_array_equal(labels.array, made["acquired"].labels.array)
    assert json.loads((case / "truth.json").read_text()) == list(made["acquired"].truth)


def test_the_labels_say_what_their_values_mean(case):
    assert read_volume(case / "labels.nii.gz").description.split()[:2] == ["MuscleSeg", "thigh"]


def test_the_dicom_series_is_the_anatomy(case):
    series, anatomy = read_volume(case / "dicom"), read_volume(case / "anatomy.nii.gz")
    np.testing.assert_array_equal(series.array, anatomy.array)
    assert series.geometry.is_close(anatomy.geometry)


def test_echo_times_lie_beside_the_raw_images_that_they_belong_to(case):
    dixon, mt, t2 = (json.loads((case / "raw" / f"{name}.json").read_text()) for name in ("dixon", "mt", "t2"))
    assert dixon["echoes_ms"][0] == 2.38
    assert len(dixon["echoes_ms"]) == len(dixon["real"]) == len(dixon["imaginary"]) == 8
    assert dixon["flip_degrees"] == 5
    assert t2["echoes_ms"][-1] == 139.2
    assert len(t2["magnitude"]) == 16
    assert (mt["repetition_ms"], mt["echo_ms"]) == (36, 3.5)
    for name in (*dixon["real"], *dixon["imaginary"], *mt["off"], *mt["on"], *t2["magnitude"]):
        assert (case / "raw" / name).is_file()


def test_what_is_there_already_is_not_touched(rod, small_protocol, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(MuscleSegError, match="give a new or an empty folder"):
        write_case(rod(), small_protocol(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_taken(rod, small_protocol, tmp_path):
    (tmp_path / "case").mkdir()
    write_case(rod(), small_protocol(), tmp_path / "case")
    assert (tmp_path / "case" / "truth.json").is_file()


@pytest.mark.parametrize("when", ["scanning", "writing"])
def test_a_case_that_was_stopped_leaves_nothing(rod, small_protocol, tmp_path, when):
    def stop(fraction, message):
        if message == when:
            raise Canceled

    with pytest.raises(Canceled):
        write_case(rod(), small_protocol(), tmp_path / "case", progress=stop)
    assert list(tmp_path.iterdir()) == []
