"""Pages of a report as HTML and PDF, in English and in German."""

import ast
import html
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pytest

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.longitudinal import ChangeRow
from MuscleSegLib.report.patient_report import (
    EarlierVisit,
    ReferenceValue,
    patient_report,
    require_report_format,
    write_patient_report,
)
from MuscleSegLib.translatable import Translatable
from Testing.report.patient_report.examples import ERIKA

NAME = "<script>alert('x')</script>&amp;{{ 7*7 }}\"><img src=x onerror=y>\x00"


@pytest.fixture(scope="module")
def german():
    """Translations of the sample file by context and text."""
    tree = ElementTree.parse(Path(__file__).with_name("patient_report_de.ts"))
    return {
        (context.findtext("name"), message.findtext("source")): message.findtext("translation")
        for context in tree.iter("context")
        for message in context.iter("message")
    }


def translator(table):
    def translate(text):
        if not isinstance(text, Translatable):
            return text
        values = {name: translate(value) for name, value in text.values.items()}
        template = table[text.context, text.template] if text.context else text.template
        return template.format(**values) if values else template

    return translate


def sources_in(page):
    """Return what the elements of a page refer to."""
    sources = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attributes):
            sources.extend(value for name, value in attributes if name in ("src", "href", "action", "data", "srcset"))

    Parser().feed(page)
    return sources


def text_of_pdf(content):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_pages_say_the_same_hold_no_foreign_markup_and_need_nothing_beside_them(a_report):
    examination = replace(ERIKA, patient_name=NAME, series="</style><script>1</script>", description="x" * 300)
    content = replace(a_report, examination=examination, corrector="<b>B</b>")

    page, document = (patient_report(content, ending) for ending in (".html", ".pdf"))

    text = page.decode()
    assert re.findall(r"<(?:script|img src=x|b)\b", text) == []
    assert html.escape("<script>alert('x')</script>&amp;{{ 7*7 }}", quote=False).replace("'", "&#39;") in text
    sources = sources_in(text)
    assert len(sources) == 4  # two body maps, slices, profile
    assert all(source.startswith("data:image/png;base64,iVBOR") for source in sources)
    assert "url(" not in text
    reader = pypdf.PdfReader(io.BytesIO(document))
    assert len(reader.pages) == 2
    assert {tuple(map(round, page.mediabox[2:])) for page in reader.pages} == {(595, 842)}
    shown = text_of_pdf(document)
    assert "<script>alert('x')</script>&amp;{{ 7*7 }}" in shown
    for word in ("21.0", "33.3", "44.4", "0.91", "30–60", "PID-4711"):
        assert (word in shown) == (word in text), word
    assert "not a medical device" in shown


def test_a_report_reads_in_german_with_a_translation(a_report, german, tmp_path):
    reference = ReferenceValue("soleus", None, "F", 60, 69, "ff_mean_percent", 6.0, 2.0)
    content = replace(a_report, translate=translator(german), language="de", reference_values=[reference])

    write_patient_report(tmp_path / "report.html", content)

    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in text
    for words in (
        "Quantitative MRT der Beinmuskeln",
        "Größte Fläche (cm²)",
        "Ganzer Unterschenkel",
        "kein Medizinprodukt",
    ):
        assert words in text
    plain = html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>|data:[^\"]+", " ", text, flags=re.DOTALL))
    assert re.findall(r"\b(?:the|of|and|which|muscle|volume)\b", plain) == []


def test_a_report_with_every_section_has_two_pages_and_no_broken_word_in_german(a_report, german):
    muscles = {row.muscle: row.abbreviation for row in a_report.rows}
    reference = [ReferenceValue(muscle, None, "F", 60, 69, "ff_mean_percent", 6.0, 2.0) for muscle in muscles]
    changes = [
        ChangeRow(row.region, row.side, row.muscle, row.label, name, 20.0, 21.0, 1.0, 0.9, True, 0.01, 0.02, True,
                  "published", 280.0)
        for row in a_report.rows
        for name in ("ff_mean_percent", "volume_cm3", "mtr_mean_percent", "t2_mean_ms")
    ]  # fmt: skip
    long_rows = [replace(row, warnings=f"Note {row.label} that is on this muscle alone.") for row in a_report.rows]
    content = replace(
        a_report,
        rows=long_rows,
        translate=translator(german),
        reference_values=reference,
        earlier=EarlierVisit(changes, a_report.rows),
        composites={"all of them": tuple(muscles)},
    )

    reader = pypdf.PdfReader(io.BytesIO(patient_report(content, ".pdf")))

    assert len(reader.pages) == 2
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for word in ("Untersuchungsdatum", "früher Änderung SDC früher Änderung SDC", "+1.0 **"):
        assert word in text


def test_every_sentence_of_a_report_is_in_the_german_sample(german):
    folder = Path(__file__).parents[3] / "MuscleSegLib" / "report" / "patient_report"
    marked = {
        (f"patient_report.{path.stem}", call.args[0].value)
        for path in folder.glob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_"
    }
    of_messages = ("reference_values", "earlier_table", "earlier_visit", "writing")  # which name files

    wanted = {mark for mark in marked if not mark[0].endswith(of_messages)}

    assert wanted - set(german) == set()
    for (_context, text), translation in german.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", translation))


@pytest.mark.parametrize("name", ["report.docx", "report", "report.pdf.zip"])
def test_other_endings_are_refused(name):
    with pytest.raises(MuscleSegError, match="ends with .html or .pdf"):
        require_report_format(Path(name))
