"""Scans of a cohort: the files of each, and what each file is for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

IMAGE = "image"
ROLES = (IMAGE, "fat", "water", "ff", "mtr", "t2")
"""What a file is for: to be segmented, to make a fat fraction of, or to be measured."""


@dataclass(frozen=True)
class Source:
    """An image of a scan, as ``volume.read_volume`` takes it.

    Attributes:
        path: Image file, or folder of a DICOM series.
        series: UID of a DICOM series.
        contrast: Kind of the images of a DICOM series that holds several.
        files: Files that its content depends on.
    """

    path: Path
    series: str | None = None
    contrast: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    def __str__(self) -> str:
        words = [str(self.path), *([f"series {self.series}"] if self.series else []), *self.contrast]
        return ", ".join(words)


@dataclass(frozen=True)
class Scan:
    """A scan: an image, and maps of the same legs.

    Attributes:
        subject: Label of the subject, without "sub-".
        session: Label of the session; empty without sessions.
        entities: Further BIDS entities and their labels, in the order of the file's name.
        sources: Files by their role, one of ``ROLES``.
        units: Units of maps that their dialect of BIDS fixes, by map.
        problem: Sentence why it cannot be worked on; empty where it can.
    """

    subject: str
    session: str = ""
    entities: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, Source], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    problem: str = ""

    @property
    def name(self) -> str:
        """Beginning of the names of all its files: its entities."""
        session = [("ses", self.session)] if self.session else []
        return "_".join(f"{key}-{label}" for key, label in [("sub", self.subject), *session, *self.entities])

    @property
    def folder(self) -> Path:
        """Folder of its files, relative to a dataset."""
        place = Path(f"sub-{self.subject}")
        return (place / f"ses-{self.session}" if self.session else place) / "anat"

    @property
    def roles(self) -> dict[str, Source]:
        """Files by their role."""
        return dict(self.sources)


@dataclass(frozen=True)
class PassedOver:
    """A file or folder that is not used, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Cohort:
    """Scans of an input, and what was not understood.

    Attributes:
        kind: Kind of the input in words.
        scans: Scans by name; those with a problem too.
        passed_over: Files and folders of no scan.
    """

    kind: str
    scans: Sequence[Scan]
    passed_over: Sequence[PassedOver] = field(default_factory=tuple)
