"""Contents of a patient report, as the command line and the panel give them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from MuscleSegLib.anatomy import Label
from MuscleSegLib.biomarkers import GroupRow, ProfileRow, Row
from MuscleSegLib.evaluation.longitudinal import ChangeRow
from MuscleSegLib.report.patient_report.reference_values import ReferenceValue
from MuscleSegLib.report.provenance import Origin
from MuscleSegLib.volume import Volume

Sex = Literal["F", "M", "O", ""]
"""Sex as DICOM writes it: female, male, other, unknown."""

Translate = Callable[[str], str]
"""Function that returns a text of the library (``translatable``) in the reader's language."""


@dataclass(frozen=True)
class Examination:
    """Person and scan. A text is empty, and a number or date None, where it is unknown.

    Attributes:
        patient_name: Name as a person reads it.
        patient_id: PatientID.
        birth_date: Date of birth.
        sex: "F", "M", "O" or "".
        age_years: Completed years at the scan.
        scan_date: Date of the scan.
        description: Description of the study.
        series: Description of the series, such as "t1_vibe_dixon".
        settings: Settings of the sequence, such as "TR 9 ms, TE 1.2 ms".
        scanner: Manufacturer, model and field strength.
    """

    patient_name: str = ""
    patient_id: str = ""
    birth_date: date | None = None
    sex: Sex = ""
    age_years: int | None = None
    scan_date: date | None = None
    description: str = ""
    series: str = ""
    settings: str = ""
    scanner: str = ""


@dataclass(frozen=True)
class Correction:
    """Effect of a person's correction on a muscle, corrected - automatic. None is a missing value.

    Attributes:
        label: Label value of the muscle.
        dsc: Dice similarity coefficient of the corrected and the automatic muscle.
        ff_points: Change of its mean fat fraction, in percentage points.
        volume_cm3: Change of its volume.
    """

    label: int
    dsc: float
    ff_points: float | None = None
    volume_cm3: float | None = None


@dataclass(frozen=True)
class EarlierVisit:
    """Change since an earlier visit of the same person.

    Attributes:
        changes: Change of each quantity of each muscle.
        rows: Table of the earlier visit, which tells the muscles with 10 to 70 % fat at baseline; empty if unknown.
        is_matched: Whether both visits were compared over the same levels of the limb.
        measured_on: Date of the earlier visit; None if unknown.
        has_unused_errors: Whether measurement errors were given that hold for matched levels alone, and these are not.
    """

    changes: Sequence[ChangeRow]
    rows: Sequence[Row] = ()
    is_matched: bool = True
    measured_on: date | None = None
    has_unused_errors: bool = False


@dataclass(frozen=True)
class ReportContent:
    """Contents of the report of one measured label map.

    Texts of rows and provenance are shown as they are: a caller takes out of them what the reader shall not see.

    Attributes:
        rows: Table of muscles.
        label_table: Labels of the rows, with colors and abbreviations.
        labels: [k, j, i] label map; its description names the network.
        groups: Table of functional groups.
        profiles: Values along the limb.
        provenance: Origin of the measurement.
        image: [k, j, i] scan for the pictures, on any grid; without it the fat fraction is shown, or outlines alone.
        maps: Maps, [k, j, i], by name, on grids of their own.
        examination: Person and scan.
        corrected: Whether a person corrected the labels; None if unknown.
        corrector: Name of this person.
        corrections: Effect of corrections by muscle, where the automatic labels are known.
        earlier: Comparison with an earlier visit.
        reference_values: Reference values of the user's own.
        composites: Muscles of each mean over several muscles, by its name.
        is_anonymous: Whether name, ID, dates and exact high ages are left out.
        measured_on: Date of the measurement; that of the call where None.
        translate: Into the reader's language.
        language: Code of this language (BCP 47).
    """

    rows: Sequence[Row]
    label_table: Sequence[Label]
    labels: Volume
    groups: Sequence[GroupRow] = ()
    profiles: Sequence[ProfileRow] = ()
    provenance: Sequence[Origin] = ()
    image: Volume | None = None
    maps: Mapping[str, Volume] = field(default_factory=dict)
    examination: Examination = Examination()
    corrected: bool | None = None
    corrector: str = ""
    corrections: Sequence[Correction] = ()
    earlier: EarlierVisit | None = None
    reference_values: Sequence[ReferenceValue] = ()
    composites: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_anonymous: bool = False
    measured_on: date | None = None
    translate: Translate = str
    language: str = "en"
