"""Numbers in HTML, PDF, XLSX, CSV, JSON and SR are the same: all six are read, each by another's reader."""

import io
from types import SimpleNamespace

import pydicom
import pypdf
import pytest

from MuscleSegLib.anatomy import scheme
from MuscleSegLib.inference import segments_of
from MuscleSegLib.volume import write_labels
from Testing.cli.outputs import (
    csv_rows,
    html_numbers,
    html_rows,
    json_rows,
    sheet_rows,
    structured_numbers,
    text_of,
)

VALUES = {"thigh": (1, 4, 101, 104, 110), "calf": (1, 6, 101, 106, 105)}

# Of each quantity that a report shows: header, digits, how its side difference is made; and by the table of codes in
# PS3.16 and UCUM or, where there is no code, by ours: code, unit, derivation, factor to the unit.
SHOWN = {
    "ff_mean_percent": ("FF (%)", 1, "points", "129100", "%", "373098007", 1),
    "volume_cm3": ("Volume (cm³)", 1, "percent", "118565006", "cm3", None, 1),
    "contractile_cm3": ("Contractile volume (cm³)", 1, "percent", "CONTRACTILE", "cm3", None, 1),
    "largest_area_cm2": ("Largest area (cm²)", 1, "percent", "42798000", "mm2", "56851009", 100),
    "mtr_mean_percent": ("MTR (%)", 1, "points", "113098", "%", "373098007", 1),
    "t2_mean_ms": ("T2 (ms)", 1, "points", "113065", "ms", "373098007", 1),
    "confidence": ("Confidence (DSC)", 2, "", "ESTIMATEDDSC", "1", None, 1),
}
MORE_IN_SR = {
    f"{name}_{statistic}_{unit}": (code, ucum, derivation, 1)
    for name, unit, ucum, code in (
        ("ff", "percent", "%", "129100"),
        ("mtr", "percent", "%", "113098"),
        ("t2", "ms", "ms", "113065"),
    )
    for statistic, derivation in (("sd", "386136009"), ("median", "373099004"))
}
IN_SR = {column: entry[3:] for column, entry in SHOWN.items()} | MORE_IN_SR
SIDES_IN_SR = {
    "ff_mean_percent": ("SIDEDIFFFF", "%", None),
    "volume_cm3": ("SIDEDIFFVOLUME", "%", None),
    "contractile_cm3": ("SIDEDIFFCONTR", "%", None),
    "largest_area_cm2": ("SIDEDIFFAREA", "%", None),
    "mtr_mean_percent": ("SIDEDIFFMTR", "%", None),
    "t2_mean_ms": ("SIDEDIFFT2", "ms", None),
}
SHORT = {"right": "R", "left": "L"}


@pytest.fixture(params=VALUES)
def outputs(request, muscleseg, tmp_path, a_case, labels_on):
    """All six outputs of muscles on both sides with every quantity; one muscle is on the left alone."""
    region = request.param
    labels = labels_on(a_case / "scan", VALUES[region])
    confidence = {value: 0.7 + 0.05 * place for place, value in enumerate(VALUES[region])}
    segments = segments_of(region, two_legs=True, confidence=confidence)
    write_labels(labels, a_case / "labels.seg.nrrd", segments=segments, description=f"MuscleSeg {region} a 1.0 on cpu")
    maps = [word for name in ("ff", "mtr", "t2") for word in (f"--{name}", a_case / f"{name}.nii.gz")]
    units = ("--ff-unit", "percent", "--mtr-unit", "percent", "--t2-unit", "ms")
    for more in (
        ("--report", "r.pdf", "--output", "t.xlsx", "--source", a_case / "scan", "--dicom", "out"),
        ("--report", "r.html", "--output", "t.csv"),
        ("--output", "t.json"),
    ):
        paths = [tmp_path / word if str(word) == "out" or "." in str(word) else word for word in more]
        ended = muscleseg("measure", a_case / "labels.seg.nrrd", *maps, *units, *paths)
        assert ended.code == 0, ended.err
    rows = json_rows(tmp_path / "t.json")
    measured = [row for row in rows if row["volume_cm3"] is not None]
    assert [row["label"] for row in measured] == sorted(VALUES[region])
    assert all(row[column] is not None for row in measured for column in IN_SR)
    pairs = {row["muscle"]: {row["side"]: row} for row in measured}
    for row in measured:
        pairs[row["muscle"]][row["side"]] = row
    return SimpleNamespace(folder=tmp_path, rows=rows, measured=measured, pairs=pairs)


