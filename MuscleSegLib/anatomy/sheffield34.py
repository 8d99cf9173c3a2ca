"""Label scheme sheffield34: 34 muscles of hip, thigh and calf, numbered alphabetically, no side.

Source: the read-me of the data with *Deformable image registration based on single or multi-atlas methods for
automatic muscle segmentation* (Henson et al., PLoS One 2023, 10.1371/journal.pone.0273446). The 23 muscles that this
group reports on, there and in PLoS One 2024 (10.1371/journal.pone.0299099), are a choice of its muscles; which of them,
that read-me does not say. It has no gluteus medius, pectineus, plantaris, psoas major and gemellus inferior.
"""

from MuscleSegLib.anatomy.crosswalk import SINGLE_MUSCLES, label_of_singles
from MuscleSegLib.anatomy.regions import Label

NAME = "sheffield34"
DESCRIPTION = "34 muscles of hip, thigh and calf, legs not told apart (Henson et al. 2023, of which 23 are reported)"

_NAMES = (
    *("adductor brevis", "adductor longus", "adductor magnus"),
    *("biceps femoris caput brevis", "biceps femoris caput longum"),
    *("extensor digitorum longus", "extensor hallucis longus", "flexor digitorum longus", "flexor hallucis longus"),
    *("gastrocnemius lateralis", "gastrocnemius medialis", "gemellus superior", "gluteus maximus", "gluteus minimus"),
    *("gracilis", "iliacus", "obturator externus", "obturator internus", "peroneus brevis", "peroneus longus"),
    *("piriformis", "popliteus", "quadratus femoris", "rectus femoris", "sartorius", "semimembranosus"),
    *("semitendinosus", "soleus", "tensor fasciae latae", "tibialis anterior", "tibialis posterior"),
    *("vastus intermedius", "vastus lateralis", "vastus medialis"),
)
_SINGLES = {
    "biceps femoris caput brevis": "biceps femoris short head",
    "biceps femoris caput longum": "biceps femoris long head",
}


def labels() -> tuple[Label, ...]:
    """Return the 34 labels."""
    singles = [_SINGLES.get(name, name) for name in _NAMES]
    assert set(singles) <= set(SINGLE_MUSCLES)
    return tuple(
        label_of_singles(value, name, (single,))
        for value, (name, single) in enumerate(zip(_NAMES, singles, strict=True), 1)
    )
