"""Single legs, cut out of label maps: what training volumes are drawn from.

A stack is one leg as a pile of canvases (``tissues.CANVAS`` square, ``tissues.PIXEL_MM``), from the knee up, every left
leg mirrored so that all look like right legs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, scheme
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.legs.adductors import may_be_adductor
from MuscleSegLib.training.legs.canvases import SMALLEST_LEG_MM2, leg_line, on_canvas
from MuscleSegLib.training.legs.pelvis import pelvis
from MuscleSegLib.training.legs.tissues import (
    BONE,
    CANVAS,
    FINE,
    INNER_FAT,
    MUSCLES,
    OTHER_MUSCLES,
    UNNAMED_ADDUCTORS,
    Codes,
    Femur,
    Proportions,
    complete,
    find_femur,
)
from MuscleSegLib.volume import Volume, canonical, read_labels

CLOSEST_SLICES_MM = 6.0  # thinner slices are nearly copies of one another
BEYOND_MM = {False: 50.0, True: 110.0}  # what is invented beyond the labels is poor; what MuscleMap names is real
PELVIS_MM = 100.0  # above the labels of maps that do not name it; it begins
GROIN_MM = (15.0, 50.0)  # above them
MUSCLEMAP_BONES = (6151, 6152, 6160, 6171, 6172, 7231, 7232, 8161, 8162, 8171, 8172)
MUSCLEMAP_ADDUCTORS = (7211, 7212, 7221, 7222)  # longus and brevis, which the 11-muscle maps do not name


_SIDES = ("left", "right", "l", "r")


@dataclass(frozen=True)
class Stack:
    """One leg.

    Attributes:
        name: Of the leg, unlike that of any other.
        person: Keeps both legs on one side of a split.
        tissues: [variant, slice, row, column]; on canvases as fine as its images, or ``FINE`` times finer than CANVAS.
        spacing_mm: Between slices.
        images: Of a real scan, [image, slice, row, column], float16, on a common scale: fat and water, or one image of
            any contrast. None for a leg that images have to be made of.
        digest: Of the files it was cut out of.

    """

    name: str
    person: str
    tissues: Codes
    spacing_mm: float
    images: NDArray[np.float16] | None = None
    digest: str = ""


@dataclass(frozen=True)
class Leg:
    """One leg's labels on canvases.

    Attributes:
        codes: [slice, CANVAS, CANVAS].
        fine_codes: The same, ``FINE`` times finer: as fine as most maps are, whose muscles are a pixel apart.
        spacing_mm: Between slices.
        has_bones: Whether the map names them.

    """

    codes: Codes
    fine_codes: Codes
    spacing_mm: float
    has_bones: bool


def person_of(path: Path, pattern: str = "") -> str:
    """Return the person whom a label map is of, by the name of its file.

    BIDS says it (``sub-01``). Otherwise it is the name up to its first part with a digit, so that the two visits
    ``THIGH_022_0001`` and ``THIGH_022_0002`` are of one person, or the name without its side, so that ``VHF_Left`` and
    ``VHF_Right`` are. Rather two people become one than one becomes two, who would be on both sides of a split.

    Args:
        path: Of the label map.
        pattern: A regular expression that finds the person, in its first group where it has one.

    Raises:
        MuscleSegError: The pattern does not find anybody.

    """
    stem = path.name.removesuffix(".nii.gz").removesuffix("_labels")
    if pattern:
        match = re.search(pattern, stem)
        if not match:
            message = f"person_pattern finds nobody in the name of {path}: change it in the configuration."
            raise MuscleSegError(message)
        return match[1] if match.re.groups else match[0]
    subject = re.match(r"sub-[A-Za-z0-9]+", stem)
    if subject:
        return subject[0]
    parts = stem.split("_")
    numbered = next((place for place, part in enumerate(parts) if re.search(r"\d", part)), None)
    if numbered is not None:
        return "_".join(parts[: numbered + 1])
    return "_".join(part for part in parts if part.lower() not in _SIDES) or stem


def legs_of(path: Path, *, whole_adductor: bool) -> Iterator[tuple[Side, Leg]]:
    """Read a label map and give its legs.

    Args:
        path: A map in the ``huashan11`` or the ``musclemap`` scheme, told apart by their values.
        whole_adductor: Whether longus and brevis are part of the adductor, where the map names them.

    Yields:
        The side and the leg, the left one mirrored.

    """
    labels = canonical(read_labels(path)[0])
    spacing = labels.geometry.spacing_mm
    step = max(1, round(CLOSEST_SLICES_MM / spacing[2]))
    is_musclemap = int(labels.array.max()) > 1000
    codes = _musclemap_codes(labels.array, whole_adductor) if is_musclemap else huashan_codes(labels.array)
    for side in Side:
        mine = _side_of_musclemap(labels, side) if is_musclemap else side_by_gap(codes > 0, spacing[0], side)
        one = np.where(mine, codes, 0).astype(np.uint8)[::step]
        if side is Side.LEFT:
            one = one[:, :, ::-1]
        kept = _slices_with_muscle(one, (*spacing[:2], spacing[2] * step), BEYOND_MM[is_musclemap])
        if len(kept) >= 3:
            line = leg_line(one[kept], spacing)
            coarse, fine = (on_canvas(one[kept], line, spacing, fine=fine) for fine in (1, FINE))
            yield side, Leg(coarse, fine, spacing[2] * step, is_musclemap)


def stack_of(
    path: Path, side: Side, leg: Leg, *, person: str, variants: int, seed: int, whole_adductor: bool, digest: str
) -> Stack:
    """Complete a leg with invented tissues, ``variants`` times over; the same seed gives the same stack.

    Where the adductor is to be whole and the map does not name all of it, what may be the rest becomes
    ``UNNAMED_ADDUCTORS``.
    """
    name = f"{path.name.removesuffix('.nii.gz')}-{side}"
    codes, spacing = leg.codes if leg.has_bones else _with_room_above(leg), leg.spacing_mm
    femur = None if leg.has_bones else find_femur(codes, spacing)
    tissues = np.empty((variants, *codes.shape), np.uint8)
    for variant in range(variants):
        rng = np.random.default_rng([seed, variant, *name.encode()])
        tissues[variant] = complete(codes, femur, Proportions.draw(rng), rng)
        if not leg.has_bones:
            _add_pelvis(tissues[variant], codes, femur, spacing, rng)
    if whole_adductor and not leg.has_bones:  # maps with bones name all three
        unnamed = may_be_adductor(codes, spacing) & np.isin(tissues, OTHER_MUSCLES)
        tissues[unnamed] += UNNAMED_ADDUCTORS[0] - OTHER_MUSCLES[0]
    return Stack(name, person, _refined(tissues, leg.fine_codes), leg.spacing_mm, digest=digest)


def _refined(tissues: Codes, fine_codes: Codes) -> Codes:
    """Return tissues, [variant, slice, row, column], ``FINE`` times finer, with the muscles as the map has them."""
    fine = tissues.repeat(FINE, axis=-2).repeat(FINE, axis=-1)
    fine[np.isin(fine, MUSCLES)] = INNER_FAT
    named = fine[:, : len(fine_codes)]  # above them is the pelvis
    named[:] = np.where(np.isin(fine_codes, MUSCLES), fine_codes, named)
    return fine


def _add_pelvis(tissues: Codes, codes: Codes, femur: Femur | None, spacing_mm: float, rng: np.random.Generator) -> None:
    """Let the pelvis begin somewhat above the highest label."""
    highest = np.flatnonzero(codes.any(axis=(1, 2)))[-1]
    groin = min(int(highest + 1 + rng.uniform(*GROIN_MM) // spacing_mm), len(codes))
    hip = femur.centers[-1] if femur is not None else np.full(2, CANVAS / 2)
    tissues[groin:] = pelvis(hip, len(codes) - groin, spacing_mm, rng)


def _with_room_above(leg: Leg) -> Codes:
    """Return a leg's codes with empty slices above them, up to ``PELVIS_MM`` above the last label."""
    labeled = np.flatnonzero(leg.codes.any(axis=(1, 2)))
    missing = max(0, int(labeled[-1]) + 1 + round(PELVIS_MM / leg.spacing_mm) - len(leg.codes))
    return np.pad(leg.codes, ((0, missing), (0, 0), (0, 0)))


