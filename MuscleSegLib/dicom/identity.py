"""Patient and study of a source's images, as its objects inherit them.

Headers from archives hold values that the standard forbids. They are put right where their meaning is clear and left
out otherwise, except for what archives find a patient and a study by, which stays as it is.
"""

import contextlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from highdicom.base import SOPClass
    from pydicom import DataElement, Dataset

MAY_BE_EMPTY = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex"),
    *("StudyDate", "StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName"),
)
"""Type 2 attributes of patient and study, which every object has (PS3.3, C.7.1.1 and C.7.2.1)."""

_FOUND_BY = ("PatientName", "PatientID", "IssuerOfPatientID", "AccessionNumber", "StudyID", "StudyInstanceUID")
_RETIRED = ("EthnicGroup",)
"""Attributes of a patient in images of today's scanners, of which highdicom does not know any more."""

_OF_TRIALS = ("ClinicalTrialProtocolName", "ClinicalTrialSiteID", "ClinicalTrialSiteName")
_SEXES = ("M", "F", "O")
_OLD_DATE, _OLD_TIME = re.compile(r"(\d{4})\.(\d\d)\.(\d\d)"), re.compile(r"(\d\d):(\d\d):(\d\d(?:\.\d{1,6})?)")
"""Dates and times of ACR-NEMA, the standard before DICOM."""

_UTF8, _LATIN1 = "ISO_IR 192", "ISO_IR 100"


def readable_header(header: "Dataset") -> "Dataset":
    """Return the valid public attributes of an image's header, with a character set in which they can be written."""
    from pydicom import Dataset

    kept = Dataset()
    for tag in header.keys():  # noqa: SIM118 - pydicom parses a value when it is asked for
        with contextlib.suppress(Exception):  # pydicom raises whatever its parsing meets
            element = header[tag]
            if not tag.is_private and (element.keyword in _FOUND_BY or _is_valid(_put_right(element))):
                kept.add(element)
    if kept.get("PatientSex") not in _SEXES:
        kept.PatientSex = ""
    _set_characters(kept)
    return kept


def add_identity(dataset: "SOPClass", header: "Dataset") -> None:
    """Give an object the patient and the study of a readable header."""
    dataset.copy_patient_and_study_information(header)
    for keyword in (*MAY_BE_EMPTY, *_RETIRED, "SpecificCharacterSet"):
        if keyword in header:
            dataset.add(header[keyword])
    if "ClinicalTrialSponsorName" in dataset:
        for keyword in _OF_TRIALS:
            if keyword not in dataset:
                setattr(dataset, keyword, "")


def _put_right(element: "DataElement") -> "DataElement":
    """Return an element with a date or a time of ACR-NEMA as DICOM writes it."""
    pattern = {"DA": _OLD_DATE, "TM": _OLD_TIME}.get(element.VR)
    match = pattern.fullmatch(str(element.value).strip()) if pattern else None
    if match:
        element.value = "".join(match.groups())
    return element


def _is_valid(element: "DataElement") -> bool:
    from pydicom.config import RAISE
    from pydicom.valuerep import validate_value

    if element.VR == "SQ" or not element.value:
        return True
    try:
        values: Any = element.value if element.VM > 1 else [element.value]
        for value in values:
            validate_value(element.VR, str(value) if element.VR in ("DS", "IS", "PN") else value, RAISE)
    except (TypeError, ValueError):
        return False
    return True


def _set_characters(header: "Dataset") -> None:
    """Give a header without a valid character set another one."""
    from highdicom import SpecificCharacterSetValues

    given = header.get("SpecificCharacterSet") or ""
    terms = [given] if isinstance(given, str) else list(given)
    defined = {value.value for value in SpecificCharacterSetValues} | ({""} if len(terms) > 1 else set())
    if set(terms) <= defined:
        return
    if "SpecificCharacterSet" in header:
        del header.SpecificCharacterSet
    texts = [element for element in header if element.VR in ("LO", "LT", "PN", "SH", "ST", "UC", "UT")]
    if all(str(element.value).isascii() for element in texts):
        return
    header.SpecificCharacterSet = _LATIN1 if not any(terms) else _UTF8  # pydicom reads bytes without a set as Latin
    for element in texts:
        if element.VR == "PN" and element.VM == 1:
            element.value = str(element.value)
