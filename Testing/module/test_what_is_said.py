"""List, table, label and messages say what is so now: after a renaming, another choice, a scene that was loaded."""

import numpy as np
import pytest
import slicer

GRACILIS, RECTUS_FEMORIS, SARTORIUS = 3, 4, 5
STANDARD = {GRACILIS: "Gracilis", RECTUS_FEMORIS: "Rectus femoris", SARTORIUS: "Sartorius"}


def segment(desk, value):
    from MuscleSegLib.scene.segmentations import segments_by_value

    node = desk.parameters.segmentation
    return node.GetSegmentation().GetSegment(segments_by_value(node)[value])


def choose(desk, value):
    desk.ui.musclesTable.setCurrentCell(desk.panel.review.muscles._values.index(value), 1)
    desk.host.work()


def listed(desk):
    table = desk.ui.musclesTable
    return [table.item(row, 1).text() for row in range(table.rowCount)]


def in_list_and_table(desk, name):
    return name in listed(desk) and name in desk.table()


@pytest.mark.parametrize(
    ("value", "name"), [(GRACILIS, "done"), (RECTUS_FEMORIS, "RF corrected"), (SARTORIUS, "Sartorius (AB, 3 May)")]
)
def test_a_renamed_segment_has_its_new_name_in_list_table_and_label(desk, value, name):
    choose(desk, value)
    segment(desk, value).SetName(name)
    desk.host.spin(lambda: in_list_and_table(desk, name))
    assert STANDARD[value] not in listed(desk)
    assert STANDARD[value] not in desk.table()
    assert len(desk.table()) == 10
    assert desk.ui.correctLabel.text == name

    desk.shrink(value)
    desk.host.spin(lambda: bool(desk.table()[name][5]))
    segment(desk, value).SetName(STANDARD[value])
    desk.host.spin(lambda: in_list_and_table(desk, STANDARD[value]))
    assert desk.ui.correctLabel.text == STANDARD[value]


def test_a_renamed_segment_keeps_its_name_when_all_is_measured_anew(desk):
    segment(desk, GRACILIS).SetName("done")
    desk.ui.mtrSelector.setCurrentNode(None)
    desk.host.work()
    assert in_list_and_table(desk, "done")


def test_two_segments_of_one_new_name_are_both_listed(desk):
    for value in (GRACILIS, SARTORIUS):
        segment(desk, value).SetName("done")
    desk.host.spin(lambda: listed(desk).count("done") == 2)


@pytest.mark.parametrize("name", ["Rectus femoris", "Sartorius", "Semitendinosus"])
def test_a_segment_renamed_to_another_muscle_is_refused_until_its_name_is_right(desk, name, message):
    renamed = segment(desk, GRACILIS)
    renamed.SetName(name)
    desk.host.spin(lambda: name in message(desk.ui.resultsMessage))
    assert desk.table() == {}
    assert listed(desk) == []
    renamed.SetName("Gracilis")
    desk.host.spin(lambda: len(desk.table()) == 10)
    assert message(desk.ui.resultsMessage) == ""


def add_in_the_editor(desk):
    """Do what the Segment Editor's button Add does: its own table then shows the new segment as chosen."""
    segmentation = desk.parameters.segmentation.GetSegmentation()
    identity = segmentation.AddEmptySegment("")
    name = "qMRMLSegmentsTableView"
    slicer.util.findChildren(desk.ui.segmentEditor, className=name)[0].setSelectedSegmentIDs([identity])
    desk.host.work()
    return identity


@pytest.mark.parametrize("value", STANDARD)
def test_a_segment_added_by_hand_is_what_the_label_names_and_under_its_new_name_too(desk, value):
    choose(desk, value)
    added = desk.parameters.segmentation.GetSegmentation().GetSegment(add_in_the_editor(desk))
    assert desk.ui.correctLabel.text == added.GetName() != STANDARD[value]
    assert desk.ui.musclesTable.currentRow() == -1
    added.SetName("Lesion")
    desk.host.spin(lambda: desk.ui.correctLabel.text == "Lesion")


