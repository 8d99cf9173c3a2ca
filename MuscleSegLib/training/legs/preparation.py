"""Preparation of all legs of a training run: cut out of their files, completed, and cached on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from MuscleSegLib.anatomy import Side
from MuscleSegLib.child_processes import pool_of
from MuscleSegLib.digests import digest_of, digest_of_code, digest_of_file
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.progress import Progress
from MuscleSegLib.training.legs.label_maps import leg_volume_of, legs_of, person_of
from MuscleSegLib.training.legs.leg_volume import LegVolume
from MuscleSegLib.training.legs.phantoms import phantom_leg_volume
from MuscleSegLib.training.legs.scanned_phantoms import scanned_phantom_leg_volumes
from MuscleSegLib.training.legs.scans import FINE_LABELS, LABELS, image_files, scan_leg_volumes

if TYPE_CHECKING:
    from MuscleSegLib.training.configuration import Configuration

PHANTOM = "phantom"
"""Digital people's tissue maps, from which images are synthesized."""

SCANNED_PHANTOM = "scanned_phantom"
"""Digital people's T1-weighted scans, with noise, thick slices and gaps."""

SIZED_PHANTOM = "sized_phantom"
"""Scans of other digital people, not learned from, to calibrate the sizes of muscles with."""

DIGITAL_SOURCES = frozenset({PHANTOM, SCANNED_PHANTOM, SIZED_PHANTOM})

FIRST_SIZED = 500
"""Seed of the first of these people; those to learn from begin at 0, those to test networks with at 1000."""

LEG_CODE = ("anatomy", "legs", "phantom", "volume", "training/legs")
"""Code that makes legs: an edit there makes new ones."""


def make_leg_volumes(
    configuration: Configuration, data: Path, cache: Path, progress: Progress
) -> dict[str, list[LegVolume]]:
    """Cut out and complete the legs of all sources, two files at a time; legs in ``cache`` are read from there.

    Args:
        configuration: Configuration of the run.
        data: Folder with the sources' folders.
        cache: Folder for the legs, which runs may share.
        progress: Raises ``Canceled`` to stop.

    Returns:
        Legs by source, and by ``SIZED_PHANTOM`` where the configuration has any.

    Raises:
        MuscleSegError: The folder of a source holds no label map or scan to learn from.
    """
    leg_volumes: dict[str, list[LegVolume]] = {}
    determining = [digest_of_code(*LEG_CODE), configuration.region, configuration.seed]
    determining += [configuration.data.variants, configuration.data.adductor]
    determining += [configuration.data.person_pattern] * bool(configuration.data.person_pattern)
    determining += ["fine"] * configuration.is_fine
    folder = cache / f"legs-{digest_of(determining)}"
    folder.mkdir(parents=True, exist_ok=True)
    with pool_of(2) as pool:
        try:
            for source in (*configuration.data.sources, *[SIZED_PHANTOM] * (configuration.data.sized_phantoms > 0)):
                jobs = _jobs(pool, source, configuration, data, folder)
                leg_volumes[source] = []
                for number, job in enumerate(jobs):
                    progress(number / len(jobs), f"preparing legs from {source}, {number + 1} of {len(jobs)}")
                    leg_volumes[source] += job.result()
        finally:
            pool.shutdown(cancel_futures=True)  # after a failure, or to stop
    return leg_volumes


def _jobs(
    pool: Executor, source: str, configuration: Configuration, data: Path, folder: Path
) -> list[Future[list[LegVolume]]]:
    if source == PHANTOM:
        return [
            pool.submit(_leg_volumes_of_phantom, seed, configuration, folder)
            for seed in range(configuration.data.phantoms)
        ]
    scanned = {
        SCANNED_PHANTOM: range(configuration.data.scanned_phantoms),
        SIZED_PHANTOM: range(FIRST_SIZED, FIRST_SIZED + configuration.data.sized_phantoms),
    }
    if source in scanned:
        return [pool.submit(_leg_volumes_of_scanned_phantom, seed, configuration, folder) for seed in scanned[source]]
    scans = sorted((data / source).glob(f"*{LABELS}"))
    if scans:
        return [pool.submit(_leg_volumes_of_scan, path, configuration, folder) for path in _named(scans, configuration)]
    paths = sorted((data / source).glob("*.nii.gz"))
    if not paths:
        message = f"There are no label maps (*.nii.gz) in {data / source}: "
        message += "give the folder that holds the sources with --data."
        raise MuscleSegError(message)
    return [pool.submit(_leg_volumes_of_file, path, configuration, folder) for path in paths]


