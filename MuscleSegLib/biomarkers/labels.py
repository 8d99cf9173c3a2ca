"""Labels of any scheme: recognition of the scheme, check of the values, and translation to our labels."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from MuscleSegLib.anatomy import (
    LABEL_SETS,
    LOWER_LIMB,
    Scheme,
    label_set_of_segments,
    scheme,
    schemes_that_know,
)
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _, joined
from MuscleSegLib.volume import Segment, Volume, origin_of, voxel_counts


def scheme_of(labels: Volume, segments: Sequence[Segment]) -> Scheme:
    """Return the label scheme of a file, by the network that made it or the names of its segments.

    Args:
        labels: [k, j, i] label map, as ``read_labels`` gives it.
        segments: Of the same file.

    Raises:
        MuscleSegError: Neither tells it.
    """
    return described_scheme(labels.description, segments, labels.name)


def described_scheme(description: str, segments: Sequence[Segment], file: str) -> Scheme:
    """Return the label scheme of a file whose labels are not put together yet.

    Args:
        description: Of the file.
        segments: In it.
        file: Its name in messages.

    Raises:
        MuscleSegError: Neither description nor segments tell it.
    """
    origin = origin_of(description)
    if origin and origin.region in {LOWER_LIMB, *(region.name for region in LABEL_SETS)}:
        return scheme(origin.region)
    label_set = label_set_of_segments(segments)
    if label_set:
        return scheme(label_set)
    message = _("{file} does not say what its values mean: give --region thigh, --region calf or --scheme.")
    raise MuscleSegError(message, file=file)


def label_values(labels: Volume, scheme: Scheme) -> dict[int, int]:
    """Return the number of voxels of each value in a label map, [k, j, i], the background aside.

    Raises:
        MuscleSegError: The voxels are not whole numbers, or the scheme does not know one of the values.
    """
    if not np.issubdtype(labels.array.dtype, np.integer):
        message = _("{labels} holds {dtype} values: labels are whole numbers, so choose a label map.")
        raise MuscleSegError(message, labels=labels.name, dtype=labels.array.dtype)
    counts = voxel_counts(labels.array)
    unknown = scheme.unknown(counts)
    if unknown:
        raise MuscleSegError(_unknown_message(labels, scheme, unknown, list(counts)))
    return counts


def merge_labels(labels: Volume, scheme: Scheme, region: str) -> Volume:
    """Return labels of another scheme as our labels of a region; structures that we do not have become background.

    Args:
        labels: [k, j, i] integer labels with values of ``scheme``.
        scheme: Meaning of the values.
        region: "thigh", "calf", "lower-limb" for both, or a fine label set.

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


def _unknown_message(labels: Volume, scheme: Scheme, unknown: tuple[int, ...], values: list[int]) -> str:
    shown = ", ".join(str(value) for value in unknown[:10]) + (", ..." if len(unknown) > 10 else "")
    fitting = [f"--scheme {candidate.name}" for candidate in schemes_that_know(values)]
    advice = _("no scheme of MuscleSeg knows all of them, so correct or remove these labels")
    if fitting:
        advice = _("measure it with {schemes}, which knows every value in it")
        advice = advice.format(schemes=joined(_(" or "), fitting))
    message = _("{labels} holds values that the label scheme {scheme} does not know ({values}): {advice}.")
    return message.format(labels=labels.name, scheme=repr(scheme.name), values=shown, advice=advice)
