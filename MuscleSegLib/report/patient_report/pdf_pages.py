"""Document as PDF on A4 pages, laid out by ReportLab: its text can be searched and copied."""

import functools
import io
import itertools
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.report.patient_report.column_widths import column_widths
from MuscleSegLib.report.patient_report.document import Document, Lines, Pictures, Section, Table
from MuscleSegLib.report.patient_report.letters import FONT_FILES, font_folder, showable
from MuscleSegLib.translatable import _

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Flowable

MM = 72 / 25.4
"""Points in a millimeter."""

_SIDE_MM, _TOP_MM, _BOTTOM_MM = 12.0, 13.0, 12.0
_WIDTH = (210 - 2 * _SIDE_MM) * MM
_FONT, _BOLD = "DejaVuSans", "DejaVuSans-Bold"
_DARK, _GRAY, _PALE, _RED = "#1F3864", "#414A5A", "#DFE4EC", "#A32020"

_SCALES = (1.0, 0.95, 0.9, 0.85, 0.8)
"""Scales of type and pictures, tried in turn until the document has the wanted number of pages."""

_TABLE_SIZE, _FACT_SIZE = 6.8, 7.4
_CELL_PADDING, _NOTES_PADDING = 1.5, 6.0
_SLACK = 0.5
"""Of a column beyond its widest word, in points."""


def pdf_of(document: Document, *, pages: int = 2) -> bytes:
    """Return a document as a PDF file.

    The same document gives the same bytes. Where there is too much for the pages, sections begin where the last one
    ends, and type is made smaller, down to four fifths, if this saves a page.

    Args:
        document: The document.
        pages: Wanted number of pages.

    Raises:
        MuscleSegError: The package for PDF files is missing.
    """
    _require_reportlab()
    _register_fonts()
    fitted: list[tuple[bytes, int]] = []
    for scale, keeps_breaks in itertools.product(_SCALES, (True, False)):
        fitted.append(_laid_out(document, scale, keeps_breaks=keeps_breaks))
        if fitted[-1][1] <= pages:
            return fitted[-1][0]
    return min(reversed(fitted), key=lambda made: made[1])[0]


def _require_reportlab() -> None:
    if find_spec("reportlab") is None:
        message = _("A report as PDF needs the Python package reportlab: install it, or choose a name with .html.")
        raise MuscleSegError(message)


