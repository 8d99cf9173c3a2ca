"""Reports: tables, workbooks, pages and pictures of measurements and studies."""

from MuscleSegLib.report.findings import Findings as Findings
from MuscleSegLib.report.findings import files_of_findings as files_of_findings
from MuscleSegLib.report.findings import findings_in_steps as findings_in_steps
from MuscleSegLib.report.findings import write_findings as write_findings
from MuscleSegLib.report.overview import draw_overview as draw_overview
from MuscleSegLib.report.pictures import PICTURES as PICTURES
from MuscleSegLib.report.pictures import draw_pictures as draw_pictures
from MuscleSegLib.report.provenance import Origin as Origin
from MuscleSegLib.report.provenance import anonymous as anonymous
from MuscleSegLib.report.provenance import anonymous_warnings as anonymous_warnings
from MuscleSegLib.report.provenance import provenance_of as provenance_of
from MuscleSegLib.report.provenance import without_patient as without_patient
from MuscleSegLib.report.table_files import require_table_format as require_table_format
from MuscleSegLib.report.table_files import rows_as_json as rows_as_json
from MuscleSegLib.report.table_files import rows_as_text as rows_as_text
from MuscleSegLib.report.table_files import write_table as write_table
