"""Leg volumes from label maps: legs cut out, centered on canvases, and completed with invented tissues."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.legs import visible_human
from MuscleSegLib.training.legs.adductors import may_be_adductor
from MuscleSegLib.training.legs.canvases import SMALLEST_MUSCLE_MM2, leg_line, on_canvas
from MuscleSegLib.training.legs.label_set import LabelSet
from MuscleSegLib.training.legs.leg_tissues import (
    BONE,
    CANVAS,
    FINE,
    INNER_FAT,
    MUSCLES,
    OTHER_MUSCLES,
    UNNAMED_MUSCLES,
    VASTI,
    Codes,
    Femur,
    Proportions,
    complete,
    find_femur,
)
from MuscleSegLib.training.legs.leg_volume import LegVolume
from MuscleSegLib.training.legs.pelvis import pelvis
from MuscleSegLib.volume import Volume, canonical, read_labels

CLOSEST_SLICES_MM = 6.0  # spacing below which slices are skipped, as near copies of one another
BEYOND_MM = {False: 50.0, True: 110.0}  # length kept beyond the muscles: more where MuscleMap labels bones there
PELVIS_MM = 100.0  # length added above the labels of maps without a pelvis
GROIN_MM = (15.0, 50.0)  # distance of the invented pelvis above the labels
MUSCLEMAP_BONES = (6151, 6152, 6160, 6171, 6172, 7231, 7232, 8161, 8162, 8171, 8172)
MUSCLEMAP_ADDUCTORS = (7211, 7212, 7221, 7222)  # longus and brevis, which the 11-muscle maps do not label
THIGH_SET = LabelSet("thigh")
_SIDES = ("left", "right", "l", "r")


@dataclass(frozen=True)
class LegLabels:
    """Labels of one leg on canvases.

    Attributes:
        codes: Muscle codes, [slice, CANVAS, CANVAS].
        fine_codes: Muscle codes, ``FINE`` times finer, [slice, FINE * CANVAS, FINE * CANVAS]: as fine as most maps,
            whose muscles are a pixel apart.
        spacing_mm: Spacing of the slices.
        has_bones: Whether the map labels all bones.
        names_adductors: Whether the map labels adductor longus and brevis.
        label_set: What the codes are classes of.
        names_all: Whether the map labels every muscle of a fine label set.
    """

    codes: Codes
    fine_codes: Codes
    spacing_mm: float
    has_bones: bool
    names_adductors: bool
    label_set: LabelSet
    names_all: bool


def person_of(path: Path, pattern: str = "") -> str:
    """Return the person of a label map, from the name of its file.

    The person is the subject of a BIDS name (``sub-01``), otherwise the name up to its first part with a digit, so
    that the visits ``THIGH_022_0001`` and ``THIGH_022_0002`` are of one person, or the name without its side, so that
    ``VHF_Left`` and ``VHF_Right`` are. In doubt two people share a name, so that nobody is on both sides of a split.

    Args:
        path: Path of the label map.
        pattern: Regular expression that finds the person, in its first group where it has groups.

    Raises:
        MuscleSegError: The pattern does not match.
    """
    stem = path.name.removesuffix(".nii.gz").removesuffix("_labels")
    if pattern:
        match = re.search(pattern, stem)
        if not match:
            raise MuscleSegError(f"person_pattern finds nobody in the name of {path}: change it in the configuration.")
        return match[1] if match.re.groups else match[0]
    subject = re.match(r"sub-[A-Za-z0-9]+", stem)
    if subject:
        return subject[0]
    parts = stem.split("_")
    numbered = next((place for place, part in enumerate(parts) if re.search(r"\d", part)), None)
    if numbered is not None:
        return "_".join(parts[: numbered + 1])
    return "_".join(part for part in parts if part.lower() not in _SIDES) or stem


def legs_of(
    path: Path, region_name: str = "thigh", *, whole_adductor: bool, is_fine: bool = False
) -> Iterator[tuple[Side, LegLabels]]:
    """Read a label map and yield its legs.

    Args:
        path: Map in the ``huashan11`` or ``musclemap`` scheme, or of the Visible Human, distinguished by their values.
        region_name: "thigh", or "calf", which the Visible Human's alone have.
        whole_adductor: Whether longus and brevis are part of the adductor, where the map labels them.
        is_fine: Whether the codes are classes of the region's fine label set.

    Yields:
        Side and labels of each leg, a left leg mirrored. A leg of the Visible Human that lacks a muscle of the region
        is left out; one without tibia too, but for fine labels, of which there are too few.

    Raises:
        MuscleSegError: The map cannot be read, or is to be a calf's and is not.
    """
    labels = canonical(read_labels(path)[0])
    spacing = labels.geometry.spacing_mm
    step = max(1, round(CLOSEST_SLICES_MM / spacing[2]))
    highest = int(labels.array.max())
    is_musclemap, is_visible_human = highest > 1000, 11 < highest <= visible_human.LARGEST_VALUE
    label_set, values = LabelSet(region_name, is_fine), set(np.unique(labels.array).tolist())
    source = "musclemap" if is_musclemap else "visible-human" if is_visible_human else "huashan11"
    for side, codes in _codes_by_side(labels, path.name, label_set, whole_adductor=whole_adductor):
        leg = codes[::step, :, ::-1] if side is Side.LEFT else codes[::step]
        kept = _slices_with_muscle(leg, (*spacing[:2], spacing[2] * step), BEYOND_MM[is_musclemap])
        if len(kept) >= 3:
            line = leg_line(leg[kept], spacing)
            coarse, fine = (on_canvas(leg[kept], line, spacing, fine=fine) for fine in (1, FINE))
            has_bones = is_musclemap or (region_name == "calf" and visible_human.TIBIA in values)
            names_adductors = is_musclemap or is_visible_human
            names_all = not is_fine or label_set.names_all(source, values)
            yield side, LegLabels(coarse, fine, spacing[2] * step, has_bones, names_adductors, label_set, names_all)


def _codes_by_side(
    labels: Volume, name: str, label_set: LabelSet, *, whole_adductor: bool
) -> Iterator[tuple[Side, Codes]]:
    """Yield the muscle codes of each leg of a map, [slice, row, column]."""
    highest = int(labels.array.max())
    if 11 < highest <= visible_human.LARGEST_VALUE:
        if visible_human.is_whole(np.unique(labels.array).tolist(), label_set):
            codes = _visible_human_codes(labels.array, visible_human.classes_of(label_set))
            yield visible_human.side_of(name), codes
        return
    if label_set.region != "thigh":
        message = f"The label map {labels.name} names muscles of the thigh: take its folder out of the calf's sources."
        raise MuscleSegError(message)
    if highest > 1000:
        codes = _musclemap_codes(labels.array, label_set, whole_adductor)
    else:
        codes = huashan_codes(labels.array, label_set)
    for side in Side:
        is_on_side = (
            _side_of_musclemap(labels, side)
            if highest > 1000
            else side_by_gap(codes > 0, labels.geometry.spacing_mm[0], side)
        )
        yield side, np.where(is_on_side, codes, 0).astype(np.uint8)


def leg_volume_of(
    path: Path, side: Side, leg: LegLabels, *, person: str, variants: int, seed: int, whole_adductor: bool, digest: str
) -> LegVolume:
    """Complete a leg with invented tissues, in several variants; the same seed gives the same leg volume.

    Where the adductor is to be whole and the map labels a part of it, pixels that may be the rest become
    ``UNNAMED_MUSCLES``; all invented muscles do where the labels are fine and the map lacks one of them.

    Args:
        path: Path of the label map.
        side: Side of the leg.
        leg: Its labels.
        person: Name of the person.
        variants: Number of completions.
        seed: Seed of the run.
        whole_adductor: Whether the adductor is to be whole.
        digest: Digest of the file.
    """
    name = f"{path.name.removesuffix('.nii.gz')}-{side}"
    has_room = leg.has_bones or leg.label_set.region != "thigh"
    codes, spacing = leg.codes if has_room else _with_room_above(leg), leg.spacing_mm
    muscles, is_thigh = leg.label_set.parents(codes), leg.label_set.region == "thigh"
    shaft = None if leg.has_bones else find_femur(muscles, spacing, VASTI if is_thigh else MUSCLES)
    tissues = np.empty((variants, *codes.shape), np.uint8)
    for variant in range(variants):
        rng = np.random.default_rng([seed, variant, *name.encode()])
        tissues[variant] = complete(codes, shaft, Proportions.draw(rng), rng)
        if is_thigh and not leg.has_bones:
            _add_pelvis(tissues[variant], codes, shaft, spacing, rng)
    is_invented = np.isin(tissues, OTHER_MUSCLES) & (codes == 0)
    if leg.label_set.is_fine and not leg.names_all:
        tissues[is_invented] += UNNAMED_MUSCLES[0] - OTHER_MUSCLES[0]
    elif whole_adductor and not leg.names_adductors:
        unnamed = may_be_adductor(muscles, spacing) & is_invented
        tissues[unnamed] += UNNAMED_MUSCLES[0] - OTHER_MUSCLES[0]
    return LegVolume(name, person, _refined(tissues, leg.fine_codes), leg.spacing_mm, digest=digest)


def _refined(tissues: Codes, fine_codes: Codes) -> Codes:
    """Return tissues, [variant, slice, row, column], ``FINE`` times finer, with the muscles of the fine codes."""
    fine = tissues.repeat(FINE, axis=-2).repeat(FINE, axis=-1)
    fine[np.isin(fine, MUSCLES)] = INNER_FAT
    labeled = fine[:, : len(fine_codes)]  # above them is the pelvis
    labeled[:] = np.where(np.isin(fine_codes, MUSCLES), fine_codes, labeled)
    return fine


def _add_pelvis(tissues: Codes, codes: Codes, femur: Femur | None, spacing_mm: float, rng: np.random.Generator) -> None:
    """Add a pelvis from somewhat above the highest label."""
    highest = np.flatnonzero(codes.any(axis=(1, 2)))[-1]
    groin = min(int(highest + 1 + rng.uniform(*GROIN_MM) // spacing_mm), len(codes))
    hip = femur.centers[-1] if femur is not None else np.full(2, CANVAS / 2)
    tissues[groin:] = pelvis(hip, len(codes) - groin, spacing_mm, rng)


def _with_room_above(leg: LegLabels) -> Codes:
    """Return a leg's codes, [slice, row, column], with empty slices up to ``PELVIS_MM`` above the last label."""
    labeled = np.flatnonzero(leg.codes.any(axis=(1, 2)))
    missing = max(0, int(labeled[-1]) + 1 + round(PELVIS_MM / leg.spacing_mm) - len(leg.codes))
    return np.pad(leg.codes, ((0, missing), (0, 0), (0, 0)))


