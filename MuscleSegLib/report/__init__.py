"""Reports: tables, workbooks, pages and pictures of measurements and studies."""

from MuscleSegLib.report.findings import Findings, files_of_findings, write_findings
from MuscleSegLib.report.overview import draw_overview
from MuscleSegLib.report.pictures import PICTURES, draw_pictures
from MuscleSegLib.report.provenance import Origin, provenance_of
from MuscleSegLib.report.table import require_table_format, rows_as_json, rows_as_text, write_table

__all__ = [
    "PICTURES",
    "Findings",
    "Origin",
    "draw_overview",
    "draw_pictures",
    "files_of_findings",
    "provenance_of",
    "require_table_format",
    "rows_as_json",
    "rows_as_text",
    "write_findings",
    "write_table",
]
