"""Which segments of a segmentation the views show."""

from __future__ import annotations

from typing import Any

import slicer


class ShownAlone:
    """One segment that is shown alone until ``end``, when all others are shown again that were shown before.

    Effects of the Segment Editor that work on all visible segments then work on this one. It stays so whatever else
    shows a segment meanwhile.

    Attributes:
        identity: The segment's ID.

    """

    def __init__(self, node: slicer.vtkMRMLSegmentationNode, identity: str) -> None:
        self.identity = identity
        self._segmentation, self._display = node.GetSegmentation(), node.GetDisplayNode()
        self._hidden: set[str] = set()
        self._is_hiding = False
        self._hide()
        self._observer = self._display.AddObserver("ModifiedEvent", self._hide)

    def end(self) -> None:
        """Show again what was hidden. It may be called twice."""
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
