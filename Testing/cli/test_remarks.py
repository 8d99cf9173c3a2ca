"""What is odd about a file that was read stands beside every number that is made of it."""

import json
import shutil
from dataclasses import replace

import nibabel
import nrrd
import numpy as np
import pytest

from MuscleSegLib.volume import Geometry, Segment, Volume, read_volume, write_labels, write_volume

SHAPE = (4, 12, 20)

GRID = Geometry(SHAPE, np.diag([1.5, 1.5, 6.0, 1.0]))

LABELS = np.zeros(SHAPE, np.uint8)

LABELS[1:3, 2:10, 2:9], LABELS[1:3, 2:10, 11:18] = 4, 9

FAT = np.full(SHAPE, 10, np.int16)


def without_forms(folder, array):
    """Save a NIfTI file that does not say how it lies."""
    image = nibabel.Nifti1Image(array.T, None)
    image.header.set_zooms((1.5, 1.5, 6.0))
    image.header["qform_code"] = image.header["sform_code"] = 0
    nibabel.save(image, folder / "odd.nii.gz")
    return folder / "odd.nii.gz"


def with_an_intercept_alone(folder, array):
    """Save a NIfTI file with a scl_inter, and a scl_slope of 0, which means that its values are not scaled."""
    write_volume(Volume(array, GRID), folder / "odd.nii")
    content = bytearray((folder / "odd.nii").read_bytes())
    content[112:120] = np.array([0, 5], "<f4").tobytes()
    (folder / "odd.nii").write_bytes(content)
    return folder / "odd.nii"


def without_a_space(folder, array):
    """Save an NRRD file whose space has no name."""
    header = {"space dimension": 3, "space directions": np.diag([1.5, 1.5, 6.0]), "space origin": [0, 0, 0]}
    nrrd.write(str(folder / "odd.nrrd"), array.T, header)
    return folder / "odd.nrrd"


def without_a_matrix(folder, array):
    """Save a MetaImage file that does not say how its axes lie."""
    write_volume(Volume(array, GRID), folder / "odd.mha")
    content = (folder / "odd.mha").read_bytes()
    lines = [line for line in content.split(b"\n") if not line.startswith(b"TransformMatrix")]
    (folder / "odd.mha").write_bytes(b"\n".join(lines))
    return folder / "odd.mha"


FILES = {
    without_forms: "does not say how it lies in the patient: left and right may be exchanged.",
    with_an_intercept_alone: "has a scl_inter of 5 without a scl_slope: its values are not scaled.",
    without_a_space: "does not say in which space it lies: left and right may be exchanged.",
    without_a_matrix: "has no TransformMatrix: left and right may be exchanged.",
}


@pytest.fixture
def write_odd_series(write_series):
    """Write a DICOM series of FF with something odd about it, and return its folder and a word of what is said."""

    def write(folder, kind, array=FAT):
        if kind == "copies":
            shutil.copy(write_series(folder, array)[1], folder / "copy.dcm")
            return folder, "copy of images, pixel by pixel, passed over: copy.dcm"
        if kind == "absent at an end":
            write_series(folder, array, InstanceNumber=[2, 3, 4, 5])
            return folder, "has image numbers from 2 to 5, but 4 images"
        if kind == "fewer than promised":
            write_series(folder, array, InstanceNumber=[1, 2, 3, 4], ImagesInAcquisition=6)
            return folder, "holds 4 of 6 images of its acquisition"
        for word in ("W", "FF"):
            words = ["DERIVED", "PRIMARY", word]
            write_series(folder, array, prefix=word, ImageType="\\".join(words), SeriesInstanceUID="1.2.3")
        return folder, "the fat fraction images are taken, and not water"

    return write


SERIES = ("copies", "absent at an end", "fewer than promised", "several kinds")


def measured(muscleseg, tmp_path, *arguments):
    """Return rows with a volume, the other tables' warnings, and the warnings of the provenance."""
    ended = muscleseg("measure", *arguments, "--output", tmp_path / "table.json")
    assert ended.code == 0, ended.err
    table = json.loads((tmp_path / "table.json").read_text())
    rows = [row["warnings"] for row in table["muscles"] if row["volume_cm3"]]
    others = [row["warnings"] for row in table["groups"] if row["muscles"]]
    others += [row["warnings"] for row in table["adipose_tissue"]]
    assert others
    sentences = [entry["value"] for entry in table["provenance"] if entry["item"].startswith("warning")]
    assert rows
    return rows, others, sentences


