"""Fine muscles of thigh, calf and hip: fixed codes, parents among the ten and six, names, colors and coded terms.

**Codes** never change. They are those of no other label of ours: the ten and six have 1 to 10 and, of the calf beside
the thigh, 21 to 26; the left leg adds 100 to either. Codes between are free for muscles to come.

**Parents**: a fine muscle is a muscle of the ten or six, a part of it, or in none of them (pectineus, tensor fasciae
latae, gluteus maximus, plantaris, and the muscles of the hip).

**Colors**: a whole muscle has its parent's color, and so has the largest part of a parent. The others were searched for
so that the smallest difference of two colors of a set, and of a color and mid gray, is as large as it can be in normal
vision, protanopia, deuteranopia and tritanopia alike.

**Coded terms** name their published source. A whole muscle has its parent's. Where no published list that could be read
has a muscle alone, the term is private and says so.
"""

from dataclasses import dataclass

from MuscleSegLib.anatomy.muscles import CALF_MUSCLES, THIGH_MUSCLES, Color, Muscle
from MuscleSegLib.terminology import CodedConcept
from MuscleSegLib.translatable import _

PRIVATE_SCHEME = "99MUSCLESEG"
"""Coding scheme of what has no published code."""

_CID_3031 = "DICOM PS3.16 CID 3031 (ISO/IEEE 11073-10101), as pydicom has it"
_FHIR_R4 = "HL7 FHIR R4 4.0.1, value set approach-site-codes"
# Weaker than the others: number and name are from copies of the list, not from the FMA itself.
_BODYPARTS3D = "BodyParts3D, list of concepts (FMA), in copies"
_NONE = "none published that has this muscle alone: a private code"

_OF_THE_LIMB = {"thigh": THIGH_MUSCLES, "calf": CALF_MUSCLES}


@dataclass(frozen=True, kw_only=True)
class FineMuscle(Muscle):
    """A muscle of a fine label set.

    Attributes:
        region: Region in whose sets it is: "thigh", "calf" or "hip".
        parent: Code of the muscle of that region that holds it, None where none does.
        singles: Muscles in it, by their anatomical names: one, or those that images do not tell apart.
    """

    region: str
    parent: int | None
    singles: tuple[str, ...]


def _rgb(digits: str) -> Color:
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def _whole(
    code: int, region: str, parent: int, singles: tuple[str, ...] = (), name: str = "", abbreviation: str = ""
) -> FineMuscle:
    """Return a fine muscle that is all of its parent."""
    whole = next(muscle for muscle in _OF_THE_LIMB[region] if muscle.code == parent)
    return FineMuscle(
        code,
        name or whole.name,
        abbreviation or whole.abbreviation,
        whole.color,
        whole.concept,
        whole.concept_source,
        region=region,
        parent=parent,
        singles=singles or (str(whole.name),),
    )


def _fine(
    code: int,
    name: str,
    abbreviation: str,
    digits: str,
    concept: CodedConcept,
    source: str,
    *,
    region: str,
    parent: int | None = None,
    singles: tuple[str, ...] = (),
) -> FineMuscle:
    color = _rgb(digits)
    return FineMuscle(
        code, name, abbreviation, color, concept, source, region=region, parent=parent, singles=singles or (str(name),)
    )


def _mdc(number: int, meaning: str) -> CodedConcept:
    return ("MDC", f"7:{number}", f"Musculus {meaning}")


# fmt: off
THIGH_FINE_MUSCLES: tuple[FineMuscle, ...] = (
    _fine(31, _("adductor magnus"), "AM", "663333", _mdc(864, "adductor magnus"), _CID_3031, region="thigh", parent=1),
    _fine(32, _("adductor longus"), "AL", "772200", _mdc(856, "adductor longus"), _CID_3031, region="thigh", parent=1),
    _fine(33, _("adductor brevis"), "AB", "EE8866", _mdc(860, "adductor brevis"), _CID_3031, region="thigh", parent=1),
    _fine(34, _("biceps femoris long head"), "BFL", "99DDFF",
          _mdc(876, "biceps femoris Caput longum"), _CID_3031, region="thigh", parent=2),
    _fine(35, _("biceps femoris short head"), "BFS", "AA55FF",
          _mdc(880, "biceps femoris Caput breve"), _CID_3031, region="thigh", parent=2),
    _whole(36, "thigh", 3),
    _whole(37, "thigh", 4),
    _whole(38, "thigh", 5),
    _whole(39, "thigh", 6),
    _whole(40, "thigh", 7),
    _whole(41, "thigh", 8),
    _whole(42, "thigh", 9),
    _whole(43, "thigh", 10),
    _fine(44, _("pectineus"), "Pec", "CCFF88", _mdc(852, "pectineus"), _CID_3031, region="thigh"),
    _fine(45, _("tensor fasciae latae"), "TFL", "332244", _mdc(808, "tensor fasciae latae"), _CID_3031, region="thigh"),
    _fine(46, _("gluteus maximus"), "GMax", "7700FF", _mdc(796, "gluteus maximus"), _CID_3031, region="thigh"),
)
"""Muscles of the thigh one by one, and two of the hip that reach into it."""

