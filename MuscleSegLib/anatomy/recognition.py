"""Which muscles the segments of a file or a scene are: names decide, and what contradicts a name is refused.

Whoever draws in Slicer sees a segment's name. The label values of a file are Slicer's, in order of drawing; a tag of
this library stays with a segment that was renamed; coded terms stay too. So a name counts before all of them, they
count where it says nothing, and nothing is believed that contradicts it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from MuscleSegLib.anatomy.evidence import Evidence, NamedSegment, evidence_of
from MuscleSegLib.anatomy.names import is_part, muscle_named, structure_key
from MuscleSegLib.anatomy.regions import LOWER_LIMB, Label
from MuscleSegLib.anatomy.schemes import Scheme
from MuscleSegLib.anatomy.sides import is_left
from MuscleSegLib.errors import MuscleSegError

_GENERIC = re.compile(r"(segment|label|class|structure|region|roi|mask|object)?[\s_#.-]*(\d{1,3})", re.IGNORECASE)
"""The names that programs give where nobody gives one; the number is that of the label or of the drawing."""

_MOST_NAMED = 4
"""Segments in a message."""


@dataclass(frozen=True)
class Recognized:
    """What segments are.

    Attributes:
        values: The label value in the scheme of each segment, in their order; 0 for one that is passed over.
        notes: Sentences for a muscle's row, by label value.
        passed_over: The names of the segments that are none of the scheme's structures.
        has_sides: Whether anything says a side: the muscles of one side then keep it.

    """

    values: tuple[int, ...]
    notes: Mapping[int, str] = field(default_factory=dict)
    passed_over: tuple[str, ...] = ()
    has_sides: bool = False


def recognize(segments: Sequence[NamedSegment], scheme: Scheme, file: str) -> Recognized:
    """Return which structure of a scheme each segment is.

    Args:
        segments: Of one file or node.
        scheme: Whose labels are wanted.
        file: What messages call the segments' file.

    Returns:
        Values by name; by tag or coded terms, with a note, where a name says nothing. Where nothing is said of any
        segment, and all are called as programs call them (Segment_3), their values count, with a note. All others are
        passed over.

    Raises:
        MuscleSegError: A name contradicts a tag or code, two segments are one muscle, a side is missing, or no segment
            is of the scheme.

    """
    evidence = evidence_of(segments, scheme)
    if segments and not any(one.is_of_scheme for one in evidence):
        return _by_values(segments, scheme, file)
    for one in evidence:
        if one.is_of_scheme and not one.values:
            raise MuscleSegError(_contradiction(one, scheme, file))
    has_sides = _has_sides(evidence, scheme)
    values = [_value(one, scheme, has_sides=has_sides) for one in evidence]
    _require_clear(evidence, values, scheme, file)
    notes: dict[int, str] = {}
    for value in sorted({*values} - {0}):
        told = _remark([one for one, its in zip(evidence, values, strict=True) if its == value], scheme.label_of(value))
        notes |= {value: told} if told else {}
    passed_over = tuple(segment.name for segment, value in zip(segments, values, strict=True) if value == 0)
    return Recognized(tuple(values), notes, passed_over, has_sides)


def likely_values(segments: Sequence[NamedSegment], scheme: Scheme) -> tuple[int, ...]:
    """Return the same values for a scene that somebody is working on: 0 where ``recognize`` would refuse a segment."""
    evidence = evidence_of(segments, scheme)
    has_sides = _has_sides(evidence, scheme)
    return tuple(_value(one, scheme, has_sides=has_sides) for one in evidence)


def region_of_segments(segments: Iterable[NamedSegment]) -> str:
    """Return the region of which segments are muscles by their names, that of both for two; "" where none is."""
    regions = {found.region for segment in segments if (found := muscle_named(segment.name))}
    return LOWER_LIMB if len(regions) > 1 else next(iter(regions), "")


def _has_sides(evidence: Sequence[Evidence], scheme: Scheme) -> bool:
    """Return whether anything says a side, in a scheme in which it could be left open."""
    if not scheme.labels_of_one_leg:
        return False
    return any(len({is_left(value) for value in one.values}) == 1 for one in evidence)


def _value(one: Evidence, scheme: Scheme, *, has_sides: bool) -> int:
    """Return a segment's value, 0 where there is none or several are possible."""
    is_of_one_leg = bool(scheme.labels_of_one_leg) and not has_sides
    if len(one.values) == 1 or (one.values and is_of_one_leg):
        return min(one.values)  # a leg whose side nobody said has the values of a right one
    return 0


