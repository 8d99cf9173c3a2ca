"""Fill between slices: it fills the chosen muscle alone, and all muscles are shown again afterward."""

import numpy as np
import pytest

from MuscleSegLib.volume import Volume
from Testing.module.strokes import GRACILIS, LATERALIS, RECTUS_FEMORIS, changed, choose, masks


@pytest.fixture
def desk(at_desk):
    """A person at the muscles of one thigh, whose voxels before any change are kept."""
    at_desk.drawn = masks(at_desk)
    return at_desk


def make_gaps(desk):
    """Take a slice out of all muscles, and return the voxels of each then."""
    from MuscleSegLib.scene.muscle_masks import set_mask
    from MuscleSegLib.scene.volumes import geometry_of

    grid = geometry_of(desk.parameters.scan)
    for value, mask in desk.drawn.items():
        used = np.flatnonzero(mask.any(axis=(1, 2)))
        kept = mask.copy()
        kept[used[len(used) // 2]] = False
        set_mask(desk.parameters.segmentation, value, Volume(kept, grid))
    desk.drawn = masks(desk)


def visible(desk):
    return set(desk.parameters.segmentation.GetDisplayNode().GetVisibleSegmentIDs())


def fill(desk):
    effect = desk.ui.segmentEditor.activeEffect().self()
    effect.onPreview()
    effect.onApply()


@pytest.mark.parametrize("value", [GRACILIS, RECTUS_FEMORIS, LATERALIS])
@pytest.mark.slow
def test_fill_between_slices_fills_the_chosen_muscle_alone(desk, value):
    make_gaps(desk)
    before = visible(desk)
    choose(desk, value)
    desk.ui.segmentEditor.setActiveEffectByName("Fill between slices")
    fill(desk)
    assert changed(desk) == {value}
    desk.ui.segmentEditor.setActiveEffectByName("Paint")
    assert visible(desk) == before
    shown = [desk.ui.musclesTable.item(row, 0).checkState().value for row in range(10)]
    assert shown == [2] * 10


def test_fill_between_slices_fills_it_alone_whatever_is_shown_meanwhile(desk):
    make_gaps(desk)
    choose(desk, GRACILIS)
    desk.ui.segmentEditor.setActiveEffectByName("Fill between slices")
    desk.host.click(desk.ui.onlyButton)
    desk.host.click(desk.ui.onlyButton)
    desk.parameters.segmentation.GetDisplayNode().SetAllSegmentsVisibility(True)
    fill(desk)
    assert changed(desk) == {GRACILIS}


def test_fill_between_slices_follows_the_choice_and_forgets_what_it_would_have_done(desk):
    make_gaps(desk)
    choose(desk, GRACILIS)
    desk.ui.segmentEditor.setActiveEffectByName("Fill between slices")
    effect = desk.ui.segmentEditor.activeEffect().self()
    effect.onPreview()
    choose(desk, LATERALIS)
    with pytest.raises(AttributeError, match="no preview"):
        effect.onApply()
    fill(desk)
    assert changed(desk) == {LATERALIS}


def test_fill_between_slices_needs_a_muscle(desk):
    desk.ui.segmentEditor.setActiveEffectByName("Fill between slices")
    assert desk.ui.segmentEditor.activeEffect() is None


def test_all_muscles_are_shown_again_when_the_panel_is_left(desk):
    before = visible(desk)
    choose(desk, GRACILIS)
    desk.ui.segmentEditor.setActiveEffectByName("Fill between slices")
    assert len(visible(desk)) == 1
    desk.widget.parent.exit()
    assert visible(desk) == before
    desk.widget.parent.enter()
