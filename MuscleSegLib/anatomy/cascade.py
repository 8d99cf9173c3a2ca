"""Label schemes cascade13 and cascade9: thirteen structures of the thigh and nine of the calf, no side.

Source: the lists of the paper on a 3D Attention-Res-V-Net cascade (December 2025). It publishes no label maps: values
are the places in its lists. Two structures of the thigh hold a muscle beside parts of the adductor.
"""

from MuscleSegLib.anatomy.crosswalk import label_of_singles
from MuscleSegLib.anatomy.regions import Label

THIGH_NAME, CALF_NAME = "cascade13", "cascade9"
THIGH_DESCRIPTION = "the cascade paper's 13 thigh structures in its order, legs not told apart"
CALF_DESCRIPTION = "the cascade paper's 9 calf muscles in its order, legs not told apart"

_THIGH = (
    ("rectus femoris", "RF", ()),
    ("vastus lateralis", "VL", ()),
    ("vastus intermedius", "VI", ()),
    ("vastus medialis", "VM", ()),
    ("sartorius", "Sar", ()),
    ("gracilis", "Gr", ()),
    ("biceps femoris", "BF", ("biceps femoris long head", "biceps femoris short head")),
    ("semitendinosus", "ST", ()),
    ("semimembranosus", "SM", ()),
    ("adductor brevis and pectineus", "AB+Pec", ("adductor brevis", "pectineus")),
    ("adductor longus", "AL", ()),
    ("adductor magnus and quadratus femoris", "AM+QF", ("adductor magnus", "quadratus femoris")),
    ("gluteus maximus", "GMax", ()),
)
_CALF = (
    ("gastrocnemius medialis", "GM", ()),
    ("gastrocnemius lateralis", "GL", ()),
    ("soleus", "Sol", ()),
    ("flexor digitorum longus", "FDL", ()),
    ("flexor hallucis longus", "FHL", ()),
    ("tibialis posterior", "TP", ()),
    ("peroneus longus and brevis", "PLB", ("peroneus longus", "peroneus brevis")),
    ("tibialis anterior", "TA", ()),
    (
        "extensor hallucis longus and extensor digitorum longus",
        "EHL+EDL",
        ("extensor hallucis longus", "extensor digitorum longus"),
    ),
)


def thigh_labels() -> tuple[Label, ...]:
    """Return the thirteen labels of the thigh."""
    return _labels(_THIGH)


def calf_labels() -> tuple[Label, ...]:
    """Return the nine labels of the calf."""
    return _labels(_CALF)


def _labels(rows: tuple[tuple[str, str, tuple[str, ...]], ...]) -> tuple[Label, ...]:
    return tuple(
        label_of_singles(value, name, singles or (name,), abbreviation=abbreviation)
        for value, (name, abbreviation, singles) in enumerate(rows, 1)
    )
