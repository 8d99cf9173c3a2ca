"""Volumes that come into the scene while the panel is open."""

from collections.abc import Callable, Sequence

import qt
import slicer

from MuscleSegLib.scene.volumes import has_voxels

SETTLED_MS = 200
"""Delay after a node was added, in which its reader gives it a name and voxels."""


class Arrivals:
    """New volumes, reported together."""

    def __init__(self, on_arrived: Callable[[Sequence[slicer.vtkMRMLScalarVolumeNode]], None]) -> None:
        """Wait for volumes.

        Args:
            on_arrived: Called with the new volumes that have voxels.
        """
        self._on_arrived = on_arrived
        self._identities: list[str] = []
        self._timer = qt.QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLED_MS)
        self._timer.connect("timeout()", self.tell)

    def note(self, node: slicer.vtkMRMLNode) -> None:
        """Add a new node to the waiting volumes, if it is a volume."""
        if node.IsA("vtkMRMLScalarVolumeNode") and not node.IsA("vtkMRMLLabelMapVolumeNode"):
            self._identities.append(node.GetID())
            self._timer.start()

    def tell(self) -> None:
        """Report the waiting volumes, if there are any."""
        nodes = [slicer.mrmlScene.GetNodeByID(identity) for identity in self._identities]
        arrived = [node for node in nodes if node is not None and has_voxels(node)]
        if arrived and not slicer.mrmlScene.IsBatchProcessing():
            self._identities = []
            self._on_arrived(arrived)

    def forget(self) -> None:
        """Drop the waiting volumes."""
        self._timer.stop()
        self._identities = []
