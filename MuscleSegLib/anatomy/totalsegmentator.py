"""Label scheme totalsegmentator-thigh: TotalSegmentator's task thigh_shoulder_muscles, thighs with sides.

Source: the classes of *TotalSegmentator*'s tasks thigh_shoulder_muscles and thigh_shoulder_muscles_mr (Apache-2.0).
It has compartments, not muscles, but for the sartorius, and it does not list what a compartment holds: here they hold
the muscles of that compartment in anatomy.
"""

from MuscleSegLib.anatomy.crosswalk import label_of_singles
from MuscleSegLib.anatomy.regions import Label
from MuscleSegLib.anatomy.sides import Side

NAME = "totalsegmentator-thigh"
DESCRIPTION = "TotalSegmentator's thigh_shoulder_muscles: compartments of the thigh with sides"

_THIGH = (
    ("quadriceps femoris", ("rectus femoris", "vastus intermedius", "vastus lateralis", "vastus medialis")),
    (
        "thigh medial compartment",
        ("adductor magnus", "adductor longus", "adductor brevis", "gracilis", "pectineus"),
    ),
    (
        "thigh posterior compartment",
        ("biceps femoris long head", "biceps femoris short head", "semitendinosus", "semimembranosus"),
    ),
    ("sartorius", ("sartorius",)),
)
_SHOULDER = (
    *("deltoid", "supraspinatus", "infraspinatus", "subscapularis", "coracobrachial", "trapezius"),
    *("pectoralis minor", "serratus anterior", "teres major", "triceps brachii"),
)


def labels() -> tuple[Label, ...]:
    """Return every label: of the thigh, left before right as there, and of the shoulder without a side."""
    sides = (Side.LEFT, Side.RIGHT)
    places = [(name, singles, side) for name, singles in _THIGH for side in sides]
    thigh = [label_of_singles(value, name, singles, side=side) for value, (name, singles, side) in enumerate(places, 1)]
    shoulder = [label_of_singles(value, name, ()) for value, name in enumerate(_SHOULDER, len(thigh) + 1)]
    return (*thigh, *shoulder)
