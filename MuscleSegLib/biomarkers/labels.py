"""Labels of any scheme: whether they are all known, and what they are in ours."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from MuscleSegLib.anatomy import LOWER_LIMB, REGIONS, Scheme, region_of_segments, scheme, schemes_that_know
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.volume import Segment, Volume, origin_of


def scheme_of(labels: Volume, segments: Sequence[Segment]) -> Scheme:
    """Return what the labels of a file mean, as the file says: by which network it was made, or its segments' names.

    Args:
        labels: As ``read_labels`` gives them.
        segments: Of the same file.

    Raises:
        MuscleSegError: It does not say.

    """
    return scheme_said(labels.description, segments, labels.name)


def scheme_said(description: str, segments: Sequence[Segment], file: str) -> Scheme:
    """Return the same of a file whose labels are not put together yet.

    Args:
        description: Of the file.
        segments: In it.
        file: What messages call it.

    Raises:
        MuscleSegError: As ``scheme_of``.

    """
    origin = origin_of(description)
    if origin and origin.region in {LOWER_LIMB, *(region.name for region in REGIONS)}:
        return scheme(origin.region)
    region = region_of_segments(segments)
    if region:
        return scheme(region)
    message = f"{file} does not say what its values mean: give --region thigh, --region calf or --scheme."
    raise MuscleSegError(message)


def label_values(labels: Volume, scheme: Scheme) -> dict[int, int]:
    """Return the number of voxels of each value in a label map, the background aside.

    Raises:
        MuscleSegError: The voxels are not whole numbers, or the scheme does not know one of the values.

    """
    if not np.issubdtype(labels.array.dtype, np.integer):
        message = f"{labels.name} holds {labels.array.dtype} values: labels are whole numbers, so choose a label map."
        raise MuscleSegError(message)
    found = {value: count for value, count in _counts(labels.array).items() if value != 0}
    unknown = scheme.unknown(found)
    if unknown:
        raise MuscleSegError(_unknown_message(labels, scheme, unknown, list(found)))
    return found


def merge_labels(labels: Volume, scheme: Scheme, region: str) -> Volume:
    """Return labels of another scheme as our labels of a region; what we have no muscle for becomes background.

    Args:
        labels: [k, j, i] integer labels with values of ``scheme``.
        scheme: What the values mean.
        region: "thigh" or "calf".

    Returns:
        [k, j, i] uint8 labels on the same grid: our codes, left leg + 100.

    Raises:
        MuscleSegError: A value is not in the scheme, or the scheme has no muscle of the region.

    """
    codes = scheme.to_region(region)
    highest = max(label_values(labels, scheme), default=0)
    table = np.zeros(highest + 1, dtype=np.uint8)
    for value, code in codes.items():
        if value <= highest:
            table[value] = code
    return replace(labels, array=table[labels.array])


def _counts(array: NDArray[np.integer]) -> dict[int, int]:
    if array.dtype == np.uint8:  # what a label map mostly is, and nothing needs to be sorted
        counts = np.bincount(array.reshape(-1))
        return {int(value): int(counts[value]) for value in np.flatnonzero(counts)}
    values, numbers = np.unique(array, return_counts=True)
    return {int(value): int(number) for value, number in zip(values, numbers, strict=True)}


def _unknown_message(labels: Volume, scheme: Scheme, unknown: tuple[int, ...], values: list[int]) -> str:
    shown = ", ".join(str(value) for value in unknown[:10]) + (", ..." if len(unknown) > 10 else "")
    message = f"{labels.name} holds values that the label scheme {scheme.name!r} does not know ({shown}): "
    fitting = [f"--scheme {candidate.name}" for candidate in schemes_that_know(values)]
    if fitting:
        return message + f"measure it with {' or '.join(fitting)}, which knows every value in it."
    return message + "no scheme of MuscleSeg knows all of them, so correct or remove these labels."
