"""Digital test subjects, scanned once and kept. No network was trained on them: training takes seeds below 1000."""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from MuscleSegLib.anatomy import region as region_of_name
from MuscleSegLib.digests import digest_of_code
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import protocol
from MuscleSegLib.phantom.scanning import Acquisition, acquire
from MuscleSegLib.volume import Segment, Volume, read_labels, read_volume, write_labels, write_volume

FIRST_SEED = 1000
GIVEN_FAT_PERCENT: Mapping[int, float] = {1: 30.0, 5: 20.0, 9: 40.0, 13: 25.0, 17: 50.0}
"""Fixed mean fat fractions, of every fourth subject of twenty; those of the others are drawn."""

PROTOCOL = "hostin2023"


@dataclass(frozen=True)
class DigitalTestSubject:
    """A scanned digital test subject.

    Attributes:
        images: Images, [k, j, i], by their names in an ``Acquisition``.
        labels: [k, j, i] true labels, on the grid of the anatomy.
        truth: True rows with the keys of ``muscleseg measure --json``.
    """

    images: Mapping[str, Volume]
    labels: Volume
    truth: Sequence[Mapping[str, Any]]


def fat_percent(number: int) -> float | None:
    """Return a subject's fixed mean fat fraction; None where it is drawn from the paper's population."""
    return GIVEN_FAT_PERCENT.get(number % 20)


def scanned_subject(
    region: str, number: int, protocol_name: str, images: Sequence[str], cache: Path
) -> DigitalTestSubject:
    """Return scans of both legs of a subject, from the cache if an earlier call with the same images left them there.

    Args:
        region: "thigh" or "calf".
        number: Number of the subject, from 0.
        protocol_name: A name of ``phantom.protocols``.
        images: Names of the acquisition's images that are kept.
        cache: A folder. Scans in it are used as long as nobody edits the code that makes digital legs.
    """

    def scan() -> Acquisition:
        legs = digital_legs(region, seed=FIRST_SEED + number, fat_fraction=fat_percent(number))
        return acquire(legs, protocol(protocol_name, length_mm=legs.length_mm, legs=2))

    return cached_subject(f"{protocol_name}-{region}-{FIRST_SEED + number}", scan, region, images, cache)


def cached_subject(
    name: str, scan: Callable[[], Acquisition], region: str, images: Sequence[str], cache: Path
) -> DigitalTestSubject:
    """Return the scans of a subject, from the cache if an earlier call with the same name and images left them there.

    Args:
        name: Name of the scans in the cache.
        scan: Makes them.
        region: "thigh" or "calf".
        images: Names of the acquisition's images that are kept.
        cache: A folder.
    """
    folder = cache / f"{name}-{code_digest()}"
    if folder.is_dir():
        try:
            return _read(folder, images)
        except (MuscleSegError, OSError, ValueError, RecursionError):
            _remove_at_once(folder)  # damaged, or not all of it
    cache.mkdir(parents=True, exist_ok=True)
    acquired = scan()
    if not folder.is_dir():  # another process, at the same time, may have been faster
        _keep(acquired, region, images, folder)
    return _read(folder, images)


def _read(folder: Path, images: Sequence[str]) -> DigitalTestSubject:
    labels, _ = read_labels(folder / "labels.nii.gz")
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    if not isinstance(truth, list):
        raise ValueError
    return DigitalTestSubject({name: read_volume(folder / _file(name)) for name in images}, labels, truth)


def _remove_at_once(folder: Path) -> None:
    """Remove a folder at once for all processes; if another one did, there is nothing to do."""
    with tempfile.TemporaryDirectory(prefix=".muscleseg-", dir=folder.parent) as away, suppress(OSError):
        folder.rename(Path(away) / folder.name)


def code_digest() -> str:
    """Return a digest of the code that makes and scans digital test subjects."""
    return digest_of_code("anatomy", "phantom", "physics", "volume")


def _keep(acquired: Acquisition, region: str, images: Sequence[str], folder: Path) -> None:
    labels = region_of_name(region).labels(two_legs=True)
    with written_whole(folder) as temporary:
        temporary.mkdir()
        for name in images:
            write_volume(acquired.images[name], temporary / _file(name))
        segments = [Segment(label.value, label.name, label.color) for label in labels]
        write_labels(acquired.labels, temporary / "labels.nii.gz", segments=segments, description="truth")
        (temporary / "truth.json").write_text(json.dumps(acquired.truth), encoding="utf-8")


def _file(name: str) -> str:
    return f"{name.removeprefix('raw/')}.nii.gz"
