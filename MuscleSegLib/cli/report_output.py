"""Options and writing of the patient report of a measurement."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from MuscleSegLib.anatomy import Label
from MuscleSegLib.biomarkers import NamedLabels, ProfileRow, Row
from MuscleSegLib.cli.numeric import float_where
from MuscleSegLib.dicom import SourceSeries, examination_of
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.longitudinal import read_measurement_errors
from MuscleSegLib.files import written_whole
from MuscleSegLib.report import Findings
from MuscleSegLib.report.anonymity import hidden_rows, hider
from MuscleSegLib.report.patient_report import (
    EarlierVisit,
    Examination,
    ReferenceValue,
    ReportContent,
    earlier_visit,
    muscle_of,
    patient_report,
    read_reference_values,
    require_report_format,
    require_sex_and_age,
)
from MuscleSegLib.volume import Volume, read_volume

_ONLY_WITH_REPORT = ("image", "reference_values", "earlier", "repeatability", "composite", "sex", "age", "corrected_by")
_SEXES = {"female": "F", "male": "M"}
_OLDEST = 130


def add_report(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    group = parser.add_argument_group("patient report")
    group.add_argument(
        "--report",
        metavar="FILE",
        type=Path,
        help="a .html or .pdf file of two pages for a reader without this program; with --dicom, the PDF is put into "
        "the study too, and --source tells who and what was scanned",
    )
    group.add_argument("--image", metavar="IMAGE", type=Path, help="the scan that its pictures show")
    group.add_argument(
        "--composite",
        metavar="NAME=MUSCLES",
        action="append",
        default=[],
        help="a mean over several muscles, as in extensors=RF,VL,VM; may be given several times",
    )
    group.add_argument("--corrected-by", metavar="NAME", help="who corrected the labels, with --corrected yes")
    _add_comparisons(group)


def _add_comparisons(group: argparse._ArgumentGroup) -> None:
    """Add what the patient is compared with, and by."""
    group.add_argument(
        "--earlier", metavar="TABLE", type=Path, help="table (.csv or .json) of an earlier visit, for the change since"
    )
    group.add_argument(
        "--repeatability",
        metavar="CSV",
        type=Path,
        help="the repeatability.csv of muscleseg evaluate, for the smallest detectable change since --earlier; without "
        "it a published one of volume and FF",
    )
    group.add_argument(
        "--reference-values",
        metavar="CSV",
        type=Path,
        help="reference values of your own with the columns muscle, side, sex, age from, age to, quantity, mean, SD, "
        "for z-scores and percentiles",
    )
    group.add_argument("--sex", choices=list(_SEXES), help="of the patient, where no header tells it")
    group.add_argument(
        "--age",
        metavar="YEARS",
        type=float_where(lambda years: 0 <= years <= _OLDEST, f"from 0 to {_OLDEST}"),
        help="of the patient, where no header tells it",
    )


def require_report(options: argparse.Namespace) -> None:
    """Check, before any work is done, that options fit together and the report has a name that can be written.

    Raises:
        MuscleSegError: They do not, or it cannot.
    """
    if options.report is None:
        given = [name for name in _ONLY_WITH_REPORT if getattr(options, name) not in (None, [])]
        if given:
            option = given[0].replace("_", "-")
            raise MuscleSegError(
                f"--{option} is for the patient report: give its file, --report, too, or leave it out."
            )
        return
    require_report_format(options.report)
    if options.repeatability and not options.earlier:
        raise MuscleSegError(
            "--repeatability is for the change since an earlier visit: give its table, --earlier, too."
        )
    if options.corrected_by and options.corrected != "yes":
        raise MuscleSegError("--corrected-by names who corrected the labels: say --corrected yes too, or leave it out.")


def report_inputs(options: argparse.Namespace) -> dict[str, Path]:
    """Return the files that a report is made of beside those of the measurement, by their options."""
    names = ("image", "reference_values", "earlier", "repeatability")
    return {name.replace("_", "-"): path for name in names if (path := getattr(options, name))}


class ReportInputs:
    """What only a report is made of, read and checked before anything is measured.

    Args:
        options: Options of the command line.
        named: Label map and the meaning of its values.
        source: Images that the labels were drawn on; None where they are not given.
        patient: PatientID of the labels or maps.

    Raises:
        MuscleSegError: A file or an option cannot be used.
    """

    def __init__(
        self, options: argparse.Namespace, named: NamedLabels, source: SourceSeries | None, patient: str
    ) -> None:
        self.label_table = _label_table(named)
        self.examination = _examination(options, source, patient)
        self.reference_values: tuple[ReferenceValue, ...] = ()
        if options.reference_values:
            self.reference_values = read_reference_values(options.reference_values, self.label_table)
            require_sex_and_age(self.reference_values, self.examination)
        self.composites = _composites(options.composite, self.label_table)
        self.errors = read_measurement_errors(options.repeatability) if options.repeatability else None
        self.image = _image(options, source)

    def file(
        self,
        options: argparse.Namespace,
        named: NamedLabels,
        findings: Findings,
        *,
        maps: Mapping[str, Volume],
        files: Mapping[str, Path],
        identifiers: Sequence[str],
    ) -> bytes:
        """Return the report's file.

        Args:
            options: Options of the command line.
            named: Label map and the meaning of its values.
            findings: What was measured.
            maps: Maps by name.
            files: Files by their role: warnings name them in place of their paths, or their roles if anonymous.
            identifiers: Names and IDs that an anonymous report must not hold.

        Raises:
            MuscleSegError: The earlier visit cannot be compared, or a package for PDF is missing.
        """
        rows = _with_names_of_files(findings.muscles, options, files, identifiers)
        content = self._content(options, named.labels, replace(findings, muscles=rows), maps)
        return patient_report(content, options.report.suffix.lower())

    def _content(
        self, options: argparse.Namespace, labels: Volume, findings: Findings, maps: Mapping[str, Volume]
    ) -> ReportContent:
        return ReportContent(
            rows=findings.muscles,
            label_table=self.label_table,
            labels=labels,
            groups=findings.groups,
            profiles=findings.profiles,
            provenance=findings.provenance,
            image=self.image,
            maps=maps,
            examination=self.examination,
            corrected=None if options.corrected is None else options.corrected == "yes",
            corrector=options.corrected_by or "",
            earlier=self._earlier(options, findings.muscles, findings.profiles),
            reference_values=self.reference_values,
            composites=self.composites,
            is_anonymous=options.anonymous,
        )

    def _earlier(
        self, options: argparse.Namespace, rows: Sequence[Row], profiles: Sequence[ProfileRow]
    ) -> EarlierVisit | None:
        if options.earlier is None:
            return None
        patient = self.examination.patient_id
        return earlier_visit(options.earlier, rows, profiles, patient=patient, errors=self.errors)


def _with_names_of_files(
    rows: Sequence[Row], options: argparse.Namespace, files: Mapping[str, Path], identifiers: Sequence[str]
) -> tuple[Row, ...]:
    """Return rows whose warnings hold names of files in place of their paths, or their roles where anonymous."""
    if options.anonymous:
        return hidden_rows(rows, hider(files, identifiers))
    return hidden_rows(rows, hider({path.name: path for path in files.values()}))


def report_as_pdf(options: argparse.Namespace, document: bytes | None) -> bytes | None:
    """Return a report that is a PDF file, for the study that the scan is in."""
    return document if options.report and options.report.suffix.lower() == ".pdf" else None


def write_report(path: Path, document: bytes) -> None:
    """Write a report, whole or not at all.

    Raises:
        MuscleSegError: It cannot be written.
    """
    with written_whole(path) as temporary:
        temporary.write_bytes(document)


def _label_table(named: NamedLabels) -> tuple[Label, ...]:
    import numpy as np

    return named.scheme.labels_in(int(value) for value in np.unique(named.labels.array) if value)


def _examination(options: argparse.Namespace, source: SourceSeries | None, patient: str) -> Examination:
    """Return who and what was scanned, by headers and options.

    Raises:
        MuscleSegError: An option contradicts a header.
    """
    shown_patient = "" if options.anonymous else patient
    examination = examination_of(source) if source else Examination(patient_id=shown_patient)
    stated: dict[str, Any] = {}
    if options.sex:
        stated["sex"] = _SEXES[options.sex]
    if options.age is not None:
        stated["age_years"] = int(options.age)
    for name, value in stated.items():
        if getattr(examination, name) not in ("", "O", None, value):
            option = "sex" if name == "sex" else "age"
            message = f"--{option} contradicts the header of {options.source}: check the patient, or leave it out."
            raise MuscleSegError(message)
    return replace(examination, **stated)


def _composites(texts: Sequence[str], label_table: Sequence[Label]) -> dict[str, tuple[str, ...]]:
    composites = {}
    for text in texts:
        name, equals, listed = text.partition("=")
        muscles = {part.strip(): muscle_of(part, label_table) for part in listed.split(",")}
        unknown = [part for part, muscle in muscles.items() if muscle not in {label.muscle for label in label_table}]
        if not equals or not name.strip() or unknown:
            what = f"{unknown[0]!r} is no muscle of the table" if equals and name.strip() else "it has no name"
            message = f"--composite {text!r} is no mean over muscles ({what}): write it as in extensors=RF,VL,VM."
            raise MuscleSegError(message)
        composites[name.strip()] = tuple(muscle for muscle in muscles.values() if muscle)
    return composites


def _image(options: argparse.Namespace, source: SourceSeries | None) -> Volume | None:
    """Return the scan that pictures show: the one that is given, the water image, or the source."""
    if options.image:
        return read_volume(options.image)
    if options.water:
        return read_volume(options.water, contrast=("water",))
    if source is None:
        return None
    try:
        return read_volume(source.stack[0].path)
    except MuscleSegError as error:
        print(f"Note: the report's pictures are without the scan of --source: {error}", file=sys.stderr)
        return None
