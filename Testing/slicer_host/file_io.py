"""Reading and writing of files as Slicer's IO manager does it, with Slicer's own storage nodes."""

from pathlib import Path
from typing import Any

import slicer
from PySide6.QtCore import QObject, Signal

from Testing.slicer_host import errors

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


class qSlicerScriptedFileReader:
    """A reader that a module brings along as its class ``<module>FileReader``, whose ``parent`` is Slicer's side."""

    def __init__(self, kind: Any) -> None:
        self.loadedNodes: list[str] = []
        self._messages = slicer.vtkMRMLMessageCollection()
        self._python = kind(self)

    def userMessages(self) -> Any:
        return self._messages

    def fileType(self) -> str:
        return str(self._python.fileType())

    def endings(self) -> list[str]:
        """Return the endings in filters such as ``Legs (*.legs)``."""
        return [part.strip("*") for text in self._python.extensions() for part in text.partition("(")[2][:-1].split()]

    def load(self, properties: dict[str, Any]) -> bool:
        """Load a file. As in Slicer, an exception is printed, and what is no bool is no success."""
        self.loadedNodes = []
        try:
            return self._python.load(properties) is True
        except Exception:
            errors.report_exception()
            return False


class qSlicerIOManager(QObject):
    """Readers and writers behind ``slicer.util.loadVolume``, ``loadScene`` and ``saveScene``."""

    newFileLoaded = Signal(dict)
    SIGNALS = {"newFileLoaded(qSlicerIO::IOProperties)": "newFileLoaded"}

    def __init__(self) -> None:
        super().__init__()
        self._readers: dict[str, qSlicerScriptedFileReader] = {}

    def fileType(self, path: str) -> str:
        """Return the type by the longest ending that is known."""
        types = _TYPES | {ending: reader.fileType() for reader in self._readers.values() for ending in reader.endings()}
        endings = sorted((ending for ending in types if str(path).endswith(ending)), key=len)
        return types[endings[-1]] if endings else "NoFile"

    def fileWriterFileType(self, node: Any) -> str:
        """Return the type of the files that a node is written to."""
        return next((name for name, kind in _NODES.items() if node.IsA(kind)), "NoFile")

    def loadNodes(self, file_type: str, properties: dict[str, Any], loaded: Any = None, messages: Any = None) -> bool:
        """Load a file; the nodes that came are added to the collection ``loaded``."""
        path = str(properties["fileName"])
        if file_type == "SceneFile":
            return self.loadScene(path, properties.get("clear", True))
        for reader in self._readers.values():
            if reader.fileType() == file_type and path.endswith(tuple(reader.endings())):
                is_read = reader.load(properties)
                for identity in reader.loadedNodes if loaded is not None else ():
                    loaded.AddItem(slicer.mrmlScene.GetNodeByID(identity))
                return is_read
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
