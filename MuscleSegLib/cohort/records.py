"""Records of scans: the outcome of each, by which a run knows what is done."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from MuscleSegLib.cohort.outputs import ScanFiles, write_json
from MuscleSegLib.cohort.scans import Scan

DONE, FAILED = "done", "failed"


@dataclass(frozen=True)
class Record:
    """Outcome of a scan.

    Attributes:
        name: Name of the scan.
        subject: Label of its subject.
        session: Label of its session; empty without one.
        status: ``DONE`` or ``FAILED``.
        reason: Sentence why it failed; empty for a scan that is done.
        settings: Digest of options, networks and code.
        stamp: Digest of names, sizes and times of the files.
        content: Digest of the content of the files.
        sources: Files by their role.
        region: Region that the scan shows.
        network: Name and version of the network.
        device: Device that it ran on.
        confidence: Expected DSC by label value.
        notes: Sentences on doubts about the image and the segmentation.
        seconds: Duration.
    """

    name: str
    subject: str
    session: str
    status: str
    settings: str
    stamp: str
    content: str
    reason: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    network: str = ""
    device: str = ""
    confidence: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    def write(self, path: Path) -> None:
        """Write the record.

        Raises:
            MuscleSegError: It cannot be written.
        """
        write_json(dataclasses.asdict(self), path)


def read_record(path: Path) -> Record | None:
    """Return a record; None where there is none, or it is not one of this version."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Record(**{**content, "notes": tuple(content["notes"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def kept_record(scan: Scan, output: Path, settings: str, *, stamp: str) -> Record | None:
    """Return the record of a scan whose outcome still holds; None for a scan to be worked on.

    Args:
        scan: The scan.
        output: Folder of the output.
        settings: Digest of the run's settings.
        stamp: Stamp of the scan's files now.
    """
    from MuscleSegLib.cohort.fingerprints import content_of

    files = ScanFiles.of(output, scan)
    record = read_record(files.record)
    if record is None or record.settings != settings:
        return None
    if record.status == DONE and not all(path.is_file() for path in files.results):
        return None
    is_same = record.stamp == stamp or record.content == content_of(scan)
    return record if is_same else None
