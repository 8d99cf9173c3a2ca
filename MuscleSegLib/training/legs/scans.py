"""Leg volumes cut out of real scans with labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, region, value_without_side
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.legs import Legs, find_legs
from MuscleSegLib.training.legs.adductors import may_be_adductor
from MuscleSegLib.training.legs.canvases import SMALLEST_MUSCLE_MM2, on_canvas
from MuscleSegLib.training.legs.label_maps import PELVIS_MM, huashan_codes
from MuscleSegLib.training.legs.label_set import REAL_PATCHES, LabelSet
from MuscleSegLib.training.legs.leg_tissues import AIR, UNCERTAIN, UNLABELED, Codes, Mask, convex_hull
from MuscleSegLib.training.legs.leg_volume import LegVolume
from MuscleSegLib.volume import Geometry, Volume, canonical, like, read_labels, read_volume

NARROWEST_OF_TWO_MM = 240.0  # a narrower field of view shows a single leg, which is taken for a right one
DEEP_POSTERIOR = 2
"""Code of the calf's deep posterior compartment, which is at every level: a scan without it has not drawn it."""

UNKNOWN = 255
"""Value of pixels that may be any muscle."""

FINE_LABELS = "_fine.nii.gz"
LABELS = "_labels.nii.gz"
"""End of the name of a real scan's label map; the names of its images end without it, or with 0000 (fat) and 0001
(water)."""


@dataclass(frozen=True)
class LabeledScan:
    """Canonical scan of one or two legs with its labels.

    Attributes:
        person: Name of the person.
        codes: Muscle codes without sides, [slice, row, column].
        images: Images on a common scale, [image, slice, row, column].
        spacing_mm: Spacing of columns, rows and slices.
        digest: Digest of the scan's files.
        name: Name of the scan; the person's where empty.
    """

    person: str
    codes: Codes
    images: NDArray[np.float32]
    spacing_mm: tuple[float, float, float]
    digest: str = ""
    name: str = ""


def scan_leg_volumes(
    path: Path, label_set: LabelSet, *, whole_adductor: bool, digest: str, person: str = ""
) -> Iterator[LegVolume]:
    """Cut the legs out of a real scan.

    Args:
        path: Path of its label map, ``NAME_labels.nii.gz``: in the 11-muscle scheme for thighs, in this project's
            codes, with sides or without, for calves. For fine labels of a calf, ``NAME_fine.nii.gz`` beside it, with
            the structures of ``REAL_PATCHES``, is read instead.
        label_set: Muscles to learn. Of a fine label set, those parts that the map does not tell are ``UNCERTAIN``.
        whole_adductor: Whether tissue that may be adductor longus or brevis becomes ``UNCERTAIN``.
        digest: Digest of the scan's files.
        person: Name of the person; ``NAME`` where empty.

    Yields:
        The right leg and the mirrored left leg, each from its lowest slice with labels to its highest; a thigh with the
        pelvis above it, which has no labels because none of our muscles is there.

    Raises:
        MuscleSegError: The scan has no image, or its labels are of another scheme.
    """
    name = path.name.removesuffix(LABELS)
    fine = path.with_name(f"{name}{FINE_LABELS}")
    is_fine_file = label_set.is_fine and fine.exists()
    labels, images = _read(fine if is_fine_file else path, name)
    codes = _patch_codes(labels, label_set) if is_fine_file else _region_codes(labels, label_set)
    scan = LabeledScan(person or name, codes, images, labels.geometry.spacing_mm, digest, name)
    yield from cut_legs(scan, label_set, whole_adductor=whole_adductor)


