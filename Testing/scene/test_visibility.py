import pytest


def visible(node):
    return set(node.GetDisplayNode().GetVisibleSegmentIDs())


@pytest.fixture
def alone(shown):
    """The gracilis shown alone, the sartorius having been hidden before."""
    from MuscleSegLib.scene.segmentations import segments_by_value
    from MuscleSegLib.scene.visibility import ShownAlone

    identities = segments_by_value(shown)
    shown.GetDisplayNode().SetSegmentVisibility(identities[5], False)
    before = visible(shown)
    return ShownAlone(shown, identities[3]), identities, before


def test_one_segment_is_shown_and_then_all_that_were_shown_before(alone, shown):
    shown_alone, identities, before = alone
    assert visible(shown) == {identities[3]}
    shown_alone.end()
    assert visible(shown) == before
    shown_alone.end()
    assert visible(shown) == before


def test_it_stays_alone_whatever_else_shows_a_segment(alone, shown):
    shown_alone, identities, before = alone
    shown.GetDisplayNode().SetSegmentVisibility(identities[5], True)
    shown.GetDisplayNode().SetAllSegmentsVisibility(True)
    assert visible(shown) == {identities[3]}
    shown_alone.end()
    assert visible(shown) == before | {identities[5]}


def test_a_segment_that_is_removed_meanwhile_stays_away(alone, shown):
    shown_alone, identities, before = alone
    shown.GetSegmentation().RemoveSegment(identities[8])
    shown_alone.end()
    assert visible(shown) == before - {identities[8]}
