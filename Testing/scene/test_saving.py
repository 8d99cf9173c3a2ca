import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import read_labels


def test_a_saved_segmentation_reads_as_the_labels_that_were_shown(shown, labels, thigh, tmp_path):
    from MuscleSegLib.scene.saving import save_segmentation

    save_segmentation(shown, tmp_path / "labels.seg.nrrd")

    saved, segments = read_labels(tmp_path / "labels.seg.nrrd")
    assert np.array_equal(saved.array, labels.array)
    assert saved.geometry.is_close(labels.geometry)
    assert {(each.value, each.name, each.color) for each in segments} == {
        (each.value, each.name, each.color) for each in thigh
    }
    assert segments[3].terminology == thigh[3].terminology


def test_saving_does_not_change_where_the_scene_saves_it(shown, tmp_path):
    from MuscleSegLib.scene.saving import save_segmentation

    save_segmentation(shown, tmp_path / "labels.seg.nrrd")

    assert shown.GetStorageNode() is None


def test_a_place_that_is_not_there_is_refused(shown, tmp_path):
    from MuscleSegLib.scene.saving import save_segmentation

    with pytest.raises(MuscleSegError, match="does not exist"):
        save_segmentation(shown, tmp_path / "nowhere" / "labels.seg.nrrd")
