"""Images that cannot be segmented: one sentence, exit code 1, no file."""

import gzip
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - everybody's name for it


@pytest.fixture
def refused(muscleseg, tmp_path):
    """Segment an image that cannot be, and return the sentence that says why."""

    def segment(image: Path, *options: object) -> str:
        output = tmp_path / "out" / "labels.nii.gz"
        output.parent.mkdir(exist_ok=True)

        ended = muscleseg("segment", image, "--region", "thigh", "--output", output, *options)

        assert ended.code == 1, ended
        assert ended.out == ""
        assert len(ended.err.splitlines()) == 1, ended.err
        assert "Traceback" not in ended.err
        assert list(output.parent.iterdir()) == []
        return ended.err

    return segment


@pytest.fixture
def noise(save):
    """A NIfTI file of noise."""
    return save("noise.nii.gz", np.random.default_rng(0).integers(1, 999, (4, 30, 40)).astype(np.int16))


def test_a_missing_file(refused, tmp_path):
    assert "nowhere.nii.gz does not exist" in refused(tmp_path / "nowhere.nii.gz")


def test_a_text_that_is_called_an_image(refused, tmp_path):
    path = tmp_path / "text.nii.gz"
    path.write_text("no image")

    assert "text.nii.gz" in refused(path)


def test_another_kind_of_file(refused, tmp_path):
    path = tmp_path / "letter.docx"
    path.write_bytes(b"PK")

    assert "is not an image" in refused(path)


@pytest.mark.parametrize("name", ["cut.nii", "cut.nii.gz"])
def test_a_truncated_file(refused, noise, tmp_path, name):
    path = tmp_path / name
    content = gzip.decompress(noise.read_bytes()) if name.endswith(".nii") else noise.read_bytes()
    path.write_bytes(content[: int(len(content) * 0.6)])

    assert name in refused(path)


def test_an_empty_volume(refused, noise, tmp_path):
    content = bytearray(gzip.decompress(noise.read_bytes()))
    content[42:44] = struct.pack("<h", 0)  # dim[1]
    path = tmp_path / "empty.nii"
    path.write_bytes(content)

    assert "empty.nii" in refused(path)


def test_zeros(refused, save):
    assert "blank" in refused(save("zeros.nii.gz", np.zeros((4, 30, 40), np.int16)))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_voxels_without_a_value(refused, save, value):
    array = np.ones((4, 30, 40), np.float32)
    array[1, 2, 3] = value

    assert "1 voxels without a value" in refused(save("holes.nii.gz", array))


def test_several_volumes_in_one(refused, tmp_path):
    path = tmp_path / "echoes.nii.gz"
    sitk.WriteImage(sitk.JoinSeries([sitk.Image([8, 8, 4], sitk.sitkInt16)] * 3), str(path))

    assert "4D (3 time points" in refused(path)


def test_a_color_image(refused, tmp_path):
    path = tmp_path / "color.nii.gz"
    sitk.WriteImage(sitk.Image([8, 8, 4], sitk.sitkVectorUInt8, 3), str(path))

    assert "color" in refused(path)


def test_an_image_without_a_leg(refused, save):
    array = np.zeros((4, 60, 110), np.float32)
    array[:, 28:33, 50:56] = 100  # a finger of 15 x 18 mm

    assert "No leg was found" in refused(save("finger.nii.gz", array))


def test_an_output_whose_folder_is_not_there(muscleseg, noise, tmp_path):
    ended = muscleseg("segment", noise, "--region", "thigh", "--output", tmp_path / "no" / "labels.nii.gz")

    assert ended.code == 1
    assert "does not exist: create it" in ended.err


def test_an_output_that_is_the_input(muscleseg, noise):
    before = noise.read_bytes()

    ended = muscleseg("segment", noise, "--region", "thigh", "--output", noise)

    assert ended.code == 1
    assert noise.read_bytes() == before


def test_an_output_that_exists_is_as_it_was_after_a_failure(muscleseg, noise, save, tmp_path):
    output = tmp_path / "labels.nii.gz"
    shutil.copy(noise, output)
    blank = save("blank.nii.gz", np.zeros((4, 30, 40), np.int16))

    ended = muscleseg("segment", blank, "--region", "thigh", "--output", output)

    assert ended.code == 1
    assert output.read_bytes() == noise.read_bytes()


def test_an_output_of_an_unknown_kind(muscleseg, noise, tmp_path):
    ended = muscleseg("segment", noise, "--region", "thigh", "--output", tmp_path / "labels.txt")

    assert ended.code == 1
    assert ".seg.nrrd" in ended.err


def test_a_region_without_a_network(muscleseg, noise, tmp_path):
    ended = muscleseg("segment", noise, "--region", "thigh", "--network", "none", "--output", tmp_path / "l.nii.gz")

    assert ended.code == 1
    assert "thigh-unet2d-small (thigh)" in ended.err


def test_a_gpu_that_is_not_there(refused, save):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    array = np.zeros((4, 60, 110), np.float32)
    rows, columns = np.ogrid[:60, :110]
    array[:, np.hypot(rows - 30, columns - 30) < 25] = 100
    array[:, np.hypot(rows - 30, columns - 85) < 25] = 100

    assert "no GPU" in refused(save("thighs.nii.gz", array), "--device", "cuda")
