import numpy as np
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import Measurement, merge_labels
from MuscleSegLib.errors import MuscleSegError


def test_unknown_values_are_named_with_the_file_and_the_scheme_that_knows_them(in_a_row, tmp_path):
    labels = in_a_row([1, 11], path=tmp_path / "legs.nii.gz")
    with pytest.raises(MuscleSegError, match=r"legs\.nii\.gz .*'thigh' does not know \(11\).*--scheme huashan11"):
        Measurement(labels, scheme("thigh")).rows()


def test_every_scheme_that_fits_is_offered(in_a_row):
    with pytest.raises(MuscleSegError, match="--scheme thigh or --scheme calf"):
        Measurement(in_a_row([101]), scheme("huashan11")).rows()


def test_values_that_no_scheme_knows_are_to_be_corrected(in_a_row):
    with pytest.raises(MuscleSegError, match=r"\(60, 61, 62, 63, 64, 65, 66, 67, 68, 69, \.\.\.\): no scheme"):
        Measurement(in_a_row(range(60, 80)), scheme("thigh")).rows()


def test_an_image_is_no_label_map(in_a_row):
    with pytest.raises(MuscleSegError, match="labels are whole numbers"):
        Measurement(in_a_row([1.5], dtype=np.float32), scheme("thigh")).rows()


def test_the_two_heads_become_one_biceps(in_a_row):
    merged = merge_labels(in_a_row([0, 8, 11, 1]), scheme("huashan11"), "thigh")
    assert merged.array.ravel().tolist() == [0, 2, 2, 5]
    assert merged.array.dtype == np.uint8


def test_large_values_become_our_codes_on_the_same_grid(in_a_row):
    labels = in_a_row([7101, 7102, 8131, 6171], dtype=np.uint16, first_mm=12.0)
    merged = merge_labels(labels, scheme("musclemap"), "thigh")
    assert merged.array.ravel().tolist() == [109, 9, 0, 0]
    assert merged.geometry is labels.geometry


def test_merging_refuses_values_that_the_scheme_does_not_know(in_a_row):
    with pytest.raises(MuscleSegError, match="does not know"):
        merge_labels(in_a_row([12]), scheme("huashan11"), "thigh")


def test_merging_nothing_gives_nothing(in_a_row):
    assert not merge_labels(in_a_row([0, 0]), scheme("huashan11"), "thigh").array.any()
