"""``SampleData``: data sets that modules register, and how Slicer's module of that name downloads and loads them.

It goes the way of Slicer 5.13 step by step: a program's ``downloadSample`` copies each URI into the cache and gives the
file to the reader of its type, whatever ``customDownloader`` says; a click in the gallery calls that one, where there
is one. Archives are left out.
"""

import hashlib
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import slicer
import vtk

_Some = Any  # one value, or a sequence of as many as there are URIs
_PARTS = ("fileNames", "nodeNames", "checksums", "loadFiles", "loadFileTypes")
_SCENES = (".mrml", ".mrb")


class SampleDataSource:
    """One data set: as many of each part as there are URIs."""

    def __init__(
        self,
        sampleName: str | None = None,
        sampleDescription: str | None = None,
        uris: str | Sequence[str] | None = None,
        fileNames: _Some = None,
        nodeNames: _Some = None,
        checksums: _Some = None,
        loadFiles: _Some = None,
        customDownloader: Callable[["SampleDataSource"], Any] | None = None,
        thumbnailFileName: str | None = None,
        loadFileTypes: _Some = None,
        loadFileProperties: dict[str, Any] | None = None,
    ) -> None:
        self.sampleName, self.sampleDescription = sampleName, sampleDescription or sampleName
        self.customDownloader, self.thumbnailFileName = customDownloader, thumbnailFileName
        self.loadFileProperties = loadFileProperties or {}
        parts = dict(zip(_PARTS, (fileNames, nodeNames, checksums, loadFiles, loadFileTypes), strict=True))
        if isinstance(uris, str):
            uris, parts = [uris], {name: [value] for name, value in parts.items()}
        elif uris is not None:
            if isinstance(loadFileTypes, str):
                parts["loadFileTypes"] = [loadFileTypes] * len(uris)
            for name in set(_PARTS) - {"fileNames"}:
                parts[name] = parts[name] if parts[name] is not None else [None] * len(uris)
        self.uris = uris
        vars(self).update(parts)
        if any(len(part) != len(self.uris) for part in parts.values()):
            raise ValueError("All fields of sample data source must have the same length")

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return str(vars(self))


