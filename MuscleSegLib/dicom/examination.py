"""Person and scan of a source series, for a report."""

import contextlib
import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from MuscleSegLib.dicom.identity import readable_header
from MuscleSegLib.dicom.source import SourceSeries
from MuscleSegLib.report.patient_report import Examination
from MuscleSegLib.volume.dicom_files import quiet_pydicom, whole_header
from MuscleSegLib.volume.formats import one_line

if TYPE_CHECKING:
    from pydicom import Dataset

_AGE = re.compile(r"(\d{3})([DWMY])")
_IN_A_YEAR = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}

_SETTINGS = (
    ("RepetitionTime", "TR {} ms"),
    ("EchoTime", "TE {} ms"),
    ("FlipAngle", "{}\u00b0"),
    ("SliceThickness", "{} mm"),
)
_OLDEST = 130


def examination_of(source: SourceSeries) -> Examination:
    """Return who and what was scanned, as a header of the series tells it.

    Of an anonymous source it is sex, age, scanner and settings alone.

    Raises:
        MuscleSegError: The header cannot be read.
    """
    with quiet_pydicom():
        header = readable_header(whole_header(source.stack[0].path))
        about = Examination(
            sex=header.PatientSex,
            age_years=_age_years(header),
            settings=", ".join(_settings(header)),
            scanner=_scanner(header),
        )
        if source.is_anonymous:
            return about
        return Examination(
            patient_name=person_name(str(header.get("PatientName") or "")),
            patient_id=one_line(str(header.get("PatientID") or "")),
            birth_date=_date(header, "PatientBirthDate"),
            sex=about.sex,
            age_years=about.age_years,
            scan_date=_date(header, "StudyDate"),
            description=one_line(str(header.get("StudyDescription") or "")),
            series=one_line(str(header.get("SeriesDescription") or "")),
            settings=about.settings,
            scanner=about.scanner,
        )


def person_name(text: str) -> str:
    """Return a name of DICOM (PS3.5, 6.2.1.2) as people write it: family name, given names; scripts side by side."""
    groups = []
    for group in text.split("="):
        family, *others = (one_line(part) for part in group.split("^"))
        given = " ".join(filter(None, others))
        groups.append(", ".join(filter(None, (family, given))))
    return " / ".join(filter(None, groups))


def _age_years(header: "Dataset") -> int | None:
    """Return completed years at the scan, from the date of birth or else as the header says."""
    birth, day = _date(header, "PatientBirthDate"), _date(header, "StudyDate")
    if birth and day and birth <= day:
        years = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    else:
        match = _AGE.fullmatch(str(header.get("PatientAge") or ""))
        if match is None:
            return None
        years = int(int(match[1]) / _IN_A_YEAR[match[2]])
    return years if years <= _OLDEST else None


def _date(header: "Dataset", keyword: str) -> date | None:
    with contextlib.suppress(ValueError):
        return datetime.strptime(str(header.get(keyword) or ""), "%Y%m%d").date()
    return None


def _settings(header: "Dataset") -> list[str]:
    texts = []
    for keyword, template in _SETTINGS:
        with contextlib.suppress(TypeError, ValueError):
            texts.append(template.format(f"{float(header[keyword].value):g}") if keyword in header else "")
    return [text for text in texts if text]


def _scanner(header: "Dataset") -> str:
    words = [one_line(str(header.get(keyword) or "")) for keyword in ("Manufacturer", "ManufacturerModelName")]
    with contextlib.suppress(TypeError, ValueError):
        if "MagneticFieldStrength" in header:
            words.append(f"{float(header.MagneticFieldStrength):g} T")
    return " ".join(filter(None, words))
