"""All legs of a training run: cut out of their label maps and completed once, then kept on disk."""

from concurrent.futures import Executor, Future, ProcessPoolExecutor
from pathlib import Path

import numpy as np

from MuscleSegLib.anatomy import Side
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.progress import Progress
from MuscleSegLib.training.configuration import PHANTOM, Configuration
from MuscleSegLib.training.phantoms import phantom_stack
from MuscleSegLib.training.stacks import Stack, legs_of, stack_of


def make_stacks(configuration: Configuration, data: Path, output: Path, progress: Progress) -> dict[str, list[Stack]]:
    """Cut and complete the legs of all label maps, two files at a time; what ``output`` holds already is kept.

    Raises:
        MuscleSegError: A source folder has no label maps.

    """
    stacks: dict[str, list[Stack]] = {}
    cache = output / "stacks"
    cache.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(max_workers=2) as pool:
        for source in configuration.data.sources:
            jobs = _jobs(pool, source, configuration, data, cache)
            stacks[source] = []
            for number, job in enumerate(jobs):
                progress(number / len(jobs), f"preparing legs from {source}, {number + 1} of {len(jobs)}")
                stacks[source] += job.result()
    return stacks


def _jobs(
    pool: Executor, source: str, configuration: Configuration, data: Path, cache: Path
) -> list[Future[list[Stack]]]:
    if source == PHANTOM:
        return [
            pool.submit(_stacks_of_phantom, seed, configuration, cache) for seed in range(configuration.data.phantoms)
        ]
    paths = sorted((data / source).glob("*.nii.gz"))
    if not paths:
        message = f"There are no label maps (*.nii.gz) in {data / source}: "
        message += "give the folder that holds the sources with --data."
        raise MuscleSegError(message)
    return [pool.submit(_stacks_of_file, path, configuration, cache) for path in paths]


def _stacks_of_file(path: Path, configuration: Configuration, cache: Path) -> list[Stack]:
    made = []
    for side, leg in legs_of(path):
        kept = cache / f"{path.name.removesuffix('.nii.gz')}-{side}.npz"
        if kept.exists():
            made.append(_load(kept))
            continue
        stack = stack_of(path, side, leg, variants=configuration.data.variants, seed=configuration.seed)
        _save(stack, kept)
        made.append(stack)
    return made


def _stacks_of_phantom(seed: int, configuration: Configuration, cache: Path) -> list[Stack]:
    made = []
    for side in Side:
        kept = cache / f"phantom-{configuration.region}-{seed}-{side}.npz"
        if not kept.exists():
            _save(phantom_stack(configuration.region, seed, side), kept)
        made.append(_load(kept))
    return made


def _load(path: Path) -> Stack:
    with np.load(path) as file:
        return Stack(str(file["name"]), str(file["person"]), file["tissues"], float(file["spacing_mm"]))


def _save(stack: Stack, path: Path) -> None:
    temporary = path.with_suffix(".tmp.npz")  # a half-written one would be taken for a whole one by the next run
    np.savez_compressed(
        temporary, name=stack.name, person=stack.person, tissues=stack.tissues, spacing_mm=stack.spacing_mm
    )
    temporary.replace(path)
