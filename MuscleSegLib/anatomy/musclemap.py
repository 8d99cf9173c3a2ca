"""Label scheme of MuscleMap: the whole body, with sides.

Source: the table of values published with *MuscleMap* (MIT). A value is a number of the structure followed by 1 for the
left and 2 for the right; the sacrum has neither. Our muscles are mostly several of theirs:

- adductor: adductor magnus, longus and brevis; biceps femoris: its two heads;
- anterior compartment: tibialis anterior and extensor digitorum longus (they have no extensor hallucis longus);
- lateral compartment: peroneus longus (they have no peroneus brevis);
- deep posterior compartment: tibialis posterior, both long flexors and popliteus, which is the top of that compartment
  (*Anatomy, Bony Pelvis and Lower Limb, Leg Posterior Compartment*, StatPearls 2019);
- plantaris is in none of ours: it lies in the superficial posterior compartment, of which we have the other muscles.
"""

from MuscleSegLib.anatomy.crosswalk import SINGLE_MUSCLES
from MuscleSegLib.anatomy.muscles import Color
from MuscleSegLib.anatomy.regions import CALF, THIGH, Label, Region
from MuscleSegLib.anatomy.sides import Side, side_name

NAME = "musclemap"
DESCRIPTION = "MuscleMap, the whole body with sides"

_GRAY: Color = (144, 144, 144)  # of structures outside thigh and calf
_SACRUM = 6160

# Number, name, abbreviation, code of our muscle that holds it.
_THIGH = (
    (710, "vastus lateralis", "VL", 9),
    (711, "vastus intermedius", "VI", 8),
    (712, "vastus medialis", "VM", 10),
    (713, "rectus femoris", "RF", 4),
    (714, "sartorius", "Sar", 5),
    (715, "gracilis", "Gr", 3),
    (716, "semimembranosus", "SM", 6),
    (717, "semitendinosus", "ST", 7),
    (718, "biceps femoris long head", "BFL", 2),
    (719, "biceps femoris short head", "BFS", 2),
    (720, "adductor magnus", "AM", 1),
    (721, "adductor longus", "AL", 1),
    (722, "adductor brevis", "AB", 1),
)
_CALF = (
    (810, "tibialis anterior", "TA", 1),
    (811, "tibialis posterior", "TP", 2),
    (812, "peroneus longus", "PL", 5),
    (813, "soleus", "Sol", 6),
    (814, "medial gastrocnemius", "GM", 4),
    (815, "lateral gastrocnemius", "GL", 3),
    (818, "flexor hallucis longus", "FHL", 2),
    (819, "extensor digitorum longus", "EDL", 1),
    (820, "flexor digitorum longus", "FDL", 2),
    (821, "popliteus", "Pop", 2),
)
# Number and name of other structures of their files, which may be measured whole.
_OTHERS = (
    (110, "levator scapulae"),
    (111, "semispinalis cervicis and multifidus"),
    (112, "semispinalis capitis"),
    (113, "splenius capitis"),
    (114, "sternocleidomastoid"),
    (115, "longus colli"),
    (116, "trapezius"),
    (210, "supraspinatus"),
    (211, "subscapularis"),
    (212, "infraspinatus"),
    (214, "deltoid"),
    (410, "rhomboid"),
    (510, "thoracolumbar multifidus"),
    (511, "erector spinae"),
    (512, "psoas major"),
    (513, "quadratus lumborum"),
    (514, "latissimus dorsi"),
    (610, "gluteus minimus"),
    (611, "gluteus medius"),
    (612, "gluteus maximus"),
    (613, "tensor fasciae latae"),
    (614, "iliacus"),
    (615, "ilium"),
    (617, "femur"),
    (618, "piriformis"),
    (619, "pectineus"),
    (620, "obturator internus"),
    (621, "obturator externus"),
    (622, "gemelli and quadratus femoris"),
    (723, "patella"),
    (816, "tibia"),
    (817, "fibula"),
    (822, "plantaris"),
)

# Muscles of a structure that has another name than its muscle, or several muscles.
_SINGLES = {
    "medial gastrocnemius": ("gastrocnemius medialis",),
    "lateral gastrocnemius": ("gastrocnemius lateralis",),
    "gemelli and quadratus femoris": ("gemellus superior", "gemellus inferior", "quadratus femoris"),
}

_DIGIT = {Side.LEFT: 1, Side.RIGHT: 2}


def labels() -> tuple[Label, ...]:
    """Return every label: thigh, right then left; calf, right then left; all others."""
    others = [_other(number * 10 + _DIGIT[side], name, side) for number, name in _OTHERS for side in Side]
    return (
        *_parts(_THIGH, THIGH),
        *_parts(_CALF, CALF),
        *sorted([*others, _other(_SACRUM, "sacrum", None)], key=lambda label: label.value),
    )


def _parts(rows: tuple[tuple[int, str, str, int], ...], region: Region) -> list[Label]:
    codes = [code for *_, code in rows]
    ours = {(label.side, label.code): label for label in region.labels(two_legs=True)}
    labels = []
    for side in Side:
        for number, name, abbreviation, code in rows:
            whole = ours[side, code]
            is_whole = codes.count(code) == 1 and not whole.note
            labels.append(
                Label(
                    value=number * 10 + _DIGIT[side],
                    name=side_name(name, side),
                    muscle=name,
                    abbreviation=abbreviation,
                    side=side,
                    color=whole.color,
                    terminology=whole.terminology if is_whole else None,
                    region=region.name,
                    code=code,
                    note="" if is_whole else f"a part of the {whole.muscle}",
                    singles=_singles(name),
                    parent=whole.muscle,
                )
            )
    return labels


def _other(value: int, name: str, side: Side | None) -> Label:
    return Label(value, side_name(name, side), name, "", side, _GRAY, None, None, None, singles=_singles(name))


def _singles(name: str) -> tuple[str, ...]:
    return _SINGLES.get(name, (name,) if name in SINGLE_MUSCLES else ())
