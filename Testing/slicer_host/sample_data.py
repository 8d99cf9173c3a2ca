"""``SampleData``: data sets that modules register, and how Slicer's module of that name downloads and loads them.

It goes the way of Slicer 5.13 as far as MuscleSeg does: each URI is copied into the cache, and the file given to the
reader of its type. Checksums, archives, scenes and downloaders of a module's own are left out.
"""

import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import slicer
import vtk


@dataclass(frozen=True)
class SampleDataSource:
    """Data set with URIs, and as many of each other part."""

    sampleName: str
    uris: Sequence[str]
    fileNames: Sequence[str]
    nodeNames: Sequence[str]
    loadFileTypes: Sequence[str]
    thumbnailFileName: str | None

    def files(self) -> Any:
        return zip(self.uris, self.fileNames, self.nodeNames, self.loadFileTypes, strict=True)


class SampleDataLogic:
    """Register of data sets (``slicer.modules.sampleDataSources[category]``), downloaded and loaded."""

    @staticmethod
    def registerCustomSampleDataSource(
        category: str = "Custom",
        sampleName: str = "",
        uris: Sequence[str] = (),
        fileNames: Sequence[str] = (),
        nodeNames: Sequence[str] = (),
        thumbnailFileName: str | None = None,
        loadFileTypes: Sequence[str] = (),
    ) -> None:
        if not hasattr(slicer.modules, "sampleDataSources"):
            slicer.modules.sampleDataSources = {}
        source = SampleDataSource(sampleName, uris, fileNames, nodeNames, loadFileTypes, thumbnailFileName)
        slicer.modules.sampleDataSources.setdefault(category, []).append(source)

    def downloadSamples(self, sampleName: str) -> list[Any]:
        groups = getattr(slicer.modules, "sampleDataSources", {})
        sources = [source for group in groups.values() for source in group if source.sampleName == sampleName]
        nodes = []
        for uri, file_name, name, kind in sources[0].files() if sources else ():
            path = Path(slicer.app.cachePath) / file_name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or not path.stat().st_size:
                urllib.request.urlretrieve(uri, path, _report)
            if (node := _loaded(path, name, kind)) is not None:
                nodes.append(node)
        return nodes


def downloadSample(sampleName: str) -> Any:
    return downloadSamples(sampleName)[0]


def downloadSamples(sampleName: str) -> list[Any]:
    return SampleDataLogic().downloadSamples(sampleName)


click = downloadSamples
"""Click on a sample's button in the gallery, where it has no downloader of its own."""


def _loaded(path: Path, name: str, kind: str) -> Any:
    """Return the node that was loaded, None where that fails; it loses its file, which is in the cache."""
    loaded = vtk.vtkCollection()
    if not slicer.app.coreIOManager().loadNodes(kind, {"fileName": str(path), "name": name}, loaded):
        return None
    node = loaded.GetItemAsObject(0)
    if (storage := node.GetStorageNode()) is not None:
        slicer.mrmlScene.RemoveNode(storage)
        node.SetAndObserveStorageNodeID(None)
    return node


def _report(blocks: int, block_size: int, total_size: int) -> None:
    """Do the sum with which Slicer tells of the progress, which a URI of unknown or no size does not survive."""
    _ = 100.0 * blocks * block_size / total_size
