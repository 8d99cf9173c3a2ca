"""Into which segmentations a network's muscles may go: into those in which no person's work is lost."""

from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.volume import Geometry, Volume


@pytest.fixture
def drawn(shown, labels):
    """A segmentation as a network drew it."""
    from MuscleSegLib.scene.automatic import keep_automatic

    keep_automatic(shown, labels)
    return shown


@pytest.fixture
def may_be_written(volume_node):
    from MuscleSegLib.scene.untouched import may_be_written

    return lambda node, region="thigh", volume=volume_node: may_be_written(node, region, reference=volume)


def segment_of(node, value):
    from MuscleSegLib.scene.segmentations import segments_by_value

    return node.GetSegmentation().GetSegment(segments_by_value(node)[value])


def voxel_at(grid, *index):
    array = np.zeros(grid.shape, np.bool_)
    array[index] = True
    return Volume(array, grid)


def test_what_a_network_drew_may_be_written_over(drawn, may_be_written):
    assert may_be_written(drawn)


def test_it_may_after_the_scene_was_saved_and_loaded(drawn, may_be_written, reloaded, scene):
    reloaded()
    scan = scene.GetFirstNodeByName("T1 thigh")
    assert may_be_written(scene.GetFirstNodeByName("muscles"), volume=scan)


def test_it_may_however_slicer_arranges_the_voxels(drawn, may_be_written):
    from MuscleSegLib.scene.segmentations import segments_by_value

    drawn.GetSegmentation().SeparateSegmentLabelmap(segments_by_value(drawn)[7])
    drawn.GetSegmentation().ReorderSegments([segments_by_value(drawn)[110]])
    drawn.CreateClosedSurfaceRepresentation()
    assert may_be_written(drawn)


def test_it_may_where_scan_and_segmentation_are_moved_together(drawn, may_be_written, volume_node, transform):
    move = transform(degrees=12, shift_mm=(1, 2, 3))
    for node in (drawn, volume_node):
        node.SetAndObserveTransformNodeID(move.GetID())
    assert may_be_written(drawn)


def test_it_may_with_segments_of_the_user_beside_the_muscles(drawn, may_be_written, paint, grid):
    identity = drawn.GetSegmentation().AddEmptySegment("lesion", "lesion")
    paint(drawn, identity, voxel_at(grid, 0, 0, 0))
    assert may_be_written(drawn)


def test_it_may_after_an_edit_was_undone(drawn, may_be_written, paint, grid):
    import slicer

    from MuscleSegLib.scene.segmentations import segments_by_value

    history = slicer.vtkSegmentationHistory()
    history.SetSegmentation(drawn.GetSegmentation())
    history.SaveState()
    paint(drawn, segments_by_value(drawn)[9], voxel_at(grid, 3, 25, 10))
    assert not may_be_written(drawn)
    history.RestorePreviousState()
    assert may_be_written(drawn)


@pytest.mark.parametrize("segments", [(), ("lesion",), ("lesion", "femur")])
def test_muscles_may_be_added_where_there_are_none(scene, may_be_written, segments):
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    for name in segments:
        node.GetSegmentation().AddEmptySegment(name, name)
    assert may_be_written(node)


def gains_a_voxel(node, paint, grid):
    paint(node, identity_of(node, 9), voxel_at(grid, 3, 28, 30))


def loses_a_voxel_to_a_neighbor(node, paint, grid):
    paint(node, identity_of(node, 9), voxel_at(grid, 3, 25, 10))


def overlaps_a_neighbor(node, paint, grid):
    import slicer

    from MuscleSegLib.scene.layers import image_of

    logic, brush = slicer.vtkSlicerSegmentationsModuleLogic, image_of(voxel_at(grid, 3, 25, 10), node)
    logic.SetBinaryLabelmapToSegment(brush, node, identity_of(node, 8), logic.MODE_MERGE_MASK, brush.GetExtent())
    logic.SetBinaryLabelmapToSegment(brush, node, identity_of(node, 9), logic.MODE_MERGE_MASK, brush.GetExtent())


def reaches_beyond_the_scan(node, paint, grid):
    affine = grid.affine.copy()
    affine[:3, 3] = grid.world_from_index((0, 0, -1))
    paint(node, identity_of(node, 9), voxel_at(Geometry(grid.shape, affine), 0, 28, 30))


def has_all_voxels_of_a_muscle_erased(node, _paint, _grid):
    node.GetSegmentation().ClearSegment(identity_of(node, 104))


def has_a_segment_deleted(node, _paint, _grid):
    node.GetSegmentation().RemoveSegment(identity_of(node, 4))


def has_a_segment_without_voxels_deleted(node, _paint, _grid):
    node.GetSegmentation().RemoveSegment(identity_of(node, 5))


def has_a_muscle_copied(node, _paint, _grid):
    import slicer

    copied = slicer.vtkSegment()
    copied.DeepCopy(segment_of(node, 3))
    node.GetSegmentation().AddSegment(copied, "copy")


def has_a_muscle_drawn_by_hand_beside(node, paint, grid):
    identity = node.GetSegmentation().AddEmptySegment("mine", "Right gracilis")
    paint(node, identity, voxel_at(grid, 0, 0, 0))


def has_a_muscle_renamed(node, _paint, _grid):
    segment_of(node, 4).SetName("Right rectus femoris, checked")