@pytest.mark.parametrize("write", FILES, ids=lambda write: write.__name__)
@pytest.mark.parametrize("odd_file", ["labels", "map", "both"])
def test_what_is_odd_about_a_file_stands_in_every_row_and_in_the_provenance(muscleseg, tmp_path, write, odd_file):
    paths = {}
    for name, array in (("labels", LABELS), ("map", FAT)):
        folder = tmp_path / name
        folder.mkdir()
        paths[name] = write(folder, array) if odd_file in (name, "both") else folder / "ordinary.nii.gz"
        if not paths[name].exists():
            lies = read_volume(write(tmp_path, array)).geometry  # where the odd one is taken to lie
            write_volume(Volume(array, lies), paths[name])

    rows, others, sentences = measured(
        muscleseg, tmp_path, paths["labels"], "--region", "thigh", "--ff", paths["map"], "--ff-unit", "percent"
    )

    for name, path in paths.items():
        sentence = f"{path} {FILES[write]}"
        is_odd = odd_file in (name, "both")
        assert [text.count(sentence) for text in (*rows, *others)] == [is_odd] * len([*rows, *others])
        assert (sentence in sentences) == is_odd


@pytest.mark.parametrize("kind", SERIES)
def test_what_is_odd_about_a_dicom_series_stands_in_every_row(muscleseg, tmp_path, write_odd_series, kind):
    folder, word = write_odd_series(tmp_path / "ff", kind)
    write_volume(
        Volume(LABELS, read_volume(folder, contrast=("fat fraction", "FF")).geometry), tmp_path / "labels.nii.gz"
    )

    maps = ("--ff", folder, "--ff-unit", "percent")
    rows, others, sentences = measured(muscleseg, tmp_path, tmp_path / "labels.nii.gz", "--region", "thigh", *maps)

    assert all(text.count(word) == 1 and str(folder) in text for text in (*rows, *others))
    assert [word in sentence for sentence in sentences] == [True]


def test_what_is_odd_about_the_images_that_a_map_is_made_of_stands_in_every_row(muscleseg, tmp_path):
    for name in ("fat", "water", "labels"):
        (tmp_path / name).mkdir()
    labels, fat = without_forms(tmp_path / "labels", LABELS), without_forms(tmp_path / "fat", FAT)
    water = without_forms(tmp_path / "water", 9 * FAT)

    images = ("--region", "thigh", "--fat", fat, "--water", water)
    rows, _, sentences = measured(muscleseg, tmp_path, labels, *images)

    for path in (labels, fat, water):
        assert all(text.count(f"{path} does not say how it lies") == 1 for text in rows)
    assert len(sentences) == 3


@pytest.mark.parametrize("extra", ["femur right", "Segment_17", "tumor"])
def test_a_segment_that_is_passed_over_is_named_in_every_row(muscleseg, tmp_path, extra):
    path = tmp_path / "labels.seg.nrrd"
    array = LABELS.copy()
    array[0, :2] = 30
    names = {4: "rectus femoris", 9: "vastus lateralis", 30: extra}
    segments = [Segment(value, name, (1, 2, 3)) for value, name in names.items()]
    write_labels(Volume(array, GRID), path, segments=segments)
    content = path.read_bytes().replace(b"MuscleSeg.Label:", b"Somebody_s_Label:")  # by hand, as in Slicer
    path.write_bytes(content)

    rows, _, sentences = measured(muscleseg, tmp_path, path, "--region", "thigh")

    assert all(f'"{extra}" is no muscle' in text and str(path) in text for text in rows)
    assert any(f'"{extra}"' in sentence for sentence in sentences)


