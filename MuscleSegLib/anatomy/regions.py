"""Regions of the leg and the labels that their muscles have in a label map."""

from dataclasses import dataclass, replace

from MuscleSegLib.anatomy.fine_muscles import (
    CALF_FINE_MUSCLES,
    FINE_MUSCLES,
    HIP_MUSCLES,
    THIGH_FINE_MUSCLES,
    FineMuscle,
    singles_of,
)
from MuscleSegLib.anatomy.muscles import CALF_MUSCLES, THIGH_MUSCLES, Color, Muscle
from MuscleSegLib.anatomy.sides import Side, side_name, side_value, sides_of
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.terminology import CodedConcept, Terminology
from MuscleSegLib.translatable import _

ANATOMICAL_STRUCTURE: CodedConcept = ("SCT", "123037004", "Anatomical Structure")
"""Category of every label. Slicer's own tables have this code, and not the newer 91723000."""

LOWER_LIMB = "lower-limb"
"""Name of thigh and calf in one label map."""

CALF_OFFSET = 20
"""Offset of the calf's codes in a label map of the lower limb: 21 to 26, and 121 to 126."""


@dataclass(frozen=True)
class Label:
    """A value of a label map and its structure, with attributes as those of ``volume.Segment``.

    Attributes:
        value: Value of the voxels.
        name: Name for people, with the side if it is known: "Right biceps femoris".
        muscle: Name of the structure without the side, in lower case.
        abbreviation: Abbreviation of that name.
        side: The subject's side, or None in a map without sides.
        color: Red, green, blue, 0 to 255.
        terminology: Coded terms, or None for a structure of another tool without terms here.
        region: "thigh" or "calf", or None for a structure of neither.
        code: Code of the muscle of that region which contains this structure, or None.
        note: Caveat for comparisons of numbers, or nothing.
        singles: Anatomical names of the muscles in it, those of ``FineMuscle.singles``; none in another structure.
        parent: Name of our muscle of that code; empty for that muscle itself, and without a code.
    """

    value: int
    name: str
    muscle: str
    abbreviation: str
    side: Side | None
    color: Color
    terminology: Terminology | None
    region: str | None
    code: int | None
    note: str = ""
    singles: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True)
class Region:
    """A part of the leg and its muscles in the order of their codes."""

    name: str
    muscles: tuple[Muscle, ...]

    def labels(self, *, two_legs: bool) -> tuple[Label, ...]:
        """Return the labels of this region: of one leg without a side, or of the right leg and then of the left."""
        return tuple(self._label(muscle, side) for side in sides_of(two_legs=two_legs) for muscle in self.muscles)

    def muscle(self, code: int) -> Muscle:
        """Return the muscle with this code.

        Raises:
            MuscleSegError: The region has no such code.
        """
        for muscle in self.muscles:
            if muscle.code == code:
                return muscle
        message = _("The {name} has no muscle with the code {code}: its codes are 1 to {count}.")
        raise MuscleSegError(message, name=self.name, code=code, count=len(self.muscles))

    def _label(self, muscle: Muscle, side: Side | None) -> Label:
        label = _sided_label(muscle, side, region=self.name, code=muscle.code)
        return replace(label, note=muscle.contents, singles=singles_of(self.name, muscle.code))


@dataclass(frozen=True)
class FineRegion:
    """A fine label set: muscles of a part of the limb one by one, in the order of their codes.

    Attributes:
        name: Name of the set.
        region: "thigh" or "calf", or None for several parts of the limb or another.
        muscles: Its muscles.
    """

    name: str
    region: str | None
    muscles: tuple[FineMuscle, ...]

    def labels(self, *, two_legs: bool) -> tuple[Label, ...]:
        """Return the labels of this set: of one leg without a side, or of the right leg and then of the left."""
        return tuple(_fine_label(muscle, side) for side in sides_of(two_legs=two_legs) for muscle in self.muscles)


