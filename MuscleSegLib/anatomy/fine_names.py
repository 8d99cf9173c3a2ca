"""Names of single muscles, in the spelling of any tool: from a name to the muscles in it, and to our fine muscle."""

from collections.abc import Mapping

from MuscleSegLib.anatomy.fine_muscles import FINE_MUSCLES, FineMuscle
from MuscleSegLib.anatomy.names import structure_key
from MuscleSegLib.anatomy.schemes import SCHEMES, scheme

_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "BFLH": ("biceps femoris long head",),
    "BFSH": ("biceps femoris short head",),
    "EHL": ("extensor hallucis longus",),
    "PL": ("peroneus longus",),
    "PB": ("peroneus brevis",),
    "peronei": ("peroneus longus", "peroneus brevis"),
    "fibulares": ("peroneus longus", "peroneus brevis"),
    "peroneal": ("peroneus longus", "peroneus brevis"),
    "fibular": ("peroneus longus", "peroneus brevis"),
    "extensor digitorum and hallucis longus": ("extensor digitorum longus", "extensor hallucis longus"),
    "EDL EHL": ("extensor digitorum longus", "extensor hallucis longus"),
    "LG": ("gastrocnemius lateralis",),
    "MG": ("gastrocnemius medialis",),
    "superior gemellus": ("gemellus superior",),
    "inferior gemellus": ("gemellus inferior",),
    "obturatorius externus": ("obturator externus",),
    "obturatorius internus": ("obturator internus",),
    "illiacus": ("iliacus",),  # as the Visible Human's files spell it
}
"""Names beside those of the label schemes."""


def singles_named(name: str) -> tuple[str, ...]:
    """Return the muscles that a structure of this name holds, by their anatomical names; none for another structure.

    Args:
        name: "Right adductor longus", "AL_R", "BicepsFemorisShort", or a label value of MuscleMap ("7212").
    """
    if name.strip().isdecimal():
        value = int(name)
        return next((label.singles for label in scheme("musclemap").labels if label.value == value), ())
    return _SINGLES.get(structure_key(name), ())


def fine_muscle_named(name: str) -> FineMuscle | None:
    """Return the fine muscle of which a structure of this name is all, or a part; None for others."""
    singles = {*singles_named(name)}
    return next((muscle for muscle in FINE_MUSCLES if singles and singles <= {*muscle.singles}), None)


def _singles_by_key() -> dict[frozenset[str], tuple[str, ...]]:
    table = {structure_key(name): singles for name, singles in _SYNONYMS.items()}
    labels = [label for each in SCHEMES for label in each.labels]
    named = [(name, label.singles) for label in labels for name in (label.muscle, label.abbreviation)]
    named += [(single, (single,)) for muscle in FINE_MUSCLES for single in muscle.singles]
    for name, singles in named:
        key = structure_key(name)
        if key and singles:
            table.setdefault(key, singles)
    return table


_SINGLES = _singles_by_key()
