"""Label values of the Visible Human's legs: 38 muscles from hip to ankle, one leg a file.

Source: Andreassen et al., Sci Data 2023, 10.1038/s41597-022-01905-2 (CC BY 4.0), as voxelized in
``visible_human/labels.json``. Both femora and the male's tibiae are missing, as are single muscles of two legs.
"""

from collections.abc import Collection, Mapping

from MuscleSegLib.anatomy import Side
from MuscleSegLib.training.legs.label_set import LabelSet

MUSCLES: Mapping[str, Mapping[int, int]] = {
    "thigh": {1: 9, 2: 10, 3: 8, 4: 4, 5: 5, 6: 3, 7: 2, 8: 2, 9: 7, 10: 6, 11: 1, 12: 1, 13: 1},
    "calf": {31: 1, 32: 1, 33: 1, 34: 5, 35: 2, 36: 2, 37: 2, 41: 2, 38: 6, 39: 4, 40: 3},
}
"""Code of our muscle that holds a structure, by region and value."""

TIBIA = 51
BONES = (TIBIA, 52, 53)
LARGEST_VALUE = 53


def classes_of(label_set: LabelSet) -> Mapping[int, int]:
    """Return the class of each value."""
    return label_set.classes_of("visible-human") if label_set.is_fine else MUSCLES[label_set.region]


def is_whole(values: Collection[int], label_set: LabelSet) -> bool:
    """Return whether a leg with these values has every muscle of a label set, and in the calf the tibia.

    Other tissues are invented around the labels: a tibia that is missing would become muscle. With fine labels a shaft
    is drawn in the hole between the muscles.
    """
    bones = {TIBIA} if label_set.region == "calf" and not label_set.is_fine else set()
    return {*classes_of(label_set), *bones} <= set(values)


def side_of(name: str) -> Side:
    """Return the side of a leg, which its file's name says."""
    return Side.LEFT if "left" in name.lower() else Side.RIGHT
