"""Scans of a BIDS dataset: plain BIDS, ORMIR-MIDS (once muscle-bids), or QMRITools' Muscle-BIDS."""

from collections.abc import Collection, Iterator
from pathlib import Path

from MuscleSegLib.cohort.assembling import RoledFile, scans_of_session
from MuscleSegLib.cohort.bids_names import as_label, parse_name
from MuscleSegLib.cohort.roles import role_of_suffix
from MuscleSegLib.cohort.scans import Cohort, PassedOver, Scan, Source
from MuscleSegLib.cohort.walking import files_below
from MuscleSegLib.volume.formats import READABLE_ENDINGS, ending_of
from MuscleSegLib.volume.sidecar import sidecar_path

_DIALECTS = {"mr-anat": "ORMIR-MIDS", "mr-quant": "ORMIR-MIDS", "dix": "Muscle-BIDS of QMRITools"}
"""Folders that only a dialect has."""
_OF_ONE_FILE = frozenset({"part", "echo", "mt", "flip", "inv"})
"""Entities that tell files of one scan apart, and not scans."""
_OF_BIDS = frozenset({"code", "derivatives", "phenotype", "sourcedata", "stimuli"})
"""Folders of a dataset that hold no scans to be segmented."""
_LONGEST_NAME = 200
"""Bytes of a scan's name, to which endings are added: file systems take 255."""
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
    passed_over = list(_beside_subjects(folder))
    kind = "BIDS"
    for place in _subject_folders(folder):
        label = place.name.removeprefix("sub-")
        if subjects and label not in subjects:
            continue
        by_session: dict[str, list[RoledFile]] = {}
        passed_over_before = len(passed_over)
        for path in files_below(place, passed_over):
            kind = _DIALECTS.get(path.parent.name, kind)
            _sort(path, label, by_session, passed_over)
        if not by_session and len(passed_over) == passed_over_before:
            passed_over.append(PassedOver(place, "it holds no image"))
        for session, files in sorted(by_session.items()):
            if not sessions or session in sessions:
                in_session, unused = scans_of_session(label, session, files)
                scans += in_session
                passed_over += unused
    return Cohort(kind, scans, passed_over)


def _subject_folders(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if path.name.startswith("sub-") and path.is_dir())


def _beside_subjects(folder: Path) -> Iterator[PassedOver]:
    """Yield what lies beside the folders of subjects and may hold images."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.lower() in _OF_BIDS:
            continue
        if path.is_dir() and not path.name.startswith("sub-"):
            yield PassedOver(path, "it is no folder of a subject, which begins with sub-")
        elif path.name.startswith("sub-") and not path.suffix and not path.is_dir():
            yield PassedOver(path, "it is called as the folder of a subject and is none")
        elif not path.is_dir() and ending_of(path) in READABLE_ENDINGS:
            yield PassedOver(path, "it lies in no folder of a subject")


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
    elif (session := _session_of(path)) and name.label("ses") not in ("", session):
        passed_over.append(PassedOver(path, f"it lies in the folder of session {session} and names another one"))
    elif len(path.name.encode("utf-8", "replace")) > _LONGEST_NAME:
        passed_over.append(PassedOver(path, "its name is too long for names of results: shorten it"))
    elif not role.name:
        passed_over.append(PassedOver(path, role.reason))
    else:
        entities = tuple((key, label) for key, label in name.entities[1:] if key not in {"ses", *_OF_ONE_FILE})
        sidecar = sidecar_path(path)
        files = (path, sidecar) if sidecar.is_file() else (path,)
        by_session.setdefault(name.label("ses") or as_label(session), []).append(
            RoledFile(Source(path, files=files), role, entities)
        )


def _session_of(path: Path) -> str:
    """Return the session whose folder a file lies in, below that of its subject; "" outside of one."""
    for place in path.parents:
        if place.name.startswith("ses-"):
            return place.name.removeprefix("ses-")
        if place.name.startswith("sub-"):
            break
    return ""