def huashan_codes(array: NDArray[np.integer]) -> Codes:
    """Return thigh codes of an 11-muscle map; the adductor is the magnus."""
    table = np.zeros(256, np.uint8)
    for value, code in scheme("huashan11").to_region("thigh").items():
        table[value] = code
    return np.asarray(table[array])


def _musclemap_codes(array: NDArray[np.integer], whole_adductor: bool) -> Codes:
    """Return thigh codes (no side), bones and other muscles; adductor longus and brevis are one or the other."""
    table = np.zeros(10_000, np.uint8)
    for value in np.unique(array[array > 0]):
        table[value] = OTHER_MUSCLES[int(value) // 10 % len(OTHER_MUSCLES)]
    for value, code in scheme("musclemap").to_region("thigh").items():
        if whole_adductor or value not in MUSCLEMAP_ADDUCTORS:
            table[value] = code % 100
    table[list(MUSCLEMAP_BONES)] = BONE
    table[0] = 0
    return np.asarray(table[array])


def _side_of_musclemap(labels: Volume, side: Side) -> NDArray[np.bool_]:
    """Return the voxels nearer to this side: the last digit says it, 1 left, 2 right; the midline goes by position."""
    left, right = labels.array % 10 == 1, labels.array % 10 == 2
    middle = (np.argwhere(left)[:, 2].mean() + np.argwhere(right)[:, 2].mean()) / 2
    index = np.arange(labels.array.shape[2])[None, None, :]
    neither = (labels.array > 0) & ~left & ~right
    return np.asarray(
        (left | (neither & (index <= middle))) if side is Side.LEFT else (right | (neither & (index > middle)))
    )


def side_by_gap(muscle: NDArray[np.bool_], pixel_mm: float, side: Side) -> NDArray[np.bool_]:
    """Return the voxels [slice, row, column] on this side of the gap between the legs.

    It is looked for in each slice near the middle of all.
    """
    columns = muscle.sum(axis=1)  # [slice, column]
    index = np.arange(columns.shape[1])
    middle = round(float((columns.sum(axis=0) * index).sum() / max(columns.sum(), 1)))
    reach = max(1, int(40 / pixel_mm))
    near = columns[:, middle - reach : middle + reach]
    # of equally empty columns the one nearest the middle
    cut = middle - reach + np.argmin(near + 1e-3 * np.abs(np.arange(near.shape[1]) - reach), axis=1)
    is_left = index[None, None, :] <= cut[:, None, None]
    return np.broadcast_to(is_left if side is Side.LEFT else ~is_left, muscle.shape)


def _slices_with_muscle(codes: Codes, spacing_mm: tuple[float, float, float], beyond_mm: float) -> NDArray[np.intp]:
    """Return the slices from the lowest to the highest with a leg's muscle, and up to ``beyond_mm`` further."""
    area = ((codes > 0) & (codes <= 10)).sum(axis=(1, 2)) * spacing_mm[0] * spacing_mm[1]
    enough = np.flatnonzero(area >= SMALLEST_LEG_MM2)
    if len(enough) == 0:
        return enough
    beyond = round(beyond_mm / spacing_mm[2])
    return np.arange(max(0, enough[0] - beyond), min(len(codes), enough[-1] + beyond + 1))
