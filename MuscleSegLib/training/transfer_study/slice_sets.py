"""Slices of single legs to learn from: annotated ones, ones without labels, and synthesized ones."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, value_without_side
from MuscleSegLib.digests import digest_of, digest_of_code
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.inference.corrected_scans import find_cases, require_different
from MuscleSegLib.progress import Progress
from MuscleSegLib.training.adaptation.cases import read_case
from MuscleSegLib.training.legs import LEG_CODE, LegVolume
from MuscleSegLib.training.legs.label_set import LabelSet
from MuscleSegLib.training.legs.phantoms import phantom_leg_volume
from MuscleSegLib.training.legs.scanned_phantoms import scanned_phantom_leg_volumes
from MuscleSegLib.training.legs.scans import LabeledScan, cut_legs, on_one_scale
from MuscleSegLib.training.synthesis import SynthesizedVolume, as_scanned, has_muscle
from MuscleSegLib.training.synthesis.fields import NoiseTextures
from MuscleSegLib.training.synthesis.synthesis import synthesize
from MuscleSegLib.training.transfer_study.design import Design
from MuscleSegLib.training.transfer_study.network import SIZE

FIRST_ANNOTATED, FIRST_UNLABELED = 3000, 2500
"""Seeds of the first digital person with annotated slices, and of the first whose scan is used without labels; images
are synthesized from people from 0 on."""

VOLUMES_A_LEG = 6  # contrasts, shapes and diseases synthesized from each leg
SYNTHESIZED_SLICES = 8


@dataclass(frozen=True)
class Slices:
    """Slices of one leg, from the knee or the foot up.

    Attributes:
        person: Name of the person.
        images: Normalized intensities, [slice, SIZE, SIZE], float16.
        targets: Muscle codes or ``synthesis.IGNORED``, [slice, SIZE, SIZE], uint8.
        spacing_mm: Spacing of the slices.
    """

    person: str
    images: NDArray[np.float16]
    targets: NDArray[np.uint8]
    spacing_mm: float

    def with_muscle(self) -> NDArray[np.intp]:
        """Return the indices of the slices that show a muscle."""
        return np.flatnonzero(has_muscle(self.targets))


def annotated_slices(design: Design, cache: Path, progress: Progress) -> list[Slices]:
    """Return the legs with annotated slices, of real people where the design names a folder with cases.

    Raises:
        MuscleSegError: The folder has no two people with labels.
    """
    if design.cases is None:
        return _scanned(design.region, FIRST_ANNOTATED, design.people, cache, progress)
    files = find_cases(design.cases)
    require_different(files)
    legs = []
    for number, case_files in enumerate(files):
        progress(number / len(files), f"reading {case_files.labels.name}")
        case = read_case(case_files, design.region, design.scheme)
        codes = value_without_side(case.labels).astype(np.uint8)
        images = on_one_scale(np.stack([image.array.astype(np.float32) for image in case.images]))
        scan = LabeledScan(case_files.name, codes, images, case.images[0].geometry.spacing_mm, name=case_files.name)
        legs += [_as_scanned(leg) for leg in cut_legs(scan, LabelSet(design.region), whole_adductor=False)]
    if len({leg.person for leg in legs}) < 2:
        message = f"{design.cases} holds scans of fewer than two people: nobody could be left out to be tested on."
        raise MuscleSegError(message)
    return legs


def unlabeled_slices(design: Design, cache: Path, progress: Progress) -> list[Slices]:
    """Return the legs of digital people that are in no fold, scanned as those with annotated slices."""
    return _scanned(design.region, FIRST_UNLABELED, design.source_people, cache, progress)


def synthesized_slices(design: Design, cache: Path, progress: Progress) -> list[Slices]:
    """Return slices in random contrasts, shapes and diseases, synthesized from tissues of other digital people."""
    rng = np.random.default_rng([design.seed, 7])
    noise = NoiseTextures.draw(rng, 32)
    volumes: list[Slices] = []
    for seed in range(design.source_people):
        progress(seed / design.source_people, f"synthesizing images of digital person {seed + 1}")

        def make(seed: int = seed) -> list[Slices]:
            draw = np.random.default_rng([design.seed, 8, seed])
            leg = phantom_leg_volume(design.region, seed, tuple(Side)[seed % 2], whole_adductor=True)
            return [_synthesized(leg, noise, draw) for _ in range(VOLUMES_A_LEG)]

        volumes += _cached(make, cache, ["synthesized", design.region, seed, design.seed])
    return volumes


def _synthesized(leg: LegVolume, noise: NoiseTextures, rng: np.random.Generator) -> Slices:
    places = np.sort(rng.choice(len(leg.tissues[0]), size=min(SYNTHESIZED_SLICES, len(leg.tissues[0])), replace=False))
    spacing = leg.spacing_mm * len(leg.tissues[0]) / len(places)
    volume = synthesize(torch.from_numpy(leg.tissues[0, places]), spacing, noise, SIZE, rng)
    return _slices(leg, volume, spacing)


def _scanned(region: str, first: int, count: int, cache: Path, progress: Progress) -> list[Slices]:
    legs: list[Slices] = []
    for number in range(count):
        progress(number / count, f"scanning digital person {number + 1} of {count}")

        def make(seed: int = first + number) -> list[Slices]:
            return [_as_scanned(leg) for leg in scanned_phantom_leg_volumes(region, seed, whole_adductor=True)]

        legs += _cached(make, cache, ["scanned", region, first + number])
    return legs


def _as_scanned(leg: LegVolume) -> Slices:
    """Return a leg's slices in its first contrast, of a Dixon scan the fat image's."""
    assert leg.images is not None
    images = torch.from_numpy(leg.images[:1].astype(np.float32))
    volume = as_scanned(images, torch.from_numpy(leg.tissues[0]), SIZE, np.random.default_rng(0))
    return _slices(leg, volume, leg.spacing_mm)


def _slices(leg: LegVolume, volume: SynthesizedVolume, spacing_mm: float) -> Slices:
    return Slices(leg.person, volume.images.numpy().astype(np.float16), volume.targets.numpy(), spacing_mm)


def _cached(make: Callable[[], Iterable[Slices]], cache: Path, content: Sequence[object]) -> list[Slices]:
    """Return legs from the cache, or make and keep them."""
    code = digest_of_code(*LEG_CODE, "training/synthesis")
    folder = cache / f"slices-{digest_of([*content, code, SIZE, VOLUMES_A_LEG, SYNTHESIZED_SLICES])}"
    if not folder.is_dir():
        made = list(make())
        with written_whole(folder) as temporary:
            temporary.mkdir()
            for number, leg in enumerate(made):
                np.savez_compressed(temporary / f"{number:03}.npz", **vars(leg))
    return [_read(path) for path in sorted(folder.glob("*.npz"))]


def _read(path: Path) -> Slices:
    with np.load(path) as file:
        return Slices(str(file["person"]), file["images"], file["targets"], float(file["spacing_mm"]))


def folds_of(legs: Sequence[Slices], folds: int) -> list[frozenset[str]]:
    """Return the people of each fold, every person in one of them.

    Raises:
        MuscleSegError: There are fewer people than folds.
    """
    people = list(dict.fromkeys(leg.person for leg in legs))
    if len(people) < folds or folds < 2:
        message = f"{len(people)} people cannot be shared among {folds} folds: take between 2 and {len(people)} folds."
        raise MuscleSegError(message)
    return [frozenset(people[fold::folds]) for fold in range(folds)]


def drawn_slices(legs: Sequence[Slices], count: int, seed: Sequence[int]) -> Slices | None:
    """Draw annotated slices of as many people as possible; the first of them are those of a smaller number.

    Args:
        legs: Legs to draw from.
        count: Number of slices.
        seed: Seed of the order.

    Returns:
        The slices as if of one leg; None where there are not as many.
    """
    rng = np.random.default_rng(list(seed))
    queues: dict[str, list[tuple[Slices, int]]] = {}
    for leg in legs:
        queues.setdefault(leg.person, []).extend((leg, int(place)) for place in leg.with_muscle())
    for queue in queues.values():
        rng.shuffle(queue)
    people = list(queues)
    rng.shuffle(people)
    if sum(map(len, queues.values())) < count:
        return None
    drawn = _in_turn({person: queues[person] for person in people}, count)
    images, targets = (np.stack([getattr(leg, name)[place] for leg, place in drawn]) for name in ("images", "targets"))
    return replace(legs[0], person="", images=images, targets=targets)


def _in_turn(queues: Mapping[str, list[tuple[Slices, int]]], count: int) -> list[tuple[Slices, int]]:
    drawn: list[tuple[Slices, int]] = []
    while len(drawn) < count:
        drawn += [queue.pop() for queue in queues.values() if queue]
    return drawn[:count]
