"""Classes of a network: the muscles of a region, or of its fine label set, numbered from 1."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from MuscleSegLib.anatomy import FINE_REGIONS, FineMuscle, Muscle, region, scheme
from MuscleSegLib.training.legs.leg_tissues import Codes

REAL_PATCHES: Mapping[int, int] = {
    **{4: 51, 6: 52, 8: 52, 2: 53, 17: 53, 15: 54, 11: 55, 13: 56, 5: 57, 3: 58, 1: 59, 9: 60, 7: 61},
    10: 0,
}
"""Fine muscle of each structure in ``NAME_fine.nii.gz`` beside a scan of ``real_patches``; 0 for one that is uncertain.
Bones, 14 and 16, are none."""


@dataclass(frozen=True)
class LabelSet:
    """Muscles that a network tells apart; class n is the n-th.

    Attributes:
        region: "thigh" or "calf".
        is_fine: Whether they are those of the region's fine label set.
    """

    region: str
    is_fine: bool = False

    @property
    def muscles(self) -> tuple[Muscle | FineMuscle, ...]:
        """The muscles in the order of their classes."""
        if not self.is_fine:
            return region(self.region).muscles
        return next(fine.muscles for fine in FINE_REGIONS if fine.name == f"{self.region}-fine")

    @property
    def codes(self) -> list[int]:
        """Code of each muscle in a label map."""
        return [muscle.code for muscle in self.muscles]

    def classes_of(self, scheme_name: str) -> dict[int, int]:
        """Return the class of each value of a label scheme that has one, on either side."""
        values = scheme(scheme_name).to_region(f"{self.region}-fine" if self.is_fine else self.region)
        return {value: self.codes.index(code % 100) + 1 for value, code in values.items() if code}

    def names_all(self, scheme_name: str, values: set[int]) -> bool:
        """Return whether a map of a scheme with these values has every muscle, so that no other tissue can be one."""
        classes = self.classes_of(scheme_name)
        return {classes[value] for value in values & classes.keys()} == set(range(1, len(self.codes) + 1))

    def parents(self, classes: Codes) -> Codes:
        """Return the code of the ten or six that holds each class, of an array of any shape; 0 for one in none."""
        if not self.is_fine:
            return classes
        table = np.zeros(256, np.uint8)
        for number, muscle in enumerate(self.muscles, 1):
            assert isinstance(muscle, FineMuscle)
            table[number] = muscle.parent or 0
        return np.asarray(table[classes])

    def only_children(self) -> dict[int, int]:
        """Return the class of each muscle of the ten or six that is a single fine muscle, by its code."""
        parents = self.parents(np.arange(len(self.codes) + 1, dtype=np.uint8)).tolist()
        return {parent: number for number, parent in enumerate(parents) if parent and parents.count(parent) == 1}