@functools.cache
def _register_fonts() -> None:
    """Register the fonts of Matplotlib, which have the letters of most languages of Europe."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in zip((_FONT, _BOLD), FONT_FILES, strict=True):
        pdfmetrics.registerFont(TTFont(name, str(font_folder() / file)))


def _laid_out(document: Document, scale: float, *, keeps_breaks: bool) -> tuple[bytes, int]:
    """Return a PDF file and its number of pages."""
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    file = io.BytesIO()
    height = (297 - _TOP_MM - _BOTTOM_MM) * MM
    frame = Frame(_SIDE_MM * MM, _BOTTOM_MM * MM, _WIDTH, height, 0, 0, 0, 0)
    template = BaseDocTemplate(
        file,
        pagesize=(210 * MM, 297 * MM),
        title=document.title,
        author="MuscleSeg",
        lang=document.language,
        invariant=1,
    )
    template.addPageTemplates(PageTemplate(frames=[frame]))
    canvas = functools.partial(_numbered_canvas(), document=document)
    template.build(_Parts(scale, keeps_breaks=keeps_breaks).story(document), canvasmaker=canvas)
    return file.getvalue(), template.page


@functools.cache
def _numbered_canvas() -> Any:
    """Return the class of a canvas that writes head and foot of all pages when their number is known."""
    from reportlab.pdfgen.canvas import Canvas

    class NumberedCanvas(Canvas):  # type: ignore[misc] # ReportLab has no types
        def __init__(self, *args: Any, document: Document, **options: Any) -> None:
            super().__init__(*args, **options)
            self.document = document
            self.states: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - ReportLab's name
            self.states.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self.states, 1):
                self.__dict__.update(state)
                self._write_ends(number)
                super().showPage()
            super().save()

        def _write_ends(self, number: int) -> None:
            self.setFont(_FONT, 6.2)
            self.setFillColor(_GRAY)
            word = self.document.page_word(number, len(self.states))
            self.drawRightString((210 - _SIDE_MM) * MM, 6 * MM, showable(word))
            self.drawString(_SIDE_MM * MM, 6 * MM, showable(self.document.notice))
            if number > 1:
                self.drawString(_SIDE_MM * MM, (297 - 8) * MM, showable(self.document.running)[:140])

    return NumberedCanvas


class _Parts:
    """Parts of a document as ReportLab lays them out, at a scale."""

    def __init__(self, scale: float, *, keeps_breaks: bool) -> None:
        self.scale, self.keeps_breaks = scale, keeps_breaks

    def story(self, document: Document) -> list["Flowable"]:
        from reportlab.platypus import Paragraph

        parts: list[Flowable] = [
            Paragraph(_text(document.title), self._style(13, _DARK, bold=True)),
            Paragraph(_text(document.notice), self._style(6.6, _GRAY, after=3)),
            *(Paragraph(_text(text), self._style(6.6, _RED, bold=True, after=3)) for text in document.remarks),
            self._facts(document),
        ]
        for section in document.sections:
            parts += self._section(section)
        return parts

    def _section(self, section: Section) -> list["Flowable"]:
        from reportlab.platypus import CondPageBreak, PageBreak, Paragraph
        from reportlab.platypus.flowables import HRFlowable

        parts: list[Flowable] = [PageBreak()] if section.starts_page and self.keeps_breaks else [CondPageBreak(18 * MM)]
        parts.append(Paragraph(_text(section.title), self._style(9, _DARK, bold=True, before=5)))
        parts.append(HRFlowable(width="100%", thickness=0.4, color="#9AA5B8", spaceBefore=0.5, spaceAfter=2))
        for block in section.blocks:
            if isinstance(block, Table):
                parts.append(self._table(block))
            elif isinstance(block, Pictures):
                parts.append(self._pictures(block))
            else:
                parts += self._lines(block)
        return parts

    def _facts(self, document: Document) -> "Flowable":
        from reportlab.platypus import Paragraph
        from reportlab.platypus import Table as PdfTable

        looks = (self._style(_FACT_SIZE, _GRAY), self._style(_FACT_SIZE))
        cells = [
            Paragraph(_text(part), look) for fact in document.facts for part, look in zip(fact, looks, strict=True)
        ]
        cells += [""] * (-len(cells) % 4)
        rows = [cells[first : first + 4] for first in range(0, len(cells), 4)]
        texts = [name for name, _value in document.facts]
        names = [max((self._width(text, _FACT_SIZE) for text in texts[side::2]), default=0.0) for side in (0, 1)]
        values = (_WIDTH - sum(names)) / 2
        table = PdfTable(rows, [names[0], values, names[1], values], spaceAfter=3)
        table.setStyle(
            [*_tight(0.5), ("LINEABOVE", (0, 0), (-1, 0), 0.8, _DARK), ("LINEBELOW", (0, -1), (-1, -1), 0.8, _DARK)]
        )
        return table

    def _table(self, table: Table) -> "Flowable":
        from reportlab.platypus import Table as PdfTable

        columns = sum(len(head.below) for head in table.heads)
        first, second, spans, start = [], [], [], 0
        for head in table.heads:
            first += [head.text, *[""] * (len(head.below) - 1)]
            second += list(head.below)
            spans.append(("SPAN", (start, 0), (start + len(head.below) - 1, 0)))
            start += len(head.below)
        rows = [self._cells(first, table, bold=True, over=True), self._cells(second, table, bold=True)]
        rows += [self._cells(row.cells, table, bold=row.kind != "") for row in table.rows]
        widths = column_widths(table, _WIDTH, lambda text: self._width(text, _TABLE_SIZE))
        made = PdfTable(rows, widths, repeatRows=2, spaceAfter=3, hAlign="LEFT")
        look = [*_tight(0.6), *spans, ("LINEBELOW", (0, 1), (-1, 1), 0.6, _DARK), ("VALIGN", (0, 0), (-1, 1), "BOTTOM")]
        look += [("LINEBELOW", (0, 2), (-1, -1), 0.3, _PALE)]
        look += [
            ("SPAN", (0, number), (columns - 1, number))
            for number, row in enumerate(table.rows, 2)
            if row.kind == "region"
        ]
        if table.has_notes:
            look.append(("LEFTPADDING", (columns - 1, 0), (columns - 1, -1), _NOTES_PADDING))
        made.setStyle(look)
        return made

    def _width(self, text: str, size: float) -> float:
        """Return the width of a cell with a text in one line, in bold type."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        width: float = stringWidth(showable(text), _BOLD, size * self.scale)
        return width + 2 * _CELL_PADDING + _SLACK

    def _cells(self, texts: Any, table: Table, *, bold: bool, over: bool = False) -> list["Flowable"]:
        from reportlab.platypus import Paragraph

        last = len(texts) - 1
        looks = []
        for number in range(len(texts)):
            is_text = number == 0 or (number == last and table.has_notes)
            looks.append("left" if is_text else "center" if over else "right")
        return [
            Paragraph(_text(text), self._style(_TABLE_SIZE, align=look, bold=bold))
            for text, look in zip(texts, looks, strict=True)
        ]

    def _pictures(self, block: Pictures) -> "Flowable":
        from reportlab.platypus import Image, Paragraph
        from reportlab.platypus import Table as PdfTable

        widths = [picture.share * _WIDTH for picture in block.pictures]
        images, captions = [], []
        for picture, width in zip(block.pictures, widths, strict=True):
            wide = (width - 4) * self.scale
            images.append(Image(io.BytesIO(picture.png), wide, wide * picture.size[1] / picture.size[0]))
            captions.append(Paragraph(_text(picture.caption), self._style(6.4, _GRAY)))
        table = PdfTable([images, captions], widths, spaceAfter=2, hAlign="LEFT")
        table.setStyle([*_tight(0.5), ("ALIGN", (0, 0), (-1, 0), "CENTER")])
        return table

    def _lines(self, block: Lines) -> list["Flowable"]:
        from reportlab.platypus import Paragraph

        mark = "• " if block.is_list else ""
        return [Paragraph(mark + _text(text), self._style(6.6, _GRAY, after=1)) for text in block.texts]

    def _style(
        self,
        size: float,
        color: str = "#1B1F27",
        *,
        bold: bool = False,
        align: str = "left",
        before: float = 0,
        after: float = 0,
    ) -> "ParagraphStyle":
        return _style(size * self.scale, color, bold, align, before * self.scale, after * self.scale)


@functools.cache
def _style(size: float, color: str, bold: bool, align: str, before: float, after: float) -> "ParagraphStyle":
    from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    alignment = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}[align]
    return ParagraphStyle(
        f"{size} {color} {bold} {align}",
        fontName=_BOLD if bold else _FONT,
        fontSize=size,
        leading=1.22 * size,
        textColor=color,
        alignment=alignment,
        spaceBefore=before,
        spaceAfter=after,
    )


def _tight(points: float) -> list[tuple[Any, ...]]:
    """Return the style of a table with little room around its cells."""
    sides = [(f"{side}PADDING", (0, 0), (-1, -1), _CELL_PADDING) for side in ("LEFT", "RIGHT")]
    ends = [(f"{end}PADDING", (0, 0), (-1, -1), points) for end in ("TOP", "BOTTOM")]
    return [*sides, *ends, ("VALIGN", (0, 0), (-1, -1), "TOP")]


def _text(text: str) -> str:
    """Return a text for ReportLab's paragraphs: its markup is none, and letters that the font lacks are boxes."""
    return escape(showable(str(text)), quote=False)