def test_a_fractional_segmentation_is_told_in_every_row(muscleseg, tmp_path, write_dicom_seg):
    path = write_dicom_seg(tmp_path, {"right rectus femoris": (LABELS == 4).astype(np.float32)}, "FRACTIONAL")

    rows, _, sentences = measured(muscleseg, tmp_path, path)

    assert all("is a fractional segmentation" in text for text in rows)
    assert any("is a fractional segmentation" in sentence for sentence in sentences)


def test_files_with_nothing_odd_leave_no_word(muscleseg, tmp_path):
    write_volume(Volume(LABELS, GRID), tmp_path / "labels.nii.gz")
    write_volume(Volume(FAT, GRID), tmp_path / "ff.nii.gz")

    maps = ("--region", "thigh", "--ff", tmp_path / "ff.nii.gz", "--ff-unit", "percent")
    rows, _, sentences = measured(muscleseg, tmp_path, tmp_path / "labels.nii.gz", *maps)

    assert (set(rows), sentences) == ({""}, [])


@pytest.mark.parametrize("write", FILES, ids=lambda write: write.__name__)
@pytest.mark.parametrize("odd_file", ["manual", "automatic", "maps"])
def test_an_evaluation_notes_what_is_odd_about_a_file(muscleseg, tmp_path, write, odd_file):
    odd = write(tmp_path, FAT if odd_file == "maps" else LABELS)
    lies = read_volume(odd).geometry
    ending = "".join(odd.suffixes)
    for name, array in (("manual", LABELS), ("automatic", LABELS), ("maps", FAT)):
        (tmp_path / name).mkdir()
        stem = "A_ff" if name == "maps" else "A"
        if name == odd_file:
            shutil.copy(odd, tmp_path / name / f"{stem}{ending}")
        else:
            write_volume(Volume(array, lies), tmp_path / name / f"{stem}.nii.gz")

    folders = ("--reference", tmp_path / "manual", "--prediction", tmp_path / "automatic", "--maps", tmp_path / "maps")
    ended = muscleseg(
        *("evaluate", *folders, "--ff-unit", "percent", "--region", "thigh", "--processes", 1),
        *("--output", tmp_path / "report", "--json"),
    )

    assert ended.code == 0, ended.err
    (case,) = json.loads(ended.out)["cases"]
    assert case["note"].count(FILES[write]) == 1
    assert str(tmp_path / odd_file / "A") in case["note"]


@pytest.mark.parametrize(("unit", "factor"), [("percent", 1.0), ("fraction", 0.01)])
@pytest.mark.parametrize("is_stated", [True, False])
def test_an_evaluation_notes_every_unit_that_is_assumed(muscleseg, a_study, unit, factor, is_stated):
    for path in (a_study / "maps").iterdir():
        ff = read_volume(path)
        write_volume(replace(ff, array=ff.array * np.float32(factor)), path)

    folders = ("--reference", a_study / "manual", "--prediction", a_study / "automatic", "--maps", a_study / "maps")
    stated = ("--ff-unit", unit) if is_stated else ()
    ended = muscleseg(
        *("evaluate", *folders, *stated, "--region", "calf", "--processes", 1),
        *("--output", a_study / "report", "--json"),
    )

    assert ended.code == 0, ended.err
    notes = [case["note"] for case in json.loads(ended.out)["cases"]]
    assert [f"FF taken as {unit} (assumed)." in note for note in notes] == [not is_stated] * 3


@pytest.mark.parametrize("is_hidden", [True, False])
def test_warnings_leave_a_patient_id_out_where_it_is_wanted(muscleseg, tmp_path, write_series, is_hidden):
    folder = tmp_path / "Doe7" / "ff"
    write_series(folder, FAT, InstanceNumber=[2, 3, 4, 5], PatientID="Doe7")
    write_volume(Volume(LABELS, read_volume(folder).geometry), tmp_path / "labels.nii.gz")

    maps = ("--region", "thigh", "--ff", folder, "--ff-unit", "percent", *["--no-patient-id"] * is_hidden)
    rows, others, sentences = measured(muscleseg, tmp_path, tmp_path / "labels.nii.gz", *maps)

    assert all(("Doe7" in text) is not is_hidden and "image numbers" in text for text in (*rows, *others, *sentences))
    assert ("Doe7" in (tmp_path / "table.json").read_text()) is not is_hidden
