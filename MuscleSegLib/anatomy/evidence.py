"""Evidence for a segment's muscle: label values that its name, its tag and its coded terms allow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from MuscleSegLib.anatomy.fine_muscles import FINE_MUSCLES
from MuscleSegLib.anatomy.fine_names import fine_muscle_named
from MuscleSegLib.anatomy.names import NamedMuscle, muscle_named, muscles_within, side_named, structure_key
from MuscleSegLib.anatomy.regions import CALF, CALF_OFFSET, LOWER_LIMB, REGIONS, Label
from MuscleSegLib.anatomy.schemes import SCHEMES, Scheme
from MuscleSegLib.anatomy.sides import Side, is_left, side_value
from MuscleSegLib.terminology import Terminology

_SIDES = {"7771000": Side.LEFT, "G-A101": Side.LEFT, "24028007": Side.RIGHT, "G-A100": Side.RIGHT}
"""Codes of sides in SNOMED CT and its predecessor SRT (DICOM PS3.16, CID 244)."""

_CONCEPTS: Mapping[tuple[str, str], NamedMuscle] = {
    (muscle.concept[0], muscle.concept[1]): NamedMuscle(region.name, muscle.code, None)
    for region in REGIONS
    for muscle in region.muscles
}

_FINE_CONCEPTS = {muscle.concept[:2]: muscle for muscle in FINE_MUSCLES}

Values = frozenset[int]


class NamedSegment(Protocol):
    """A segment of a file or of a scene, such as ``volume.Segment``."""

    @property
    def value(self) -> int:
        """Label value of the segment."""

    @property
    def name(self) -> str:
        """Name for people."""

    @property
    def terminology(self) -> Terminology | None:
        """Coded terms, where there are some."""

    @property
    def is_tagged(self) -> bool:
        """Whether the value is a label of a scheme by its writer's tag, and not the numbering of a program."""


@dataclass(frozen=True)
class Evidence:
    """Label values that each source allows: none where the segment is another structure, None without a statement.

    Attributes:
        segment: The segment.
        name: Values by its whole name.
        hint: Values by words in a longer name without meaning as a whole; a hint can contradict, but proves nothing.
        tag: Values by the tag of its writer.
        codes: Values by its coded terms.
    """

    segment: NamedSegment
    name: Values | None
    hint: Values | None
    tag: Values | None
    codes: Values | None

    @property
    def is_of_scheme(self) -> bool:
        """Whether name, tag or codes identify a structure of the scheme."""
        return bool(self.name or self.tag or self.codes)

    @property
    def values(self) -> Values:
        """Label values without contradiction; none for a segment outside the scheme."""
        stated = [values for values in (self.name, self.hint, self.tag, self.codes) if values is not None]
        return frozenset.intersection(*stated) if self.is_of_scheme else frozenset()


def evidence_of(segments: Sequence[NamedSegment], scheme: Scheme) -> list[Evidence]:
    """Return the evidence for each segment of one file, in a scheme."""
    is_sided = any(segment.is_tagged and is_left(segment.value) for segment in segments)
    is_mixed = scheme.name == LOWER_LIMB and _are_of_two_maps(segments)
    tags = [_values_tagged(segment, scheme, is_sided=is_sided, is_mixed=is_mixed) for segment in segments]
    return [_segment_evidence(segment, tag, scheme) for segment, tag in zip(segments, tags, strict=True)]


def _are_of_two_maps(segments: Iterable[NamedSegment]) -> bool:
    """Return whether a calf's muscles were copied beside those of a thigh, with tags that both count from 1."""
    tagged = [segment for segment in segments if segment.is_tagged]
    calf = {label.value for label in CALF.labels(two_legs=True)}
    named = ((segment, muscle_named(segment.name)) for segment in tagged)
    calf_segments = (segment for segment, muscle in named if muscle and muscle.region == CALF.name)
    has_calf_tag = any(segment.value in calf for segment in calf_segments)
    return has_calf_tag and not any(segment.value - CALF_OFFSET in calf for segment in tagged)


def _segment_evidence(segment: NamedSegment, tag: Values | None, scheme: Scheme) -> Evidence:
    name = _values_named(segment.name, scheme)
    hint: Values | None = None
    if name is None:
        side = side_named(segment.name)
        values_within = [_values_of(muscle, scheme, side) for muscle in muscles_within(segment.name)]
        if values_within:
            hint = frozenset.union(*values_within)
        elif side:
            hint = frozenset(label.value for label in scheme.labels if label.side in (side, None))
    return Evidence(segment, name, hint, tag, _values_coded(segment.terminology, scheme))


def _values_named(name: str, scheme: Scheme) -> Values | None:
    muscle, key, side = muscle_named(name), structure_key(name), side_named(name)
    if scheme.is_fine:
        fine = fine_muscle_named(name)
        if fine:
            return _on_side((label for label in scheme.labels if label.singles == fine.singles), side)
    elif scheme.labels_of_one_leg and muscle:
        return _values_of(muscle, scheme, muscle.side)
    if not scheme.labels_of_one_leg and name.strip().isdecimal():
        return frozenset({int(name)} & {label.value for label in scheme.labels}) if muscle else None
    same = [label for label in scheme.labels if key and key in map(structure_key, (label.muscle, label.abbreviation))]
    if same:
        return _on_side(same, side)
    structures = (structure_key(label.muscle) for any_scheme in SCHEMES for label in any_scheme.labels)
    is_structure = muscle or key in structures
    return frozenset() if key and is_structure else None


def _values_tagged(segment: NamedSegment, scheme: Scheme, *, is_sided: bool, is_mixed: bool) -> Values | None:
    values = {label.value for label in scheme.labels}
    if not segment.is_tagged or segment.value not in values:
        return None
    tags = {segment.value, segment.value + CALF_OFFSET} if is_mixed else {segment.value}
    if scheme.labels_of_one_leg and not is_sided:
        # Without a left leg's tag in the file, a tag is a muscle of the right leg, or of a leg without a side.
        tags |= {side_value(tag, Side.LEFT) for tag in tags}
    return frozenset(tags & values)


def _values_coded(terms: Terminology | None, scheme: Scheme) -> Values | None:
    if terms is None:
        return None
    side = _SIDES.get(terms.type_modifier[1]) if terms.type_modifier else None
    fine = _FINE_CONCEPTS.get(terms.type[:2]) if scheme.is_fine else None
    if fine:
        return _on_side((label for label in scheme.labels if label.singles == fine.singles), side)
    muscle = _CONCEPTS.get(terms.type[:2]) or muscle_named(terms.type[2])
    if muscle and not scheme.is_fine:
        return _values_of(muscle, scheme, side)
    values = _values_named(terms.type[2], scheme)
    return None if values is None else values & _on_side(scheme.labels, side)


def _values_of(muscle: NamedMuscle, scheme: Scheme, side: Side | None) -> Values:
    same = [label for label in scheme.labels if (label.region, label.code) == (muscle.region, muscle.code)]
    return _on_side(same, side)


def _on_side(labels: Iterable[Label], side: Side | None) -> Values:
    return frozenset(label.value for label in labels if side is None or label.side in (side, None))
