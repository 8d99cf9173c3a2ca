import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference import segment_file
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.volume import Geometry, read_labels, write_volume


@pytest.mark.parametrize("name", ["labels.png", "labels.csv", "labels"])
def test_an_output_that_is_no_label_file_is_refused_before_the_image_is_read(tmp_path, name):
    with pytest.raises(MuscleSegError, match=name):
        segment_file(tmp_path / "missing.nii.gz", tmp_path / name, region="thigh")


@pytest.mark.slow
def test_the_file_has_the_segments_of_the_result_and_the_durations_are_in_order(tmp_path, plain_scan):
    affine = np.diag([-2.5, -2.5, 24.0, 1.0])
    affine[:3, 3] = 216, 140, -48
    scan, _truth = plain_scan(digital_legs("calf", seed=11, fat_fraction=8), Geometry((5, 113, 173), affine))
    write_volume(scan, tmp_path / "scan.nii.gz")

    image, result = segment_file(tmp_path / "scan.nii.gz", tmp_path / "labels.seg.nrrd", region="calf", device="cpu")

    labels, segments = read_labels(tmp_path / "labels.seg.nrrd")
    assert np.array_equal(labels.array, result.labels.array)
    assert labels.geometry.is_close(image.geometry)
    assert [(each.value, each.name) for each in segments] == [(each.value, each.name) for each in result.segments]
    assert (list(result.seconds)[0], list(result.seconds)[-1]) == ("read", "write")