@pytest.mark.parametrize("value", STANDARD)
def test_a_missing_muscle_that_is_added_by_hand_under_its_name_is_the_muscle(desk, value):
    node = desk.parameters.segmentation
    choose(desk, SARTORIUS if value != SARTORIUS else GRACILIS)
    node.GetSegmentation().RemoveSegment(identity_of(desk, value))
    desk.host.work()
    added = node.GetSegmentation().GetSegment(add_in_the_editor(desk))
    added.SetName(STANDARD[value])
    desk.host.spin(lambda: desk.ui.correctLabel.text == STANDARD[value] and desk.panel.review.muscles.chosen == value)


def identity_of(desk, value):
    from MuscleSegLib.scene.segmentations import segments_by_value

    return segments_by_value(desk.parameters.segmentation)[value]


def saved_and_loaded(desk, folder, between=lambda _desk: None):
    slicer.util.saveScene(str(folder / "scene.mrb"))
    between(desk)
    slicer.util.loadScene(str(folder / "scene.mrb"))
    desk.host.spin(lambda: len(desk.table()) == 10)
    desk.host.work()


def said_to_be_chosen(desk):
    """Return what list, label and editor say is chosen."""
    table = desk.ui.musclesTable
    row = table.currentRow()
    identity = desk.ui.segmentEditor.currentSegmentID()
    segment = desk.parameters.segmentation.GetSegmentation().GetSegment(identity) if identity else None
    return (
        table.item(row, 1).text() if row >= 0 else "",
        desk.ui.correctLabel.text,
        segment.GetName() if segment else "",
    )


def close_the_scene(desk):
    slicer.mrmlScene.Clear(0)
    desk.host.work()


def choose_another(desk):
    choose(desk, 9)


def nothing(_desk):
    pass


@pytest.mark.parametrize(
    ("value", "between"), [(GRACILIS, close_the_scene), (RECTUS_FEMORIS, choose_another), (SARTORIUS, nothing)]
)
def test_the_muscle_that_was_chosen_is_chosen_in_a_scene_that_is_loaded(desk, value, between, tmp_path):
    choose(desk, value)
    saved_and_loaded(desk, tmp_path, between)
    assert said_to_be_chosen(desk) == (STANDARD[value],) * 3


def test_where_none_was_chosen_none_is(desk, tmp_path):
    saved_and_loaded(desk, tmp_path, choose_another)
    assert said_to_be_chosen(desk) == ("", "Choose a muscle in the list above.", "")


@pytest.fixture
def desk(at_desk):
    """A person at the muscles of one thigh."""
    return at_desk


def noise(name, low, high):
    array = np.random.default_rng(1).uniform(low, high, (4, 16, 16)).astype(np.float32)
    return slicer.util.addVolumeFromArray(array, name=name)


def all_messages(desk):
    ui = desk.ui
    labels = (ui.scanMessage, ui.segmentMessage, ui.mapsMessage, ui.correctMessage, ui.resultsMessage)
    return [label.text for label in labels if not label.isHidden()]


def test_nothing_is_said_of_an_earlier_map(desk):
    for section in (desk.panel.maps, desk.panel.review.results):
        section.message.tell("of the first map")
    desk.ui.t2Selector.setCurrentNode(noise("another map", 1, 50))
    desk.host.work()
    assert not any("of the first map" in text for text in all_messages(desk))


def remove_the_segmentation(desk):
    slicer.mrmlScene.RemoveNode(desk.parameters.segmentation)


def choose_another_segmentation(desk):
    other = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "another")
    desk.ui.segmentationSelector.setCurrentNode(other)


def choose_no_segmentation(desk):
    desk.ui.segmentationSelector.setCurrentNode(None)


@pytest.mark.parametrize("change", [remove_the_segmentation, choose_another_segmentation, choose_no_segmentation])
def test_nothing_is_said_of_an_earlier_segmentation(desk, change):
    panel = desk.panel
    for section in (panel.network, panel.review.correction, panel.review.results):
        section.message.tell("of the first segmentation")
    change(desk)
    desk.host.work()
    assert not any("of the first segmentation" in text for text in all_messages(desk))


def test_what_an_effect_changed_beside_the_chosen_muscle_is_said_until_another_is_chosen(desk, message):
    choose(desk, GRACILIS)
    desk.panel.review.correction.message.tell("of the first muscle")
    desk.ui.segmentEditor.setCurrentSegmentID(identity_of(desk, SARTORIUS))
    desk.host.work()
    assert message(desk.ui.correctMessage) == ""
