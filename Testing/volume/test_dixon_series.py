"""Water, fat, in-phase and opposed-phase images in one series, as Philips and others send them, or in one folder."""

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_volume

SPELLINGS = {
    "Philips": {
        "water": "DERIVED\\PRIMARY\\W\\W\\DERIVED",
        "fat": "DERIVED\\PRIMARY\\F\\F\\DERIVED",
        "in-phase": "DERIVED\\PRIMARY\\IP\\IP\\DERIVED",
        "opposed-phase": "DERIVED\\PRIMARY\\OP\\OP\\DERIVED",
    },
    "Siemens": {
        "water": "DERIVED\\PRIMARY\\DIXON\\WATER\\NORM",
        "fat": "DERIVED\\PRIMARY\\DIXON\\FAT\\NORM",
        "in-phase": "DERIVED\\PRIMARY\\DIXON\\IN_PHASE\\NORM",
        "opposed-phase": "DERIVED\\PRIMARY\\DIXON\\OPP_PHASE\\NORM",
    },
    "GE": {
        "water": "DERIVED\\PRIMARY\\DIXON\\WATER",
        "fat": "DERIVED\\PRIMARY\\DIXON\\FAT",
        "in-phase": "DERIVED\\PRIMARY\\DIXON\\IN_PHASE",
        "opposed-phase": "DERIVED\\PRIMARY\\DIXON\\OUT_PHASE",
    },
}
"""Of dcm2niix's and vendors' conformance statements."""

LEVELS = {"water": 100, "fat": 200, "in-phase": 300, "opposed-phase": 400}


def voxels_of(contrast):
    return np.full((3, 4, 5), LEVELS[contrast], np.int16)


@pytest.fixture(params=list(SPELLINGS))
def mixed(request, tmp_path, write_series):
    """A folder with one series of all four."""
    folder = tmp_path / "dixon"
    for contrast, image_type in SPELLINGS[request.param].items():
        write_series(
            folder, voxels_of(contrast), prefix=contrast, ImageType=image_type, SeriesInstanceUID="1.2.3", EchoTime=2.4
        )
    return folder


@pytest.mark.parametrize("contrast", list(LEVELS))
def test_one_contrast_of_a_mixed_series_is_chosen(mixed, contrast):
    np.testing.assert_array_equal(read_volume(mixed, contrast=(contrast,)).array, voxels_of(contrast))


def test_a_mixed_series_of_which_nothing_is_chosen_says_how_to_choose(mixed):
    with pytest.raises(MuscleSegError, match=r"differ in image type: .*--image-type"):
        read_volume(mixed)


@pytest.mark.parametrize(
    ("order", "taken"), [(("water", "fat"), "water"), (("fat", "water"), "fat"), (("FF", "in-phase"), "in-phase")]
)
def test_the_first_of_several_choices_that_is_there_is_taken_and_told(mixed, caplog, order, taken):
    np.testing.assert_array_equal(read_volume(mixed, contrast=order).array, voxels_of(taken))
    assert f"the {taken} images are taken" in caplog.text


@pytest.mark.parametrize("word", ["W", "w", "water"])
def test_a_word_of_the_image_type_chooses_too(tmp_path, write_series, word):
    for contrast in ("water", "fat"):
        write_series(
            *(tmp_path, voxels_of(contrast)),
            prefix=contrast,
            ImageType=SPELLINGS["Philips"][contrast],
            SeriesInstanceUID="1.2.3",
        )

    np.testing.assert_array_equal(read_volume(tmp_path, contrast=(word,)).array, voxels_of("water"))


def test_magnitude_and_phase_of_one_series_are_chosen_by_their_letters(tmp_path, write_series):
    for contrast, letter in (("water", "M"), ("fat", "P")):
        image_type = f"ORIGINAL\\PRIMARY\\{letter}\\ND"
        write_series(tmp_path, voxels_of(contrast), prefix=contrast, ImageType=image_type, SeriesInstanceUID="1.2.3")

    np.testing.assert_array_equal(read_volume(tmp_path, contrast=("M",)).array, voxels_of("water"))


@pytest.mark.parametrize("contrasts", ["water", "in-phase"])
def test_images_of_another_contrast_alone_are_refused(tmp_path, write_series, contrasts):
    write_series(tmp_path, voxels_of(contrasts), ImageType=SPELLINGS["Siemens"][contrasts])

    with pytest.raises(MuscleSegError, match=f"holds no fat images .*{contrasts}"):
        read_volume(tmp_path, contrast=("fat",))


def test_images_that_do_not_say_what_they_are_are_taken(tmp_path, write_series):
    write_series(tmp_path, voxels_of("fat"), ImageType="ORIGINAL\\PRIMARY\\M\\ND")

    np.testing.assert_array_equal(read_volume(tmp_path, contrast=("fat",)).array, voxels_of("fat"))


@pytest.mark.parametrize("contrast", list(LEVELS))
def test_one_of_four_series_in_a_folder_is_chosen_by_its_contrast(tmp_path, write_series, contrast):
    for number, (name, image_type) in enumerate(SPELLINGS["Siemens"].items()):
        write_series(tmp_path, voxels_of(name), prefix=name, ImageType=image_type, SeriesNumber=number)

    np.testing.assert_array_equal(read_volume(tmp_path, contrast=(contrast,)).array, voxels_of(contrast))


def test_two_series_of_one_contrast_are_listed(tmp_path, write_series):
    for number in (1, 2):
        write_series(
            *(tmp_path, voxels_of("fat")),
            prefix=f"s{number}",
            ImageType=SPELLINGS["Siemens"]["fat"],
            SeriesNumber=number,
        )

    with pytest.raises(MuscleSegError, match="2 series: choose one with --series"):
        read_volume(tmp_path, contrast=("fat",))


def test_a_slice_that_one_contrast_lacks_is_missed_there_alone(tmp_path, write_series):
    voxels = np.ones((4, 4, 5), np.int16)
    for contrast, image_type in SPELLINGS["Philips"].items():
        paths = write_series(tmp_path, voxels, prefix=contrast, ImageType=image_type, SeriesInstanceUID="1.2.3")
        if contrast == "fat":
            paths[1].unlink()

    assert len(read_volume(tmp_path, contrast=("water",)).array) == 4
    with pytest.raises(MuscleSegError, match="lacks 1 slice"):
        read_volume(tmp_path, contrast=("fat",))