CALF_FINE_MUSCLES: tuple[FineMuscle, ...] = (
    _fine(51, _("tibialis anterior"), "TA", "56B4E9", _mdc(892, "tibialis anterior"), _CID_3031,
          region="calf", parent=1),
    _fine(52, _("extensor digitorum longus and extensor hallucis longus"), "EDL+EHL", "9900FF",
          (PRIVATE_SCHEME, "EDLEHL", "Extensor digitorum longus and extensor hallucis longus"), _NONE,
          region="calf", parent=1, singles=("extensor digitorum longus", "extensor hallucis longus")),
    _whole(53, "calf", 5, ("peroneus longus", "peroneus brevis"), _("peroneus longus and brevis"), "PLB"),
    _fine(54, _("tibialis posterior"), "TP", "BBCC33", _mdc(944, "tibialis posterior"), _CID_3031,
          region="calf", parent=2),
    _fine(55, _("flexor digitorum longus"), "FDL", "BBFF99", _mdc(948, "flexor digitorum longus"), _CID_3031,
          region="calf", parent=2),
    _fine(56, _("flexor hallucis longus"), "FHL", "660000", ("SCT", "471000", "Flexor hallucis longus muscle"),
          _FHIR_R4, region="calf", parent=2),
    _whole(57, "calf", 6),
    _whole(58, "calf", 4),
    _whole(59, "calf", 3),
    _fine(60, _("popliteus"), "Pop", "440055", _mdc(940, "popliteus"), _CID_3031, region="calf", parent=2),
    _fine(61, _("plantaris"), "Pla", "440099", _mdc(936, "plantaris"), _CID_3031, region="calf"),
)
"""Muscles of the calf one by one, but for two pairs that images rarely tell apart."""

HIP_MUSCLES: tuple[FineMuscle, ...] = (
    _fine(71, _("gluteus medius"), "GMed", "885500", _mdc(800, "gluteus medius"), _CID_3031, region="hip"),
    _fine(72, _("gluteus minimus"), "GMin", "66FFAA", _mdc(804, "gluteus minimus"), _CID_3031, region="hip"),
    _fine(73, _("iliacus"), "Ili", "CC88FF", ("FMA", "22310", "Iliacus"), _BODYPARTS3D, region="hip"),
    _fine(74, _("psoas major"), "PM", "00AA55", ("FMA", "18060", "Psoas major"), _BODYPARTS3D, region="hip"),
    _fine(75, _("obturator externus"), "OE", "551133", ("FMA", "22299", "Obturator externus"), _BODYPARTS3D,
          region="hip"),
    _fine(76, _("obturator internus"), "OI", "EEEEFF", ("FMA", "22298", "Obturator internus"), _BODYPARTS3D,
          region="hip"),
    _fine(77, _("quadratus femoris"), "QF", "99DD55", _mdc(824, "quadratus femoris"), _CID_3031, region="hip"),
    _fine(78, _("piriformis"), "Pir", "0000BB", _mdc(812, "piriformis"), _CID_3031, region="hip"),
    _fine(79, _("gemellus superior"), "GS", "550000", ("FMA", "22318", "Gemellus superior"), _BODYPARTS3D,
          region="hip"),
    _fine(80, _("gemellus inferior"), "GI", "BB00AA", ("FMA", "22320", "Gemellus inferior"), _BODYPARTS3D,
          region="hip"),
)
"""Other muscles of the hip; none has a parent."""
# fmt: on

FINE_MUSCLES: tuple[FineMuscle, ...] = (*THIGH_FINE_MUSCLES, *CALF_FINE_MUSCLES, *HIP_MUSCLES)
"""Every fine muscle; no two share a code."""


def singles_of(region: str, code: int) -> tuple[str, ...]:
    """Return the anatomical names of the muscles in one of the ten or six."""
    return tuple(single for muscle in children_of(region, code) for single in muscle.singles)


def children_of(region: str, code: int) -> tuple[FineMuscle, ...]:
    """Return the fine muscles in one of the ten or six; a single one where it has no parts."""
    return tuple(muscle for muscle in FINE_MUSCLES if (muscle.region, muscle.parent) == (region, code))