def cut_legs(scan: LabeledScan, label_set: LabelSet, *, whole_adductor: bool) -> Iterator[LegVolume]:
    """Cut the legs out of a scan in memory.

    Args:
        scan: The scan.
        label_set: What its codes are classes of.
        whole_adductor: Whether tissue that may be adductor longus or brevis becomes ``UNCERTAIN``.

    Yields:
        The legs, as ``scan_leg_volumes`` does.
    """
    name, codes, images, spacing = scan.name or scan.person, scan.codes, scan.images, scan.spacing_mm
    region_name, is_fine = label_set.region, label_set.is_fine
    total = Volume(images.sum(axis=0), Geometry(codes.shape, np.diag([*spacing, 1.0])), Path(name))
    legs: Legs = 1 if codes.shape[2] * spacing[0] < NARROWEST_OF_TWO_MM else 2
    for leg in find_legs(total, legs):
        labels = np.where(leg.region, codes, 0).astype(np.uint8)
        enough = np.flatnonzero((labels > 0).sum(axis=(1, 2)) * spacing[0] * spacing[1] >= SMALLEST_MUSCLE_MM2)
        if len(enough) == 0:
            continue
        above = round(PELVIS_MM / spacing[2]) if region_name == "thigh" else 0
        kept = slice(int(enough[0]), int(enough[-1]) + 1 + above)
        labels, mask, signal = labels[kept], leg.mask[kept], np.where(leg.region, images, 0)[:, kept]
        centers = leg.centers[kept]
        if leg.side is Side.LEFT:
            labels, mask, signal = labels[..., ::-1], mask[..., ::-1], signal[..., ::-1]
            centers = np.stack([centers[:, 0], mask.shape[-1] - 1 - centers[:, 1]], axis=1)
        tissues = _tissues(on_canvas(labels, centers, spacing), on_canvas(mask, centers, spacing) > 0)
        if is_fine:
            tissues[_may_be_fine(tissues, region_name) & (tissues == UNLABELED)] = UNCERTAIN
        elif region_name == "calf" and DEEP_POSTERIOR not in codes:
            tissues[_within_muscles(tissues) & (tissues == UNLABELED)] = UNCERTAIN
        if whole_adductor and region_name == "thigh" and not is_fine:
            tissues[may_be_adductor(_muscles(tissues), spacing[2]) & (tissues == UNLABELED)] = UNCERTAIN
        canvases = np.stack([on_canvas(image, centers, spacing) for image in signal]).astype(np.float16)
        yield LegVolume(
            f"{name}-{leg.side or Side.RIGHT}", scan.person, tissues[None], spacing[2], canvases, scan.digest
        )


def image_files(labels: Path) -> list[Path]:
    """Return the image files of a label map: fat and water, or a single image."""
    name = labels.name.removesuffix(LABELS).removesuffix(FINE_LABELS)
    pair = [labels.with_name(f"{name}_{number}.nii.gz") for number in ("0000", "0001")]
    return pair if all(path.exists() for path in pair) else [labels.with_name(f"{name}.nii.gz")]


def _read(path: Path, name: str) -> tuple[Volume, NDArray[np.float32]]:
    files = image_files(path)
    if not files[0].exists():
        message = f"The scan {name} has labels ({path}) and no image: {files[0].name} should be beside them."
        raise MuscleSegError(message)
    labels = canonical(read_labels(path)[0])
    images = [like(canonical(read_volume(file)), labels.geometry).array.astype(np.float32) for file in files]
    return labels, on_one_scale(np.stack(images))


def on_one_scale(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Divide images, [image, ...], by their common brightness, so that fat and water keep their ratio."""
    return images / max(float(np.quantile(images, 0.995)), 1e-6)


def _region_codes(labels: Volume, label_set: LabelSet) -> Codes:
    region_name = label_set.region
    highest, is_unknown = 11 if region_name == "thigh" else len(region(region_name).muscles), labels.array == UNKNOWN
    values = labels.array if region_name == "thigh" else np.where(is_unknown, 0, value_without_side(labels.array))
    largest = int(np.where(is_unknown, 0, values).max(initial=0))
    if largest > highest:
        message = f"The labels {labels.name} go up to {largest}; those of a {region_name} go up to {highest}."
        raise MuscleSegError(message)
    codes = huashan_codes(values, label_set) if region_name == "thigh" else values.astype(np.uint8)
    if region_name == "calf" and label_set.is_fine:
        table = np.full(256, UNCERTAIN, np.uint8)  # a part of a muscle that the map does not tell apart
        for code, number in {0: 0, **label_set.only_children()}.items():
            table[code] = number
        codes = table[codes]
    return np.where(is_unknown, UNCERTAIN, codes).astype(np.uint8)


def _patch_codes(labels: Volume, label_set: LabelSet) -> Codes:
    """Return the classes of a map of the structures of ``REAL_PATCHES``."""
    table = np.zeros(256, np.uint8)
    for value, code in REAL_PATCHES.items():
        table[value] = label_set.codes.index(code) + 1 if code else UNCERTAIN
    return np.asarray(table[labels.array])


def _may_be_fine(tissues: Codes, region_name: str) -> Mask:
    """Return the mask of what may be a muscle of a fine label set without a label, [slice, row, column].

    Such muscles lie between the labeled ones, and in the upper half of a thigh around them.
    """
    mask = _within_muscles(tissues)
    if region_name == "thigh":
        labeled = np.flatnonzero((_muscles(tissues) > 0).any(axis=(1, 2)))
        mask[int(labeled[len(labeled) // 2]) :] = True
    return mask


def _tissues(codes: Codes, leg: Mask) -> Codes:
    return np.where(codes > 0, codes, np.where(leg, UNLABELED, AIR)).astype(np.uint8)


def _within_muscles(tissues: Codes) -> Mask:
    """Return the mask of what lies between a leg's muscles, [slice, row, column]: their convex hull in each slice."""
    return np.stack([convex_hull(slice_ > 0) for slice_ in _muscles(tissues)])


def _muscles(tissues: Codes) -> Codes:
    return np.where(tissues < UNLABELED, tissues, 0).astype(np.uint8)
