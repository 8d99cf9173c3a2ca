"""Label maps in segmentations: expected are the voxels that went in, as Slicer's functions read them."""

import time
from dataclasses import replace

import numpy as np
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.muscle_segments import segments_of
from MuscleSegLib.volume import Geometry, Segment, Volume, write_labels


def segments_in(node):
    segmentation = node.GetSegmentation()
    return [segmentation.GetNthSegment(number) for number in range(segmentation.GetNumberOfSegments())]


def tag(segment, name):
    import vtk

    text = vtk.mutable("")
    return str(text) if segment.GetTag(name, text) else None


def test_labels_come_back_as_they_were(shown, volume_node, labels, grid):
    from MuscleSegLib.scene.segmentations import labels_of

    returned = labels_of(shown, volume_node)

    assert np.array_equal(returned.array, labels.array)
    assert returned.array.dtype == np.uint8
    assert returned.geometry.is_close(grid)


def test_slicer_finds_each_muscle_s_voxels_where_they_went(shown, volume_node, labels):
    import slicer

    from MuscleSegLib.scene.segmentations import segments_by_value

    for value, identity in segments_by_value(shown).items():
        slicer_mask = slicer.util.arrayFromSegmentBinaryLabelmap(shown, identity, volume_node)
        expected = labels.array == value
        if expected.any():
            assert np.array_equal(slicer_mask > 0, expected), value


def test_every_muscle_has_its_name_and_color(shown, thigh):
    assert [segment.GetName() for segment in segments_in(shown)] == [segment.name for segment in thigh]
    for segment, wanted in zip(segments_in(shown), thigh, strict=True):
        assert [round(255 * part) for part in segment.GetColor()] == list(wanted.color)


def test_a_muscle_without_voxels_is_kept(shown):
    from MuscleSegLib.scene.segmentations import segments_by_value

    assert {5, 105} <= segments_by_value(shown).keys()
    assert len(segments_by_value(shown)) == 20


def test_terminology_reads_in_slicer_as_the_muscle_s_codes(shown):
    import slicer

    left_semimembranosus = next(each for each in segments_in(shown) if each.GetName() == "Left semimembranosus")
    entry = slicer.vtkSlicerTerminologyEntry()
    logic = slicer.vtkSlicerTerminologiesModuleLogic()

    assert logic.DeserializeTerminologyEntry(left_semimembranosus.GetTerminology(), entry)
    category, kind, side = entry.GetCategoryObject(), entry.GetTypeObject(), entry.GetTypeModifierObject()
    assert (category.GetCodingSchemeDesignator(), category.GetCodeValue()) == ("SCT", "123037004")
    assert (kind.GetCodeValue(), kind.GetCodeMeaning()) == ("7:888", "Musculus semimembranosus")
    assert (side.GetCodeValue(), side.GetCodeMeaning()) == ("7771000", "Left")


def test_value_and_confidence_are_tags_of_the_segment(shown):
    confidences = {
        tag(segment, "MuscleSeg.Label"): tag(segment, "MuscleSeg.Confidence") for segment in segments_in(shown)
    }

    assert confidences["4"] == "0.934"
    assert confidences["105"] == "0.500"
    assert confidences["1"] is None


def test_the_editor_s_grid_is_that_of_the_volume(shown, volume_node):
    role = shown.GetReferenceImageGeometryReferenceRole()

    assert shown.GetNodeReference(role) is volume_node


def test_a_segmentation_goes_into_the_study_of_its_volume(scene, labels, thigh, volume_node):
    import slicer

    from MuscleSegLib.scene.segmentations import show_labels

    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    study = hierarchy.CreateStudyItem(hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), "P7"), "MRI")
    hierarchy.CreateItem(study, volume_node)
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles")
    show_labels(node, labels, thigh, reference=volume_node)

    assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node)) == study