class SampleDataLogic:
    """Where data sets are registered (``slicer.modules.sampleDataSources[category]``), downloaded and loaded."""

    @staticmethod
    def registerCustomSampleDataSource(
        category: str = "Custom",
        sampleName: str | None = None,
        uris: Any = None,
        fileNames: _Some = None,
        nodeNames: _Some = None,
        customDownloader: Callable[[SampleDataSource], Any] | None = None,
        thumbnailFileName: str | None = None,
        loadFileTypes: _Some = None,
        loadFiles: _Some = None,
        loadFileProperties: Any = None,
        checksums: _Some = None,
    ) -> None:
        arguments = dict(locals())
        source = SampleDataSource(**{name: value for name, value in arguments.items() if name != "category"})
        known = SampleDataLogic.sampleDataSourcesByCategory().setdefault(category, [])
        if source not in known:
            known.append(source)

    @staticmethod
    def sampleDataSourcesByCategory(category: str | None = None) -> Any:
        if not hasattr(slicer.modules, "sampleDataSources"):
            slicer.modules.sampleDataSources = {}
        known = slicer.modules.sampleDataSources
        return known if category is None else known.get(category, [])

    def sourceForSampleName(self, sampleName: str) -> SampleDataSource | None:
        sources = (one for group in self.sampleDataSourcesByCategory().values() for one in group)
        return next((one for one in sources if one.sampleName == sampleName), None)

    def downloadSample(self, sampleName: str) -> Any:
        return self.downloadSamples(sampleName)[0]

    def downloadSamples(self, sampleName: str) -> list[Any]:
        source = self.sourceForSampleName(sampleName)
        return self.downloadFromSource(source) if source is not None else []

    def downloadFromURL(self, uris: Any = None, **parts: Any) -> list[Any]:
        return self.downloadFromSource(SampleDataSource(uris=uris, **parts))

    def downloadFromSource(self, source: SampleDataSource, maximumAttemptsCount: int = 3) -> list[Any]:
        """Copy each URI into the cache and load it: nodes are returned, or files where nothing is to be loaded."""
        nodes: list[Any] = []
        paths: list[str] = []
        are_nameless = all(name is None for name in source.nodeNames)
        parts = [getattr(source, name) for name in _PARTS]
        for uri, file_name, node_name, checksum, is_loaded, kind in zip(source.uris, *parts, strict=False):
            file_name = file_name or Path(urllib.request.url2pathname(uri)).name
            if node_name is None and is_loaded is not False and are_nameless:
                node_name = Path(file_name).stem
            for _attempt in range(maximumAttemptsCount):
                try:
                    path = self.downloadFileIntoCache(uri, file_name, checksum)
                except ValueError:
                    continue
                if kind == "SceneFile" or (kind is None and node_name is None and path.endswith(_SCENES)):
                    if not is_loaded or slicer.app.coreIOManager().loadScene(path, False):
                        nodes.append(path)
                        break
                elif not node_name:
                    paths.append(path)
                    break
                elif is_loaded is False:
                    nodes.append(path)
                    break
                elif node := self.loadNode(path, node_name, kind, dict(source.loadFileProperties)):
                    nodes.append(node)
                    break
                Path(path).unlink()  # it may be a part of it
        return nodes or paths

    def downloadFileIntoCache(self, uri: str, name: str, checksum: str | None = None) -> str:
        """Copy a URI into the cache, where it is not there yet, and return its path.

        Raises:
            ValueError: It cannot be opened.

        """
        path = Path(slicer.app.cachePath) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.stat().st_size and checksum is not None and _digest(path) != checksum:
            path.unlink()
        if not path.is_file() or not path.stat().st_size:
            try:
                urllib.request.urlretrieve(uri, path, _report)
            except OSError as error:
                raise ValueError(f"Failed to download {uri} to {path}") from error
            if checksum is not None and _digest(path) != checksum:
                path.unlink()
        return str(path)

    def loadNode(self, uri: str, name: str, fileType: str | None, fileProperties: dict[str, Any]) -> Any:
        """Return the first node that was loaded, the scene where the reader names none, None where it fails.

        The nodes lose what they would be saved with, since their file is in the cache.
        """
        fileProperties.update(fileName=uri, name=name)
        files, loaded = slicer.app.coreIOManager(), vtk.vtkCollection()
        is_loaded = files.loadNodes(fileType or files.fileType(uri), fileProperties, loaded)
        if not is_loaded and not loaded.GetNumberOfItems():
            return None
        for index in range(loaded.GetNumberOfItems()):
            node = loaded.GetItemAsObject(index)
            storage = node.GetStorageNode() if node.IsA("vtkMRMLStorableNode") else None
            if storage is not None:
                slicer.mrmlScene.RemoveNode(storage)
                node.SetAndObserveStorageNodeID(None)
        return loaded.GetItemAsObject(0) or slicer.mrmlScene


def downloadSample(sampleName: str) -> Any:
    return SampleDataLogic().downloadSample(sampleName)


def downloadSamples(sampleName: str) -> list[Any]:
    return SampleDataLogic().downloadSamples(sampleName)


def downloadFromURL(uris: Any = None, **parts: Any) -> list[Any]:
    return SampleDataLogic().downloadFromURL(uris, **parts)


def click(sampleName: str) -> None:
    """Do what a click on a sample's button in the gallery does."""
    source = SampleDataLogic().sourceForSampleName(sampleName)
    assert source is not None
    if source.customDownloader:
        source.customDownloader(source)
    else:
        SampleDataLogic().downloadFromSource(source)


def _digest(path: Path) -> str:
    return f"SHA256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


def _report(blocks: int, block_size: int, total_size: int) -> None:
    """Do the sum with which Slicer tells of the progress, which a URI of unknown or no size does not survive."""
    _ = 100.0 * blocks * block_size / total_size
