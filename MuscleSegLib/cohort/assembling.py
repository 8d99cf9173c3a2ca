"""Scans assembled of files with roles: the image of each, and the maps that belong to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from MuscleSegLib.cohort.roles import Role
from MuscleSegLib.cohort.scans import IMAGE, ROLES, PassedOver, Scan, Source

Entities = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RoledFile:
    """A file of a session with its role, and the entities that tell its scan from others of the session."""

    source: Source
    role: Role
    entities: Entities


def scans_of_session(subject: str, session: str, files: Sequence[RoledFile]) -> tuple[list[Scan], list[PassedOver]]:
    """Return the scans of a session, and the files that belong to none of them.

    Files with equal entities are of one scan, whose image is the preferred one. A map with other entities belongs to
    the only scan whose entities it does not contradict, or to the only scan of the session.
    """
    groups: dict[Entities, list[RoledFile]] = {}
    for file in files:
        groups.setdefault(file.entities, []).append(file)
    with_image = {key: group for key, group in groups.items() if any(_is_image(file) for file in group)}
    passed_over = []
    for key, group in groups.items():
        if key in with_image:
            continue
        chosen = _scan_of_maps(key, tuple(with_image))
        if chosen is None:
            reason = "its scan is ambiguous: several fit" if with_image else "there is no image to segment with it"
            passed_over += [PassedOver(file.source.path, reason) for file in group]
        else:
            with_image[chosen] = [*with_image[chosen], *group]
    scans = []
    for key, group in with_image.items():
        scan, unused = _assembled(Scan(subject, session, key), group)
        scans.append(scan)
        passed_over += unused
    return scans, passed_over


def _is_image(file: RoledFile) -> bool:
    return file.role.image_rank is not None


def _scan_of_maps(key: Entities, keys: Sequence[Entities]) -> Entities | None:
    """Return the scan that maps with entities of their own belong to, None where that is not clear."""
    labels = dict(key)
    fitting = [other for other in keys if all(labels.get(name, label) == label for name, label in other)]
    for candidates in (fitting, keys):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _assembled(scan: Scan, files: Sequence[RoledFile]) -> tuple[Scan, list[PassedOver]]:
    sources: dict[str, Source] = {}
    units: dict[str, str] = {}
    problem, used = "", set()
    for name, ranked in _roles(files):
        best = min(rank for rank, _ in ranked)
        first, *others = [file for rank, file in ranked if rank == best]
        if others and not problem:
            problem = _twice(name, [first, *others])
        sources[name] = first.source
        used |= {file.source for file in (first, *others)}
        if first.role.unit:
            units[name] = first.role.unit
    used -= _lone_of_pair(sources)
    unused = [PassedOver(file.source.path, _why_unused(file, sources)) for file in files if file.source not in used]
    order = sorted(sources.items(), key=lambda item: item[0] != IMAGE)
    return replace(scan, sources=tuple(order), units=tuple(units.items()), problem=problem), unused


def _why_unused(file: RoledFile, sources: dict[str, Source]) -> str:
    if file.role.name in ("fat", "water") and file.role.name not in sources:
        return "it is one image of a pair, fat and water, whose other one is not there"
    return f"another file is preferred for {file.role.name}"


def _lone_of_pair(sources: dict[str, Source]) -> set[Source]:
    """Take a fat image without its water image away, or the reverse: no fat fraction can be made of it."""
    lone = {"fat", "water"} & sources.keys()
    if len(lone) != 1:
        return set()
    source = sources.pop(lone.pop())
    return {source} - {sources[IMAGE]}


def _roles(files: Sequence[RoledFile]) -> Iterator[tuple[str, list[tuple[int, RoledFile]]]]:
    """Yield each role with its candidates and their rank."""
    yield IMAGE, [(file.role.image_rank, file) for file in files if file.role.image_rank is not None]
    for name in ROLES[1:]:
        candidates = [(file.role.rank, file) for file in files if file.role.name == name]
        if candidates:
            yield name, candidates


def _twice(name: str, files: Sequence[RoledFile]) -> str:
    names = " and ".join(str(file.source) for file in files)
    return f"{len(files)} files are there for one role, {name} ({names}): leave one of them, or give a table."
