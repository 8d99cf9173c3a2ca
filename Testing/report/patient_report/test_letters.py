"""Letters that a PDF file cannot show: told on the page and in a remark, and right in HTML."""

import base64
import io
import unicodedata
from dataclasses import replace

import pypdf
import pytest

from MuscleSegLib.report.patient_report import patient_report
from MuscleSegLib.report.patient_report.document import Picture
from MuscleSegLib.translatable import Translatable
from MuscleSegLib.volume import gathered_remarks
from Testing.report.patient_report.examples import ERIKA

BOX = "\u25a1"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

SHOWN = {
    "German": "Müller-Groß, Jürgen",
    "accents apart from their letters": "Mu\u0308ller, Jose\u0301",
    "Icelandic": "Þórðardóttir, Ásta",
    "Polish": "Łukasiewicz, Świętosława",
    "Greek": "Παπαδόπουλος, Αικατερίνη",
    "Russian": "Щербакова, Ёлка",
}
LACKING = {
    "Japanese": "山田, 太郎",
    "Chinese": "王, 小明",
    "Korean": "김, 민수",
    "Arabic": "محمد",
    "Hebrew": "כהן",
    "Hindi": "राम",
    "Thai": "สมชาย",
}


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch):
    """Leave out the pictures, which take long and have no letters but the font's."""
    from MuscleSegLib.report.patient_report import composing

    monkeypatch.setattr(composing, "body_maps", lambda *_: [])
    monkeypatch.setattr(composing, "profile_picture", lambda *_: None)
    monkeypatch.setattr(composing, "outlined_slices", lambda *_: Picture(PIXEL, "", 0.1, (1, 1)))


def pdf_with(content):
    """Text of a report as PDF, and the remarks of its making."""
    with gathered_remarks() as remarks:
        document = patient_report(content, ".pdf")
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split()), [str(remark) for remark in remarks]


@pytest.mark.parametrize("language", SHOWN)
def test_letters_of_europe_are_shown_without_a_word(a_report, language):
    name = SHOWN[language]

    text, remarks = pdf_with(replace(a_report, examination=replace(ERIKA, patient_name=name)))

    assert unicodedata.normalize("NFC", name) in text
    assert BOX not in text
    assert remarks == []


@pytest.mark.parametrize("language", LACKING)
def test_letters_that_are_lacking_are_boxes_with_a_sentence_on_the_page_and_a_remark(a_report, language):
    name = LACKING[language]
    content = replace(a_report, examination=replace(ERIKA, patient_name=f"Doe / {name}"))

    text, remarks = pdf_with(content)

    assert (
        f"This PDF cannot show some letters, which stand as {BOX} (in: Patient). The report as HTML shows them." in text
    )
    assert f"Doe / {BOX}" in text
    (remark,) = remarks
    letters = {letter for letter in name if letter.isalpha()}
    assert letters <= set(remark)
    assert "(in: Patient)" in remark
    assert "HTML" in remark
    page = patient_report(content, ".html").decode()
    assert name in page
    assert "cannot show" not in page


def test_letters_of_other_places_are_told_by_the_section(a_report):
    rows = [replace(row, warnings="注意.") if row.label == 1 else row for row in a_report.rows]

    text, remarks = pdf_with(replace(a_report, rows=rows))

    assert "(in: Muscles)" in text
    assert "注 意" in remarks[0]


def test_a_language_that_a_pdf_file_cannot_show_gives_way_to_english_and_the_file_says_so(a_report):
    content = replace(
        a_report, language="ja", translate=lambda text: f"筋{text}" if isinstance(text, Translatable) else text
    )

    text, remarks = pdf_with(content)

    assert "This PDF is in English, since it cannot show the letters of your language" in text
    assert "Quantitative MRI of the leg muscles" in text
    assert BOX not in text
    assert len(remarks) == 1
    assert "筋Quantitative MRI of the leg muscles" in patient_report(content, ".html").decode()
