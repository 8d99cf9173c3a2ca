"""Single legs cut out of real scans with labels: from the images that a clinic has, as far as anybody named them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Side, region
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.training.legs.adductors import may_be_adductor
from MuscleSegLib.training.legs.canvases import SMALLEST_LEG_MM2, leg_line, on_canvas
from MuscleSegLib.training.legs.label_maps import PELVIS_MM, Stack, huashan_codes, side_by_gap
from MuscleSegLib.training.legs.tissues import AIR, UNCERTAIN, UNLABELED, Codes, Mask
from MuscleSegLib.volume import Volume, canonical, like, read_labels, read_volume

LABELS = "_labels.nii.gz"
"""How the name of a real scan's label map ends; its images are called the same without it, or with 0000 (fat) and
0001 (water)."""

BODY = 0.12  # of a scan's bright tissue is what tells a leg from air
SMOOTHING_MM = 2.5


@dataclass(frozen=True)
class LabeledScan:
    """A scan of one or two legs and what is seen on it; canonical, every array [..., slice, row, column].

    Attributes:
        person: Who was scanned.
        codes: Of the muscles, without sides.
        images: [image, slice, row, column], on a common scale.
        spacing_mm: Of columns, rows and slices.
        digest: Of the scan's files.
        name: Of the scan, among those of the person; the person's where empty.

    """

    person: str
    codes: Codes
    images: NDArray[np.float32]
    spacing_mm: tuple[float, float, float]
    digest: str = ""
    name: str = ""


def scan_stacks(
    path: Path, region_name: str, *, whole_adductor: bool, digest: str, person: str = ""
) -> Iterator[Stack]:
    """Cut the legs out of a real scan.

    Args:
        path: Of its label map, ``NAME_labels.nii.gz``, without sides: the 11-muscle scheme for thighs, this project's
            codes for calves.
        region_name: "thigh" or "calf".
        whole_adductor: Whether tissue that may be adductor longus or brevis becomes ``UNCERTAIN``.
        digest: Of the scan's files.
        person: Who was scanned; ``NAME`` where empty.

    Yields:
        The right leg and the left one, mirrored, each from its lowest slice with labels to its highest; a thigh with
        what the scan shows of the pelvis, where the labels name nothing because there is none of our muscles.

    Raises:
        MuscleSegError: The scan has no image, or its labels are of another scheme.

    """
    name = path.name.removesuffix(LABELS)
    labels, images = _read(path, name)
    codes = _region_codes(labels, region_name)
    scan = LabeledScan(person or name, codes, images, labels.geometry.spacing_mm, digest, name)
    yield from cut_legs(scan, region_name, whole_adductor=whole_adductor)


def cut_legs(scan: LabeledScan, region_name: str, *, whole_adductor: bool) -> Iterator[Stack]:
    """Cut the legs out of a scan that is read already; see ``scan_stacks``."""
    name, codes, images, spacing = scan.name or scan.person, scan.codes, scan.images, scan.spacing_mm
    body = find_leg_tissue(images.sum(axis=0), spacing)
    for side in Side:
        mine = side_by_gap(body, spacing[0], side)
        own = np.where(mine, codes, 0).astype(np.uint8)
        enough = np.flatnonzero((own > 0).sum(axis=(1, 2)) * spacing[0] * spacing[1] >= SMALLEST_LEG_MM2)
        if len(enough) == 0:
            continue
        above = round(PELVIS_MM / spacing[2]) if region_name == "thigh" else 0
        kept = slice(int(enough[0]), int(enough[-1]) + 1 + above)
        own, leg, shown = own[kept], (body & mine)[kept], np.where(mine, images, 0)[:, kept]
        if side is Side.LEFT:
            own, leg, shown = own[..., ::-1], leg[..., ::-1], shown[..., ::-1]
        line = leg_line(leg, spacing)
        tissues = _tissues(on_canvas(own, line, spacing), on_canvas(leg, line, spacing) > 0)
        if whole_adductor and region_name == "thigh":
            tissues[may_be_adductor(_muscles(tissues), spacing[2]) & (tissues == UNLABELED)] = UNCERTAIN
        pictures = np.stack([on_canvas(image, line, spacing) for image in shown]).astype(np.float16)
        yield Stack(f"{name}-{side}", scan.person, tissues[None], spacing[2], pictures, scan.digest)


def image_files(labels: Path) -> list[Path]:
    """Return the images that a label map belongs to: fat and water, or one."""
    name = labels.name.removesuffix(LABELS)
    pair = [labels.with_name(f"{name}_{number}.nii.gz") for number in ("0000", "0001")]
    return pair if all(path.exists() for path in pair) else [labels.with_name(f"{name}.nii.gz")]


def find_leg_tissue(image: NDArray[np.floating], spacing_mm: tuple[float, float, float]) -> Mask:
    """Return what is brighter than air in each slice, without holes: [slice, row, column] of all legs."""
    from scipy import ndimage

    blur = [0, SMOOTHING_MM / spacing_mm[1], SMOOTHING_MM / spacing_mm[0]]
    smoothed = ndimage.gaussian_filter(image, blur)
    bright = np.quantile(smoothed, 0.95, axis=(1, 2), keepdims=True)
    body = smoothed > BODY * bright
    return np.stack([ndimage.binary_opening(ndimage.binary_fill_holes(slice_), iterations=2) for slice_ in body])


def _read(path: Path, name: str) -> tuple[Volume, NDArray[np.float32]]:
    files = image_files(path)
    if not files[0].exists():
        message = f"The scan {name} has labels ({path}) and no image: {files[0].name} should be beside them."
        raise MuscleSegError(message)
    labels = canonical(read_labels(path)[0])
    images = [like(canonical(read_volume(file)), labels.geometry).array.astype(np.float32) for file in files]
    return labels, on_one_scale(np.stack(images))


def on_one_scale(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Divide images, [image, ...], by the brightness of all together, so that fat and water keep their ratio."""
    return images / max(float(np.quantile(images, 0.995)), 1e-6)


def _region_codes(labels: Volume, region_name: str) -> Codes:
    known = 11 if region_name == "thigh" else len(region(region_name).muscles)
    if int(labels.array.max()) > known:
        message = f"The labels {labels.name} go up to {labels.array.max()}; those of a {region_name} go up to {known}."
        raise MuscleSegError(message)
    return huashan_codes(labels.array) if region_name == "thigh" else labels.array.astype(np.uint8)


def _tissues(codes: Codes, leg: Mask) -> Codes:
    return np.where(codes > 0, codes, np.where(leg, UNLABELED, AIR)).astype(np.uint8)


def _muscles(tissues: Codes) -> Codes:
    return np.where(tissues < UNLABELED, tissues, 0).astype(np.uint8)
