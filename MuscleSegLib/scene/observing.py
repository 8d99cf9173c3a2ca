"""Telling which muscles of a segmentation somebody edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray

from MuscleSegLib.scene.layers import layers_of
from MuscleSegLib.scene.segmentations import segments_by_value

_Shape = tuple[tuple[int, ...], NDArray[np.bool_]]
"""Where a muscle's box of voxels begins in its layer, and the voxels in the box."""

_EVENTS = (
    slicer.vtkSegmentation.SegmentAdded,
    slicer.vtkSegmentation.SegmentRemoved,
    slicer.vtkSegmentation.SegmentModified,
    slicer.vtkSegmentation.SourceRepresentationModified,
    slicer.vtkSegmentation.RepresentationModified,
    slicer.vtkMRMLSegmentationNode.SegmentationChangedEvent,
)


class SegmentObserver:
    """Calls back when muscles of a segmentation are edited.

    Slicer's events name one segment at the most, though painting one muscle takes voxels from its neighbors. So the
    voxels are compared with those of the last event: a few milliseconds, and nothing where no voxels have changed.
    """

    def __init__(
        self,
        segmentation: slicer.vtkMRMLSegmentationNode,
        on_edit: Callable[[int], None],
        on_change: Callable[[], None],
        *,
        later: Callable[[Callable[[], None]], None] = lambda look: look(),
    ) -> None:
        """Watch a segmentation until ``stop``.

        Args:
            segmentation: What is watched.
            on_edit: Called with the label value of each muscle that has gained or lost voxels.
            on_change: Called when muscles were added, removed, renamed or colored, before ``on_edit``.
            later: Calls what it is given when Slicer has done its work, as a timer does; else that is called at each
                event. Undo and the like take muscles away and bring them back in one go, and are then no edit.

        """
        self._node = segmentation
        self._on_edit, self._on_change, self._later = on_edit, on_change, later
        self._is_waiting = False
        self._looks = _looks(segmentation)
        self._names = _names(segmentation)
        self._times = _times(segmentation)
        self._shapes = _shapes(segmentation)
        self._observers = [segmentation.AddObserver(event, self._on_event) for event in _EVENTS]

    def stop(self) -> None:
        """Watch no longer. It may be called twice."""
        for observer in self._observers:
            self._node.RemoveObserver(observer)
        self._observers = []

    def _on_event(self, *_: Any) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self._later(self._compare)

    def _compare(self) -> None:
        self._is_waiting = False
        if not self._observers:  # stopped while this waited
            return
        looks, names, times = _looks(self._node), _names(self._node), _times(self._node)
        renamed = (looks, names) != (self._looks, self._names)
        self._looks, self._names = looks, names
        edited: list[int] = []
        if renamed or times != self._times:
            shapes = _shapes(self._node)
            edited = [value for value in looks if not _same(shapes.get(value), self._shapes.get(value))]
            self._times, self._shapes = times, shapes
        if renamed:
            self._on_change()
        for value in edited:
            self._on_edit(value)


def _looks(node: slicer.vtkMRMLSegmentationNode) -> dict[int, tuple[Any, ...]]:
    segmentation = node.GetSegmentation()
    found = {}
    for value, identity in segments_by_value(node).items():
        segment = segmentation.GetSegment(identity)
        found[value] = (identity, segment.GetName(), segment.GetColor())
    return found


def _names(node: slicer.vtkMRMLSegmentationNode) -> dict[str, str]:
    """Return the name of every segment by its ID, of those that are no muscles too."""
    segmentation = node.GetSegmentation()
    return {identity: segmentation.GetSegment(identity).GetName() for identity in segmentation.GetSegmentIDs()}


def _times(node: slicer.vtkMRMLSegmentationNode) -> dict[int, int]:
    """Return when the image that holds each muscle was last written to. VTK gives no two changes the same number."""
    segmentation = node.GetSegmentation()
    name = segmentation.GetSourceRepresentationName()
    found = {}
    for value, identity in segments_by_value(node).items():
        data = segmentation.GetSegment(identity).GetRepresentation(name)
        found[value] = data.GetMTime() if data else 0
    return found


def _shapes(node: slicer.vtkMRMLSegmentationNode) -> dict[int, _Shape]:
    from scipy import ndimage

    wanted = {identity: value for value, identity in segments_by_value(node).items()}
    found: dict[int, _Shape] = {}
    for layer in layers_of(node):
        labels = layer.labels(wanted)
        for value, box in enumerate(ndimage.find_objects(labels), start=1):
            if box is not None:
                first = tuple(side.start + start for side, start in zip(box, layer.first, strict=True))
                found[value] = (first, labels[box] == value)
    return found


def _same(one: _Shape | None, other: _Shape | None) -> bool:
    if one is None or other is None:
        return one is other
    return one[0] == other[0] and np.array_equal(one[1], other[1])
