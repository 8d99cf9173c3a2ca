"""``SampleData``: the list of data sets that modules register, with the keywords that Slicer's takes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import slicer

_Some = str | list[str] | None


@dataclass
class SampleDataSource:
    """One data set."""

    sampleName: str | None = None
    uris: _Some = None
    fileNames: _Some = None
    nodeNames: _Some = None
    customDownloader: Callable[["SampleDataSource"], Any] | None = None
    thumbnailFileName: str | None = None
    loadFileTypes: _Some = None
    loadFiles: bool | None = None
    loadFileProperties: dict[str, Any] = field(default_factory=dict)
    checksums: _Some = None
    loadFileType: _Some = None


class SampleDataLogic:
    """Where data sets are registered: ``slicer.modules.sampleDataSources[category]``."""

    @staticmethod
    def registerCustomSampleDataSource(category: str = "Custom", **properties: Any) -> None:
        if not hasattr(slicer.modules, "sampleDataSources"):
            slicer.modules.sampleDataSources = {}
        slicer.modules.sampleDataSources.setdefault(category, []).append(SampleDataSource(**properties))

    @staticmethod
    def sampleDataSourcesByCategory(category: str | None = None) -> Any:
        known = getattr(slicer.modules, "sampleDataSources", {})
        return known.get(category, []) if category else known
