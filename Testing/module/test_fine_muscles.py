"""Fine muscles in the panel: folded under the muscle that they are parts of, and results by part or by muscle."""

import numpy as np
import pytest

from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import Geometry, Volume

VALUES = (31, 32, 33, 37, 44, 134, 135)
FOLDED, UNFOLDED = "▸", "▾"


@pytest.fixture
def desk(work):
    """Person at the panel with fine muscles as blocks, 4 x 4 x 3 voxels each but for the adductor longus."""
    from MuscleSegLib.scene.segmentations import show_labels
    from MuscleSegLib.scene.volumes import add_volume

    array = np.zeros((3, 12, 60), np.uint8)
    for place, value in enumerate(VALUES):
        array[:, 4:8, 8 * place + 2 : 8 * place + (8 if value == 32 else 6)] = value
    geometry = Geometry(array.shape, np.diag([2.0, 2.0, 5.0, 1.0]))
    scan = add_volume(Volume((array > 0) * np.int16(100), geometry), "scan")
    import slicer

    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "fine")
    show_labels(node, Volume(array, geometry), segments_of("thigh-fine", two_legs=True), reference=scan)
    work.ui.scanSelector.setCurrentNode(scan)
    work.ui.segmentationSelector.setCurrentNode(node)
    work.host.spin(lambda: bool(work.table()))
    return work


def names(desk, *, hidden=False):
    table = desk.ui.musclesTable
    rows = [row for row in range(table.rowCount) if hidden or not table.isRowHidden(row)]
    return [table.item(row, 1).text().strip() for row in rows]


def row_of(desk, name):
    return names(desk, hidden=True).index(name)


@pytest.mark.slow
def test_parts_lie_folded_under_their_muscle_until_it_is_clicked(desk):
    assert f"{FOLDED} Right adductor" in names(desk)
    assert "Right adductor longus" not in names(desk)
    assert {"Right rectus femoris", "Right pectineus"} <= {*names(desk)}  # which have no parts, and no parent

    head = row_of(desk, f"{FOLDED} Right adductor")
    desk.ui.musclesTable.cellClicked.emit(head, 1)
    assert f"{UNFOLDED} Right adductor" in names(desk)
    assert {"Right adductor magnus", "Right adductor longus", "Right adductor brevis"} <= {*names(desk)}
    desk.ui.musclesTable.cellClicked.emit(head, 1)
    assert "Right adductor longus" not in names(desk)


@pytest.mark.slow
def test_going_through_the_muscles_stops_at_parts_and_not_at_names(desk):
    seen = []
    for _ in range(32):
        desk.host.click(desk.ui.nextButton)
        seen.append(desk.panel.review.muscles.chosen)
    assert len({*seen}) == 32
    assert None not in seen
    assert "Right adductor longus" in names(desk)  # it was gone to, so that it is in sight


@pytest.mark.slow
def test_a_segment_that_is_chosen_in_the_editor_comes_in_sight(desk):
    desk.panel.review.muscles.mark(32)
    assert desk.panel.review.muscles.chosen == 32
    assert "Right adductor longus" in names(desk)


@pytest.mark.slow
def test_the_name_of_a_muscle_shows_and_hides_its_parts(desk):
    import qt

    table, head = desk.ui.musclesTable, row_of(desk, f"{FOLDED} Right adductor")
    table.item(head, 0).setCheckState(qt.Qt.Unchecked)
    desk.host.work()
    display = desk.parameters.segmentation.GetDisplayNode()
    from MuscleSegLib.scene.segmentations import segments_by_value

    identities = segments_by_value(desk.parameters.segmentation)
    assert {value: bool(display.GetSegmentVisibility(identities[value])) for value in VALUES} == {
        value: value not in (31, 32, 33) for value in VALUES
    }


@pytest.mark.slow
def test_results_are_those_of_the_parts_or_of_their_muscles(desk):
    assert not desk.ui.byParentCheckBox.isHidden()
    assert len(desk.table()) == 32
    # Voxels of 2 x 2 x 5 mm, four rows in three slices: 0.24 cubic centimeters a column.
    assert float(desk.table()["Right adductor longus"][0]) == pytest.approx(6 * 0.24, abs=0.05)

    desk.ui.byParentCheckBox.checked = True
    desk.host.spin(lambda: len(desk.table()) == 20)
    assert float(desk.table()["Right adductor"][0]) == pytest.approx((4 + 6 + 4) * 0.24, abs=0.05)
    assert len(names(desk, hidden=True)) == 32 + 4  # the list stays, with a name for each muscle with parts

    before = desk.table()["Right adductor"][0]
    desk.shrink(32)  # by one row of its four
    desk.host.spin(lambda: desk.table()["Right adductor"][0] != before)
    assert float(desk.table()["Right adductor"][0]) == pytest.approx((4 + 6 * 3 / 4 + 4) * 0.24, abs=0.05)
    desk.ui.byParentCheckBox.checked = False
    desk.host.spin(lambda: len(desk.table()) == 32)


@pytest.mark.slow
def test_a_muscle_without_one_of_its_parts_says_so(desk):
    desk.ui.byParentCheckBox.checked = True
    desk.host.spin(lambda: len(desk.table()) == 20)
    assert "Without" not in desk.warnings()["Right adductor"]
    from MuscleSegLib.scene.muscle_masks import mask_of, set_mask

    mask = mask_of(desk.parameters.segmentation, 33, desk.parameters.scan)
    set_mask(desk.parameters.segmentation, 33, Volume(np.zeros_like(mask.array), mask.geometry))
    desk.host.spin(lambda: "Without adductor brevis" in desk.warnings()["Right adductor"])


@pytest.mark.slow
def test_without_fine_muscles_nothing_is_folded_and_nothing_offered(at_desk):
    assert at_desk.ui.byParentCheckBox.isHidden()
    assert not any(name.startswith((FOLDED, UNFOLDED)) for name in names(at_desk))
