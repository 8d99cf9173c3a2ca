"""All legs of a training run: cut out of their files and completed once, then kept on disk."""

from concurrent.futures import Executor, Future
from pathlib import Path

import numpy as np

from MuscleSegLib.anatomy import Side
from MuscleSegLib.child_processes import pool_of
from MuscleSegLib.digests import digest_of, digest_of_file
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.progress import Progress
from MuscleSegLib.training.configuration import FIRST_SIZED, PHANTOM, SCANNED_PHANTOM, SIZED_PHANTOM, Configuration
from MuscleSegLib.training.digests import leg_code_digest
from MuscleSegLib.training.legs.label_maps import Stack, legs_of, person_of, stack_of
from MuscleSegLib.training.legs.phantoms import phantom_stack
from MuscleSegLib.training.legs.scanned_phantoms import scanned_phantom_stacks
from MuscleSegLib.training.legs.scans import LABELS, image_files, scan_stacks


def make_stacks(configuration: Configuration, data: Path, cache: Path, progress: Progress) -> dict[str, list[Stack]]:
    """Cut and complete the legs of all sources, two files at a time; what ``cache`` holds already is kept.

    Returns:
        Them by source, and by ``SIZED_PHANTOM`` where the configuration has any.

    Raises:
        MuscleSegError: A source folder has nothing to learn from.

    """
    stacks: dict[str, list[Stack]] = {}
    determining = [leg_code_digest(), configuration.region, configuration.seed]
    determining += [configuration.data.variants, configuration.data.adductor]
    determining += [configuration.data.person_pattern] * bool(configuration.data.person_pattern)
    folder = cache / f"legs-{digest_of(determining)}"
    folder.mkdir(parents=True, exist_ok=True)
    with pool_of(2) as pool:
        try:
            for source in (*configuration.data.sources, *[SIZED_PHANTOM] * (configuration.data.sized_phantoms > 0)):
                jobs = _jobs(pool, source, configuration, data, folder)
                stacks[source] = []
                for number, job in enumerate(jobs):
                    progress(number / len(jobs), f"preparing legs from {source}, {number + 1} of {len(jobs)}")
                    stacks[source] += job.result()
        finally:
            pool.shutdown(cancel_futures=True)  # where one failed or somebody wants to stop
    return stacks


def _jobs(
    pool: Executor, source: str, configuration: Configuration, data: Path, folder: Path
) -> list[Future[list[Stack]]]:
    if source == PHANTOM:
        return [
            pool.submit(_stacks_of_phantom, seed, configuration, folder) for seed in range(configuration.data.phantoms)
        ]
    scanned = {
        SCANNED_PHANTOM: range(configuration.data.scanned_phantoms),
        SIZED_PHANTOM: range(FIRST_SIZED, FIRST_SIZED + configuration.data.sized_phantoms),
    }
    if source in scanned:
        return [pool.submit(_stacks_of_scanned_phantom, seed, configuration, folder) for seed in scanned[source]]
    scans = sorted((data / source).glob(f"*{LABELS}"))
    if scans:
        return [pool.submit(_stacks_of_scan, path, configuration, folder) for path in _named(scans, configuration)]
    paths = sorted((data / source).glob("*.nii.gz"))
    if not paths:
        message = f"There are no label maps (*.nii.gz) in {data / source}: "
        message += "give the folder that holds the sources with --data."
        raise MuscleSegError(message)
    return [pool.submit(_stacks_of_file, path, configuration, folder) for path in paths]


def _named(scans: list[Path], configuration: Configuration) -> list[Path]:
    """Return the scans of the people that the configuration names; nobody's scan is learned from unasked."""
    names = {*configuration.data.real_people, *configuration.data.validation_people}
    pattern = configuration.data.person_pattern
    named = [path for path in scans if names & {path.name.removesuffix(LABELS), person_of(path, pattern)}]
    if not named:
        message = f"No scan in {scans[0].parent} is of one of the real_people of the configuration."
        raise MuscleSegError(message)
    return named


def _stacks_of_file(path: Path, configuration: Configuration, folder: Path) -> list[Stack]:
    digest = digest_of_file(path)
    kept = folder / f"{path.name.removesuffix('.nii.gz')}-{digest}"
    whole = configuration.data.adductor == "whole"
    return _kept(kept) or _keep(
        [
            stack_of(
                path,
                side,
                leg,
                person=person_of(path, configuration.data.person_pattern),
                variants=configuration.data.variants,
                seed=configuration.seed,
                whole_adductor=whole,
                digest=digest,
            )
            for side, leg in legs_of(path, whole_adductor=whole)
        ],
        kept,
    )


def _stacks_of_scan(path: Path, configuration: Configuration, folder: Path) -> list[Stack]:
    digest = digest_of([digest_of_file(file) for file in (path, *image_files(path)) if file.exists()])
    kept = folder / f"{path.name.removesuffix(LABELS)}-scan-{digest}"
    whole = configuration.data.adductor == "whole"
    return _kept(kept) or _keep(
        list(
            scan_stacks(
                path,
                configuration.region,
                whole_adductor=whole,
                digest=digest,
                person=person_of(path, configuration.data.person_pattern),
            )
        ),
        kept,
    )


def _stacks_of_phantom(seed: int, configuration: Configuration, folder: Path) -> list[Stack]:
    kept = folder / f"phantom-{seed}"
    whole = configuration.data.adductor == "whole"
    return _kept(kept) or _keep(
        [phantom_stack(configuration.region, seed, side, whole_adductor=whole) for side in Side], kept
    )


def _stacks_of_scanned_phantom(seed: int, configuration: Configuration, folder: Path) -> list[Stack]:
    kept = folder / f"phantom-{seed}-scan"
    whole = configuration.data.adductor == "whole"
    return _kept(kept) or _keep(list(scanned_phantom_stacks(configuration.region, seed, whole_adductor=whole)), kept)


def _kept(folder: Path) -> list[Stack]:
    return [_load(path) for path in sorted(folder.glob("*.npz"), reverse=True)]  # right, then left


def _keep(stacks: list[Stack], folder: Path) -> list[Stack]:
    """Write the legs of one file, all or none: the next run would take a part of them for all."""
    try:
        with written_whole(folder) as temporary:
            temporary.mkdir()
            for stack in stacks:
                values = {name: value for name, value in vars(stack).items() if value is not None}
                np.savez_compressed(temporary / f"{stack.name}.npz", **values)
    except MuscleSegError:
        if not folder.is_dir():  # else another run was faster
            raise
    return stacks


def _load(path: Path) -> Stack:
    with np.load(path) as file:
        images = file.get("images")
        name, person, digest = (str(file[key]) for key in ("name", "person", "digest"))
        return Stack(name, person, file["tissues"], float(file["spacing_mm"]), images, digest)
