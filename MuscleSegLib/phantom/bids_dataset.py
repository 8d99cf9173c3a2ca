"""BIDS dataset of digital scans: T1-weighted images with fat fraction and T2 maps, thighs and calves in turn."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from MuscleSegLib import __version__
from MuscleSegLib.anatomy import REGIONS
from MuscleSegLib.files import written_whole
from MuscleSegLib.phantom.case_folders import require_new
from MuscleSegLib.phantom.digital_legs import digital_legs
from MuscleSegLib.phantom.protocols import protocol
from MuscleSegLib.phantom.scanning import Acquisition, acquire
from MuscleSegLib.phantom.tissue_values import FIELD_STRENGTH_T
from MuscleSegLib.progress import Progress, silent
from MuscleSegLib.volume import write_volume

BIDS_VERSION = "1.10.0"
T2_EVERY = 3
"""Every third scan has a T2 map."""

_IGNORED = "**/*_fatfrac.nii.gz\n**/*_fatfrac.json\n"
_SUFFIXES = {"anatomy": "T1w", "ff": "fatfrac", "t2": "T2map"}
"""By image. BIDS has none for a fat fraction."""
_UNITS = {"ff": "%", "t2": "s"}

_README = """Digital scans of thighs and calves, made by MuscleSeg: no person was scanned.

The suffix fatfrac, which BIDS does not have, is a proton-density fat fraction in percent. T2 maps are in seconds.
"""


@dataclass(frozen=True)
class DigitalScan:
    """A scan of the dataset.

    Attributes:
        subject: Label of the subject, "0001".
        region: "thigh" or "calf".
        seed: Seed of the digital legs.
        has_t2: Whether there is a T2 map.
    """

    subject: str
    region: str
    seed: int
    has_t2: bool

    @property
    def stem(self) -> str:
        """Beginning of the names of its files."""
        return f"sub-{self.subject}_acq-{self.region}"


def digital_scans(count: int, *, region: str | None = None, seed: int = 0) -> Iterator[DigitalScan]:
    """Yield the scans of a dataset.

    Args:
        count: Number of scans.
        region: "thigh" or "calf"; both in turn where None.
        seed: Seed of the first scan; each next one has the next.
    """
    digits = max(4, len(str(count)))
    for number in range(count):
        name = region or REGIONS[number % len(REGIONS)].name
        yield DigitalScan(f"{number + 1:0{digits}}", name, seed + number, number % T2_EVERY == 0)


def write_dataset(
    scans: Sequence[DigitalScan], folder: Path, *, legs: Literal[1, 2], protocol_name: str, progress: Progress = silent
) -> None:
    """Scan digital legs and write a BIDS dataset, whole or not at all.

    Args:
        scans: Scans of the dataset, one a subject.
        folder: A new or an empty folder; its parents are made if needed.
        legs: Number of legs in the field of view.
        protocol_name: Name of a protocol.
        progress: Called with the fraction done.

    Raises:
        MuscleSegError: The folder is not empty, or cannot be written.
    """
    folder = folder.resolve()
    require_new(folder)
    if folder.is_dir():
        folder.rmdir()  # empty: what is written takes its place
    with written_whole(folder) as temporary:
        temporary.mkdir()
        _write_json(_description(), temporary / "dataset_description.json")
        (temporary / "README").write_text(_README, encoding="utf-8")
        (temporary / ".bidsignore").write_text(_IGNORED, encoding="utf-8")
        rows = [f"sub-{scan.subject}\t{scan.seed}" for scan in scans]
        table = "\n".join(["participant_id\tseed", *rows]) + "\n"
        (temporary / "participants.tsv").write_text(table, encoding="utf-8")
        for number, scan in enumerate(scans):
            progress(number / len(scans), f"scan {number + 1} of {len(scans)}")
            subject = digital_legs(scan.region, seed=scan.seed, legs=legs)
            scanned = protocol(protocol_name, length_mm=subject.length_mm, legs=legs)
            _write_scan(scan, acquire(subject, scanned), temporary)


def _write_scan(scan: DigitalScan, acquired: Acquisition, folder: Path) -> None:
    place = folder / f"sub-{scan.subject}" / "anat"
    place.mkdir(parents=True)
    for name, suffix in _SUFFIXES.items():
        if name == "t2" and not scan.has_t2:
            continue
        volume = acquired.images[name]
        if name == "t2":
            volume = replace(volume, array=volume.array / 1000, description="digital legs: T2, s")
        write_volume(volume, place / f"{scan.stem}_{suffix}.nii.gz")
        _write_json(_sidecar(name, scan), place / f"{scan.stem}_{suffix}.json")


def _sidecar(name: str, scan: DigitalScan) -> dict[str, Any]:
    about = {"BodyPart": scan.region, "MagneticFieldStrength": FIELD_STRENGTH_T, "Manufacturer": "MuscleSeg phantom"}
    return about | ({"Units": _UNITS[name]} if name in _UNITS else {})


def _description() -> dict[str, Any]:
    return {
        "Name": "MuscleSeg digital scans",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "raw",
        "License": "CC0",
        "Authors": ["MuscleSeg"],
        "GeneratedBy": [{"Name": "MuscleSeg phantom", "Version": __version__}],
    }


def _write_json(content: Mapping[str, Any], path: Path) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")
