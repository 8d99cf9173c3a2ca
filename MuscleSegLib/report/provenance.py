"""Provenance of a table: files, network, software, options, date, and correction by a person."""

import hashlib
import importlib.metadata
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from MuscleSegLib import __version__
from MuscleSegLib.anatomy import LOWER_LIMB, REGIONS
from MuscleSegLib.biomarkers import AdiposeRow, GroupRow, Row
from MuscleSegLib.bundle import find_bundle
from MuscleSegLib.digests import sha256_of_file
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import with_changed_values
from MuscleSegLib.volume import Volume, origin_of

UNKNOWN = "unknown"
LEFT_OUT = "left out"

Warned = TypeVar("Warned", Row, GroupRow, AdiposeRow)

_PACKAGES = ("numpy", "scipy", "SimpleITK", "pydicom")


@dataclass(frozen=True)
class Origin:
    """Item of the provenance of a table.

    Attributes:
        item: Name, such as "file of labels", "option minimum share" or "warning".
        value: Path, name, version or value of the item; None without one.
        sha256: SHA-256 of a file, of all files of a DICOM folder, or of a network's weights; None for other items, and
            for a network that is not on this computer.
    """

    item: str
    value: str | float | bool | datetime | None
    sha256: str | None = None


def provenance_of(
    files: Mapping[str, Path],
    labels: Volume,
    *,
    patient: str | None,
    options: Mapping[str, str | float | bool | None],
    corrected: bool | None,
    warnings: Sequence[str] = (),
    now: datetime | None = None,
) -> tuple[Origin, ...]:
    """Return the provenance of a measurement.

    Args:
        files: Files by their role, "labels" and the names of maps and images.
        labels: [k, j, i] label map, whose description names its network.
        patient: PatientID of DICOM images; empty if unknown, None to leave it out.
        options: Options of the measurement by name.
        corrected: Whether a person corrected the labels, None if unknown.
        warnings: Warnings about all numbers.
        now: Date of the measurement; that of the call where None.

    Raises:
        MuscleSegError: A file cannot be read.
    """
    date = (now or datetime.now(UTC)).astimezone(UTC)
    network = _network(labels.description)
    return (
        Origin("date (UTC)", date.replace(microsecond=0, tzinfo=None)),
        Origin("patient (DICOM)", LEFT_OUT if patient is None else patient or None),
        *(Origin(f"file of {role}", str(path), hash_of(path)) for role, path in files.items()),
        *network,
        Origin("labels corrected by a person", {True: "yes", False: "no", None: UNKNOWN}[corrected]),
        *(Origin(f"option {name}", value) for name, value in options.items()),
        *(Origin("warning", sentence) for sentence in warnings),
        Origin("MuscleSeg", __version__),
        Origin("Python", platform.python_version()),
        *(Origin(name, _version(name)) for name in _PACKAGES),
        Origin("measured on", f"CPU, {platform.machine()}, {platform.system()}"),
    )


def anonymous(origins: Iterable[Origin], patient: str) -> tuple[Origin, ...]:
    """Return a provenance without a PatientID, which names of files and volumes may hold."""
    return tuple(
        replace(origin, value=without_patient(origin.value, patient)) if isinstance(origin.value, str) else origin
        for origin in origins
    )


def anonymous_warnings(rows: Iterable[Warned], patient: str) -> tuple[Warned, ...]:
    """Return rows without a PatientID in their warnings, which name files."""
    if not patient:
        return tuple(rows)
    return tuple(
        replace(row, warnings=with_changed_values(row.warnings, lambda text: without_patient(text, patient)))
        for row in rows
    )


def without_patient(text: str, patient: str) -> str:
    """Return a name or path with "PatientID" in place of a PatientID that is a whole word of it."""
    pattern = rf"(?<![0-9A-Za-z]){re.escape(patient)}(?![0-9A-Za-z])"
    return re.sub(pattern, "PatientID", text, flags=re.IGNORECASE) if patient else text


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder: of lines with the SHA-256 and name of each file, in order of names.

    Raises:
        MuscleSegError: A file cannot be read.
    """
    try:
        if not path.is_dir():
            return sha256_of_file(path)
        files = sorted(file for file in path.rglob("*") if file.is_file())
        lines = [f"{sha256_of_file(file)}  {file.relative_to(path).as_posix()}\n" for file in files]
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror or error}): check its permissions and the disk."
        raise MuscleSegError(message) from error


def _version(package: str) -> str:
    """Return a package's version; some that 3D Slicer builds have no metadata with it."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return UNKNOWN


def _network(description: str) -> tuple[Origin, ...]:
    """Return the network of labels, its device, and how many images it saw if several, by their file's description."""
    origin = origin_of(description)
    name, _, version = origin.network.rpartition(" ") if origin else ("", "", "")
    if origin is None or not name:
        return Origin("network", UNKNOWN), Origin("network's device", UNKNOWN)
    images = (Origin("images segmented together", str(origin.images)),) if origin.images > 1 else ()
    return (
        Origin("network", origin.network, _hash_of_weights(origin.region, name, version)),
        Origin("network's device", origin.device or UNKNOWN),
        *images,
    )


def _hash_of_weights(region: str, name: str, version: str) -> str | None:
    if region == LOWER_LIMB:  # one network for each part of the limb, as ``segment_limb`` joins their names
        parts = zip(REGIONS, name.split("+"), version.split("+"), strict=False)
        hashes = [_hash_of_weights(part.name, *network) for part, *network in parts]
        return "+".join(digest for digest in hashes if digest) if all(hashes) else None
    try:
        metadata = find_bundle(region, name).metadata
    except MuscleSegError:
        return None
    return metadata.sha256 or None if (metadata.name, metadata.version) == (name, version) else None
