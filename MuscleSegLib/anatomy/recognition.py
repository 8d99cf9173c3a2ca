"""Recognition of muscles in the segments of a file or a scene: names decide, and contradictions are refused.

Users of Slicer see a segment's name. The label values of a file are Slicer's, in order of drawing; a tag of
this library stays with a segment that was renamed; coded terms stay too. So a name counts first, tag and coded terms
count where the name has no meaning, and contradictions are errors.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from MuscleSegLib.anatomy.evidence import Evidence, NamedSegment, evidence_of
from MuscleSegLib.anatomy.fine_muscles import FINE_MUSCLES
from MuscleSegLib.anatomy.fine_names import singles_named
from MuscleSegLib.anatomy.names import is_part, muscle_named, structure_key
from MuscleSegLib.anatomy.regions import FINE_REGIONS, LOWER_LIMB, Label, region_word
from MuscleSegLib.anatomy.schemes import Scheme
from MuscleSegLib.anatomy.sides import Side, is_left, side_value
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import Translatable, _, joined

_GENERIC = re.compile(r"(segment|label|class|structure|region|roi|mask|object)?[\s_#.-]*(\d{1,3})", re.IGNORECASE)
"""Default names of programs; the number is that of the label or of the drawing."""

_MOST_NAMED = 4
"""Largest number of segments in a message."""


@dataclass(frozen=True)
class Recognized:
    """Label values of segments in a scheme.

    Attributes:
        values: The label value of each segment, in their order; 0 for a segment that is passed over.
        notes: Sentences for a muscle's row, by label value.
        passed_over: Names of the segments outside the scheme.
        has_sides: Whether any segment has a side: the muscles of one side then keep it.
    """

    values: tuple[int, ...]
    notes: Mapping[int, str] = field(default_factory=dict)
    passed_over: tuple[str, ...] = ()
    has_sides: bool = False


def recognize(segments: Sequence[NamedSegment], scheme: Scheme, file: str) -> Recognized:
    """Return the label value in a scheme of each segment.

    Args:
        segments: Segments of one file or node.
        scheme: Scheme of the values.
        file: Name of the segments' file in messages.

    Returns:
        Values by name; by tag or coded terms, with a note, where a name has no meaning. Without evidence for any
        segment, and with default names of programs for all (Segment_3), their values count, with a note. All other
        segments are passed over.

    Raises:
        MuscleSegError: A name contradicts a tag or code, two segments are one muscle, a side is missing, or no segment
            is of the scheme.
    """
    evidences = evidence_of(segments, scheme)
    if segments and not any(evidence.is_of_scheme for evidence in evidences):
        return _by_values(segments, scheme, file)
    for evidence in evidences:
        if evidence.is_of_scheme and not evidence.values:
            raise MuscleSegError(_contradiction(evidence, scheme, file))
    has_sides = _has_sides(evidences, scheme)
    values = [_value(evidence, scheme, has_sides=has_sides) for evidence in evidences]
    _require_clear(evidences, values, scheme, file)
    notes: dict[int, str] = {}
    for value in sorted({*values} - {0}):
        same = [evidence for evidence, its_value in zip(evidences, values, strict=True) if its_value == value]
        remark = _remark(same, scheme.label_of(value), scheme)
        notes |= {value: remark} if remark else {}
    passed_over = tuple(segment.name for segment, value in zip(segments, values, strict=True) if value == 0)
    return Recognized(tuple(values), notes, passed_over, has_sides)


def likely_values(segments: Sequence[NamedSegment], scheme: Scheme) -> tuple[int, ...]:
    """Return label values for a scene in work, as ``recognize`` does: 0 where it would refuse a segment."""
    evidences = evidence_of(segments, scheme)
    has_sides = _has_sides(evidences, scheme)
    return tuple(_value(evidence, scheme, has_sides=has_sides) for evidence in evidences)


def region_of_segments(segments: Iterable[NamedSegment]) -> str:
    """Return the region of the muscles that segments are named after, that of both for two; "" without any."""
    regions = _regions_named(segments)
    return LOWER_LIMB if len(regions) > 1 else next(iter(regions), "")


def label_set_of_segments(segments: Sequence[NamedSegment]) -> str:
    """Return the name of our label scheme that segments are of: a fine one where their tags are its values.

    Returns:
        A name of ``FINE_REGIONS``, or else as ``region_of_segments``.
    """
    codes = {side_value(muscle.code, side): muscle.code for muscle in FINE_MUSCLES for side in Side}
    tagged = {codes[segment.value] for segment in segments if segment.is_tagged and segment.value in codes}
    for fine in FINE_REGIONS:
        if tagged and tagged <= {muscle.code for muscle in fine.muscles}:
            return fine.name
    return region_of_segments(segments)


def _regions_named(segments: Iterable[NamedSegment]) -> set[str]:
    return {muscle.region for segment in segments if (muscle := muscle_named(segment.name))}


def _has_sides(evidences: Sequence[Evidence], scheme: Scheme) -> bool:
    """Return whether any segment has a side, in a scheme with labels of one leg without a side."""
    if not scheme.labels_of_one_leg:
        return False
    return any(len(set(map(is_left, evidence.values))) == 1 for evidence in evidences)


def _value(evidence: Evidence, scheme: Scheme, *, has_sides: bool) -> int:
    """Return a segment's value, 0 where there is none or several are possible."""
    is_of_one_leg = bool(scheme.labels_of_one_leg) and not has_sides
    if len(evidence.values) == 1 or (evidence.values and is_of_one_leg):
        return min(evidence.values)  # a leg without a side has the values of a right leg
    return 0


