"""Names of muscles in other tools: from a name in any spelling to our region, code and side.

The names are those of the schemes of this room, and synonyms: Latin and English, whole and abbreviated, as MuscleMap,
Dafne and TotalSegmentator have them; sides are understood in more languages. A structure that is several of our muscles
or none of them, like the quadriceps, has no code here: a wrong muscle is worse than none.
"""

import re
import unicodedata
from dataclasses import dataclass

from MuscleSegLib.anatomy.regions import CALF, LOWER_LIMB, THIGH
from MuscleSegLib.anatomy.schemes import SCHEMES, scheme
from MuscleSegLib.anatomy.sides import Side, side_value

_SIDES = {
    **dict.fromkeys(("left", "l", "lt", "links", "linker", "gauche"), Side.LEFT),
    **dict.fromkeys(("izquierdo", "izquierda", "esquerdo", "sinistro", "sinistra", "sinister"), Side.LEFT),
    **dict.fromkeys(("right", "r", "rt", "rechts", "rechter", "droit", "droite"), Side.RIGHT),
    **dict.fromkeys(("derecho", "derecha", "direito", "destro", "destra", "dexter"), Side.RIGHT),
}

# Words without meaning in a name.
_FILLERS = frozenset(
    {
        *("and", "caput", "head", "heads", "m", "mm", "muscle", "muscles", "musculus", "of", "structure", "the"),
        # Remarks that people add to the name of a segment.
        *("auto", "automatic", "checked", "copy", "corr", "corrected", "draft", "edit", "edited", "final", "label"),
        *("manual", "mask", "new", "reviewed", "segment", "segmentation"),
    }
)

# Canonical words of synonyms, genders and plurals.
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
    "adduktor": "adductor",
    "adduktoren": "adductor",
}

# Synonyms beside the names and abbreviations of the schemes.
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

# Synonyms of parts of our muscles; notes mark the parts among the schemes' names.
_SYNONYMS_OF_PARTS = ("BFLH", "BFSH", "extensor hallucis longus", "EHL", "peroneus brevis", "PB")

_LEAST_LETTERS = 5
"""Least letters of the words of a muscle that is searched in a longer name: short words may be initials."""


@dataclass(frozen=True)
class NamedMuscle:
    """Our muscle for a name of another tool: the same structure, or the one that contains it.

    Attributes:
        region: "thigh" or "calf".
        code: Code of the muscle in that region.
        side: Side in the name, None without one.
    """

    region: str
    code: int
    side: Side | None

    @property
    def value(self) -> int:
        """Label value in a map of two legs; without a side, the muscle's code."""
        return side_value(self.code, self.side)


def muscle_named(name: str) -> NamedMuscle | None:
    """Return the muscle of a label's name, or None for other structures.

    Args:
        name: "vastus lateralis", "Left Vastus Lateralis", "vastus_lateralis_left", "VL", "right_VL", or a label value
            of MuscleMap ("7101"), whose values are unique.
    """
    if name.strip().isdecimal():
        return _muscle_valued(int(name))
    words = _words(name)
    sides = {_SIDES[word] for word in words if word in _SIDES}
    if len(sides) > 1:
        return None
    region_and_code = _MUSCLES.get(_key(words))
    return NamedMuscle(*region_and_code, side=next(iter(sides), None)) if region_and_code else None


def structure_key(name: str) -> frozenset[str]:
    """Return the words of a structure's name without side, fillers, order and endings, equal for equal structures."""
    return _key(_words(name))


def side_named(name: str) -> Side | None:
    """Return the side in a name, or None for none or both."""
    sides = {_SIDES[word] for word in _words(name) if word in _SIDES}
    return next(iter(sides)) if len(sides) == 1 else None


def is_part(name: str) -> bool:
    """Return whether a name means a part of one of our muscles, such as the adductor magnus."""
    return structure_key(name) in _PARTS


def muscles_within(name: str) -> tuple[NamedMuscle, ...]:
    """Return the muscles whose whole names are among the words of a longer name: soleus in "fat beside soleus"."""
    words, side = structure_key(name), side_named(name)
    keys = [key for key in _MUSCLES if key <= words and all(len(word) >= _LEAST_LETTERS for word in key)]
    longest = [key for key in keys if not any(key < other for other in keys)]
    return tuple(NamedMuscle(*_MUSCLES[key], side=side) for key in longest)


def _muscle_valued(value: int) -> NamedMuscle | None:
    for label in scheme("musclemap").labels:
        if label.value == value and label.region and label.code:
            return NamedMuscle(label.region, label.code, label.side)
    return None


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).lower())


def _key(words: list[str]) -> frozenset[str]:
    """Return the words of a name without side, fillers, order and endings."""
    return frozenset(_WORDS.get(word, word) for word in words if word not in _SIDES and word not in _FILLERS)


def _muscles_by_key() -> dict[frozenset[str], tuple[str, int]]:
    table = {}
    for any_scheme in SCHEMES:
        for label in any_scheme.labels:
            if label.region and label.code:
                for name in filter(None, (label.muscle, label.abbreviation)):
                    table[_key(name.lower().split())] = (label.region, label.code)
    for region, codes in _SYNONYMS.items():
        for code, names in codes.items():
            for name in names:
                table[_key(name.lower().split())] = (region, code)
    return table


def _part_keys() -> frozenset[frozenset[str]]:
    own_schemes = (THIGH.name, CALF.name, LOWER_LIMB)
    others = [other for other in SCHEMES if other.name not in own_schemes]
    labels = [label for other in others for label in other.labels if label.code]
    names = [name for label in labels if label.note for name in (label.muscle, label.abbreviation) if name]
    return frozenset(_key(name.lower().split()) for name in (*names, *_SYNONYMS_OF_PARTS))


_MUSCLES = _muscles_by_key()
_PARTS = _part_keys()
