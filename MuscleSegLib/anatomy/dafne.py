"""Label schemes dafne-thigh and dafne-leg: the muscles of Dafne's two models, no side.

Source: the lists of names of *Dafne*'s models for thigh and leg; values are the places in those lists. Masks that Dafne
saves by name, with ``_L`` and ``_R``, are read by their names without a scheme.
"""

from MuscleSegLib.anatomy.crosswalk import label_of_singles
from MuscleSegLib.anatomy.regions import Label

THIGH_NAME, LEG_NAME = "dafne-thigh", "dafne-leg"
THIGH_DESCRIPTION = "Dafne's 12 thigh muscles in its order, legs not told apart"
LEG_DESCRIPTION = "Dafne's 6 leg muscles in its order, legs not told apart"

_THIGH = (
    ("vastus lateralis", "VL"),
    ("vastus medialis", "VM"),
    ("vastus intermedius", "VI"),
    ("rectus femoris", "RF"),
    ("sartorius", "SAR"),
    ("gracilis", "GRA"),
    ("adductor magnus", "AM"),
    ("semimembranosus", "SM"),
    ("semitendinosus", "ST"),
    ("biceps femoris long head", "BFL"),
    ("biceps femoris short head", "BFS"),
    ("adductor longus", "AL"),
)
_LEG = (
    ("soleus", "SOL"),
    ("gastrocnemius medialis", "GM"),
    ("gastrocnemius lateralis", "GL"),
    ("tibialis anterior", "TA"),
    ("extensor digitorum longus", "EDL"),
    ("peroneus", "PE"),
)
_SINGLES = {"peroneus": ("peroneus longus", "peroneus brevis")}


def thigh_labels() -> tuple[Label, ...]:
    """Return the labels of the thigh."""
    return _labels(_THIGH)


def leg_labels() -> tuple[Label, ...]:
    """Return the labels of the lower leg."""
    return _labels(_LEG)


def _labels(rows: tuple[tuple[str, str], ...]) -> tuple[Label, ...]:
    return tuple(
        label_of_singles(value, name, _SINGLES.get(name, (name,)), abbreviation=abbreviation)
        for value, (name, abbreviation) in enumerate(rows, 1)
    )
