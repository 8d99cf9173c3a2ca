"""Scans that are easy and hard for networks, with the truth, to calibrate a confidence with and to judge it on."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from accuracy import CASES, DATA, labeled
from contrasts import DIXON, T2_WEIGHTED, five_contrasts
from numpy.typing import NDArray
from scipy import ndimage

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.biomarkers import merge_labels
from MuscleSegLib.bundle import Bundle
from MuscleSegLib.evaluation.study.digital_test_subjects import cached_subject
from MuscleSegLib.phantom import digital_legs
from MuscleSegLib.phantom.protocols import Protocol, hostin2023, isotropic
from MuscleSegLib.phantom.scanning import Acquisition, acquire
from MuscleSegLib.volume import Geometry, Volume, canonical, read_labels, read_volume

FIT_SEED, JUDGE_SEED = 2000, 1000  # training takes seeds below 1000
FAT_PERCENT = (2.0, 15.0, 30.0, 50.0, 70.0)
CONTRASTS_EACH = 2  # of the five, other ones from person to person
NOISE = 0.08  # standard deviation over the image's brightness: muscle in a T1-weighted image has an SNR of 4
BLUR_MM = 2.5  # standard deviation: a pixel of 6 mm
SHORT = 5  # slices


@dataclass(frozen=True)
class Scene:
    """An image of two legs and the truth.

    Attributes:
        contrast: Of a digital person; the title of a real scan.
        state: Change of the image, or "real".
        image: Canonical.
        truth: Muscle codes, canonical; + 100 in the left leg where they have sides.
        slices: Slices with a truth; None for all.
    """

    contrast: str
    state: str
    image: Volume
    truth: Volume
    slices: slice | None = None

    @property
    def is_real(self) -> bool:
        """Whether a person was scanned."""
        return self.state.startswith("real")


def digital_people(region: str, first_seed: int, people: int, cache: Path) -> Iterator[Scene]:
    """Yield scans of digital people, each in two contrasts; twenty have every combination of fat and state."""
    for number in range(people):
        seed, fat = first_seed + number, FAT_PERCENT[number % len(FAT_PERCENT)]
        state, spoil = list(STATES.items())[number % len(STATES)]
        images, labels = _five(region, seed, fat, cache)
        titles = list(images)
        for nth in range(CONTRASTS_EACH):
            title = titles[(number // 2 + 2 * nth) % len(titles)]
            image, truth = spoil(canonical(images[title]), canonical(labels), np.random.default_rng([seed, nth]))
            yield Scene(title, state, image, truth)


def real_scans(bundle: Bundle) -> Iterator[Scene]:
    """Yield the labeled scans of a network's region; none where their folder is missing."""
    name = bundle.metadata.region
    learned = _learned_from(bundle)
    for case in CASES[name] if DATA.is_dir() else ():
        if case.labels is None:
            continue
        labels, _ = read_labels(DATA / f"{case.labels}.nii.gz")
        truth = labeled(merge_labels(labels, scheme(case.scheme), name), case)
        state = "real, learned from" if any(person in case.image for person in learned) else "real"
        image = canonical(read_volume(DATA / f"{case.image}.nii.gz"))
        yield Scene(case.title, state, image, truth, case.slices)


def _learned_from(bundle: Bundle) -> Sequence[str]:
    """Return the real people whose images a network was trained on, as its recipe has them."""
    recipe = bundle.folder / "configs" / "train.toml"
    if not recipe.is_file():
        return ()
    people: Sequence[str] = tomllib.loads(recipe.read_text(encoding="utf-8"))["data"].get("real_people", ())
    return people


def _five(region: str, seed: int, fat: float, cache: Path) -> tuple[Mapping[str, Volume], Volume]:
    def scan() -> Acquisition:
        legs = digital_legs(region, seed=seed, fat_fraction=fat)
        return acquire(legs, _on_one_grid(legs.length_mm))

    case = cached_subject(f"contrasts-{region}-{seed}-{fat:g}", scan, region, ["anatomy", *DIXON, T2_WEIGHTED], cache)
    return five_contrasts(case.images), case.labels


def _on_one_grid(length_mm: float) -> Protocol:
    """Return the paper's protocol with the sequences of ``five_contrasts`` on the grid of its anatomy."""
    papers, ours = hostin2023(length_mm, legs=2), isotropic(length_mm, legs=2)
    grid, thickness, planes = papers.anatomy.geometry, papers.anatomy.thickness_mm, papers.anatomy.planes
    return replace(
        papers,
        ff=replace(ours.ff, geometry=grid, thickness_mm=thickness, planes=planes),
        mtr=replace(ours.mtr, geometry=grid, thickness_mm=thickness, planes=planes),
        t2=replace(ours.t2, geometry=grid, thickness_mm=thickness, planes=planes),
    )


def _as_scanned(image: Volume, truth: Volume, _: np.random.Generator) -> tuple[Volume, Volume]:
    return image, truth


def _noisy(image: Volume, truth: Volume, rng: np.random.Generator) -> tuple[Volume, Volume]:
    deviation = NOISE * np.quantile(image.array, 0.98)
    noise = rng.normal(0, deviation, (2, *image.array.shape))
    return _with(image, np.hypot(image.array + noise[0], noise[1])), truth


def _blurred(image: Volume, truth: Volume, _: np.random.Generator) -> tuple[Volume, Volume]:
    i_mm, j_mm, _k_mm = image.geometry.spacing_mm
    sigma = (0, BLUR_MM / j_mm, BLUR_MM / i_mm)
    return _with(image, ndimage.gaussian_filter(image.array.astype(np.float32), sigma)), truth


def _short(image: Volume, truth: Volume, rng: np.random.Generator) -> tuple[Volume, Volume]:
    first = int(rng.integers(0, len(image.array) - SHORT))
    affine = image.geometry.affine.copy()
    affine[:3, 3] = image.geometry.world_from_index((0, 0, first))
    arrays = (volume.array[first : first + SHORT] for volume in (image, truth))
    image, truth = (Volume(np.ascontiguousarray(array), Geometry(array.shape, affine)) for array in arrays)
    return image, truth


def _with(image: Volume, array: NDArray[np.floating]) -> Volume:
    return Volume(array.astype(np.float32), image.geometry)


STATES: Mapping[str, Callable[[Volume, Volume, np.random.Generator], tuple[Volume, Volume]]] = {
    "as scanned": _as_scanned,
    "noisy": _noisy,
    "blurred": _blurred,
    f"{SHORT} slices": _short,
}
