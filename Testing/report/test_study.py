"""The files of a study."""

import base64
import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser

import openpyxl
import pytest
from matplotlib.figure import Figure
from PIL import Image

from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.evaluation.longitudinal import ChangeRow
from MuscleSegLib.evaluation.study import Agreement, Case, CaseRow
from MuscleSegLib.evaluation.study.case_jobs import CaseJob, Outcome
from MuscleSegLib.evaluation.study.rows import CostRow, Table2Row
from MuscleSegLib.report import study_figures
from MuscleSegLib.report.study import StudyReport, write_study
from MuscleSegLib.report.study_figures import change_figure
from MuscleSegLib.report.study_page import page, table_section
from MuscleSegLib.report.study_parts import comparison_parts, visit_parts

KNOWN = dict.fromkeys(Agreement.__dataclass_fields__)


@dataclass(frozen=True)
class ARow:
    network: str
    dsc: float | None
    dsc_sd: float | None
    bias: float | None
    bias_low: float | None
    bias_high: float | None
    note: str = ""


def outcome(case, method, shift):
    rows = tuple(
        CaseRow(
            **KNOWN
            | {"case": case, "method": method, "region": "calf", "side": "right", "muscle": "soleus", "label": n}
            | {"dsc": 0.8 + 0.01 * n, "hd95_mm": 3.0, "volume_cm3": 100.0, "volume_true_cm3": 99.0}
            | {"ff_percent": 10.0 * n + shift, "ff_true_percent": 10.0 * n, "ff_error_percent": shift}
            | {"volume_error_cm3": 1.0, "volume_error_percent": 1.0}
        )
        for n in range(1, 7)
    )
    return Outcome(CaseJob(case, method, "", lambda _: Case(()), None), Case(rows))


@pytest.fixture(scope="module")
def a_report():
    """Two networks, one of them cheap."""
    outcomes = [outcome(case, name, shift) for case in ("P1", "P2") for name, shift in (("big", 0.5), ("small", 1.0))]
    costs = [
        CostRow("calf", "big", "hrnet", 10**7, 900.0, 8.0, 3.0, 0.83, 0.5, 0.5),
        CostRow("calf", "small", "unet2d-small", 10**5, 300.0, 1.0, None, 0.83, 1.0, 1.0),
    ]
    tables, sections = comparison_parts(outcomes, "calf", limit_percent=20, architectures={"big": "hrnet"}, costs=costs)
    return StudyReport("A study", {"command": "muscleseg evaluate"}, tables, sections)


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.sources, self.tags = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.sources += [value for name, value in attributes if name in ("src", "href")]


@pytest.mark.slow
def test_the_page_needs_no_network_and_nothing_beside_it(a_report, tmp_path):
    write_study(a_report, tmp_path)

    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    links = Links()
    links.feed(text)
    assert links.sources
    assert all(source.startswith("data:image/png;base64,") for source in links.sources)
    assert not {"script", "link", "iframe"} & set(links.tags)
    assert not re.search(r"url\(|@import", text)


@pytest.mark.slow
def test_on_paper_headers_are_dark_and_repeated_and_folded_rows_are_there(a_report, tmp_path):
    write_study(a_report, tmp_path)

    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    for_paper = text[text.index("@media print") : text.index("</style>")]
    header = re.search(r"\bth \{([^}]*)\}", for_paper).group(1)  # a browser prints no background: white would be lost
    red, green, blue = bytes.fromhex(re.search(r"(?<!-)color: #(\w{6})", header).group(1))
    assert max(red, green, blue) < 100
    assert "details::details-content { content-visibility: visible" in for_paper
    assert text.count("<thead>") == text.count("<table>") > 4


