from dataclasses import replace

import numpy as np
import pytest


@pytest.mark.slow
def test_the_network_s_labels_are_there_after_an_edit_and_a_reload(scene, shown, labels, volume_node, reloaded):
    from MuscleSegLib.scene.automatic import automatic_of, keep_automatic
    from MuscleSegLib.scene.segmentations import segments_by_value

    keep_automatic(shown, labels)
    shown.GetSegmentation().RemoveSegment(segments_by_value(shown)[4])
    reloaded()

    kept = automatic_of(scene.GetFirstNodeByName("muscles"))
    assert np.array_equal(kept.array, labels.array)
    assert kept.array.dtype == np.uint8
    assert kept.geometry.is_close(labels.geometry)


def test_a_muscle_can_be_put_back_as_the_network_drew_it(scene, shown, labels, volume_node, paint, reloaded):
    from MuscleSegLib.scene.automatic import automatic_of, keep_automatic
    from MuscleSegLib.scene.muscle_masks import set_mask
    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value

    keep_automatic(shown, labels)
    paint(shown, segments_by_value(shown)[3], replace(labels, array=labels.array == 4))
    reloaded()
    node = scene.GetFirstNodeByName("muscles")
    automatic = automatic_of(node)
    for value in (3, 4):
        set_mask(node, value, replace(automatic, array=automatic.array == value))

    assert np.array_equal(labels_of(node, scene.GetFirstNodeByName("T1 thigh")).array, labels.array)


def test_the_network_s_labels_go_where_the_segmentation_goes(shown, labels, volume_node, transform):
    from MuscleSegLib.scene.automatic import automatic_of, keep_automatic
    from MuscleSegLib.scene.volumes import geometry_of

    keep_automatic(shown, labels)
    move = transform(degrees=12, shift_mm=(1, 2, 3))
    for node in (shown, volume_node):
        node.SetAndObserveTransformNodeID(move.GetID())

    assert automatic_of(shown).geometry.is_close(geometry_of(volume_node))


def test_labels_of_a_moved_volume_are_kept_where_they_lie(shown, labels, transform):
    from MuscleSegLib.scene.automatic import automatic_of, keep_automatic

    shown.SetAndObserveTransformNodeID(transform(degrees=12, shift_mm=(1, 2, 3)).GetID())
    keep_automatic(shown, labels)

    assert automatic_of(shown).geometry.is_close(labels.geometry)


def test_a_second_result_replaces_the_first_and_adds_no_node(scene, shown, labels):
    from MuscleSegLib.scene.automatic import automatic_of, keep_automatic

    keep_automatic(shown, labels)
    keep_automatic(shown, replace(labels, array=labels.array[:, ::-1]))

    assert np.array_equal(automatic_of(shown).array, labels.array[:, ::-1])
    assert scene.GetNumberOfNodesByClass("vtkMRMLLabelMapVolumeNode") == 1


def test_the_kept_labels_lie_beside_the_segmentation_and_are_saved_by_slicer_s_dialog(scene, shown, labels):
    import slicer

    from MuscleSegLib.scene.automatic import keep_automatic

    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), "MRI")
    hierarchy.SetItemParent(hierarchy.GetItemByDataNode(shown), study)
    keep_automatic(shown, labels)

    node = scene.GetFirstNodeByClass("vtkMRMLLabelMapVolumeNode")
    parents = [hierarchy.GetItemParent(hierarchy.GetItemByDataNode(each)) for each in (node, shown)]
    assert parents[0] == parents[1]
    assert not node.GetHideFromEditors()  # the dialog for saving leaves out what is hidden


def test_a_segmentation_of_somebody_else_has_no_labels_of_a_network(scene):
    from MuscleSegLib.scene.automatic import automatic_of, description_of

    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")

    assert automatic_of(node) is None
    assert description_of(node) is None


def test_kept_labels_that_somebody_deleted_are_none(scene, shown, labels):
    from MuscleSegLib.scene.automatic import automatic_of, keep_automatic

    keep_automatic(shown, labels)
    scene.RemoveNode(scene.GetFirstNodeByClass("vtkMRMLLabelMapVolumeNode"))

    assert automatic_of(shown) is None


def test_what_made_a_segmentation_is_known_after_a_reload(scene, shown, reloaded):
    from MuscleSegLib.scene.automatic import Description, describe, description_of

    description = Description(
        region="thigh",
        two_legs=True,
        network='thigh-unet2d-small 0.3, "fast" & <small>',
        device="cpu",
        confidence={4: 0.934, 105: 0.5},
        notes=("The adductor is that of Huashan.",),
    )
    describe(shown, description)
    reloaded()

    assert description_of(scene.GetFirstNodeByName("muscles")) == description
