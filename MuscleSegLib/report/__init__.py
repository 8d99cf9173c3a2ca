"""Reports: files for people, spreadsheets and programs."""

from MuscleSegLib.report.overview import draw_overview
from MuscleSegLib.report.table import require_table_format, rows_as_json, rows_as_text, write_table

__all__ = ["draw_overview", "require_table_format", "rows_as_json", "rows_as_text", "write_table"]
