"""Fine labels measured coarsely: parts of a muscle merged into it, voxel by voxel, and a table of both."""

from collections.abc import Sequence
from dataclasses import replace

from MuscleSegLib.anatomy import LOWER_LIMB, REGIONS, Label, Scheme, scheme
from MuscleSegLib.biomarkers.labels import label_values, merge_labels
from MuscleSegLib.biomarkers.named_labels import NamedLabels
from MuscleSegLib.biomarkers.rows import Row
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.translatable import _, joined

_COARSE = frozenset({LOWER_LIMB, *(region.name for region in REGIONS)})


def merged_by_parent(named: NamedLabels) -> NamedLabels:
    """Return labels merged into the ten muscles of the thigh and the six of the calf.

    A voxel belongs to a muscle exactly where it belongs to a part of it. Notes name the parts of a muscle that the
    labels do not have, and what they have beside them. Structures that are in none of the muscles become background and
    are passed over.

    Args:
        named: Label map of any scheme; one of the ten and six is returned as it is.

    Raises:
        MuscleSegError: It holds none of the muscles, or a value that its scheme does not have.
    """
    if named.scheme.name in _COARSE:
        return named
    values = label_values(named.labels, named.scheme)
    present = [label for label in named.scheme.labels_in(values) if label.value in values]
    regions = {label.region for label in present if label.region and label.code}
    if not regions and named.scheme.region is None:
        message = _(
            "{labels} holds no part of the muscles of thigh and calf that are measured together: measure it with "
            "--by fine."
        )
        raise MuscleSegError(message, labels=named.labels.name)
    region = named.scheme.region or (LOWER_LIMB if len(regions) > 1 else str(*regions))
    merged = merge_labels(named.labels, named.scheme, region)
    coarse = scheme(region)
    if any(label.side for label in present):
        coarse = replace(coarse, labels_of_one_leg=())
    orphans = tuple(label.name for label in present if not label.code)
    return NamedLabels(
        merged,
        coarse,
        notes=_notes(named, present, coarse, named.scheme.to_region(region)),
        passed_over=(*named.passed_over, *orphans),
    )


def rows_of_both(parents: Sequence[Row], fine: Sequence[Row]) -> tuple[Row, ...]:
    """Return each muscle's row with those of its parts behind it; muscles in none come behind the others of their leg.

    Args:
        parents: Rows of the merged labels.
        fine: Rows of the labels themselves.
    """
    rows: list[Row] = []
    for region, side in dict.fromkeys((row.region, row.side) for row in (*parents, *fine)):
        in_leg = [row for row in fine if (row.region, row.side) == (region, side)]
        names = []
        for parent in (row for row in parents if (row.region, row.side) == (region, side)):
            names.append(parent.muscle)
            rows += [parent, *(row for row in in_leg if row.parent == parent.muscle)]
        rows += [row for row in in_leg if row.parent not in names]
    return tuple(rows)


def _notes(
    named: NamedLabels, present: Sequence[Label], coarse: Scheme, merged_values: dict[int, int]
) -> dict[int, str]:
    """Return the notes on each merged muscle, by its value."""
    notes: dict[int, str] = {}
    for value in sorted({merged_values[label.value] for label in present} - {0}):
        parts = [label for label in present if merged_values[label.value] == value]
        ours = coarse.label_of(value).singles
        drawn = dict.fromkeys(single for label in parts for single in label.singles)
        sentences = [named.notes[label.value] for label in parts if label.value in named.notes]
        missing, extra = [each for each in ours if each not in drawn], [each for each in drawn if each not in ours]
        if missing:
            sentences.append(_("Without {muscles}: not in the labels.").format(muscles=joined(", ", missing)))
        if extra:
            sentence = _("With {muscles}, no part of it: the labels do not tell them apart.")
            sentences.append(sentence.format(muscles=joined(", ", extra)))
        if sentences:
            notes[value] = joined(" ", sentences)
    return notes
