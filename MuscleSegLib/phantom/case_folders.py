"""Case folders: images, maps, labels, truth and raw data of one session."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from MuscleSegLib.anatomy import region
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import require_writable, written_whole
from MuscleSegLib.phantom.physics.sampling import Subject
from MuscleSegLib.phantom.protocols import Protocol
from MuscleSegLib.phantom.scanning import Acquisition, acquire
from MuscleSegLib.phantom.tissue_values import FIELD_STRENGTH_T
from MuscleSegLib.progress import Progress, part, silent
from MuscleSegLib.volume import Segment, Volume, write_dicom, write_labels, write_volume

PATIENT = "PHANTOM"

_SCANNING_SHARE = 0.8
"""Share of the time for scanning; the rest is writing."""


def write_case(subject: Subject, protocol: Protocol, folder: Path | str, *, progress: Progress = silent) -> Acquisition:
    """Scan digital legs and write images, maps, labels, truth and raw data.

    The folder then holds

    - ``anatomy.nii.gz`` and ``labels.nii.gz`` on its grid, and the same image as a DICOM series in ``dicom``;
    - ``ff.nii.gz`` and ``mtr.nii.gz`` (percent) and ``t2.nii.gz`` (ms);
    - ``truth.json``, rows with the keys of ``muscleseg measure --json``;
    - ``raw``: every image before reconstruction, with ``dixon.json``, ``mt.json`` and ``t2.json``, which name them in
      order with echo times, repetition time and flip angle.

    Equal subjects and protocols give equal bytes. The folder is written whole or not at all.

    Args:
        subject: Digital legs.
        protocol: Scans of the session.
        folder: A new or an empty folder; its parents are made if needed.
        progress: Called with the fraction done.

    Returns:
        The images, labels and truth as written.

    Raises:
        MuscleSegError: The folder is not empty, or cannot be written.
    """
    folder = Path(folder).resolve()
    require_new(folder)
    acquired = acquire(subject, protocol, progress=part(progress, 0.0, _SCANNING_SHARE))
    if folder.is_dir():
        folder.rmdir()  # empty: what is written takes its place
    with written_whole(folder) as temporary:
        (temporary / "raw").mkdir(parents=True)
        _write_images(acquired, subject, temporary, part(progress, _SCANNING_SHARE, 1.0))
        _write_dicom(acquired.images["anatomy"], subject, protocol, temporary / "dicom")
        for name, description in _raw_descriptions(acquired, protocol).items():
            _write_json(description, temporary / "raw" / f"{name}.json")
        _write_json(list(acquired.truth), temporary / "truth.json")
    return acquired


def require_new(folder: Path) -> None:
    """Check, before any work is done, that a case can be written to a folder, and make its parents.

    Raises:
        MuscleSegError: It cannot be written, or is not empty.
    """
    folder = folder.resolve()
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        message = f"{folder} is there already, and what is in it would get lost: give a new or an empty folder."
        raise MuscleSegError(message)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MuscleSegError(f"The folder {folder} cannot be made ({error.strerror}): choose another place.") from error
    require_writable(folder.with_name(f"{folder.name}.partial"))


def _write_images(acquired: Acquisition, subject: Subject, folder: Path, progress: Progress) -> None:
    labels = region(subject.region).labels(two_legs=len(subject.legs) == 2)
    segments = [Segment(label.value, label.name, label.color) for label in labels]
    write_labels(
        acquired.labels, folder / "labels.nii.gz", segments=segments, description=f"MuscleSeg {subject.region} truth"
    )
    for number, name in enumerate(sorted(acquired.images)):
        progress(number / len(acquired.images), "writing")
        write_volume(acquired.images[name], folder / f"{name}.nii.gz")


def _write_dicom(anatomy: Volume, subject: Subject, protocol: Protocol, folder: Path) -> None:
    scan = protocol.anatomy
    write_dicom(
        anatomy,
        folder,
        identity=f"{protocol.name} {subject.seed} {hashlib.sha256(anatomy.array.tobytes()).hexdigest()}",
        patient=PATIENT,
        thickness_mm=scan.thickness_mm,
        attributes={
            "RepetitionTime": scan.sequence.repetition_ms,
            "EchoTime": scan.sequence.echo_ms,
            "MagneticFieldStrength": FIELD_STRENGTH_T,
            "BodyPartExamined": "LEG",
        },
    )


def _raw_descriptions(acquired: Acquisition, protocol: Protocol) -> dict[str, Mapping[str, Any]]:
    names = sorted(name.removeprefix("raw/") for name in acquired.images if name.startswith("raw/"))

    def files(start: str, end: str = "") -> list[str]:
        return [f"{name}.nii.gz" for name in names if name.startswith(start) and name.endswith(end)]

    common = {"magnetic_field_strength_t": FIELD_STRENGTH_T}
    return {
        "dixon": common
        | asdict(protocol.ff.sequence)
        | {"real": files("dixon", "real"), "imaginary": files("dixon", "imaginary")},
        "mt": common | asdict(protocol.mtr.sequence) | {"off": files("mt_off"), "on": files("mt_on")},
        "t2": common
        | {"repetition_ms": protocol.t2.sequence.repetition_ms, "echoes_ms": protocol.t2.sequence.echoes_ms}
        | {"magnitude": files("t2")},
    }


def _write_json(content: object, path: Path) -> None:
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", encoding="utf-8", newline="\n")
