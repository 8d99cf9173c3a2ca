"""Voxels without a value, which Slicer's reader of NIfTI makes 0. The files are written and read back by nibabel."""

import nibabel
import numpy as np
import pytest

SHAPE = (24, 20, 6)  # i, j, k, as in the file


@pytest.fixture
def load(scene, tmp_path):
    """A function that writes an array [i, j, k] to a file and loads it as Slicer does."""
    import slicer

    from Testing.slicer_host.setting_up import set_up

    set_up()

    def loaded(array, name="ff.nii.gz"):
        path = tmp_path / name
        nibabel.save(nibabel.Nifti1Image(array, np.diag([-1.5, -1.5, 4.0, 1.0])), path)
        return slicer.util.loadVolume(str(path)), path

    return loaded


def fat_map(*missing, dtype=np.float32):
    """Return a fat fraction, lean and noisy, without values at some places."""
    array = np.random.default_rng(1).normal(4, 3, SHAPE).astype(dtype)
    array[5, 5, 2] = 0  # a value like any other
    for place in missing:
        array[place] = np.nan
    return array


AIR = (slice(0, 8), slice(None), slice(None))
COLUMN = (slice(10, 14), slice(10, 14), slice(None))
END = (slice(None), slice(None), slice(4, 6))


@pytest.mark.parametrize("name", ["ff.nii.gz", "ff.nii"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("missing", [AIR, COLUMN, END], ids=["air", "column", "slices at an end"])
def test_what_has_no_value_in_the_file_has_none_in_the_scene(load, missing, dtype, name):
    import slicer

    from MuscleSegLib.scene.missing_values import is_as_in_file, restore_missing

    array = fat_map(missing, dtype=dtype)
    node, path = load(array, name)
    assert not np.isnan(slicer.util.arrayFromVolume(node)).any()  # Slicer has lost them: what this is all about

    assert restore_missing(node) == np.isnan(array).sum()

    expected = np.asarray(nibabel.load(path).dataobj).transpose()
    np.testing.assert_array_equal(slicer.util.arrayFromVolume(node), expected)  # the 0 at [5, 5, 2] too
    assert is_as_in_file(node)
    assert restore_missing(node) == 0


def test_infinity_is_no_value_either(load):
    import slicer

    from MuscleSegLib.scene.missing_values import restore_missing

    array = fat_map()
    array[3, 3, 3] = np.inf
    node, _path = load(array)
    assert restore_missing(node) == 1
    assert np.isnan(slicer.util.arrayFromVolume(node)[3, 3, 3])


def change_a_voxel(node, path):
    import slicer

    slicer.util.arrayFromVolume(node)[1, 1, 15] += 1
    slicer.util.arrayFromVolumeModified(node)


def move(node, path):
    node.SetOrigin(0, 0, 5)


def replace_the_file(node, path):
    nibabel.save(nibabel.Nifti1Image(fat_map(COLUMN) + 1, np.diag([-1.5, -1.5, 4.0, 1.0])), path)


def remove_the_file(node, path):
    path.unlink()


def spoil_the_file(node, path):
    path.write_bytes(b"no image")


@pytest.mark.parametrize("change", [change_a_voxel, move, replace_the_file, remove_the_file, spoil_the_file])
def test_a_volume_that_is_not_that_of_its_file_any_more_stays_as_it_is(load, change):
    import slicer

    from MuscleSegLib.scene.missing_values import restore_missing

    node, path = load(fat_map(AIR))
    change(node, path)
    before = slicer.util.arrayFromVolume(node).copy()
    assert restore_missing(node) == 0
    np.testing.assert_array_equal(slicer.util.arrayFromVolume(node), before)


def test_a_map_with_values_everywhere_is_told_from_one_that_has_lost_some(load, grid):
    from MuscleSegLib.scene.missing_values import is_restored, restore_missing

    array = fat_map()
    array[AIR] = 0  # and so in the file: the command line counts them
    node, _path = load(array)
    assert not is_restored(node)
    assert restore_missing(node) == 0
    assert is_restored(node)


def test_a_transform_above_a_map_does_not_hide_its_file(load, transform):
    from MuscleSegLib.scene.missing_values import restore_missing

    node, _path = load(fat_map(AIR))
    node.SetAndObserveTransformNodeID(transform(degrees=10).GetID())
    assert restore_missing(node) == np.isnan(fat_map(AIR)).sum()


@pytest.mark.parametrize("missing", [AIR, END, (slice(18, 24), slice(0, 9), slice(None))], ids=["air", "end", "corner"])
def test_without_the_file_zeros_around_the_body_count_for_nothing(load, missing):
    from MuscleSegLib.scene.missing_values import restore_missing, without_surrounding
    from MuscleSegLib.scene.volumes import volume_of

    array = fat_map(missing)
    node, path = load(array)
    path.unlink()
    restore_missing(node)
    volume = volume_of(node)
    changed = without_surrounding(volume, np.ones(volume.array.shape, bool))
    wanted = np.isnan(array.transpose())
    without_value = np.isnan(changed.array)
    assert not (without_value & ~wanted).any()
    assert without_value.sum() >= 0.9 * wanted.sum()
    np.testing.assert_array_equal(changed.array[~without_value], volume.array[~without_value])


def test_zeros_of_noise_that_is_cut_off_are_values(load):
    from MuscleSegLib.scene.missing_values import without_surrounding
    from MuscleSegLib.scene.volumes import volume_of

    array = np.maximum(np.random.default_rng(2).normal(0, 3, SHAPE), 0).astype(np.float32)  # half of it is 0
    node, path = load(array)
    path.unlink()
    volume = volume_of(node)
    assert without_surrounding(volume, np.ones(volume.array.shape, bool)) is volume


def test_a_map_whose_zeros_lie_outside_the_muscles_stays_as_it_is(load):
    from MuscleSegLib.scene.missing_values import without_surrounding
    from MuscleSegLib.scene.volumes import volume_of

    node, path = load(fat_map(AIR))
    path.unlink()
    volume = volume_of(node)
    inside = np.zeros(volume.array.shape, bool)
    inside[:, 10:15, 12:20] = True
    assert without_surrounding(volume, inside) is volume


def test_missing_values_stay_in_a_scene_that_is_saved(load, scene, reloaded):
    import slicer

    from MuscleSegLib.scene.missing_values import restore_missing

    node, _path = load(fat_map(AIR))
    restore_missing(node)
    before = slicer.util.arrayFromVolume(node).copy()
    reloaded()
    np.testing.assert_array_equal(slicer.util.arrayFromVolume(slicer.util.getNode("ff")), before)


def test_the_digest_of_voxels_changes_with_any_of_them(scene, volume_node):
    import slicer

    from MuscleSegLib.scene.volumes import voxels_digest

    first = voxels_digest(volume_node)
    slicer.util.arrayFromVolume(volume_node)[3, 2, 1] += 1
    second = voxels_digest(volume_node)
    volume_node.SetOrigin(1, 2, 3)
    assert first != second == voxels_digest(volume_node)