def side_differences(outputs):
    """Muscle, column, and right less left: of sizes in percent of the mean of both."""
    for muscle, pair in outputs.pairs.items():
        for column, (_, _, kind, *_) in SHOWN.items():
            if kind and len(pair) == 2:
                right, left = pair["right"][column], pair["left"][column]
                yield muscle, column, right - left if kind == "points" else 100 * (right - left) / ((right + left) / 2)


@pytest.mark.slow
def test_every_number_of_the_table_is_the_same_in_all_six_outputs(outputs):
    folder = outputs.folder
    for table in (csv_rows(folder / "t.csv"), sheet_rows(folder / "t.xlsx")):
        for row, other in zip(outputs.rows, table, strict=True):
            _require_equal_cells(row, list(other.values()))
    segments, _ = structured_numbers(folder / "out" / "SR.dcm")
    for row, group in zip(outputs.measured, segments, strict=True):
        assert group == {
            key: pytest.approx(factor * row[column]) for column, (*key, factor) in IN_SR.items() for key in [tuple(key)]
        }
    cells = html_numbers(folder / "r.html")
    for row in outputs.measured:
        for column, (header, digits, *_) in SHOWN.items():
            assert cells[_name(row), header, SHORT[row["side"]]] == f"{row[column]:.{digits}f}", (_name(row), column)
    _require_same_pdf(folder)


def _require_equal_cells(row, cells):
    """Check the cells of a table, of which CSV has six digits, against a row with all."""
    for value, cell in zip(row.values(), cells, strict=True):
        if value is None:
            assert cell in (None, "")
        elif isinstance(value, bool):
            assert str(cell).lower() in (str(value).lower(), "yes" if value else "no", str(int(value)))
        elif isinstance(value, int | float):
            assert float(cell) == pytest.approx(value, rel=1e-5)
        else:
            assert (cell or "") == value


def _name(row):
    return f"{row['muscle'].capitalize()} ({row['abbreviation']})"


def _require_same_pdf(folder):
    """Check that each line of the page's tables is in the PDF file, and in that of the study."""
    texts = [text_of(folder / "r.pdf")]
    document = pydicom.dcmread(folder / "out" / "PDF.dcm").EncapsulatedDocument
    texts.append(" ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(document)).pages).split()))
    lines = html_rows(folder / "r.html")
    assert len(lines) >= 2 * 6
    for text in texts:
        for line in lines:
            assert line in text


@pytest.mark.slow
def test_side_differences_are_the_same_in_report_and_sr(outputs):
    expected = list(side_differences(outputs))
    assert len(expected) == 2 * 6
    _, sides = structured_numbers(outputs.folder / "out" / "SR.dcm")
    cells = html_numbers(outputs.folder / "r.html")
    assert len(sides) == 2
    for muscle, column, value in expected:
        pair = outputs.pairs[muscle]
        code = scheme(pair["right"]["region"]).label_of(pair["right"]["label"]).terminology.type[1]
        assert sides[code][SIDES_IN_SR[column]] == pytest.approx(value)
        below = "R−L, %" if SHOWN[column][2] == "percent" else "R−L"
        shown = f"{value:+.1f}".replace("-", "−") if round(value, 1) else "0.0"
        assert cells[_name(pair["right"]), SHOWN[column][0], below] == shown
    assert all(len(group) == 6 for group in sides.values())
