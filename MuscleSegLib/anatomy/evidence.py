"""What is said of a segment, by its name, its tag and its coded terms: the label values that each would allow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from MuscleSegLib.anatomy.names import NamedMuscle, muscle_named, muscles_within, side_named, structure_key
from MuscleSegLib.anatomy.regions import CALF, CALF_OFFSET, LOWER_LIMB, REGIONS, Label
from MuscleSegLib.anatomy.schemes import SCHEMES, Scheme
from MuscleSegLib.anatomy.sides import is_left, side_value
from MuscleSegLib.anatomy.terminology import Side, Triple

_SIDES = {"7771000": Side.LEFT, "G-A101": Side.LEFT, "24028007": Side.RIGHT, "G-A100": Side.RIGHT}
"""Codes of sides in SNOMED CT and its predecessor SRT (DICOM PS3.16, CID 244)."""

_CONCEPTS: Mapping[tuple[str, str], NamedMuscle] = {
    (muscle.concept[0], muscle.concept[1]): NamedMuscle(region.name, muscle.code, None)
    for region in REGIONS
    for muscle in region.muscles
}

Values = frozenset[int]


class CodedTerms(Protocol):
    """What a segment is, in codes."""

    @property
    def type(self) -> Triple:
        """The thing itself."""

    @property
    def type_modifier(self) -> Triple | None:
        """The side, where there is one."""


class NamedSegment(Protocol):
    """A segment of a file or of a scene, such as ``volume.Segment``."""

    @property
    def value(self) -> int:
        """Its label value."""

    @property
    def name(self) -> str:
        """What a person reads."""

    @property
    def terminology(self) -> CodedTerms | None:
        """Its codes."""

    @property
    def is_tagged(self) -> bool:
        """Whether the value is a label of a scheme, as its writer's tag says, and not what a program numbered."""


@dataclass(frozen=True)
class Evidence:
    """What is said of a segment: the label values that it may have, none of them where it is something else, or None.

    Attributes:
        segment: Of which.
        name: By its whole name.
        hint: By words in a longer name that says nothing as a whole; it can contradict, and proves nothing.
        tag: By the tag of whoever wrote it.
        codes: By its coded terms.

    """

    segment: NamedSegment
    name: Values | None
    hint: Values | None
    tag: Values | None
    codes: Values | None

    @property
    def is_of_scheme(self) -> bool:
        """Whether anything says that it is a structure of the scheme."""
        return bool(self.name or self.tag or self.codes)

    @property
    def values(self) -> Values:
        """The values that nothing contradicts; none where it is not of the scheme."""
        said = [values for values in (self.name, self.hint, self.tag, self.codes) if values is not None]
        return frozenset.intersection(*said) if self.is_of_scheme else frozenset()


def evidence_of(segments: Sequence[NamedSegment], scheme: Scheme) -> list[Evidence]:
    """Return what is said of each segment of one file, in a scheme."""
    is_sided = any(segment.is_tagged and is_left(segment.value) for segment in segments)
    is_mixed = scheme.name == LOWER_LIMB and _are_of_two_maps(segments)
    tags = [_values_tagged(segment, scheme, is_sided=is_sided, is_mixed=is_mixed) for segment in segments]
    return [_evidence_of_one(segment, tag, scheme) for segment, tag in zip(segments, tags, strict=True)]


def _are_of_two_maps(segments: Iterable[NamedSegment]) -> bool:
    """Return whether a calf's muscles were copied beside those of a thigh, with tags that both count from 1."""
    tagged = [one for one in segments if one.is_tagged]
    calf = {label.value for label in CALF.labels(two_legs=True)}
    own = (one for one in tagged if (muscle := muscle_named(one.name)) and muscle.region == CALF.name)
    return any(one.value in calf for one in own) and not any(one.value - CALF_OFFSET in calf for one in tagged)


def _evidence_of_one(segment: NamedSegment, tag: Values | None, scheme: Scheme) -> Evidence:
    name = _values_named(segment.name, scheme)
    hint: Values | None = None
    if name is None:
        side = side_named(segment.name)
        found = [_values_of(muscle, scheme, side) for muscle in muscles_within(segment.name)]
        if found:
            hint = frozenset.union(*found)
        elif side:
            hint = frozenset(label.value for label in scheme.labels if label.side in (side, None))
    return Evidence(segment, name, hint, tag, _values_coded(segment.terminology, scheme))


def _values_named(name: str, scheme: Scheme) -> Values | None:
    muscle, key, side = muscle_named(name), structure_key(name), side_named(name)
    if scheme.labels_of_one_leg and muscle:
        return _values_of(muscle, scheme, muscle.side)
    if not scheme.labels_of_one_leg and name.strip().isdecimal():
        return frozenset({int(name)} & {label.value for label in scheme.labels}) if muscle else None
    same = [label for label in scheme.labels if key and key in map(structure_key, (label.muscle, label.abbreviation))]
    if same:
        return _on_side(same, side)
    is_something = muscle or any(key == structure_key(label.muscle) for one in SCHEMES for label in one.labels)
    return frozenset() if key and is_something else None


def _values_tagged(segment: NamedSegment, scheme: Scheme, *, is_sided: bool, is_mixed: bool) -> Values | None:
    values = {label.value for label in scheme.labels}
    if not segment.is_tagged or segment.value not in values:
        return None
    tags = {segment.value, segment.value + CALF_OFFSET} if is_mixed else {segment.value}
    if scheme.labels_of_one_leg and not is_sided:
        # Without a left leg's tag in the file, a tag is a muscle of the right leg, or of one whose side nobody said.
        tags |= {side_value(tag, Side.LEFT) for tag in tags}
    return frozenset(tags & values)


def _values_coded(terms: CodedTerms | None, scheme: Scheme) -> Values | None:
    if terms is None:
        return None
    side = _SIDES.get(terms.type_modifier[1]) if terms.type_modifier else None
    muscle = _CONCEPTS.get(terms.type[:2]) or muscle_named(terms.type[2])
    if muscle:
        return _values_of(muscle, scheme, side)
    values = _values_named(terms.type[2], scheme)
    return None if values is None else values & _on_side(scheme.labels, side)


def _values_of(muscle: NamedMuscle, scheme: Scheme, side: Side | None) -> Values:
    same = [label for label in scheme.labels if (label.region, label.code) == (muscle.region, muscle.code)]
    return _on_side(same, side)


def _on_side(labels: Iterable[Label], side: Side | None) -> Values:
    return frozenset(label.value for label in labels if side is None or label.side in (side, None))
