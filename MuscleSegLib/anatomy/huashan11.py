"""Label scheme huashan11: eleven thigh muscles, no side.

Source: the label maps published with *Multimodal-Multiethnic-Thigh-Muscle-MRI-analysis* (Apache-2.0).
"""

from MuscleSegLib.anatomy.regions import THIGH, Label
from MuscleSegLib.anatomy.sides import side_name

NAME = "huashan11"
DESCRIPTION = "eleven thigh muscles, legs not told apart (the published 11-muscle thigh label maps)"

_MAGNUS_ONLY = "adductor magnus only: adductor longus and brevis are not in it"
_HEAD = "one of two heads of the biceps femoris"

# Value, name, abbreviation, code of our muscle that holds it, note.
_ROWS = (
    (1, "sartorius", "Sar", 5, ""),
    (2, "rectus femoris", "RF", 4, ""),
    (3, "vastus lateralis", "VL", 9, ""),
    (4, "vastus intermedius", "VI", 8, ""),
    (5, "vastus medialis", "VM", 10, ""),
    (6, "adductor magnus", "AM", 1, _MAGNUS_ONLY),
    (7, "gracilis", "Gr", 3, ""),
    (8, "biceps femoris long head", "BFL", 2, _HEAD),
    (9, "semitendinosus", "ST", 7, ""),
    (10, "semimembranosus", "SM", 6, ""),
    (11, "biceps femoris short head", "BFS", 2, _HEAD),
)


def labels() -> tuple[Label, ...]:
    """Return the eleven labels. A part of one of our muscles has its color and no coded term."""
    return tuple(
        Label(
            value=value,
            name=side_name(name, None),
            muscle=name,
            abbreviation=abbreviation,
            side=None,
            color=THIGH.muscle(code).color,
            terminology=None if note else THIGH.labels(two_legs=False)[code - 1].terminology,
            region=THIGH.name,
            code=code,
            note=note,
            singles=(name,),
            parent=THIGH.muscle(code).name,
        )
        for value, name, abbreviation, code, note in _ROWS
    )
