"""Scans of a tree of DICOM files: series sorted by patient and examination, and Dixon images and maps recognized."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from MuscleSegLib.cohort.assembling import Entities, RoledFile, scans_of_session
from MuscleSegLib.cohort.bids_names import as_label
from MuscleSegLib.cohort.roles import Role, role_of_series
from MuscleSegLib.cohort.scans import Cohort, PassedOver, Scan, Source
from MuscleSegLib.cohort.walking import files_below
from MuscleSegLib.digests import digest_of
from MuscleSegLib.volume.dicom_sorting import DamagedFolder, SortedImages, sort_dicom
from MuscleSegLib.volume.formats import READABLE_ENDINGS, ending_of

_LEAST_OVERLAP = 0.5
"""Part of the length of the shorter of two acquisitions for which they show the same part of the limb."""


def find_in_dicom(tree: Path, *, subjects: Collection[str] = (), sessions: Collection[str] = ()) -> Cohort:
    """Find the scans in a tree of DICOM files.

    A subject's label is the PatientID, that of a session the date of the examination.

    Args:
        tree: Folder of the tree; files that are not DICOM are passed over.
        subjects: Labels of subjects, those only; all where empty.
        sessions: Labels of sessions, those only; all where empty.

    Raises:
        OSError: The tree cannot be read.
    """
    subjects, sessions = set(map(as_label, subjects)), set(map(as_label, sessions))
    scans: dict[str, Scan] = {}
    passed_over: list[PassedOver] = []
    for path in files_below(tree, passed_over):
        if ending_of(path) in READABLE_ENDINGS and path.relative_to(tree).parts[0] != "derivatives":
            passed_over.append(PassedOver(path, "it is no DICOM file: name it in a table to use it"))
    for entries in sort_dicom(tree):
        images = [entry for entry in entries if isinstance(entry, SortedImages)]
        found_scans = [scan for study in _studies(images) for scan in _scans_of_study(study, passed_over)]
        found_scans += [_damaged(entry, tree) for entry in entries if isinstance(entry, DamagedFolder)]
        for scan in found_scans:
            if (subjects and scan.subject not in subjects) or (sessions and scan.session not in sessions):
                continue
            twin = scans.get(scan.name)
            if twin is not None:
                where = " and ".join(str(each.sources[0][1].path) for each in (twin, scan) if each.sources)
                scan = replace(scan, problem=f"Two scans are called {scan.name} ({where}): leave one of them.")
            scans[scan.name] = scan
    return Cohort("a tree of DICOM files", tuple(scans.values()), passed_over)


def _studies(images: Sequence[SortedImages]) -> list[list[SortedImages]]:
    studies: dict[tuple[str, str], list[SortedImages]] = {}
    for image in images:
        studies.setdefault((image.patient, image.study), []).append(image)
    return list(studies.values())


def _scans_of_study(images: Sequence[SortedImages], passed_over: list[PassedOver]) -> list[Scan]:
    subject = as_label(images[0].patient) or f"unknown{digest_of(images[0].study)[:6]}"
    session = as_label(images[0].date) or digest_of(images[0].study)[:8]
    scans, usable = [], []
    for image in images:
        role = _role(image)
        if image.problem:
            scans.append(Scan(subject, session, _entities(image), (("image", _source(image)),), problem=image.problem))
        elif not role.name:
            passed_over.append(PassedOver(image.folder, f"Series {image.number} ({image.description}): {role.reason}"))
        else:
            usable.append((image, role))
    files = [
        RoledFile(_source(image), role, entities)
        for entities, group in _by_part_of_limb(usable).items()
        for image, role in group
    ]
    in_session, unused = scans_of_session(subject, session, files)
    passed_over += unused
    return [*scans, *in_session]


def _role(image: SortedImages) -> Role:
    if not image.grid:
        return Role(reason="its slices lie in several directions, as those of a localizer")
    return role_of_series(image.description, image.image_types, images=image.count, contrast=image.contrast)


def _source(image: SortedImages) -> Source:
    contrast = () if image.is_only else (image.contrast or image.image_types[-1],)
    return Source(image.folder, image.series, contrast, image.files)


def _entities(image: SortedImages) -> Entities:
    description = as_label(image.description)
    return (*([("acq", description)] if description else []), ("run", as_label(image.number) or "0"))


def _by_part_of_limb(
    usable: Sequence[tuple[SortedImages, Role]],
) -> dict[Entities, list[tuple[SortedImages, Role]]]:
    """Group images of one grid, and maps with the only group with an image that shows the same part of the limb."""
    grids: dict[tuple[object, ...], list[tuple[SortedImages, Role]]] = {}
    for image, role in usable:
        grids.setdefault((image.frame_of_reference, *image.grid, image.first_mm), []).append((image, role))
    groups = [group for group in grids.values() if any(role.image_rank is not None for _, role in group)]
    named = {_entities(_named_after(group)): group for group in groups}
    for group in grids.values():
        if group in groups:
            continue
        beside = [key for key, other in named.items() if _show_the_same(group[0][0], other[0][0])]
        for image, role in group:
            key = beside[0] if len(beside) == 1 else _entities(image)
            named[key] = [*named.get(key, []), (image, role)]
    return named


def _named_after(group: Iterable[tuple[SortedImages, Role]]) -> SortedImages:
    return min(group, key=lambda member: 99 if member[1].image_rank is None else member[1].image_rank)[0]


def _show_the_same(first: SortedImages, second: SortedImages) -> bool:
    if first.frame_of_reference != second.frame_of_reference or first.grid[:6] != second.grid[:6]:
        return False
    shared = min(first.last_mm, second.last_mm) - max(first.first_mm, second.first_mm)
    shorter = min(first.last_mm - first.first_mm, second.last_mm - second.first_mm)
    return shared >= _LEAST_OVERLAP * max(shorter, 1.0)


def _damaged(entry: DamagedFolder, tree: Path) -> Scan:
    name = as_label("".join(entry.folder.relative_to(tree).parts)) or as_label(entry.folder.name) or "damaged"
    problem = f"{entry.path} is damaged ({entry.reason}), and no file beside it is whole: copy or export them again."
    return Scan(name, "", (), (("image", Source(entry.folder, files=(entry.path,))),), problem=problem)
