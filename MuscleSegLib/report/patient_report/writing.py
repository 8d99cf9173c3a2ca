"""Writing of patient reports as HTML and as PDF."""

from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.report.patient_report.composing import composed
from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.html_page import html_of
from MuscleSegLib.report.patient_report.pdf_pages import pdf_of
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
    """Return a report as the bytes of a file.

    Args:
        content: What it says.
        ending: ".html" or ".pdf".

    Raises:
        MuscleSegError: As for ``write_patient_report``.
    """
    document = composed(content)
    return html_of(document) if ending == ".html" else pdf_of(document)
