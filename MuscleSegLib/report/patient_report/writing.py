"""Writing of patient reports as HTML and as PDF."""

from dataclasses import replace
from pathlib import Path

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.files import written_whole
from MuscleSegLib.report.patient_report.composing import composed
from MuscleSegLib.report.patient_report.content import ReportContent
from MuscleSegLib.report.patient_report.document import Document
from MuscleSegLib.report.patient_report.html_page import html_of
from MuscleSegLib.report.patient_report.letters import BOX, lacking_in, lacking_letters
from MuscleSegLib.report.patient_report.pdf_pages import pdf_of
from MuscleSegLib.translatable import _
from MuscleSegLib.volume.remarks import remark

REPORT_ENDINGS = (".html", ".pdf")

_BOXES = _("This PDF cannot show some letters, which stand as {box} (in: {places}). The report as HTML shows them.")
_LACKING = _(
    "The report as PDF cannot show the letters {letters} (in: {places}), which stand as boxes in it: a report as HTML "
    "shows them."
)
_IN_ENGLISH = _("This PDF is in English, since it cannot show the letters of your language: a report as HTML does.")


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
    return html_of(document) if ending == ".html" else pdf_of(_with_remarks(document, content))


def _with_remarks(document: Document, content: ReportContent) -> Document:
    """Return a document with a sentence on it about the letters that a PDF file cannot show, if there are any.

    Where it cannot show the language, the document is in English, and says so.
    """
    translate = content.translate
    texts = []
    if lacking_letters(document.title + document.notice):
        texts.append(_IN_ENGLISH)
        document, translate = composed(replace(content, translate=str, language="en")), str
    if lacking := lacking_in(document):
        texts.append(_BOXES.format(box=BOX, places=", ".join(lacking)))
        remark(_LACKING, letters=" ".join(dict.fromkeys("".join(lacking.values()))), places=", ".join(lacking))
    elif texts:
        remark(_IN_ENGLISH)
    return replace(document, remarks=[translate(text) for text in texts])