def has_two_names_exchanged(node, _paint, _grid):
    names = [segment_of(node, value).GetName() for value in (3, 4)]
    segment_of(node, 3).SetName(names[1])
    segment_of(node, 4).SetName(names[0])


def has_a_muscle_colored(node, _paint, _grid):
    segment_of(node, 4).SetColor(0, 1, 0)


def has_a_muscle_coded_otherwise(node, _paint, _grid):
    import slicer

    name = slicer.vtkSegment.GetTerminologyEntryTagName()
    segment_of(node, 4).SetTag(name, "Segmentation category and type~SCT^49755003^Lesion~SCT^4147007^Mass~^^~~^^~^^")


def has_a_muscle_marked_as_completed(node, _paint, _grid):
    import slicer

    logic = slicer.vtkSlicerSegmentationsModuleLogic
    logic.SetSegmentStatus(segment_of(node, 4), logic.Completed)


def has_lost_its_label_value(node, _paint, _grid):
    segment_of(node, 4).RemoveTag("MuscleSeg.Label")


def is_made_of_surfaces(node, _paint, _grid):
    node.CreateClosedSurfaceRepresentation()
    node.SetSourceRepresentationToClosedSurface()


def has_no_labels_kept(node, _paint, _grid):
    node.GetScene().RemoveNode(node.GetNodeReference("MuscleSeg.automatic"))


def has_other_labels_kept(node, _paint, _grid):
    import slicer

    kept = node.GetNodeReference("MuscleSeg.automatic")
    slicer.util.updateVolumeFromArray(kept, np.roll(slicer.util.arrayFromVolume(kept), 1, axis=2))


def has_labels_of_another_place_kept(node, _paint, _grid):
    node.GetNodeReference("MuscleSeg.automatic").SetOrigin(7, 8, 9)


def identity_of(node, value):
    from MuscleSegLib.scene.segmentations import segments_by_value

    return segments_by_value(node)[value]


TOUCHED = [
    *(gains_a_voxel, loses_a_voxel_to_a_neighbor, overlaps_a_neighbor, reaches_beyond_the_scan),
    *(has_all_voxels_of_a_muscle_erased, has_a_segment_deleted, has_a_segment_without_voxels_deleted),
    *(has_a_muscle_copied, has_a_muscle_drawn_by_hand_beside, has_a_muscle_renamed, has_two_names_exchanged),
    *(has_a_muscle_colored, has_a_muscle_coded_otherwise, has_a_muscle_marked_as_completed, has_lost_its_label_value),
    *(is_made_of_surfaces, has_no_labels_kept, has_other_labels_kept, has_labels_of_another_place_kept),
]


@pytest.mark.parametrize("touch", TOUCHED, ids=lambda touch: touch.__name__)
def test_it_may_not_where_it(touch, drawn, may_be_written, paint, grid):
    touch(drawn, paint, grid)
    assert not may_be_written(drawn)


def test_it_may_not_where_it_was_moved_alone_or_hardened_or_bent(drawn, may_be_written, transform, warp):
    move = transform(shift_mm=(0, 0, 5))
    drawn.SetAndObserveTransformNodeID(move.GetID())
    assert not may_be_written(drawn)
    drawn.SetAndObserveTransformNodeID(warp.GetID())
    assert not may_be_written(drawn)
    drawn.SetAndObserveTransformNodeID(move.GetID())
    drawn.HardenTransform()
    assert not may_be_written(drawn)


def test_it_may_not_for_another_scan_on_the_same_grid_nor_for_another_region(drawn, may_be_written, image):
    from MuscleSegLib.scene.volumes import add_volume

    assert not may_be_written(drawn, volume=add_volume(image, "another day"))
    assert not may_be_written(drawn, region="calf")


def test_it_may_not_where_a_finer_grid_holds_the_same_shapes(scene, thigh, volume_node, labels, may_be_written):
    from MuscleSegLib.scene.automatic import keep_automatic
    from MuscleSegLib.scene.segmentations import show_labels

    affine = labels.geometry.affine @ np.diag([0.5, 0.5, 1, 1])
    affine[:3, 3] = labels.geometry.world_from_index((-0.25, -0.25, 0))
    fine = labels.array.repeat(2, axis=1).repeat(2, axis=2)
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    show_labels(node, Volume(fine, Geometry(fine.shape, affine)), thigh, reference=volume_node)
    keep_automatic(node, labels)
    assert not may_be_written(node)


def test_a_file_that_slicer_saved_has_no_labels_of_a_network(scene, drawn, may_be_written, volume_node, tmp_path):
    from MuscleSegLib.scene.saving import save_segmentation

    save_segmentation(drawn, tmp_path / "labels.seg.nrrd")
    storage = scene.AddNewNodeByClass("vtkMRMLSegmentationStorageNode")
    storage.SetFileName(str(tmp_path / "labels.seg.nrrd"))
    loaded = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    assert storage.ReadData(loaded)
    loaded.SetReferenceImageGeometryParameterFromVolumeNode(volume_node)
    assert not may_be_written(loaded)


def test_the_labels_kept_for_a_copy_are_not_those_of_the_original(scene, drawn, labels):
    from MuscleSegLib.scene.automatic import automatic_of, keep_automatic

    copied = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "copy")
    copied.Copy(drawn)
    assert automatic_of(copied) is not None
    keep_automatic(copied, replace(labels, array=labels.array[:, ::-1]))

    assert np.array_equal(automatic_of(drawn).array, labels.array)
    assert np.array_equal(automatic_of(copied).array, labels.array[:, ::-1])
