"""What other tools call a muscle: from a name, however it is spelled, to our region, code and side.

The names are those of the schemes of this room, and synonyms: Latin and English, whole and abbreviated, as MuscleMap,
Dafne and TotalSegmentator have them. A structure that is several of our muscles or none of them, like the quadriceps,
has no code here: a wrong muscle is worse than none.
"""

import re
from dataclasses import dataclass

from MuscleSegLib.anatomy.regions import CALF, THIGH, side_value
from MuscleSegLib.anatomy.schemes import SCHEMES, scheme
from MuscleSegLib.anatomy.terminology import Side

_SIDES = {"left": Side.LEFT, "l": Side.LEFT, "right": Side.RIGHT, "r": Side.RIGHT}

# Words that a name may have or lack without meaning anything else.
_FILLERS = frozenset({"and", "caput", "head", "heads", "m", "muscle", "muscles", "musculus", "of", "the"})

# One word for what is said in several ways; gender and plural do not count.
_WORDS = {
    "lat": "lateralis",
    "lateral": "lateralis",
    "laterale": "lateralis",
    "med": "medialis",
    "medial": "medialis",
    "mediale": "medialis",
    "intermediate": "intermedius",
    "longus": "long",
    "longum": "long",
    "brevis": "short",
    "breve": "short",
    "gastroc": "gastrocnemius",
    "fibularis": "peroneus",
    "adductors": "adductor",
}

# Beside the names and abbreviations that the schemes have.
_SYNONYMS = {
    THIGH.name: {
        1: ("adductor group", "adductor magnus longus brevis"),
        2: ("BFLH", "BFSH"),
        3: ("GRA",),
    },
    CALF.name: {
        1: ("anterior compartment leg", "extensor hallucis longus", "EHL"),
        2: ("deep posterior compartment leg",),
        3: ("LG",),
        4: ("MG",),
        5: ("lateral compartment leg", "peroneus", "peroneus brevis", "peroneus longus brevis", "PE", "PB"),
    },
}


@dataclass(frozen=True)
class NamedMuscle:
    """The muscle of ours that a name of another tool means, or that holds what it means.

    Attributes:
        region: "thigh" or "calf".
        code: Of the muscle in that region.
        side: None where the name says none.

    """

    region: str
    code: int
    side: Side | None

    @property
    def value(self) -> int:
        """The value in a label map of two legs; without a side, the muscle's code."""
        return side_value(self.code, self.side)


def muscle_named(name: str) -> NamedMuscle | None:
    """Return what a label's name means, or None where it is none of our muscles.

    Args:
        name: "vastus lateralis", "Left Vastus Lateralis", "vastus_lateralis_left", "VL", "right_VL", or a label value
            of MuscleMap ("7101"), whose values are unlike everybody else's.

    """
    if name.strip().isdecimal():
        return _muscle_valued(int(name))
    words = re.findall(r"[a-z]+", name.lower())
    sides = {_SIDES[word] for word in words if word in _SIDES}
    if len(sides) > 1:
        return None
    found = _MUSCLES.get(_key(words))
    return NamedMuscle(*found, side=next(iter(sides), None)) if found else None


def _muscle_valued(value: int) -> NamedMuscle | None:
    for label in scheme("musclemap").labels:
        if label.value == value and label.region and label.code:
            return NamedMuscle(label.region, label.code, label.side)
    return None


def _key(words: list[str]) -> frozenset[str]:
    """Return what is left of a name without side, fillers, order and endings."""
    return frozenset(_WORDS.get(word, word) for word in words if word not in _SIDES and word not in _FILLERS)


def _table() -> dict[frozenset[str], tuple[str, int]]:
    table = {}
    for known in SCHEMES:
        for label in known.labels:
            if label.region and label.code:
                for name in (label.muscle, label.abbreviation):
                    table[_key(name.lower().split())] = (label.region, label.code)
    for region, codes in _SYNONYMS.items():
        for code, names in codes.items():
            for name in names:
                table[_key(name.lower().split())] = (region, code)
    return table


_MUSCLES = _table()
