"""Digital people whom no network was trained on, scanned once: training takes seeds below 1000."""

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
from MuscleSegLib.phantom.acquisition import Acquisition, acquire
from MuscleSegLib.phantom.protocols import protocol
from MuscleSegLib.volume import Segment, Volume, read_labels, read_volume, write_labels, write_volume

FIRST_SEED = 1000
GIVEN_FAT_PERCENT: Mapping[int, float] = {1: 30.0, 5: 20.0, 9: 40.0, 13: 25.0, 17: 50.0}
"""Mean fat fractions that every fourth person of twenty is given; those of the others are drawn."""

PROTOCOL = "hostin2023"


@dataclass(frozen=True)
class Person:
    """A scanned person.

    Attributes:
        images: By their names in an ``Acquisition``.
        labels: True, on the grid of the anatomy.
        truth: Rows with the keys of ``muscleseg measure --json``.

    """

    images: Mapping[str, Volume]
    labels: Volume
    truth: Sequence[Mapping[str, Any]]


def fat_percent(number: int) -> float | None:
    """Return the mean fat fraction that a person is given; None where it is drawn from the paper's population."""
    return GIVEN_FAT_PERCENT.get(number % 20)


def scanned(region: str, number: int, protocol_name: str, images: Sequence[str], cache: Path) -> Person:
    """Scan both legs of a person, or read what an earlier call with the same images left behind.

    Args:
        region: "thigh" or "calf".
        number: Of the person, from 0.
        protocol_name: Of ``phantom.protocols``.
        images: Which of an acquisition's are kept.
        cache: A folder. What it holds counts as long as nobody edits the code that makes digital legs.

    """

    def scan() -> Acquisition:
        legs = digital_legs(region, seed=FIRST_SEED + number, fat_fraction=fat_percent(number))
        return acquire(legs, protocol(protocol_name, length_mm=legs.length_mm, legs=2))

    return kept(f"{protocol_name}-{region}-{FIRST_SEED + number}", scan, region, images, cache)


def kept(name: str, scan: Callable[[], Acquisition], region: str, images: Sequence[str], cache: Path) -> Person:
    """Scan, or read what an earlier call with the same name and images left in the cache."""
    folder = cache / f"{name}-{code_digest()}"
    if folder.is_dir():
        try:
            return _read(folder, images)
        except (MuscleSegError, OSError, ValueError, RecursionError):
            _put_away(folder)  # damaged, or not all of it
    cache.mkdir(parents=True, exist_ok=True)
    acquired = scan()
    if not folder.is_dir():  # another process, at the same time, may have been faster
        _keep(acquired, region, images, folder)
    return _read(folder, images)


def _read(folder: Path, images: Sequence[str]) -> Person:
    labels, _ = read_labels(folder / "labels.nii.gz")
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    if not isinstance(truth, list):
        raise ValueError
    return Person({name: read_volume(folder / _file(name)) for name in images}, labels, truth)


def _put_away(folder: Path) -> None:
    """Remove a folder at once for all processes; if another one did, there is nothing to do."""
    with tempfile.TemporaryDirectory(prefix=".muscleseg-", dir=folder.parent) as away, suppress(OSError):
        folder.rename(Path(away) / folder.name)


def code_digest() -> str:
    """Return a digest of the code that makes and scans digital people."""
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
