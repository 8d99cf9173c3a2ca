"""Functional groups of muscles, by region."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from MuscleSegLib.anatomy.regions import CALF, THIGH, Region


@dataclass(frozen=True)
class Group:
    """Muscles with one task, or in one compartment.

    Attributes:
        name: Name in lower case.
        codes: Codes of its muscles in the region.
    """

    name: str
    codes: tuple[int, ...]


def _whole(region: Region) -> Group:
    return Group(f"whole {region.name}", tuple(muscle.code for muscle in region.muscles))


GROUPS: Mapping[str, tuple[Group, ...]] = MappingProxyType(
    {
        THIGH.name: (
            Group("quadriceps", (4, 8, 9, 10)),
            Group("hamstrings", (2, 6, 7)),
            Group("medial", (1, 3, 5)),
            _whole(THIGH),
        ),
        CALF.name: (
            Group("anterior", (1,)),
            Group("lateral", (5,)),
            Group("posterior", (2, 3, 4, 6)),
            _whole(CALF),
        ),
    }
)
"""Groups of every region, the last of them the whole region. Sartorius counts as medial, by its position."""
