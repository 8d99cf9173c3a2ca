"""Reports: tables, workbooks, pages and pictures of measurements and studies."""

from MuscleSegLib.report.findings import Findings, files_of_findings, findings_in_steps, write_findings
from MuscleSegLib.report.overview import draw_overview
from MuscleSegLib.report.pictures import PICTURES, draw_pictures
from MuscleSegLib.report.provenance import Origin, anonymous, anonymous_warnings, provenance_of, without_patient
from MuscleSegLib.report.table_files import require_table_format, rows_as_json, rows_as_text, write_table

__all__ = [
    "PICTURES",
    "Findings",
    "Origin",
    "anonymous",
    "anonymous_warnings",
    "draw_overview",
    "draw_pictures",
    "files_of_findings",
    "findings_in_steps",
    "provenance_of",
    "require_table_format",
    "rows_as_json",
    "rows_as_text",
    "without_patient",
    "write_findings",
    "write_table",
]