def _fine_label(muscle: FineMuscle, side: Side | None) -> Label:
    region = next((each for each in REGIONS if each.name == muscle.region), None)
    label = _sided_label(muscle, side, region=region.name if region else None, code=muscle.parent)
    parent = region.muscle(muscle.parent).name if region and muscle.parent else ""
    return replace(label, note=_note_of(muscle, region), singles=muscle.singles, parent=parent)


def _sided_label(muscle: Muscle | FineMuscle, side: Side | None, *, region: str | None, code: int | None) -> Label:
    return Label(
        value=side_value(muscle.code, side),
        name=side_name(muscle.name, side),
        muscle=muscle.name,
        abbreviation=muscle.abbreviation,
        side=side,
        color=muscle.color,
        terminology=Terminology(ANATOMICAL_STRUCTURE, muscle.concept, side.modifier if side else None),
        region=region,
        code=code,
    )


def _note_of(muscle: FineMuscle, region: Region | None) -> str:
    """Return where a fine muscle belongs among the ten and six, nothing for one of them."""
    if region is None or muscle.parent is None:
        return "in none of the muscles of thigh and calf that are measured together"
    is_whole = set(muscle.singles) == set(singles_of(region.name, muscle.parent))
    return "" if is_whole else f"a part of the {region.muscle(muscle.parent).name}"


THIGH = Region(_("thigh"), THIGH_MUSCLES)
CALF = Region(_("calf"), CALF_MUSCLES)
REGIONS: tuple[Region, ...] = (THIGH, CALF)

THIGH_FINE = FineRegion("thigh-fine", THIGH.name, THIGH_FINE_MUSCLES)
CALF_FINE = FineRegion("calf-fine", CALF.name, CALF_FINE_MUSCLES)
HIP = FineRegion("hip", None, HIP_MUSCLES)
LOWER_LIMB_FINE = FineRegion("lower-limb-fine", None, FINE_MUSCLES)
FINE_REGIONS: tuple[FineRegion, ...] = (THIGH_FINE, CALF_FINE, HIP, LOWER_LIMB_FINE)
"""Fine label sets; the last one has all of them, under the same codes."""

LABEL_SETS: tuple[Region | FineRegion, ...] = (*REGIONS, *FINE_REGIONS)
"""The regions, and the fine label sets."""


def region_word(name: str) -> str:
    """Return the name of a region as a word of a sentence that can be translated."""
    return next((region.name for region in REGIONS if region.name == name), name)


def region(name: str) -> Region:
    """Return the region of this name.

    Raises:
        MuscleSegError: There is no such region.
    """
    for candidate in REGIONS:
        if candidate.name == name:
            return candidate
    names = " and ".join(candidate.name for candidate in REGIONS)
    raise MuscleSegError(_("There is no region called {name}: the regions are {names}."), name=repr(name), names=names)


def labels_of(name: str, *, two_legs: bool) -> tuple[Label, ...]:
    """Return the labels of a region, of thigh and calf in one map, or of a fine set, each label with its region.

    Args:
        name: "thigh", "calf", ``LOWER_LIMB``, or the name of one of ``FINE_REGIONS``.
        two_legs: Whether the map has two legs, or one without a side.

    Raises:
        MuscleSegError: There is no such region.
    """
    for fine in FINE_REGIONS:
        if fine.name == name:
            return fine.labels(two_legs=two_legs)
    if name != LOWER_LIMB:
        return region(name).labels(two_legs=two_legs)
    sides = sides_of(two_legs=two_legs)
    labels = {
        side: (
            *(label for label in THIGH.labels(two_legs=two_legs) if label.side is side),
            *(
                replace(label, value=label.value + CALF_OFFSET)
                for label in CALF.labels(two_legs=two_legs)
                if label.side is side
            ),
        )
        for side in sides
    }
    return tuple(label for side in sides for label in labels[side])