def huashan_codes(array: NDArray[np.integer], label_set: LabelSet = THIGH_SET) -> Codes:
    """Return the classes of an 11-muscle map, an array of any shape; the adductor is the magnus."""
    table = np.zeros(256, np.uint8)
    for value, code in label_set.classes_of("huashan11").items():
        table[value] = code
    return np.asarray(table[array])


def _musclemap_codes(array: NDArray[np.integer], label_set: LabelSet, whole_adductor: bool) -> Codes:
    """Return classes without sides, bones and other muscles of a map of any shape.

    Adductor longus and brevis are a part of the adductor, or other muscles.
    """
    table = np.zeros(10_000, np.uint8)
    for value in np.unique(array[array > 0]):
        table[value] = OTHER_MUSCLES[int(value) // 10 % len(OTHER_MUSCLES)]
    for value, code in label_set.classes_of("musclemap").items():
        if whole_adductor or label_set.is_fine or value not in MUSCLEMAP_ADDUCTORS:
            table[value] = code
    table[list(MUSCLEMAP_BONES)] = BONE
    table[0] = 0
    return np.asarray(table[array])


def _visible_human_codes(array: NDArray[np.integer], muscles: Mapping[int, int]) -> Codes:
    """Return codes of a region's muscles, of other muscles and bones, in a map of any shape."""
    table = np.zeros(256, np.uint8)
    for value in range(1, visible_human.LARGEST_VALUE + 1):
        table[value] = muscles.get(value, OTHER_MUSCLES[value % len(OTHER_MUSCLES)])
    table[list(visible_human.BONES)] = BONE
    return np.asarray(table[array])


def _side_of_musclemap(labels: Volume, side: Side) -> NDArray[np.bool_]:
    """Return the mask of a side, [slice, row, column]: by the last digit, 1 left, 2 right, or by position."""
    left, right = labels.array % 10 == 1, labels.array % 10 == 2
    middle = (np.argwhere(left)[:, 2].mean() + np.argwhere(right)[:, 2].mean()) / 2
    index = np.arange(labels.array.shape[2])[None, None, :]
    neither = (labels.array > 0) & ~left & ~right
    return np.asarray(
        (left | (neither & (index <= middle))) if side is Side.LEFT else (right | (neither & (index > middle)))
    )


def side_by_gap(muscle: NDArray[np.bool_], pixel_mm: float, side: Side) -> NDArray[np.bool_]:
    """Return the mask of the voxels on a side of the gap between the legs.

    The gap is searched in each slice near the middle of all.

    Args:
        muscle: Mask of muscle or of legs, [slice, row, column].
        pixel_mm: Spacing of the columns.
        side: The side.

    Returns:
        Mask, [slice, row, column].
    """
    columns = muscle.sum(axis=1)  # [slice, column]
    index = np.arange(columns.shape[1])
    middle = round(float((columns.sum(axis=0) * index).sum() / max(columns.sum(), 1)))
    reach = max(1, int(40 / pixel_mm))
    near = columns[:, middle - reach : middle + reach]
    # of equally empty columns, that nearest the middle
    cut = middle - reach + np.argmin(near + 1e-3 * np.abs(np.arange(near.shape[1]) - reach), axis=1)
    is_left = index[None, None, :] <= cut[:, None, None]
    return np.broadcast_to(is_left if side is Side.LEFT else ~is_left, muscle.shape)


def _slices_with_muscle(codes: Codes, spacing_mm: tuple[float, float, float], beyond_mm: float) -> NDArray[np.intp]:
    """Return the indices of the slices with a leg's muscle, and of those up to ``beyond_mm`` further, [slice]."""
    area = np.isin(codes, MUSCLES).sum(axis=(1, 2)) * spacing_mm[0] * spacing_mm[1]
    enough = np.flatnonzero(area >= SMALLEST_MUSCLE_MM2)
    if len(enough) == 0:
        return enough
    beyond = round(beyond_mm / spacing_mm[2])
    return np.arange(max(0, enough[0] - beyond), min(len(codes), enough[-1] + beyond + 1))
