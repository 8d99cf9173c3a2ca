"""``muscleseg measure --report``: whom a report names, and options that do not fit it."""

import pytest

from Testing.cli.invented_person import measure
from Testing.cli.outputs import text_of

REFERENCE = "muscle,side,sex,age from,age to,quantity,mean,SD\nadductor,both,male,60,70,FF,20,5\n"


@pytest.fixture
def a_reference_file(tmp_path):
    (tmp_path / "reference.csv").write_text(REFERENCE)
    return tmp_path / "reference.csv"


@pytest.mark.slow
def test_a_report_names_the_person_of_the_source_and_what_the_options_say(
    muscleseg, tmp_path, a_case, a_reference_file
):
    options = ("--reference-values", a_reference_file, "--composite", "both=Ad,RF", "--corrected", "yes")
    ended = measure(
        muscleseg, a_case, *options, "--corrected-by", "Dr. Beispiel", "--source", a_case / "scan", "--report",
        tmp_path / "r.html",
    )  # fmt: skip

    assert ended.code == 0, ended.err
    text = text_of(tmp_path / "r.html")
    for words in ("Müller, Jürgen Ewald", "PID-0090817", "1957-06-23", "male", "66 years", "2024-03-12", "3 T"):
        assert words in text
    for words in ("MRT Oberschenkel bds.", "t1_tse_tra_Oberschenkel", "by Dr. Beispiel", "20.0 ± 5.0", "both 2 "):
        assert words in text
    assert str(tmp_path) not in (tmp_path / "r.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--report", "r.docx"), "ends with .html or .pdf"),
        (("--earlier", "t.csv"), "--earlier is for the patient report"),
        (("--age", "30"), "--age is for the patient report"),
        (("--repeatability", "t.csv"), "--repeatability is for the patient report"),
        (("--report", "r.html", "--repeatability", "t.csv"), "give its table, --earlier, too"),
        (("--report", "r.html", "--corrected-by", "A"), "say --corrected yes too"),
        (("--report", "r.html", "--composite", "a=heart"), "'heart' is no muscle of the table"),
        (("--report", "r.html", "--composite", "RF,VL"), "it has no name"),
        (("--report", "r.html", "--reference-values", "reference.csv"), "need the age of the patient"),
        (("--report", "r.html", "--reference-values", "reference.csv", "--age", "66"), "need the sex of the patient"),
        (("--report", "r.html", "--source", "scan", "--sex", "female"), "--sex contradicts the header"),
        (("--report", "r.html", "--earlier", "nothing.csv"), "no table of muscles of an earlier visit"),
        (("--report", "r.html", "--image", "r.html"), "is given twice"),
    ],
)
def test_options_that_do_not_fit_a_report_are_refused_and_nothing_is_written(
    muscleseg, tmp_path, a_case, a_reference_file, options, sentence
):
    files = {"scan": a_case / "scan", "reference.csv": a_reference_file}
    given = [files.get(word, tmp_path / word if "." in word else word) for word in options]

    ended = measure(muscleseg, a_case, *given, "--output", tmp_path / "table.csv")

    assert ended.code == 1
    assert sentence in ended.err
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(("r.", "table"))]
