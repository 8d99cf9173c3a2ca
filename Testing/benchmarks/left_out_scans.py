"""Scans of real people with a reference, to judge networks that did not learn from them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from accuracy import DATA
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, region, scheme, side_value
from MuscleSegLib.biomarkers import merge_labels
from MuscleSegLib.legs import find_legs
from MuscleSegLib.volume import Volume, canonical, read_labels, read_volume

PATIENTS = ("001", "003")
HEALTHY, RATER, PATCHES = "healthy", "T1 slice", "patches"
PEOPLE = {"thigh": PATIENTS, "calf": (HEALTHY, RATER, PATCHES)}
"""Names of people by region."""

UNKNOWN = 255
LITTLE_IN_VIEW = (12, 13, 15)
FAULTY = (3, 5, 19, 20, 23, 24, 27, 31)
"""Saturated, blurred or torn slices of ``real_patches``, by its own README, as are the levels."""

LEVELS = {
    "fibular head": (6, 7, 8, 15, 20, 26),
    "popliteus": (2, 5, 17, 22, 23, 24),
    "thickest part": (1, 4, 10, 18, 19, 28, 31),
    "end of gastrocnemius": (11, 12, 21, 25, 27),
    "distal third": (3, 9, 13, 14, 16, 29, 30),
}
_ALL = {number for numbers in LEVELS.values() for number in numbers}
IN_VIEW = "most of the leg in view"
PATCH_GROUPS = {
    "patches": _ALL,
    f"patches, {IN_VIEW}": _ALL - set(LITTLE_IN_VIEW),
    "patches, most of the leg in view and no fault": _ALL - {*LITTLE_IN_VIEW, *FAULTY},
    **{f"patches, {level}": set(numbers) for level, numbers in LEVELS.items()},
}
"""Numbers of slices of ``real_patches`` that are reported together."""


@dataclass(frozen=True)
class LeftOutScan:
    """Scan of a person, with its reference.

    Attributes:
        title: Title in tables.
        person: Name in ``PEOPLE``.
        images: Image, and further images of the same scan that are shown to the network too.
        reference: [k, j, i] muscle codes, canonical; + 100 in the left leg where two legs are in the image.
        counted: [k, j, i] voxels that somebody labeled.
        incomparable: Codes that mean another thing in the reference.
        number: Number of a slice of ``real_patches``.
    """

    title: str
    person: str
    images: tuple[Volume, ...]
    reference: Volume
    counted: NDArray[np.bool_]
    incomparable: tuple[int, ...] = ()
    number: int = 0


def scans_of(region_name: str) -> Iterator[LeftOutScan]:
    """Yield the scans of a region."""
    if region_name == "thigh":
        for number in PATIENTS:
            yield from _patient(number)
    else:
        yield _healthy_calves()
        yield _slice_by_a_rater()
        yield from _patches()


def _patient(number: str) -> Iterator[LeftOutScan]:
    """Yield the water image, the fat image, and both together; the reference's adductor is the magnus alone."""
    stem = f"thigh_cases/Thigh_{number}"
    fat, water = (read_volume(DATA / f"{stem}_{suffix}.nii.gz") for suffix in ("0000", "0001"))
    labels, _ = read_labels(DATA / f"{stem}_labels.nii.gz")
    reference = _with_sides(canonical(merge_labels(labels, scheme("huashan11"), "thigh")), water)
    adductor = tuple(muscle.code for muscle in region("thigh").muscles if muscle.name == "adductor")
    for name, images in {"water": (water,), "fat": (fat,), "water and fat": (water, fat)}.items():
        everything = np.ones(reference.array.shape, bool)
        yield LeftOutScan(f"{number} {name}", number, images, reference, everything, adductor)


def _healthy_calves() -> LeftOutScan:
    """Return a scan that was labeled in some slices of either leg: only these count."""
    image = read_volume(DATA / "calf_cases" / "bilateral_healthy.nii.gz")
    labels, _ = read_labels(DATA / "calf_cases" / "bilateral_healthy_labels.nii.gz")
    reference = _with_sides(canonical(labels), image)
    counted = np.zeros(reference.array.shape, bool)
    for leg in find_legs(canonical(image), 2):
        is_labeled = (leg.region & (reference.array > 0)).any(axis=(1, 2))
        counted |= leg.region & is_labeled[:, None, None]
    return LeftOutScan("healthy calves", HEALTHY, (image,), reference, counted)


def _slice_by_a_rater() -> LeftOutScan:
    """Return a slice whose reference has sides already, and lacks the deep posterior compartment."""
    image = read_volume(DATA / "calf_cases" / "t1_slice.nii.gz")
    labels, _ = read_labels(DATA / "calf_cases" / "t1_slice_labels.nii.gz")
    reference = canonical(labels)
    return LeftOutScan("T1 slice, a rater", RATER, (image,), reference, np.ones(reference.array.shape, bool))


def _patches() -> Iterator[LeftOutScan]:
    for path in sorted((DATA / "real_patches").glob("calf_*_labels.nii.gz")):
        image = read_volume(path.with_name(path.name.replace("_labels", "")))
        labels = canonical(read_labels(path)[0])
        known = labels.array != UNKNOWN
        reference = Volume(np.where(known, labels.array, 0).astype(np.uint8), labels.geometry)
        number = int(path.name.split("_")[1])
        yield LeftOutScan(f"patch {number}", PATCHES, (image,), reference, known, number=number)


def _with_sides(reference: Volume, image: Volume) -> Volume:
    """Return a canonical reference with the left leg's codes + 100."""
    _, left = find_legs(canonical(image), 2)
    codes = reference.array.astype(np.uint8)
    sided = np.where(left.region & (codes > 0), side_value(codes, Side.LEFT), codes)
    return Volume(sided.astype(np.uint8), reference.geometry)
