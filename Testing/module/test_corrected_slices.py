"""Corrected slices carry a muscle to the rest: real worker, Slicer's real scene, undo, saving."""

import numpy as np
import pytest
import slicer

from Testing.module.strokes import GRACILIS, SARTORIUS, choose, masks, settle

ROUNDS_S = 120


@pytest.fixture
def desk(work):
    """A person at the muscles of one thigh, which no network drew in this scene."""
    work.scans = work.load_with_muscles()
    return work


def edit(desk, value, slices):
    """Move a muscle two voxels forward in some slices, as somebody who draws it anew there, for the editor's undo."""
    from MuscleSegLib.scene.muscle_masks import mask_of, set_mask

    desk.ui.segmentEditor.saveStateForUndo()
    mask = mask_of(desk.parameters.segmentation, value, desk.parameters.scan)
    others = np.any([other for number, other in masks(desk).items() if number != value], axis=0)
    mask.array[slices] = np.roll(mask.array[slices], 2, axis=1) & ~others[slices]
    set_mask(desk.parameters.segmentation, value, mask)
    desk.host.work()


def corrected(desk):
    from MuscleSegPanel import slicer_scene

    return slicer_scene.corrected_slices(desk.parameters.segmentation, desk.parameters.scan)


def listed(desk):
    """Return what the panel says of the chosen muscle's slices, without links."""
    import re

    return re.sub("<[^>]*>", "", desk.ui.slicesLabel.text) if desk.ui.slicesLabel.visible else ""


def press(desk, button):
    desk.host.click(button)
    desk.host.spin(lambda: not desk.panel.jobs.is_propagating, ROUNDS_S)
    desk.host.work()


def middle_slices(desk, value):
    """Return two slices of a muscle with slices between them."""
    present = np.flatnonzero(masks(desk)[value].any(axis=(1, 2))).tolist()
    middle = len(present) // 2
    return present[middle - 2], present[middle + 2]


@pytest.mark.slow
def test_two_corrected_slices_carry_one_muscle_and_undo_and_scene_keep_them(desk, message, tmp_path):
    choose(desk, GRACILIS)
    assert listed(desk) == "Corrected slices: none"
    low, high = middle_slices(desk, GRACILIS)
    edit(desk, GRACILIS, [low])
    edit(desk, GRACILIS, [high])
    settle(desk, lambda: listed(desk) == f"Corrected slices: {low}, {high}")
    before, rows = masks(desk), desk.table()

    press(desk, desk.ui.useSlicesButton)

    assert "Gracilis: drawn anew in the slices" in message(desk.ui.correctMessage)
    after = masks(desk)
    assert {value for value in before if not np.array_equal(before[value], after[value])} == {GRACILIS}
    changed = np.flatnonzero((before[GRACILIS] != after[GRACILIS]).any(axis=(1, 2))).tolist()
    assert changed
    assert set(changed) <= set(range(low + 1, high))
    settle(desk, lambda: desk.table() != rows)
    assert [name for name, cells in desk.table().items() if cells != rows[name]] == ["Gracilis"]
    assert corrected(desk) == {GRACILIS: [low, high]}
    drawn = desk.table()

    desk.ui.segmentEditor.undo()
    settle(desk, lambda: desk.table() == rows)
    assert all(np.array_equal(mask, masks(desk)[value]) for value, mask in before.items())
    assert corrected(desk) == {GRACILIS: [low, high]}

    press(desk, desk.ui.useSlicesButton)
    settle(desk, lambda: desk.table() == drawn)
    slicer.util.saveScene(str(tmp_path / "scene.mrb"))
    slicer.mrmlScene.Clear(0)
    desk.host.work()
    assert not desk.ui.useSlicesButton.enabled
    slicer.util.loadScene(str(tmp_path / "scene.mrb"))
    desk.host.work()
    assert corrected(desk) == {GRACILIS: [low, high]}
    choose(desk, GRACILIS)
    assert listed(desk) == f"Corrected slices: {low}, {high}"
    assert desk.table() == drawn