def test_a_segmentation_stays_in_the_folder_that_somebody_put_it_in(scene, labels, thigh, volume_node, shown):
    import slicer

    from MuscleSegLib.scene.segmentations import show_labels

    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    folder = hierarchy.CreateFolderItem(hierarchy.GetSceneItemID(), "mine")
    hierarchy.SetItemParent(hierarchy.GetItemByDataNode(shown), folder)
    show_labels(shown, labels, thigh, reference=volume_node)

    assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(shown)) == folder


def test_all_is_as_it_was_after_saving_and_loading_a_bundle(scene, shown, labels, thigh, reloaded):
    import slicer

    from MuscleSegLib.scene.segmentations import labels_of

    terms = [segment.GetTerminology() for segment in segments_in(shown)]
    reloaded()

    node = scene.GetFirstNodeByName("muscles")
    assert np.array_equal(labels_of(node, scene.GetFirstNodeByName("T1 thigh")).array, labels.array)
    assert [segment.GetName() for segment in segments_in(node)] == [segment.name for segment in thigh]
    assert [segment.GetTerminology() for segment in segments_in(node)] == terms
    assert tag(segments_in(node)[3], "MuscleSeg.Confidence") == "0.934"
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    assert hierarchy.GetItemByDataNode(node)


def test_a_segmentation_file_of_the_library_reads_as_the_same_muscles(scene, labels, thigh, volume_node, tmp_path):
    import slicer

    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value

    write_labels(labels, tmp_path / "labels.seg.nrrd", segments=thigh)
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    storage = slicer.vtkMRMLSegmentationStorageNode()
    storage.SetFileName(str(tmp_path / "labels.seg.nrrd"))
    assert storage.ReadData(node)

    assert np.array_equal(labels_of(node, volume_node).array, labels.array)
    assert len(segments_by_value(node)) == 20


def test_a_new_result_takes_the_place_of_the_old_one(shown, labels, thigh, volume_node):
    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value, show_labels

    identities = segments_by_value(shown)
    shifted = replace(labels, array=np.roll(labels.array, 3, axis=2))
    show_labels(shown, shifted, thigh, reference=volume_node)

    assert np.array_equal(labels_of(shown, volume_node).array, shifted.array)
    assert segments_by_value(shown) == identities  # selections and undo hold on to these


def test_one_leg_after_two_leaves_no_segment_of_the_second(shown, labels, volume_node):
    from MuscleSegLib.scene.segmentations import labels_of, segments_by_value, show_labels

    right_leg = replace(labels, array=np.where(labels.array < 100, labels.array, 0))
    show_labels(shown, right_leg, segments_of("thigh", two_legs=False), reference=volume_node)

    assert list(segments_by_value(shown)) == list(range(1, 11))
    assert np.array_equal(labels_of(shown, volume_node).array, right_leg.array)
    assert segments_in(shown)[0].GetName() == "Adductor"


def test_a_calf_after_a_thigh_has_the_calf_s_names_and_codes(shown, labels, volume_node):
    from MuscleSegLib.scene.segmentations import segments_by_value, show_labels

    calf = replace(labels, array=np.where(labels.array % 100 <= 6, labels.array, 0))
    show_labels(shown, calf, segments_of("calf", two_legs=True), reference=volume_node)

    soleus = shown.GetSegmentation().GetSegment(segments_by_value(shown)[106])
    assert soleus.GetName() == "Left soleus"
    assert "Musculus soleus" in soleus.GetTerminology()
    assert len(segments_in(shown)) == 12


def test_the_confidence_of_an_earlier_result_is_gone(shown, labels, volume_node):
    from MuscleSegLib.scene.segmentations import show_labels

    show_labels(shown, labels, segments_of("thigh", two_legs=True), reference=volume_node)

    assert {tag(segment, "MuscleSeg.Confidence") for segment in segments_in(shown)} == {None}


