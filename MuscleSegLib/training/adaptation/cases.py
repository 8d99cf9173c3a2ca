"""Corrected scans in memory: images, labels in our codes, and the slices that somebody looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import Scheme, Side, is_left, scheme
from MuscleSegLib.biomarkers import NamedLabels, read_named_labels
from MuscleSegLib.biomarkers.labels import merge_labels
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.inference.companions import on_grid_of
from MuscleSegLib.inference.corrected_scans import CaseFiles
from MuscleSegLib.inference.drawn_slices import DRAWN, corrected_slices
from MuscleSegLib.propagation.requests import on_grid_of_image, order_of_slices
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume, canonical, check_image, read_volume

Labels = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Case:
    """Corrected scan.

    Attributes:
        name: Name in messages.
        images: Canonical images on one grid, [k, j, i] each.
        labels: Label values, [k, j, i]: muscle codes, those of the left leg + 100 where ``has_sides``.
        has_sides: Whether the labels say which leg they are of.
        corrected: Slices that somebody corrected, [k], by side; None where the file does not tell: then slices count
            that hold labels.
        incomplete: Codes of muscles of which the labels' scheme has a part only.
        digest: Digest of the files.
    """

    name: str
    images: tuple[Volume, ...]
    labels: Labels
    has_sides: bool
    corrected: Mapping[Side, Mask] | None
    incomplete: frozenset[int]
    digest: str


def read_case(files: CaseFiles, region: str, scheme_name: str | None) -> Case:
    """Read a corrected scan.

    Args:
        files: Its files.
        region: "thigh" or "calf".
        scheme_name: Label scheme of the labels; our own codes of the region where None.

    Raises:
        MuscleSegError: A file cannot be read, labels and image do not lie on one grid, or no muscle is drawn, or none
            was corrected.
    """
    first, *others = (read_volume(path) for path in files.images)
    for image in (first, *others):
        check_image(image)
    named = read_named_labels(files.labels, scheme(scheme_name or region))
    _require_in_place(named.labels, first)
    drawn = on_grid_of_image(named.labels, first)
    merged = merge_labels(drawn, named.scheme, region)
    if not merged.array.any():
        message = _("{labels} holds no muscle of the {region}: correct some slices of it first, or leave it out.")
        raise MuscleSegError(message, labels=files.labels, region=region)
    upright = canonical(first)
    return Case(
        str(files.labels),
        (upright, *(on_grid_of(upright, canonical(other)) for other in others)),
        canonical(merged).array.astype(np.uint8),
        _has_sides(named.scheme, drawn),
        _corrected(named, drawn),
        _incomplete(named.scheme, drawn, region),
        files.digest(),
    )


def _require_in_place(labels: Volume, image: Volume) -> None:
    """Check that labels of the image's size do not lie beside it, which a changed header does.

    Raises:
        MuscleSegError: They do.
    """
    drawn, scanned = labels.geometry, image.geometry
    if drawn.shape != scanned.shape or not np.allclose(drawn.affine[:3, :3], scanned.affine[:3, :3], atol=1e-3):
        return
    shift_mm = float(np.linalg.norm(drawn.affine[:3, 3] - scanned.affine[:3, 3]))
    if shift_mm > max(scanned.spacing_mm) / 10:
        message = _(
            "The labels {labels} lie {shift} mm beside their image {image}, by the origins in their headers: save them "
            "on the grid of the image."
        )
        raise MuscleSegError(message, labels=labels.name, shift=f"{shift_mm:.0f}", image=image.name)


def _has_sides(label_scheme: Scheme, labels: Volume) -> bool:
    """Return whether the labels of a map say which leg they are of."""
    present = set(np.unique(labels.array).tolist()) - {0}
    has_side = any(label.side is not None for label in label_scheme.labels if label.value in present)
    return has_side and (not label_scheme.labels_of_one_leg or bool(any(map(is_left, present))))


def _incomplete(label_scheme: Scheme, labels: Volume, region: str) -> frozenset[int]:
    """Return the codes of muscles of which the scheme, or this map of it, has a part only."""
    present = set(np.unique(labels.array).tolist())
    parts: dict[int, dict[str, bool]] = {}
    for label in label_scheme.labels:
        if label.region == region and label.code and label.note:
            structures = parts.setdefault(label.code, {})
            structures[label.muscle] = structures.get(label.muscle, False) or label.value in present
    return frozenset(code for code, structures in parts.items() if len(structures) == 1 or not all(structures.values()))


def _corrected(named: NamedLabels, labels: Volume) -> Mapping[Side, Mask] | None:
    """Return the corrected slices of the canonical labels by side, or None where no segment tells.

    Raises:
        MuscleSegError: All is as a program drew it.
    """
    tagged = [segment for segment in named.segments if DRAWN in segment.tags]
    if not tagged:
        return None
    order = order_of_slices(labels)
    sides = {label.value: label.side for label in named.scheme.labels}
    masks = {side: np.zeros(len(order), bool) for side in Side}
    for segment in named.segments:
        if segment in tagged:
            slices = corrected_slices(labels.array, segment.value, segment.tags[DRAWN])
        else:  # drawn by hand, in a new segment
            slices = np.flatnonzero((labels.array == segment.value).any(axis=(1, 2))).tolist()
        for side in _sides_of(segment.value, sides, named.scheme):
            masks[side] |= np.isin(order, slices)
    if not any(mask.any() for mask in masks.values()):
        message = _("No slice of {labels} was corrected since a program drew it: correct some, or leave it out.")
        raise MuscleSegError(message, labels=named.labels.name)
    return MappingProxyType(masks)


def _sides_of(value: int, sides: Mapping[int, Side | None], label_scheme: Scheme) -> Sequence[Side]:
    side = sides.get(value)
    if side is None or (label_scheme.labels_of_one_leg and side is Side.RIGHT):
        return tuple(Side)  # of whichever leg it lies in
    return (side,)