def _contradiction(evidence: Evidence, scheme: Scheme, file: str) -> str:
    named = evidence.name if evidence.name is not None else evidence.hint
    proofs = []
    if evidence.tag is not None and not (named is not None and named & evidence.tag):
        label = scheme.label_of(evidence.segment.value)
        name = label.name if len(evidence.tag) == 1 else label.muscle
        proofs.append(_('its tag says "{name}"').format(name=name))
    terms = evidence.segment.terminology
    if evidence.codes is not None and terms and not (named is not None and named & evidence.codes):
        words = [terms.type[2] or terms.type[1], terms.type_modifier[2] if terms.type_modifier else ""]
        proofs.append(_('its coded term says "{term}"').format(term=" ".join(filter(None, words))))
    message = _(
        '{file} has a segment that is called "{segment}" while {proofs}: give it the name of the muscle that it is, or '
        "draw that muscle in a new segment and delete this one."
    )
    return message.format(file=file, segment=evidence.segment.name, proofs=joined(_(" and "), proofs))


def _require_clear(evidences: Sequence[Evidence], values: Sequence[int], scheme: Scheme, file: str) -> None:
    """Check that every segment of the scheme has one value, and each value one segment or the parts of its muscle."""
    owners: dict[int, list[Evidence]] = {}
    for evidence, value in zip(evidences, values, strict=True):
        if evidence.values and not value:
            names = joined(_(" or "), (_quoted(scheme.label_of(each).name) for each in sorted(evidence.values)))
            message = _(
                "{file} has a segment that is called "
                '"{segment}", which may be {names}: give it a name that says '
                "which, with its side."
            )
            raise MuscleSegError(message, file=file, segment=evidence.segment.name, names=names)
        if value:
            owners.setdefault(value, []).append(evidence)
    for value, same in owners.items():
        keys = {structure_key(evidence.segment.name) for evidence in same}
        label = scheme.label_of(value)
        are_parts = scheme.labels_of_one_leg and all(_is_part(each.segment.name, label, scheme) for each in same)
        if len(same) > 1 and not (are_parts and len(keys) == len(same)):
            message = _(
                "{file} has two segments for {muscle}, "
                '"{first}" and "{second}": delete one of them in Slicer, or '
                "rename it, and save again."
            )
            raise MuscleSegError(
                message,
                file=file,
                muscle=scheme.label_of(value).name,
                first=same[0].segment.name,
                second=same[1].segment.name,
            )


def _is_part(name: str, label: Label, scheme: Scheme) -> bool:
    """Return whether a name means a part of a label's muscle."""
    if scheme.is_fine:
        singles = {*singles_named(name)}
        return bool(singles) and singles < {*label.singles}
    return is_part(name) and structure_key(name) != structure_key(label.muscle)


def _remark(same: Sequence[Evidence], label: Label, scheme: Scheme) -> str:
    names = joined(_(" and "), (_quoted(evidence.segment.name) for evidence in same))
    if not same[0].name:
        remark = _("Its segment is called {names}: its muscle is recognized by its {proof} alone.")
        return remark.format(names=names, proof=_("tag") if same[0].tag else _("coded term"))
    if _is_part(same[0].segment.name, label, scheme):
        remark = _("Measured in the segments {names}, which are parts of {muscle}.")
        if len(same) == 1:
            remark = _("Measured in the segment {names}, which is a part of {muscle}.")
        muscle = _("it ({contents})").format(contents=label.note) if label.note else _("it")
        return remark.format(names=names, muscle=muscle)
    return ""


def _quoted(name: str) -> Translatable:
    return joined("", ('"', name, '"'))


def _by_values(segments: Sequence[NamedSegment], scheme: Scheme, file: str) -> Recognized:
    """Return the values of segments with the default names of programs."""
    names = ", ".join(f'"{segment.name}"' for segment in segments[:_MOST_NAMED])
    names += ", ..." if len(segments) > _MOST_NAMED else ""
    regions = _regions_named(segments)
    if regions:
        message = _(
            "{file} has muscles of the {regions} ({names}) and none of the label scheme {scheme}: choose another "
            "--region or --scheme."
        )
        raise MuscleSegError(
            message,
            file=file,
            regions=joined(_(" and the "), map(region_word, sorted(regions))),
            names=names,
            scheme=repr(scheme.name),
        )
    numbers = [_GENERIC.fullmatch(segment.name.strip()) for segment in segments]
    if not all(number and int(number[2]) == segment.value for number, segment in zip(numbers, segments, strict=True)):
        message = _(
            "{file} has no segment that is called as a muscle of the label scheme {scheme} is ({names}), and values "
            'alone do not tell: name the segments in Slicer, for example "{example}"'
            "."
        )
        raise MuscleSegError(message, file=file, scheme=repr(scheme.name), names=names, example=scheme.labels[-1].name)
    note = _('Its segment is called "{segment}": its muscle is recognized by its value in the file alone.')
    return Recognized(
        tuple(segment.value for segment in segments),
        {segment.value: note.format(segment=segment.name) for segment in segments},
    )
