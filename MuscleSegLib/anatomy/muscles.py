"""Muscles of thigh and calf: fixed codes, names, colors and coded terms.

**Codes** never change: label maps and trained networks out in the world hold them.

**Colors** are from the color-blind safe palettes of P. Tol (*Colour Schemes*, SRON/EPS/TN/09-002, 2021: bright, light,
vibrant, high and medium contrast) and of Okabe and Ito (2008). Those were chosen, and given to the muscles, so that the
smallest difference of two colors of a region, and of a color and mid gray, is as large as it can be in normal vision,
protanopia, deuteranopia and tritanopia alike, and larger still between neighbors. The left leg has the right one's
colors: the place tells the legs apart, and a second set would bring its colors too close to the first.

**Coded terms** name their published source. SNOMED CT is used where such a table has the
muscle; otherwise DICOM's own list of muscles (CID 3031); for compartments, which neither has, the Foundational Model of
Anatomy.
"""

from dataclasses import dataclass

from MuscleSegLib.terminology import CodedConcept
from MuscleSegLib.translatable import _

Color = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

_CID_3031 = "DICOM PS3.16 CID 3031 (ISO/IEEE 11073-10101), as pydicom has it"
_FHIR_R4 = "HL7 FHIR R4 4.0.1, value set approach-site-codes"
_ROAD_SAFETY = "PH Road Safety Implementation Guide 0.3.0, value set List of Body Sites"
_WIKIPEDIA = "English Wikipedia, the article of that name, identifiers (FMA)"
# Weaker than the others: number and name are from translated copies of the list, not from the FMA itself.
_BODYPARTS3D = "BodyParts3D, list of concepts (FMA), in translated copies"


@dataclass(frozen=True)
class Muscle:
    """A muscle, or a compartment that is segmented as one.

    Attributes:
        code: Its fixed label value, 1 and up in its region.
        name: Its full name in lower case.
        abbreviation: Abbreviation in papers of the field.
        color: Red, green, blue, 0 to 255.
        concept: Its coded term.
        concept_source: Published source of the term.
        contents: Muscles in the label, where the name alone does not say it.
    """

    code: int
    name: str
    abbreviation: str
    color: Color
    concept: CodedConcept
    concept_source: str
    contents: str = ""


def _rgb(digits: str) -> Color:
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


# fmt: off
THIGH_MUSCLES: tuple[Muscle, ...] = (
    # The term is a little wider than the label: it has gracilis and pectineus too. No term covers the three alone.
    Muscle(1, _("adductor"), "Ad", _rgb("663333"),
           ("SCT", "303803003", "Hip Adductor Muscles"), _ROAD_SAFETY, _("adductor magnus, longus and brevis")),
    Muscle(2, _("biceps femoris"), "BF", _rgb("99DDFF"),
           ("MDC", "7:872", "Musculus biceps femoris"), _CID_3031, _("both heads")),
    Muscle(3, _("gracilis"), "Gr", _rgb("FFAABB"),
           ("SCT", "2577006", "Structure of gracilis muscle"), _FHIR_R4),
    Muscle(4, _("rectus femoris"), "RF", _rgb("77AADD"),
           ("SCT", "72226001", "Rectus Femoris Muscle"), _ROAD_SAFETY),
    Muscle(5, _("sartorius"), "Sar", _rgb("997700"),
           ("MDC", "7:828", "Musculus sartorius"), _CID_3031),
    Muscle(6, _("semimembranosus"), "SM", _rgb("0077BB"),
           ("MDC", "7:888", "Musculus semimembranosus"), _CID_3031),
    Muscle(7, _("semitendinosus"), "ST", _rgb("AAAA00"),
           ("MDC", "7:884", "Musculus semitendinosus"), _CID_3031),
    Muscle(8, _("vastus intermedius"), "VI", _rgb("F0E442"),
           ("MDC", "7:844", "Musculus vastus intermedius"), _CID_3031),
    Muscle(9, _("vastus lateralis"), "VL", _rgb("EE3377"),
           ("SCT", "1403006", "Vastus lateralis muscle"), _FHIR_R4),
    Muscle(10, _("vastus medialis"), "VM", _rgb("004488"),
           ("SCT", "3478008", "Structure of vastus medialis muscle"), _FHIR_R4),
)

CALF_MUSCLES: tuple[Muscle, ...] = (
    Muscle(1, _("anterior compartment"), "AC", _rgb("56B4E9"),
           ("FMA", "45163", "Anterior compartment of leg"), _WIKIPEDIA,
           _("tibialis anterior and the long extensors of the toes")),
    Muscle(2, _("deep posterior compartment"), "DPC", _rgb("BBCC33"),
           ("FMA", "65008", "Deep muscle of posterior compartment of leg"), _BODYPARTS3D,
           _("tibialis posterior, the long flexors of the toes and popliteus")),
    Muscle(3, _("gastrocnemius lateralis"), "GL", _rgb("FFAABB"),
           ("MDC", "7:924", "Musculus gastrocnemius Caput laterale"), _CID_3031),
    Muscle(4, _("gastrocnemius medialis"), "GM", _rgb("0077BB"),
           ("MDC", "7:928", "Musculus gastrocnemius Caput mediale"), _CID_3031),
    Muscle(5, _("lateral compartment"), "LC", _rgb("225555"),
           ("FMA", "45185", "Lateral compartment of leg"), _WIKIPEDIA, _("peroneus longus and brevis")),
    Muscle(6, _("soleus"), "Sol", _rgb("CC3311"),
           ("MDC", "7:932", "Musculus soleus"), _CID_3031),
)
# fmt: on