def test_surfaces_for_3d_do_not_show_the_labels_before(shown, labels, thigh, volume_node):
    from MuscleSegLib.scene.segmentations import segments_by_value, show_labels

    shown.CreateClosedSurfaceRepresentation()
    swapped = replace(labels, array=np.where(labels.array == 9, 5, labels.array))
    show_labels(shown, swapped, thigh, reference=volume_node)

    identities = segments_by_value(shown)
    sartorius, vastus = (shown.GetClosedSurfaceInternalRepresentation(identities[value]) for value in (5, 9))
    assert sartorius.GetNumberOfPoints() > 0
    assert vastus is None or vastus.GetNumberOfPoints() == 0


def test_no_surface_is_made_where_none_was_wanted(shown):
    assert not shown.GetSegmentation().ContainsRepresentation("Closed surface")


def test_undo_in_the_editor_brings_the_former_result_back(shown, labels, thigh, volume_node):
    import slicer

    from MuscleSegLib.scene.segmentations import labels_of, show_labels

    history = slicer.vtkSegmentationHistory()
    history.SetSegmentation(shown.GetSegmentation())
    history.SaveState()
    other = replace(labels, array=np.roll(labels.array, 4, axis=1))
    show_labels(shown, other, thigh, reference=volume_node)
    assert history.RestorePreviousState()

    assert np.array_equal(labels_of(shown, volume_node).array, labels.array)
    assert history.RestoreNextState()
    assert np.array_equal(labels_of(shown, volume_node).array, other.array)


def test_a_value_without_a_segment_is_refused_and_nothing_is_changed(shown, labels, thigh, volume_node):
    from MuscleSegLib.scene.segmentations import labels_of, show_labels

    strange = replace(labels, array=np.where(labels.array == 3, 77, labels.array))
    with pytest.raises(MuscleSegError, match="77 has none"):
        show_labels(shown, strange, thigh, reference=volume_node)

    assert np.array_equal(labels_of(shown, volume_node).array, labels.array)


def test_two_segments_of_one_value_are_refused(scene, labels, volume_node):
    from MuscleSegLib.scene.segmentations import show_labels

    twice = [*segments_of("thigh", two_legs=True), Segment(3, "again", (1, 2, 3))]
    with pytest.raises(MuscleSegError, match="two segments share one"):
        show_labels(scene.AddNewNodeByClass("vtkMRMLSegmentationNode"), labels, twice, reference=volume_node)


def test_a_segmentation_of_surfaces_is_refused_and_keeps_them(scene, labels, thigh, volume_node):
    import vtk

    from MuscleSegLib.scene.segmentations import show_labels

    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "printed")
    node.SetSourceRepresentationToClosedSurface()
    sphere = vtk.vtkSphereSource()
    sphere.Update()
    identity = node.AddSegmentFromClosedSurfaceRepresentation(sphere.GetOutput(), "ball", [1, 0, 0])
    with pytest.raises(MuscleSegError, match="printed is made of surfaces"):
        show_labels(node, labels, thigh, reference=volume_node)

    assert node.GetSegmentation().GetNumberOfSegments() == 1
    assert node.GetClosedSurfaceInternalRepresentation(identity).GetNumberOfPoints() == 50


def test_twenty_muscles_of_a_whole_scan_are_shown_and_read_in_a_moment(scene):
    from MuscleSegLib.scene.segmentations import labels_of, show_labels
    from MuscleSegLib.scene.volumes import add_volume

    array = np.zeros((20, 320, 320), np.uint8)
    for number, segment in enumerate(segments_of("thigh", two_legs=True)):
        array[:, 15 * number + 5 : 15 * number + 18, 20:300] = segment.value
    scan = Volume(array, Geometry(array.shape, np.diag([-1.0, -1.0, 15.0, 1.0])))
    reference = add_volume(scan, "scan")
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles")

    start = time.perf_counter()
    show_labels(node, scan, segments_of("thigh", two_legs=True), reference=reference)
    labels_of(node, reference)

    assert time.perf_counter() - start < 1.0  # measured: 0.05 s on one core; the bound is for a machine that is busy
