"""Pictures on the screen: slice and 3D views, drawn off screen by Slicer's displayable managers."""

import numpy as np
import pytest

from MuscleSegLib.anatomy import THIGH


@pytest.fixture
def host(scene):
    """The scene's host; skipped where nothing can be drawn."""
    from Testing.extension.system_libraries import missing_packages
    from Testing.slicer_host.scene_setup import scene_host

    if missing_packages():
        pytest.skip(f"nothing can be drawn off screen without {' and '.join(missing_packages())}")
    return scene_host()


@pytest.fixture
def thighs(scene, digital_thigh, thigh):
    """Two digital thighs in the scene: the volume's node and that of the segmentation."""
    from MuscleSegLib.scene.segmentations import show_labels
    from MuscleSegLib.scene.volumes import add_volume

    image, labels = digital_thigh
    node = add_volume(image, "T1")
    segmentation = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles")
    show_labels(segmentation, labels, thigh, reference=node)
    return node, segmentation


@pytest.fixture
def slice_view(host, thighs):
    """The axial view, at the middle of the left rectus femoris."""
    from MuscleSegLib.scene.muscle_masks import center_of
    from MuscleSegLib.scene.views import jump_to, show_in_views
    from Testing.slicer_host.views import SliceView

    view = SliceView(host)
    show_in_views(thighs[0])
    jump_to((0, 0, center_of(thighs[1], 109)[2]))
    yield view
    view.close()


def pixels_of(picture, color):
    """Mask of the pixels of exactly this color, [row, column] bool."""
    return np.argwhere((picture == np.array(color, np.uint8)).all(axis=-1))


@pytest.mark.slow
def test_the_ten_muscles_are_outlined_in_their_colors_in_both_legs(slice_view, digital_thigh, thighs):
    from MuscleSegLib.scene.muscle_masks import center_of

    _, labels = digital_thigh
    picture = slice_view.picture()

    k = round(float(labels.geometry.index_from_world(center_of(thighs[1], 109))[2]))
    in_slice = {muscle.code for muscle in THIGH.muscles if (labels.array[k] == muscle.code).any()}
    assert in_slice == set(range(1, 11))
    for muscle in THIGH.muscles:
        columns = pixels_of(picture, muscle.color)[:, 1]
        assert (columns < 290).sum() > 10, muscle.name
        assert (columns > 310).sum() > 10, muscle.name


@pytest.mark.slow
def test_the_right_leg_is_on_the_left_and_the_front_is_up(slice_view):
    """As radiologists look at it: the vastus lateralis is outside, the semitendinosus behind."""
    colors = {muscle.name: muscle.color for muscle in THIGH.muscles}
    picture = slice_view.picture()[:, :300]

    lateral = pixels_of(picture, colors["vastus lateralis"])[:, 1].mean()
    medial = pixels_of(picture, colors["gracilis"])[:, 1].mean()
    front = pixels_of(picture, colors["rectus femoris"])[:, 0].mean()
    back = pixels_of(picture, colors["semitendinosus"])[:, 0].mean()
    assert lateral < medial
    assert front < back


def test_the_image_shows_through_the_muscles(slice_view, thighs):
    """Filled areas differ from pixel to pixel, as the image below them does."""
    muscle = pixels_of(slice_view.picture(), THIGH.muscle(9).color)
    row, column = muscle[:, 0].mean().astype(int), muscle[muscle[:, 1] < 290][:, 1].mean().astype(int)
    patch = slice_view.picture()[row - 8 : row + 8, column - 5 : column + 5].reshape(-1, 3)

    assert len(np.unique(patch, axis=0)) > 5
    assert patch.mean() > 40


def test_an_edit_is_drawn(slice_view, thighs):
    from MuscleSegLib.scene.muscle_masks import set_mask
    from MuscleSegLib.volume import Volume

    node, segmentation = thighs
    from MuscleSegLib.scene.volumes import geometry_of

    geometry = geometry_of(node)
    before = len(pixels_of(slice_view.picture(), THIGH.muscle(9).color))
    set_mask(segmentation, 9, Volume(np.zeros(geometry.shape, np.bool_), geometry))

    after = pixels_of(slice_view.picture(), THIGH.muscle(9).color)
    assert before > 0
    assert (after[:, 1] > 310).all()  # the other leg's is still there


@pytest.mark.slow
def test_the_ten_muscles_are_seen_in_3d(host, thighs):
    from Testing.slicer_host.views import ThreeDView

    thighs[1].CreateClosedSurfaceRepresentation()
    view = ThreeDView(host)
    pictures = []
    for direction in ((0.3, 1, 0.1), (0.3, -1, 0.1), (-1, 0.2, 0.1), (0, 0.1, -1)):
        view.look_from(direction)
        pictures.append(view.picture().reshape(-1, 3).astype(float))
    view.close()

    seen = np.concatenate(pictures)
    seen = seen[seen.max(axis=1) > 40]
    hues = 255 * seen / seen.max(axis=1, keepdims=True)
    for muscle in THIGH.muscles:
        wanted = 255 * np.array(muscle.color) / max(muscle.color)
        near = np.abs(hues - wanted).max(axis=1) < 12
        assert near.sum() > 100, muscle.name


def test_the_fat_fraction_lies_over_the_scan_with_a_legend(slice_view, thighs):
    from MuscleSegLib.scene.map_nodes import show_overlay
    from MuscleSegLib.scene.volumes import add_volume, volume_of
    from MuscleSegLib.volume import Volume

    scan = volume_of(thighs[0])
    thighs[1].GetDisplayNode().SetVisibility(False)
    gray = slice_view.picture()
    assert (gray[..., 0] == gray[..., 1]).all()
    fat = np.where(scan.array > 800, 95.0, 5.0)
    fat[scan.array < 100] = np.nan  # no signal
    show_overlay(thighs[0], add_volume(Volume(fat, scan.geometry), "FF"))

    picture = slice_view.picture().astype(int)
    yellow = (picture[..., 0] > 150) & (picture[..., 1] > 150) & (picture[..., 2] < 140)
    assert yellow.sum() > 1000
    assert (picture[5:40, 5:40].max(axis=-1) < 40).all()  # air stays black
    digits = (picture == 255).all(axis=-1) & (gray.max(axis=-1) < 40)
    assert digits.sum() > 100
    show_overlay(thighs[0], None)
    assert np.array_equal(slice_view.picture(), gray)


def test_pictures_can_be_written(slice_view, tmp_path):
    import SimpleITK as sitk  # noqa: N813 - everybody's name for it

    from Testing.slicer_host.views import write_png

    picture = slice_view.picture()
    write_png(picture, tmp_path / "view.png")

    assert np.array_equal(sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "view.png"))), picture)
