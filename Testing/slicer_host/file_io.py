"""Reading and writing of files as Slicer's IO manager does it, with Slicer's own storage nodes."""

from pathlib import Path
from typing import Any

import slicer
from PySide6.QtCore import QObject, Signal

_TYPES = {
    ".mrb": "SceneFile",
    ".mrml": "SceneFile",
    ".seg.nrrd": "SegmentationFile",
    ".nrrd": "VolumeFile",
    ".nhdr": "VolumeFile",
    ".nii": "VolumeFile",
    ".nii.gz": "VolumeFile",
}
_NODES = {"VolumeFile": "vtkMRMLScalarVolumeNode", "SegmentationFile": "vtkMRMLSegmentationNode"}


class qSlicerIOManager(QObject):
    """What ``slicer.util.loadVolume``, ``loadScene`` and ``saveScene`` turn to."""

    newFileLoaded = Signal(dict)
    SIGNALS = {"newFileLoaded(qSlicerIO::IOProperties)": "newFileLoaded"}

    def fileType(self, path: str) -> str:
        """Return the type by the longest ending that is known."""
        endings = sorted((ending for ending in _TYPES if str(path).endswith(ending)), key=len)
        return _TYPES[endings[-1]] if endings else "NoFile"

    def fileWriterFileType(self, node: Any) -> str:
        """Return the type of the files that a node is written to."""
        return next((name for name, kind in _NODES.items() if node.IsA(kind)), "NoFile")

    def loadNodes(self, file_type: str, properties: dict[str, Any], loaded: Any = None, messages: Any = None) -> bool:
        """Load a file; the nodes that came are added to the collection ``loaded``."""
        path = str(properties["fileName"])
        if file_type == "SceneFile":
            return self.loadScene(path, properties.get("clear", True))
        kind = "vtkMRMLLabelMapVolumeNode" if properties.get("labelmap") else _NODES.get(file_type)
        if kind is None or not Path(path).is_file():
            return False
        name = properties.get("name") or Path(path).name.partition(".")[0]
        node = slicer.mrmlScene.AddNewNodeByClass(kind, slicer.mrmlScene.GenerateUniqueName(name))
        node.AddDefaultStorageNode(path)  # stays with the node, which is how one knows its file
        if not node.GetStorageNode().ReadData(node):
            slicer.mrmlScene.RemoveNode(node.GetStorageNode())
            slicer.mrmlScene.RemoveNode(node)
            return False
        node.CreateDefaultDisplayNodes()
        if loaded is not None:
            loaded.AddItem(node)
        self.newFileLoaded.emit(dict(properties))
        return True

    def loadScene(self, path: str, clear: bool = True) -> bool:
        scene = slicer.mrmlScene
        if path.endswith(".mrb"):
            return bool(scene.ReadFromMRB(path, clear))
        scene.SetURL(path)
        return bool(scene.Connect() if clear else scene.Import())

    def saveNodes(self, file_type: str, properties: dict[str, Any], messages: Any = None) -> bool:
        path = str(properties["fileName"])
        if file_type == "SceneFile" and path.endswith(".mrb"):
            return bool(slicer.mrmlScene.WriteToMRB(path, None, messages))
        node = slicer.mrmlScene.GetNodeByID(properties.get("nodeID", ""))
        if node is None:
            return False
        node.AddDefaultStorageNode(path)
        node.GetStorageNode().SetFileName(path)
        return bool(node.GetStorageNode().WriteData(node))

    def addDefaultStorageNodes(self) -> None:
        """Give what can be stored something to store it with."""
        for index in range(slicer.mrmlScene.GetNumberOfNodes()):
            node = slicer.mrmlScene.GetNthNode(index)
            if node.IsA("vtkMRMLStorableNode"):
                node.AddDefaultStorageNode()