def _contradiction(one: Evidence, scheme: Scheme, file: str) -> str:
    said = one.name if one.name is not None else one.hint
    proofs = []
    if one.tag is not None and not (said is not None and said & one.tag):
        label = scheme.label_of(one.segment.value)
        proofs.append(f'its tag says "{label.name if len(one.tag) == 1 else label.muscle}"')
    if one.codes is not None and one.segment.terminology and not (said is not None and said & one.codes):
        terms = one.segment.terminology
        words = [terms.type[2] or terms.type[1], terms.type_modifier[2] if terms.type_modifier else ""]
        proofs.append(f'its coded term says "{" ".join(filter(None, words))}"')
    message = (
        f'{file} has a segment that is called "{one.segment.name}" while {" and ".join(proofs)}: give it the name '
    )
    return message + "of the muscle that it is, or draw that muscle in a new segment and delete this one."


def _require_clear(evidence: Sequence[Evidence], values: Sequence[int], scheme: Scheme, file: str) -> None:
    """Check that every segment of the scheme has one value, and each value one segment, or the parts of its muscle."""
    owners: dict[int, list[Evidence]] = {}
    for one, value in zip(evidence, values, strict=True):
        if one.values and not value:
            names = " or ".join(f'"{scheme.label_of(each).name}"' for each in sorted(one.values))
            message = f'{file} has a segment that is called "{one.segment.name}", which may be {names}: give it a name '
            message += "that says which, with its side."
            raise MuscleSegError(message)
        if value:
            owners.setdefault(value, []).append(one)
    for value, same in owners.items():
        keys = {structure_key(one.segment.name) for one in same}
        are_parts = scheme.labels_of_one_leg and all(is_part(one.segment.name) for one in same)
        if len(same) > 1 and not (are_parts and len(keys) == len(same)):
            message = f'{file} has two segments for {scheme.label_of(value).name}, "{same[0].segment.name}" and '
            message += f'"{same[1].segment.name}": delete one of them in Slicer, or rename it, and save again.'
            raise MuscleSegError(message)


def _remark(same: Sequence[Evidence], label: Label) -> str:
    names = " and ".join(f'"{one.segment.name}"' for one in same)
    if not same[0].name:
        proof = "tag" if same[0].tag else "coded term"
        return f"Its segment is called {names}: that it is this muscle was told from its {proof} alone."
    if is_part(same[0].segment.name) and structure_key(same[0].segment.name) != structure_key(label.muscle):
        whole = f" ({label.note})" if label.note else ""
        if len(same) == 1:
            return f"Measured in the segment {names}, which is a part of it{whole}."
        return f"Measured in the segments {names}, which are parts of it{whole}."
    return ""


def _by_values(segments: Sequence[NamedSegment], scheme: Scheme, file: str) -> Recognized:
    """Return the values of segments that nobody gave a name."""
    names = ", ".join(f'"{segment.name}"' for segment in segments[:_MOST_NAMED])
    names += ", ..." if len(segments) > _MOST_NAMED else ""
    regions = {found.region for segment in segments if (found := muscle_named(segment.name))}
    if regions:
        message = (
            f"{file} has muscles of the {' and the '.join(sorted(regions))} ({names}) and none of the label scheme "
        )
        message += f"{scheme.name!r}: choose another --region or --scheme."
        raise MuscleSegError(message)
    numbers = [_GENERIC.fullmatch(segment.name.strip()) for segment in segments]
    if not all(number and int(number[2]) == segment.value for number, segment in zip(numbers, segments, strict=True)):
        message = (
            f"{file} has no segment that is called as a muscle of the label scheme {scheme.name!r} is ({names}), and "
        )
        message += f'values alone do not tell: name the segments in Slicer, for example "{scheme.labels[-1].name}".'
        raise MuscleSegError(message)
    note = 'Its segment is called "{}": which muscle it is was told from its value in the file alone.'
    return Recognized(
        tuple(segment.value for segment in segments),
        {segment.value: note.format(segment.name) for segment in segments},
    )
