"""Muscles that a person names in a table or an option."""

from collections.abc import Sequence

from MuscleSegLib.anatomy import Label, muscle_named, region


def muscle_of(name: str, label_table: Sequence[Label]) -> str | None:
    """Return the name in tables of a muscle that is named in any usual way, or None for an unknown one.

    Args:
        name: Name or abbreviation, without side.
        label_table: Labels of a table, whose names come first; other muscles of thigh and calf are known too.
    """
    plain = " ".join(name.split()).casefold()
    for label in label_table:
        if plain in (label.muscle.casefold(), label.abbreviation.casefold()):
            return label.muscle
    named = muscle_named(plain)
    if named is None or named.side is not None:
        return None
    for label in label_table:
        if (label.region, label.code) == (named.region, named.code) and not label.note.startswith("part"):
            return label.muscle
    return region(named.region).muscle(named.code).name