@pytest.mark.slow
def test_each_picture_says_in_words_what_it_shows(a_report, tmp_path):
    write_study(a_report, tmp_path)

    words = re.findall(r'<img alt="([^"]+)"', (tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "Bland and Altman, against FF: small: errors against FF" in words
    assert len(set(words)) == 5


@pytest.mark.slow
def test_every_figure_is_a_picture(a_report, tmp_path):
    write_study(a_report, tmp_path)

    images = re.findall(r"base64,([^\"]+)", (tmp_path / "report.html").read_text(encoding="utf-8"))
    sizes = [Image.open(io.BytesIO(base64.b64decode(image))).size for image in images]
    assert len(sizes) == 5  # distribution, muscles, two networks against FF, complexity
    assert all(min(size) > 100 for size in sizes)


@pytest.mark.slow
def test_networks_with_long_names_leave_room_for_the_figures(tmp_path):
    names = [f"a network with a name that is much longer than any name should be, number {n}" for n in range(9)]
    outcomes = [outcome("P1", name, 0.1 * n) for n, name in enumerate(names)]
    costs = [CostRow("calf", name, "hrnet", 10**n, 900.0, 8.0, 3.0, 0.83, 0.5, 0.5) for n, name in enumerate(names)]
    tables, sections = comparison_parts(outcomes, "calf", limit_percent=20, architectures={}, costs=costs)

    write_study(StudyReport("Long", {}, tables, sections), tmp_path)  # matplotlib warns where no room is left

    assert (tmp_path / "report.html").is_file()


@pytest.mark.slow
def test_text_from_a_file_cannot_become_part_of_the_page(a_report):
    row = ARow("<script>alert(1)</script>", 0.9, 0.1, None, None, None, "a & b")
    text = page("<b>", [("item", "<i>")], [table_section("T", ARow, [row])])
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "<b>" not in text


def test_a_mean_stands_with_its_sd_and_an_estimate_with_its_interval():
    section = table_section("T", ARow, [ARow("net", 0.934, 0.041, -0.5, -0.71, -0.29)])

    assert [head for head, _ in section.heads] == ["Network", "DSC", "Bias", "Note"]
    assert section.rows[0][1] == ["net", "0.93 ± 0.04", "−0.50 [−0.71, −0.29]", "–"]


def test_a_small_p_is_not_zero():
    row = Table2Row("calf", "net", "this study", "dsc", 0.9, 0.1, 5, 0.8, 0.1, 5, 1e-9, "t")
    assert "< 0.0001" in table_section("T", Table2Row, [row]).rows[0][1]


@pytest.mark.slow
def test_workbook_and_csv_hold_every_table(a_report, tmp_path):
    write_study(a_report, tmp_path)

    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert book.sheetnames == [table.name.capitalize() for table in a_report.tables]
    for table in a_report.tables:
        sheet = book[table.name.capitalize()]
        lines = (tmp_path / f"{table.name}.csv").read_text(encoding="utf-8-sig").splitlines()
        assert sheet.max_row == len(lines) == 1 + len(table.rows)
        assert sheet.max_column == len(lines[0].split(","))
    p = next(cell for cell in book["Table2"][2] if book["Table2"].cell(1, cell.column).value == "P")
    assert p.number_format == "0.0E+00"


@pytest.mark.slow
def test_the_page_says_when_and_on_what_it_was_made(a_report, tmp_path):
    write_study(a_report, tmp_path, now=datetime(2026, 5, 4, 3, 2, tzinfo=UTC))
    assert "2026-05-04 03:02" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_study_of_nothing_but_absent_muscles_has_a_page_all_the_same(tmp_path):
    results = outcome("P1", "net", 0.0)
    rows = tuple(
        CaseRow(**{**row.__dict__, "volume_cm3": None, "dsc": 0.0, "hd95_mm": None}) for row in results.case.rows
    )
    tables, sections = comparison_parts([Outcome(results.job, Case(rows))], "calf", limit_percent=20, architectures={})

    write_study(StudyReport("Nothing", {}, tables, sections), tmp_path)

    first = next(table for table in tables if table.name == "table1").rows[-1]
    assert (first.absence_percent, first.dsc) == (100, None)


def a_change(label, change, **more):
    nothing = dict.fromkeys(ChangeRow.__dataclass_fields__)
    fields = {
        "region": "calf",
        "muscle": f"gastrocnemius medialis {label}",
        "label": label,
        "quantity": "ff_mean_percent",
        "change": change,
    }
    return ChangeRow(**nothing | fields | {"smallest_detectable_change": 0.8, "matched_mm": 200.0} | more)


def test_what_changed_beyond_noise_is_marked_on_the_page(tmp_path):
    rows = [
        a_change(6, 2.0, is_detectable=True, p_adjusted=2e-4, is_beyond_noise=True),
        a_change(106, 0.9, is_detectable=True, p_adjusted=0.08, is_beyond_noise=False),
        a_change(104, None, quantity="t2_mean_ms", smallest_detectable_change=None),
    ]
    tables, sections = visit_parts(rows, ())
    write_study(StudyReport("Visits", {}, tables, sections), tmp_path)

    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text.count('<tr class="marked">') == 1


def test_the_name_of_a_single_quantity_is_not_cut_off():
    rows = [a_change(4, change, side="right", muscle="gastrocnemius medialis") for change in (0.1, 2.0)]

    picture = Image.open(io.BytesIO(change_figure(rows))).convert("L")

    assert picture.crop((picture.width - 2, 0, *picture.size)).getextrema() == (255, 255)


@pytest.mark.slow
def test_nothing_is_left_of_a_report_that_cannot_be_written(a_report, tmp_path):
    (tmp_path / "report.xlsx").mkdir()

    with pytest.raises(MuscleSegError, match=r"report\.xlsx is a folder"):
        write_study(a_report, tmp_path)
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(("least", "most"), [(438.0, 470.0), (438.0, 520.0), (30.0, 900.0)])
def test_costs_that_differ_little_have_numbers_at_their_axis_too(least, most):
    axes = Figure().subplots()
    axes.scatter([least, most], [0, 1])

    study_figures._logarithmic(axes)

    low, high = axes.get_xlim()
    assert sum(low <= place <= high for place in axes.xaxis.get_majorticklocs()) >= 2
