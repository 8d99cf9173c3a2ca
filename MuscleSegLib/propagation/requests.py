"""Checks of what is to be propagated: which slices of which muscles are given, on which grid."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _
from MuscleSegLib.volume import Volume, canonical, padded_to

Given = Mapping[int, Collection[int]]
"""Indices of the given slices, along the third axis of the file, by label value of the muscle."""


_OTHER_GRID = _("{labels} does not lie on the grid of {image}: give the image that the muscles were drawn on.")


def labeled_slices(labels: Volume) -> list[int]:
    """Return the slices, along the file's third axis, that hold any label."""
    return np.flatnonzero(labels.array.any(axis=(1, 2))).tolist()


def given_for_all(labels: Volume, slices: Sequence[int], values: Collection[int] | None = None) -> dict[int, list[int]]:
    """Return the same given slices for all muscles in them.

    Args:
        labels: Label values, [k, j, i].
        slices: Indices along the file's third axis.
        values: Label values of the muscles to propagate; all that occur in these slices where None.

    Raises:
        MuscleSegError: A slice is not there, none is given, or no label or none of ``values`` is in them.
    """
    require_slices(labels, slices)
    present = set(np.unique(labels.array[sorted(set(slices))]).tolist()) - {0}
    if not present:
        message = _("The given slices of {labels} hold no label: draw the muscles in them first.")
        raise MuscleSegError(message, labels=labels.name)
    wanted = present if values is None else set(values)
    if not wanted & present:
        message = _("The given slices of {labels} hold none of the chosen muscles: draw them there first.")
        raise MuscleSegError(message, labels=labels.name)
    return {value: sorted(set(slices)) for value in sorted(wanted)}


def require_slices(labels: Volume, slices: Sequence[int]) -> None:
    """Check that slices are given and that the label map has them.

    Raises:
        MuscleSegError: It has not.
    """
    if not slices:
        message = _("No slice of {labels} is given: name the slices that are right as they are.")
        raise MuscleSegError(message, labels=labels.name)
    last = len(labels.array) - 1
    outside = sorted({index for index in slices if not 0 <= index <= last})
    if outside:
        message = _("{labels} has no slice {slices}: its slices are 0 to {last}.")
        raise MuscleSegError(message, labels=labels.name, slices=", ".join(map(str, outside)), last=last)


def on_grid_of_image(labels: Volume, image: Volume) -> Volume:
    """Return labels, [k, j, i] of part of an image's voxels, as Slicer saves them, on the whole grid, 0 elsewhere.

    Raises:
        MuscleSegError: They lie on another grid, or beyond the image.
    """
    # Slices are counted along the third axis of the labels, which has to be the image's.
    padded = padded_to(labels, image.geometry) if labels.geometry.axis_codes == image.geometry.axis_codes else None
    if padded is None:
        raise MuscleSegError(_OTHER_GRID, labels=labels.name, image=image.name)
    return padded


def require_one_grid(labels: Volume, image: Volume) -> None:
    """Check that labels lie on the image's grid.

    Raises:
        MuscleSegError: They do not.
    """
    if not labels.geometry.is_close(image.geometry):
        raise MuscleSegError(_OTHER_GRID, labels=labels.name, image=image.name)


def order_of_slices(labels: Volume) -> NDArray[np.intp]:
    """Return the file's slice, along its third axis, of each slice of the canonical volume, [k].

    Raises:
        MuscleSegError: The file's slices do not lie across the limb.
    """
    numbers = np.broadcast_to(np.arange(len(labels.array))[:, None, None], labels.array.shape)
    placed = canonical(Volume(numbers.astype(np.uint16), labels.geometry)).array
    order = placed[:, 0, 0].astype(np.intp)
    if len(order) != len(numbers) or (placed != placed[:, :1, :1]).any():
        message = _("The slices of {labels} do not lie across the limb: give an axial scan.")
        raise MuscleSegError(message, labels=labels.name)
    return order
