"""Codes of objects: anatomy, quantities, units and derivations.

Names and code values are those of DICOM PS3.16 and UCUM; what has no standard code has a private one.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from MuscleSegLib.anatomy import ANATOMICAL_STRUCTURE, Label
from MuscleSegLib.anatomy.fine_muscles import PRIVATE_SCHEME
from MuscleSegLib.dicom.device import ascii_string
from MuscleSegLib.terminology import CodedConcept

if TYPE_CHECKING:
    from highdicom.sr import CodedConcept as DicomConcept

PRIVATE_SCHEME_NAME = "Private codes of MuscleSeg"

SKELETAL_MUSCLE: CodedConcept = ("SCT", "127954009", "Skeletal muscle")
"""Type of a muscle of another tool that has no coded term here; its name tells which it is."""

REGION_CODES: dict[str, CodedConcept] = {
    "thigh": ("SCT", "68367000", "Thigh"),
    "calf": ("SCT", "30021000", "Lower leg"),
}

RIGHT_AND_LEFT: CodedConcept = ("SCT", "51440002", "Right and left")

LOWER_LIMB_CODE: CodedConcept = ("SCT", "61685007", "Lower limb")

MEAN: CodedConcept = ("SCT", "373098007", "Mean")
MEDIAN: CodedConcept = ("SCT", "373099004", "Median")
STANDARD_DEVIATION: CodedConcept = ("SCT", "386136009", "Standard Deviation")
MAXIMUM: CodedConcept = ("SCT", "56851009", "Maximum")

VOLUME: CodedConcept = ("SCT", "118565006", "Volume")
AREA: CodedConcept = ("SCT", "42798000", "Area")
FAT_FRACTION: CodedConcept = ("DCM", "129100", "Fat fraction")
MAGNETIZATION_TRANSFER_RATIO: CodedConcept = ("DCM", "113098", "Magnetization Transfer Ratio")
T2: CodedConcept = ("DCM", "113065", "T2")
CONTRACTILE_VOLUME: CodedConcept = (PRIVATE_SCHEME, "CONTRACTILE", "Contractile volume")
ESTIMATED_DICE: CodedConcept = (PRIVATE_SCHEME, "ESTIMATEDDSC", "Estimated Dice similarity coefficient")

CUBIC_CENTIMETER: CodedConcept = ("UCUM", "cm3", "cubic centimeter")
SQUARE_MILLIMETER: CodedConcept = ("UCUM", "mm2", "square millimeter")
PERCENT: CodedConcept = ("UCUM", "%", "Percent")
MILLISECOND: CodedConcept = ("UCUM", "ms", "millisecond")
NO_UNITS: CodedConcept = ("UCUM", "1", "no units")

REPORT: CodedConcept = ("DCM", "126000", "Imaging Measurement Report")
IMAGING_PROCEDURE: CodedConcept = ("SCT", "363679005", "Imaging procedure")

MAP_CODES: dict[str, tuple[CodedConcept, CodedConcept]] = {
    "ff": (FAT_FRACTION, PERCENT),
    "mtr": (MAGNETIZATION_TRANSFER_RATIO, PERCENT),
    "t2": (T2, MILLISECOND),
}
"""Quantity and unit of each map."""

SIDE_DIFFERENCES: dict[str, tuple[CodedConcept, CodedConcept]] = {
    "ff_mean_percent": ((PRIVATE_SCHEME, "SIDEDIFFFF", "Right less left mean fat fraction"), PERCENT),
    "volume_cm3": ((PRIVATE_SCHEME, "SIDEDIFFVOLUME", "Right less left volume, of mean"), PERCENT),
    "contractile_cm3": (
        (PRIVATE_SCHEME, "SIDEDIFFCONTR", "Right less left contractile volume, of mean"),
        PERCENT,
    ),
    "largest_area_cm2": ((PRIVATE_SCHEME, "SIDEDIFFAREA", "Right less left largest area, of mean"), PERCENT),
    "mtr_mean_percent": ((PRIVATE_SCHEME, "SIDEDIFFMTR", "Right less left mean MTR"), PERCENT),
    "t2_mean_ms": ((PRIVATE_SCHEME, "SIDEDIFFT2", "Right less left mean T2"), MILLISECOND),
}
"""Name and unit of the side difference of each column: of sizes in percent of the mean of both sides, of FF and MTR in
percentage points. Code values have 16 characters at most (SH)."""


def concept(code: CodedConcept) -> "DicomConcept":
    """Return a coded concept as highdicom takes it."""
    from highdicom.sr import CodedConcept as DicomConcept

    scheme, value, meaning = code
    return DicomConcept(value, scheme, ascii_string(meaning))


def category_of(label: Label) -> CodedConcept:
    """Return the category of a structure."""
    return label.terminology.category if label.terminology else ANATOMICAL_STRUCTURE


def type_of(label: Label) -> CodedConcept:
    """Return the coded term of a structure."""
    return label.terminology.type if label.terminology else SKELETAL_MUSCLE


def region_code(labels: Iterable[Label]) -> CodedConcept:
    """Return the region that structures lie in: that of all of them, or the lower limb."""
    regions = {label.region for label in labels}
    return REGION_CODES.get(regions.pop() or "", LOWER_LIMB_CODE) if len(regions) == 1 else LOWER_LIMB_CODE


def laterality(labels: Iterable[Label]) -> str:
    """Return R, L or B for the sides of structures (PS3.3, C.7.6.16.2.8), "" where a side is unknown."""
    sides = {label.side for label in labels}
    if not sides or None in sides:
        return ""
    return "B" if len(sides) > 1 else str(sides.pop())[0].upper()


def private_schemes() -> list[Any]:
    """Return the identification of the scheme of private codes (PS3.3, C.12.1.1.11)."""
    from highdicom.coding_schemes import CodingSchemeIdentificationItem

    return [CodingSchemeIdentificationItem(PRIVATE_SCHEME, PRIVATE_SCHEME_NAME, responsible_organization="MuscleSeg")]
