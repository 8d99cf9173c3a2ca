"""``muscleseg measure --anonymous``: no output holds a name, an ID, a date of birth or a path."""

import io
import json
import re
import zipfile
import zlib

import pydicom
import pypdf
import pytest
from PIL import Image

from MuscleSegLib.volume import write_volume
from Testing.cli.invented_person import IDENTIFIERS, measure
from Testing.dicom_sources import SIEMENS

OPTIONS = ("--anonymous", "--no-patient-id")
"""The option, and its name of earlier versions."""


def pieces_of(name, content):
    """The bytes of a file, and what is compressed or encapsulated in it, by their names."""
    yield name, content
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                yield f"{name}/{part}", archive.read(part)
                yield f"{name}/{part}'s name", part.encode()
    elif name.endswith(".pdf"):
        yield from _pieces_of_pdf(name, content)
    elif name.endswith("PDF.dcm"):
        yield from _pieces_of_pdf(f"{name}/PDF", pydicom.dcmread(io.BytesIO(content)).EncapsulatedDocument)
    elif name.endswith(".png"):
        yield f"{name}'s metadata", str(Image.open(io.BytesIO(content)).info).encode()


def _pieces_of_pdf(name, content):
    reader = pypdf.PdfReader(io.BytesIO(content))
    yield f"{name}'s text", "".join(page.extract_text() for page in reader.pages).encode()
    yield f"{name}'s metadata", str(reader.metadata).encode()
    for number, stream in enumerate(re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)):
        try:
            yield f"{name}'s stream {number}", zlib.decompress(stream)
        except zlib.error:
            continue


def identifiers_in(content, folder):
    """Identifiers and paths in bytes in any usual encoding, the source's UIDs aside, which objects keep."""
    for uid in ("SeriesInstanceUID", "FrameOfReferenceUID", "StudyInstanceUID"):
        content = content.replace(SIEMENS[uid].encode(), b"")
    words = (*IDENTIFIERS, str(folder), json.dumps("Müller")[1:-1], "M&#252;ller")
    codes = ("utf-8", "latin-1", "utf-16-le", "utf-16-be")
    return [word for word in words if any(word.encode(code) in content for code in codes)]


def written(muscleseg, folder, case, option, *more):
    """Every kind of file that a measurement writes, and what it prints, by name."""
    maps = ("--mtr", case / "mtr.nii.gz", "--mtr-unit", "percent", "--t2", case / "t2.nii.gz", "--t2-unit", "ms")
    who = ("--corrected", "yes", "--corrected-by", "Dr. Beispiel", "--source", case / "scan", *option, *maps, *more)
    printed = []
    for outputs in (
        ("--report", "r.pdf", "--output", "t.xlsx", "--dicom", "out", "--dicom-maps"),
        ("--report", "r.html", "--output", "t.csv", "--pictures", "pictures", "--dicom", "out2", "--labelmap"),
        ("--output", "t.json", "--json", "--report", "again.html"),
    ):
        paths = [folder / word if not word.startswith("--") else word for word in outputs]
        ended = measure(muscleseg, case, *who, *paths)
        assert ended.code == 0, ended.err
        printed.append(ended.out)
    files = [path for path in folder.rglob("*") if path.is_file() and case not in path.parents]
    contents = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    return contents | {"printed": "".join(printed).encode()}


@pytest.mark.slow
@pytest.mark.parametrize("option", OPTIONS)
def test_anonymous_outputs_hold_no_name_id_date_of_birth_or_path(muscleseg, tmp_path, a_case, option):
    contents = written(muscleseg, tmp_path, a_case, (option,))

    kinds = {"r.pdf", "r.html", "t.xlsx", "t.csv", "t_provenance.csv", "t.json", "printed", "pictures/ff_map.png"}
    kinds |= {f"out/{name}.dcm" for name in ("SEG", "SR", "PDF", "FF", "MTR", "T2")} | {"out2/SEG.dcm"}
    assert kinds <= contents.keys()
    pieces = [piece for name, content in contents.items() for piece in pieces_of(name, content)]
    assert len(pieces) > 2 * len(contents)
    assert {name: words for name, content in pieces if (words := identifiers_in(content, tmp_path))} == {}
    assert b"66 years" in dict(pieces)["r.pdf's text"]
    for name in ("SEG", "SR", "PDF", "FF", "MTR", "T2"):
        dataset = pydicom.dcmread(io.BytesIO(contents[f"out/{name}.dcm"]))
        assert dataset.PatientIdentityRemoved == "YES"
        assert dataset.StudyInstanceUID == SIEMENS["StudyInstanceUID"]


@pytest.mark.slow
def test_the_search_finds_what_is_not_left_out(muscleseg, tmp_path, a_case):
    contents = written(muscleseg, tmp_path, a_case, ())

    named = {
        name
        for name, content in contents.items()
        if any(identifiers_in(piece, tmp_path) for _, piece in pieces_of(name, content))
    }
    objects = {f"out/{name}.dcm" for name in ("SEG", "SR", "PDF")}
    assert {"r.pdf", "r.html", "t.xlsx", "t_provenance.csv", "t.json"} | objects <= named


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_without_the_source_images_the_headers_of_the_maps_tell_whom_not_to_name(
    muscleseg, tmp_path, siemens_series, labels_on, ending
):
    gap = [1, 2, 3, 5, 6, 7]  # of image numbers: a warning, which names the series
    folder = siemens_series("maps", SeriesDescription="T2 of Müller, Jürgen 1957", InstanceNumber=gap)
    write_volume(labels_on(folder), tmp_path / "a.nii.gz")
    table = tmp_path / f"table.{ending}"

    ended = muscleseg(
        *("measure", tmp_path / "a.nii.gz", "--region", "thigh", "--t2", folder, "--t2-unit", "0.1ms"),
        *("--output", table, "--json", "--anonymous"),
    )

    assert ended.code == 0, ended.err
    text = "".join(path.read_text("utf-8") for path in tmp_path.glob("table*")) + ended.out
    assert "image numbers from 1 to 7" in text
    for word in ("Müller", "Jürgen", "PID-0090817", str(tmp_path)):
        assert word not in text
        assert json.dumps(word)[1:-1] not in text