@pytest.mark.slow
def test_each_muscle_is_carried_by_its_own_slices(desk, message):
    slices = {value: middle_slices(desk, value) for value in (GRACILIS, SARTORIUS)}
    slices[SARTORIUS] = slices[SARTORIUS][0] + 1, slices[SARTORIUS][1]
    for value, own in slices.items():
        edit(desk, value, list(own))
    before, own = masks(desk), {value: list(own) for value, own in slices.items()}
    assert corrected(desk) == own

    press(desk, desk.ui.useAllSlicesButton)

    after = masks(desk)
    assert {value for value in before if not np.array_equal(before[value], after[value])} == {GRACILIS, SARTORIUS}
    for value, (low, high) in slices.items():
        changed = np.flatnonzero((before[value] != after[value]).any(axis=(1, 2)))
        assert set(changed.tolist()) <= set(range(low + 1, high))
    assert corrected(desk) == own
    assert all(name in message(desk.ui.correctMessage) for name in ("Gracilis", "Sartorius"))


@pytest.mark.slow
def test_a_slice_is_marked_gone_to_and_taken_out_again(desk, message):
    from MuscleSegLib.scene.views import slice_in_view
    from MuscleSegLib.scene.volumes import geometry_of

    choose(desk, GRACILIS)
    low, high = middle_slices(desk, GRACILIS)
    grid = geometry_of(desk.parameters.scan)
    for index in (low, high):
        desk.panel.propagating.go_to(index)
        assert slice_in_view(grid) == index
        desk.host.click(desk.ui.markSliceButton)
    assert listed(desk) == f"Corrected slices: {low}, {high}"
    desk.ui.slicesLabel.linkActivated.emit(str(low))
    assert slice_in_view(grid) == low
    desk.host.click(desk.ui.markSliceButton)
    assert listed(desk) == f"Corrected slices: {high}"
    assert f"Slice {low} no longer counts as right for Gracilis" in message(desk.ui.correctMessage)


@pytest.mark.slow
def test_the_next_slice_is_gone_to_and_then_the_one_after_it(desk, message):
    from MuscleSegLib.scene.views import slice_in_view
    from MuscleSegLib.scene.volumes import geometry_of

    choose(desk, GRACILIS)
    low, high = middle_slices(desk, GRACILIS)
    edit(desk, GRACILIS, [low, high])
    before = masks(desk)
    seen = []
    for _number in range(2):
        press(desk, desk.ui.nextSliceButton)
        seen.append(slice_in_view(geometry_of(desk.parameters.scan)))
        assert f"Slice {seen[-1]}: its correction would help most" in message(desk.ui.correctMessage)
    assert len({*seen, low, high}) == 4
    assert all(np.array_equal(mask, masks(desk)[value]) for value, mask in before.items())


@pytest.mark.slow
def test_it_can_be_canceled_and_nothing_has_changed(desk, message):
    choose(desk, GRACILIS)
    edit(desk, GRACILIS, list(middle_slices(desk, GRACILIS)))
    before = masks(desk)
    desk.host.click(desk.ui.useSlicesButton)
    assert (desk.ui.useSlicesButton.text, desk.ui.slicesProgressBar.visible) == ("Cancel", True)
    press(desk, desk.ui.useSlicesButton)

    assert message(desk.ui.correctMessage) == "Canceled: nothing was changed."
    assert (desk.ui.useSlicesButton.enabled, desk.ui.slicesProgressBar.visible) == (True, False)
    assert all(np.array_equal(mask, masks(desk)[value]) for value, mask in before.items())


@pytest.mark.slow
def test_a_restored_muscle_has_no_corrected_slice(desk):
    choose(desk, GRACILIS)
    edit(desk, GRACILIS, list(middle_slices(desk, GRACILIS)))
    press(desk, desk.ui.useSlicesButton)
    settle(desk, lambda: desk.ui.restoreButton.enabled)
    desk.host.click(desk.ui.restoreButton)
    settle(desk, lambda: listed(desk) == "Corrected slices: none")
    assert corrected(desk) == {}
