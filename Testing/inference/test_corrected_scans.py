"""Which files of a folder are a corrected scan."""

import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.corrected_scans import collected_name, find_cases, list_cases, require_different


@pytest.fixture
def folder_of(tmp_path):
    def make(*names):
        for name in names:
            (tmp_path / name).write_bytes(b"")
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("labels", "images"),
    [
        ("A_labels.nii.gz", ["A.nii.gz"]),
        ("A.seg.nrrd", ["A.nii.gz"]),
        ("A_labels.nii.gz", ["A_0000.nii.gz", "A_0001.nii.gz"]),
        ("A.seg.nrrd", ["A_0001.nii.gz"]),
    ],
)
def test_labels_belong_to_the_images_of_their_name(folder_of, labels, images):
    (case,) = find_cases(folder_of(labels, *images, "B.nii.gz", "notes.txt"))
    assert (case.labels.name, [path.name for path in case.images]) == (labels, images)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["A.nii.gz"], "holds no corrected scan"),
        (["A_labels.nii.gz"], "have no image: A.nii.gz should be beside them"),
        (["A_labels.nii.gz", "A.seg.nrrd", "A.nii.gz"], "are both the labels of one scan"),
    ],
)
def test_a_folder_that_cannot_be_learned_from_is_refused(folder_of, names, words):
    with pytest.raises(MuscleSegError, match=words):
        find_cases(folder_of(*names))


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MuscleSegError, match="There is no folder"):
        find_cases(tmp_path / "nowhere")


def test_one_image_with_two_labels_cannot_be_left_out(tmp_path):
    for name in "AB":
        (tmp_path / f"{name}.nii.gz").write_bytes(b"the same")
        (tmp_path / f"{name}_labels.nii.gz").write_bytes(name.encode())
    with pytest.raises(MuscleSegError, match="are labels of the same image"):
        require_different(find_cases(tmp_path))


def test_scans_that_were_collected_for_the_other_region_are_passed_over(folder_of):
    names = [f"{name}{ending}" for name in ("A", "thigh-" + "0" * 16) for ending in (".nii.gz", ".seg.nrrd")]
    calf = collected_name("calf", "f" * 32)
    folder = folder_of(*names, f"{calf}.nii.gz", f"{calf}.seg.nrrd")

    names_by_region = {region: [case.name for case in find_cases(folder, region)] for region in ("thigh", "calf", None)}
    assert names_by_region == {
        "thigh": ["A", "thigh-" + "0" * 16],
        "calf": ["A", calf],
        None: ["A", calf, "thigh-" + "0" * 16],
    }


def test_an_empty_folder_has_no_scans_and_none_can_be_learned_from(folder_of):
    assert list_cases(folder_of("notes.txt")) == []
