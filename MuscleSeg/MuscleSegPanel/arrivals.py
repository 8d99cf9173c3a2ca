"""Volumes that come into the scene while the panel is open."""

from collections.abc import Callable, Sequence

import qt
import slicer

from MuscleSegLib.scene.volumes import has_voxels

SETTLED_MS = 200
"""After a node was added, until it is looked at: what loads it names it and gives it voxels later."""


class Arrivals:
    """New volumes, which are told of together."""

    def __init__(self, on_arrived: Callable[[Sequence[slicer.vtkMRMLScalarVolumeNode]], None]) -> None:
        """Wait for volumes.

        Args:
            on_arrived: Called with those that have voxels now.

        """
        self._on_arrived = on_arrived
        self._identities: list[str] = []
        self._timer = qt.QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLED_MS)
        self._timer.connect("timeout()", self.tell)

    def note(self, node: slicer.vtkMRMLNode) -> None:
        """Take notice of a node that was added."""
        if node.IsA("vtkMRMLScalarVolumeNode") and not node.IsA("vtkMRMLLabelMapVolumeNode"):
            self._identities.append(node.GetID())
            self._timer.start()

    def tell(self) -> None:
        """Tell of what has come, if anything has."""
        nodes = [slicer.mrmlScene.GetNodeByID(identity) for identity in self._identities]
        found = [node for node in nodes if node is not None and has_voxels(node)]
        if found and not slicer.mrmlScene.IsBatchProcessing():
            self._identities = []
            self._on_arrived(found)

    def forget(self) -> None:
        """Tell nothing of what has come: it was looked at."""
        self._timer.stop()
        self._identities = []