def _named(scans: list[Path], configuration: Configuration) -> list[Path]:
    """Return the scans of the people that the configuration names; no other scan is used."""
    names = {*configuration.data.real_people, *configuration.data.validation_people}
    pattern = configuration.data.person_pattern
    named = [path for path in scans if names & {path.name.removesuffix(LABELS), person_of(path, pattern)}]
    if not named:
        raise MuscleSegError(f"No scan in {scans[0].parent} is of one of the real_people of the configuration.")
    return named


def _leg_volumes_of_file(path: Path, configuration: Configuration, folder: Path) -> list[LegVolume]:
    digest = digest_of_file(path)
    cached = folder / f"{path.name.removesuffix('.nii.gz')}-{digest}"
    data = configuration.data
    whole = data.adductor == "whole"
    settings: Any = {"variants": data.variants, "seed": configuration.seed, "whole_adductor": whole, "digest": digest}

    def make() -> Iterator[LegVolume]:
        person = person_of(path, data.person_pattern)
        made_of: Any = {"whole_adductor": whole, "is_fine": configuration.is_fine}
        for side, labels in legs_of(path, configuration.region, **made_of):
            yield leg_volume_of(path, side, labels, person=person, **settings)

    return _read(cached) or _write(make(), cached)


def _leg_volumes_of_scan(path: Path, configuration: Configuration, folder: Path) -> list[LegVolume]:
    fine = path.with_name(f"{path.name.removesuffix(LABELS)}{FINE_LABELS}")
    files = (path, *image_files(path), *[fine] * configuration.is_fine)
    digest = digest_of([digest_of_file(file) for file in files if file.exists()])
    cached = folder / f"{path.name.removesuffix(LABELS)}-scan-{digest}"
    whole = configuration.data.adductor == "whole"
    person = person_of(path, configuration.data.person_pattern)
    legs = scan_leg_volumes(path, configuration.label_set, whole_adductor=whole, digest=digest, person=person)
    return _read(cached) or _write(legs, cached)


def _leg_volumes_of_phantom(seed: int, configuration: Configuration, folder: Path) -> list[LegVolume]:
    cached = folder / f"phantom-{seed}"
    whole = configuration.data.adductor == "whole"
    legs = (phantom_leg_volume(configuration.region, seed, side, whole_adductor=whole) for side in Side)
    return _read(cached) or _write(legs, cached)


def _leg_volumes_of_scanned_phantom(seed: int, configuration: Configuration, folder: Path) -> list[LegVolume]:
    cached = folder / f"phantom-{seed}-scan"
    whole = configuration.data.adductor == "whole"
    legs = scanned_phantom_leg_volumes(configuration.region, seed, whole_adductor=whole)
    return _read(cached) or _write(legs, cached)


def _read(folder: Path) -> list[LegVolume]:
    return [_read_leg(path) for path in sorted(folder.glob("*.npz"), reverse=True)]  # right, then left


def _write(legs: Iterable[LegVolume], folder: Path) -> list[LegVolume]:
    """Write the legs of a file, all or none: the next run would take a part of them for all."""
    made = list(legs)
    try:
        with written_whole(folder) as temporary:
            temporary.mkdir()
            for leg in made:
                values = {name: value for name, value in vars(leg).items() if value is not None}
                np.savez_compressed(temporary / f"{leg.name}.npz", **values)
    except MuscleSegError:
        if not folder.is_dir():  # else another run was faster
            raise
    return made


def _read_leg(path: Path) -> LegVolume:
    with np.load(path) as file:
        images = file.get("images")
        name, person, digest = (str(file[key]) for key in ("name", "person", "digest"))
        return LegVolume(name, person, file["tissues"], float(file["spacing_mm"]), images, digest)
