import logging
from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Geometry, Volume, check_image, require_overlap


@pytest.fixture
def volume(tmp_path, voxels):
    return Volume(voxels.astype(np.float32), Geometry((3, 4, 5), np.eye(4)), tmp_path / "scan.nii.gz")


def test_an_ordinary_image_passes_without_a_word(volume, caplog):
    check_image(volume)
    assert not caplog.records


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_voxels_without_a_value_are_counted(volume, value):
    volume.array[1, 2, :3] = value
    with pytest.raises(MuscleSegError, match=r"scan\.nii\.gz has 3 voxels without a value"):
        check_image(volume)


@pytest.mark.parametrize(("value", "pattern"), [(0, "every voxel is 0"), (7, "every voxel has the value 7")])
def test_a_blank_image_is_refused(volume, value, pattern):
    volume.array[:] = value
    with pytest.raises(MuscleSegError, match=pattern):
        check_image(volume)


def test_a_single_slice_is_logged(volume, caplog):
    single_slice = Volume(volume.array[:1], Geometry((1, 4, 5), np.eye(4)), volume.path)
    with caplog.at_level(logging.WARNING):
        check_image(single_slice)
    assert "single slice" in caplog.text


def test_maps_beside_the_labels_are_refused_by_name(volume, tmp_path):
    away = np.eye(4)
    away[2, 3] = 50.0
    labels = Volume(volume.array, Geometry((3, 4, 5), away), tmp_path / "labels.nrrd")
    with pytest.raises(MuscleSegError, match=r"scan\.nii\.gz and .*labels\.nrrd do not overlap"):
        require_overlap(volume, labels)


def test_maps_that_share_a_part_with_the_labels_pass(volume):
    near = np.eye(4)
    near[2, 3] = 2.0
    require_overlap(volume, replace(volume, geometry=Geometry((3, 4, 5), near)))
