"""Label scheme visible-human: 38 muscles from hip to ankle and three bones of one leg, no side.

Source: Andreassen et al., Sci Data 2023, 10.1038/s41597-022-01905-2 (CC BY 4.0), as voxelized in this project's data.
"""

from MuscleSegLib.anatomy.crosswalk import SINGLE_MUSCLES, label_of_singles
from MuscleSegLib.anatomy.regions import Label

NAME = "visible-human"
DESCRIPTION = "the Visible Human's 38 muscles of one leg, hip to ankle (Andreassen et al. 2023)"

_FIRST_OF_THIGH = (
    *("vastus lateralis", "vastus medialis", "vastus intermedius", "rectus femoris", "sartorius", "gracilis"),
    *("biceps femoris long head", "biceps femoris short head", "semitendinosus", "semimembranosus"),
    *("adductor magnus", "adductor longus", "adductor brevis", "pectineus", "tensor fasciae latae"),
    *("gluteus maximus", "gluteus medius", "gluteus minimus", "iliacus", "psoas major", "obturator externus"),
    *("obturator internus", "quadratus femoris", "piriformis", "gemellus superior", "gemellus inferior"),
)
_FIRST_OF_CALF = (
    *("tibialis anterior", "extensor digitorum longus", "extensor hallucis longus", "peroneus longus"),
    *("tibialis posterior", "flexor digitorum longus", "flexor hallucis longus", "soleus"),
    *("gastrocnemius medialis", "gastrocnemius lateralis", "popliteus", "plantaris"),
)
_BONES = {51: "tibia", 52: "fibula", 53: "patella"}
_BOTH_PERONEI = "the source has no peroneus brevis beside it, so that it probably holds both"


def labels() -> tuple[Label, ...]:
    """Return every label."""
    names = dict(enumerate(_FIRST_OF_THIGH, 1)) | dict(enumerate(_FIRST_OF_CALF, 31)) | _BONES
    return tuple(_label(value, name) for value, name in names.items())


def _label(value: int, name: str) -> Label:
    if name == "peroneus longus":
        return label_of_singles(value, name, ("peroneus longus", "peroneus brevis"), note=_BOTH_PERONEI)
    return label_of_singles(value, name, (name,) if name in SINGLE_MUSCLES else ())
