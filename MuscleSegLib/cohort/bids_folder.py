"""Scans of a BIDS dataset: plain BIDS, ORMIR-MIDS (once muscle-bids), or QMRITools' Muscle-BIDS."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from MuscleSegLib.cohort.assembling import RoledFile, scans_of_session
from MuscleSegLib.cohort.bids_names import parse_name
from MuscleSegLib.cohort.roles import role_of_suffix
from MuscleSegLib.cohort.scans import Cohort, PassedOver, Scan, Source
from MuscleSegLib.volume.formats import READABLE_ENDINGS, ending_of
from MuscleSegLib.volume.sidecar import sidecar_path

_DIALECTS = {"mr-anat": "ORMIR-MIDS", "mr-quant": "ORMIR-MIDS", "dix": "Muscle-BIDS of QMRITools"}
"""Folders that only a dialect has."""
_OF_ONE_FILE = frozenset({"part", "echo", "mt", "flip", "inv"})
"""Entities that tell files of one scan apart, and not scans."""
_SIDECARS = (".json", ".tsv", ".bval", ".bvec")


def is_bids(folder: Path) -> bool:
    """Return whether a folder has folders of subjects, as every dialect of BIDS has."""
    return any(True for _ in _subject_folders(folder))


def find_in_bids(folder: Path, *, subjects: Collection[str] = (), sessions: Collection[str] = ()) -> Cohort:
    """Find the scans of a BIDS dataset.

    Args:
        folder: The dataset.
        subjects: Labels of subjects, those only; all where empty.
        sessions: Labels of sessions, those only; all where empty.
    """
    scans: list[Scan] = []
    passed_over: list[PassedOver] = []
    kind = "BIDS"
    for place in _subject_folders(folder):
        label = place.name.removeprefix("sub-")
        if subjects and label not in subjects:
            continue
        by_session: dict[str, list[RoledFile]] = {}
        for path in _files(place, passed_over):
            kind = _DIALECTS.get(path.parent.name, kind)
            _sort(path, label, by_session, passed_over)
        for session, files in sorted(by_session.items()):
            if not sessions or session in sessions:
                in_session, unused = scans_of_session(label, session, files)
                scans += in_session
                passed_over += unused
    return Cohort(kind, scans, passed_over)


def _subject_folders(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob("sub-*")) if path.is_dir())


def _files(folder: Path, passed_over: list[PassedOver]) -> Iterator[Path]:
    """Yield the images below a folder; folders that cannot be read are passed over."""

    def refuse(error: OSError) -> None:
        passed_over.append(PassedOver(Path(error.filename), f"it cannot be read ({error.strerror})"))

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders.sort()
        yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))


def _sort(path: Path, subject: str, by_session: dict[str, list[RoledFile]], passed_over: list[PassedOver]) -> None:
    """Add a file to its session with its role, or to those passed over."""
    if path.name.endswith(_SIDECARS):
        return
    name = parse_name(path) if ending_of(path) in READABLE_ENDINGS else None
    if name is None:
        passed_over.append(PassedOver(path, "its name is not one of an image in BIDS"))
        return
    role = role_of_suffix(name.suffix, part=name.label("part"))
    if name.label("sub") != subject:
        passed_over.append(PassedOver(path, f"it lies in the folder of subject {subject} and names another one"))
    elif not role.name:
        passed_over.append(PassedOver(path, role.reason))
    else:
        entities = tuple((key, label) for key, label in name.entities[1:] if key not in {"ses", *_OF_ONE_FILE})
        sidecar = sidecar_path(path)
        files = (path, sidecar) if sidecar.is_file() else (path,)
        by_session.setdefault(name.label("ses"), []).append(RoledFile(Source(path, files=files), role, entities))
