"""Edits of a segmentation, muscle by muscle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray

from MuscleSegLib.scene.layers import layers_of
from MuscleSegLib.scene.segmentations import segments_by_value

_Box = tuple[tuple[int, ...], NDArray[np.bool_]]
"""A muscle's bounding box: index (k, j, i) of its first voxel, and the mask in it, [k, j, i]."""

_EVENTS = (
    slicer.vtkSegmentation.SegmentAdded,
    slicer.vtkSegmentation.SegmentRemoved,
    slicer.vtkSegmentation.SegmentModified,
    slicer.vtkSegmentation.SourceRepresentationModified,
    slicer.vtkSegmentation.RepresentationModified,
    slicer.vtkMRMLSegmentationNode.SegmentationChangedEvent,
)


class SegmentObserver:
    """Observer of a segmentation that calls back with the edited muscles.

    Slicer's events name at most a single segment, though painting a muscle takes voxels from its neighbors. So the
    voxels are compared with those of the last event: a few milliseconds, and none where no voxels have changed.
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
            segmentation: Watched segmentation.
            on_edit: Called with the label value of each muscle that has gained or lost voxels.
            on_change: Called when muscles were added, removed, renamed or colored, before ``on_edit``.
            later: Delays the comparison until Slicer has done its work, as a timer does; the default compares at each
                event. Muscles that undo takes away and brings back meanwhile are then no edit.
        """
        self._node = segmentation
        self._on_edit, self._on_change, self._later = on_edit, on_change, later
        self._is_waiting = False
        self._looks = _looks(segmentation)
        self._names = _names(segmentation)
        self._times = _times(segmentation)
        self._boxes = _boxes(segmentation)
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
            boxes = _boxes(self._node)
            edited = [value for value in looks if not _are_equal(boxes.get(value), self._boxes.get(value))]
            self._times, self._boxes = times, boxes
        if renamed:
            self._on_change()
        for value in edited:
            self._on_edit(value)


def _looks(node: slicer.vtkMRMLSegmentationNode) -> dict[int, tuple[Any, ...]]:
    segmentation = node.GetSegmentation()
    looks = {}
    for value, identity in segments_by_value(node).items():
        segment = segmentation.GetSegment(identity)
        looks[value] = (identity, segment.GetName(), segment.GetColor())
    return looks


def _names(node: slicer.vtkMRMLSegmentationNode) -> dict[str, str]:
    """Return the name of every segment by its ID, muscle or not."""
    segmentation = node.GetSegmentation()
    return {identity: segmentation.GetSegment(identity).GetName() for identity in segmentation.GetSegmentIDs()}


def _times(node: slicer.vtkMRMLSegmentationNode) -> dict[int, int]:
    """Return the modification time of each muscle's image, by label value; VTK gives no two changes the same."""
    segmentation = node.GetSegmentation()
    name = segmentation.GetSourceRepresentationName()
    times = {}
    for value, identity in segments_by_value(node).items():
        data = segmentation.GetSegment(identity).GetRepresentation(name)
        times[value] = data.GetMTime() if data else 0
    return times


def _boxes(node: slicer.vtkMRMLSegmentationNode) -> dict[int, _Box]:
    from scipy import ndimage

    value_of = {identity: value for value, identity in segments_by_value(node).items()}
    boxes: dict[int, _Box] = {}
    for layer in layers_of(node):
        labels = layer.labels(value_of)
        for value, box in enumerate(ndimage.find_objects(labels), start=1):
            if box is not None:
                first = tuple(side.start + start for side, start in zip(box, layer.first, strict=True))
                boxes[value] = (first, labels[box] == value)
    return boxes


def _are_equal(box: _Box | None, other: _Box | None) -> bool:
    if box is None or other is None:
        return box is other
    return box[0] == other[0] and np.array_equal(box[1], other[1])
