"""Visibility of segments in the views."""

from __future__ import annotations

from typing import Any

import slicer


class ShownAlone:
    """Segment shown alone until ``end``, which shows the hidden segments again.

    Effects of the Segment Editor on all visible segments then work on this segment alone, whatever else shows a segment
    meanwhile.

    Attributes:
        identity: Segment ID.
    """

    def __init__(self, node: slicer.vtkMRMLSegmentationNode, identity: str) -> None:
        self.identity = identity
        self._segmentation, self._display = node.GetSegmentation(), node.GetDisplayNode()
        self._hidden: set[str] = set()
        self._is_hiding = False
        self._hide()
        self._observer = self._display.AddObserver("ModifiedEvent", self._hide)

    def end(self) -> None:
        """Show the hidden segments again. A second call does nothing."""
        self._display.RemoveObserver(self._observer)
        for identity in self._hidden & set(self._segmentation.GetSegmentIDs()):
            self._display.SetSegmentVisibility(identity, True)
        self._hidden = set()

    def _hide(self, *_: Any) -> None:
        if self._is_hiding:
            return
        self._is_hiding = True
        for identity in self._segmentation.GetSegmentIDs():
            if identity != self.identity and self._display.GetSegmentVisibility(identity):
                self._hidden.add(identity)
                self._display.SetSegmentVisibility(identity, False)
        self._display.SetSegmentVisibility(self.identity, True)
        self._is_hiding = False
