"""*Report…*: the patient report of what is measured in the panel."""

import sys

import pytest
import slicer

from Testing.dicom_sources import SIEMENS

from .conftest import lack_torch
from .dicom_desk import load_from_dicom

VALUES = {"thigh": (1, 4, 101, 110), "calf": (1, 5, 101, 106)}


@pytest.fixture
def desk(work, siemens_series, labels_on, monkeypatch, request):
    """A person at a scan from DICOM with muscles of both legs."""
    region = getattr(request, "param", "thigh")
    lack_torch(monkeypatch)
    monkeypatch.setattr(slicer, "dicomDatabase", None, raising=False)
    folder = siemens_series()
    load_from_dicom(work, folder, labels_on(folder, VALUES[region]), region)
    work.folder = folder
    return work


@pytest.fixture
def contents(monkeypatch):
    """What reports are made of, in place of files, which take long."""
    made = []

    def keep(content, ending):
        made.append(content)
        return f"a report, {ending}".encode()

    monkeypatch.setattr(sys.modules["MuscleSegPanel.report_export"], "patient_report", keep)
    return made


def report(desk, path):
    """Press *Report…*, choose a file and wait for the end."""
    desk.host.spin(lambda: desk.ui.reportButton.enabled, 60)
    desk.host.dialogs.will_answer(path)
    desk.host.click(desk.ui.reportButton)
    desk.host.spin(lambda: not desk.panel.review.measuring.is_busy, 120)


@pytest.mark.parametrize("ending", ["html", "pdf"])
@pytest.mark.parametrize("desk", ["thigh", "calf"], indirect=True)
def test_a_report_says_who_was_scanned_and_what_was_measured(desk, tmp_path, message, ending):
    from Testing.slicer_host.timers import Gaps

    path = tmp_path / f"report.{ending}"

    with Gaps() as gaps:
        report(desk, path)

    assert gaps.longest_own_s < 0.3
    assert message(desk.ui.resultsMessage) == f"Saved: {path}"
    text = _text(path)
    for word in ("Müller", "PID-0090817", "t1_tse_tra_Oberschenkel"):
        assert word in text
    for live in desk.panel.review.measuring.table.rows():
        if live.row.volume_cm3:
            assert f"{live.row.volume_cm3:.1f}" in text
            assert live.row.muscle in text.lower()


def _text(path):
    if path.suffix == ".html":
        return path.read_text(encoding="utf-8")
    import pypdf

    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


@pytest.mark.parametrize("is_left_out", [False, True])
def test_a_report_names_the_patient_unless_it_is_left_out(desk, tmp_path, contents, is_left_out):
    desk.scans["ff"].SetName("FF of PID-0090817")
    desk.ui.patientCheckBox.checked = is_left_out

    report(desk, tmp_path / "report.html")

    (content,) = contents
    about = content.examination
    assert content.is_anonymous == is_left_out
    assert (about.patient_name, about.patient_id) == (
        ("", "") if is_left_out else ("Müller, Jürgen Ewald", "PID-0090817")
    )
    assert (about.sex, about.age_years) == ("M", 66)  # 1957-06-23 to 2024-03-12
    texts = [*(row.warnings for row in content.rows), *(str(origin.value) for origin in content.provenance)]
    assert any(SIEMENS["PatientID"] in text for text in texts) != is_left_out


def test_what_a_person_corrected_is_in_the_report(desk, tmp_path, contents):
    report(desk, tmp_path / "before.html")
    desk.shrink(4)
    desk.host.spin(lambda: desk.panel.review.is_corrected)
    report(desk, tmp_path / "after.html")

    before, after = contents
    assert (before.corrected, before.corrections) == (False, [])
    assert after.corrected
    (correction,) = after.corrections
    assert correction.label == 4
    assert 0 < correction.dsc < 1
    assert correction.volume_cm3 < 0
    changed = (after.labels.array != before.labels.array) & (before.labels.array == 4)
    assert changed.sum() == (after.labels.array != before.labels.array).sum() > 0
    assert {row.side for row in after.rows if row.volume_cm3} == {"right", "left"}  # for the side differences
    assert after.labels.description == "MuscleSeg thigh thigh-unet 1.2 on cpu"


def lose_the_headers(desk):
    """Make the images' grid another one than that of the muscles."""
    import pydicom

    for path in slicer.dicomDatabase.files.values():
        dataset = pydicom.dcmread(path)
        dataset.PixelSpacing = [2.0, 2.0]
        dataset.save_as(path)


@pytest.mark.parametrize("is_left_out", [False, True])
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda desk: desk.parameters.scan.SetAttribute("DICOM.instanceUIDs", None), "did not come from DICOM"),
        (lambda _desk: slicer.dicomDatabase.files.popitem(), "1 of the 6 DICOM images of 4: t1_tse_tra are not in"),
        (lambda _desk: setattr(slicer, "dicomDatabase", None), "6 of the 6 DICOM images of 4: t1_tse_tra are not in"),
        (lose_the_headers, "holds no series on the grid of the labels"),
    ],
    ids=["not from DICOM", "an image gone", "no database", "another grid"],
)
def test_a_report_without_the_headers_of_the_scan_is_of_nobody_and_the_panel_says_why(
    desk, tmp_path, contents, message, spoil, reason, is_left_out
):
    desk.ui.patientCheckBox.checked = is_left_out
    spoil(desk)
    desk.panel.presenter._measure(desk.parameters)
    desk.host.work()

    report(desk, tmp_path / "report.html")

    assert contents[0].examination.patient_name == ""
    assert contents[0].image.array.shape == contents[0].labels.array.shape
    said = message(desk.ui.resultsMessage)
    assert said.startswith(f"Saved: {tmp_path / 'report.html'} The report lacks what the DICOM images of the scan say")
    assert reason in said


def test_letters_that_a_pdf_file_lacks_are_told_in_the_panel(desk, tmp_path, message):
    import pydicom

    for path in slicer.dicomDatabase.files.values():
        dataset = pydicom.dcmread(path)
        dataset.SpecificCharacterSet, dataset.PatientName = "ISO_IR 192", "山田^太郎"
        dataset.save_as(path)

    report(desk, tmp_path / "report.pdf")

    assert "cannot show the letters 山 田 太 郎 (in: Patient)" in message(desk.ui.resultsMessage)


def test_texts_are_asked_for_in_the_thread_of_the_window(desk, tmp_path, monkeypatch):
    import threading

    from MuscleSegLib.anatomy import Side

    threads = []

    def ask(content, _ending):
        threads.append(threading.get_ident())
        return content.translate(Side.RIGHT.word).encode()

    def translated(text):
        threads.append(threading.get_ident())
        return f"auf Deutsch: {text}"

    module = sys.modules["MuscleSegPanel.report_export"]
    monkeypatch.setattr(module, "patient_report", ask)
    monkeypatch.setattr(module, "translated", translated)

    report(desk, tmp_path / "report.html")

    assert (tmp_path / "report.html").read_text() == "auf Deutsch: right"
    assert threads[0] != threads[1] == threading.get_ident()


def test_a_report_that_is_ended_leaves_the_old_file_and_its_thread_ends(desk, tmp_path, monkeypatch):
    import threading

    ended = threading.Event()

    def ask(content, _ending):
        for number in range(10_000):
            content.translate(f"text {number}")
        ended.set()
        return b""

    monkeypatch.setattr(sys.modules["MuscleSegPanel.report_export"], "patient_report", ask)
    path = tmp_path / "report.html"
    path.write_text("old")
    desk.host.spin(lambda: desk.ui.reportButton.enabled, 60)
    desk.host.dialogs.will_answer(path)
    desk.ui.reportButton.click()
    desk.host.turn()
    slicer.mrmlScene.Clear(0)
    desk.host.work()

    assert path.read_text() == "old"
    assert [other.name for other in tmp_path.iterdir() if other.is_file()] == ["report.html"]
    assert ended.wait(20) or not any(thread.name.startswith("ThreadPool") for thread in threading.enumerate())


def test_a_missing_package_is_named(desk, tmp_path, message, monkeypatch):
    monkeypatch.setattr(sys.modules["MuscleSegPanel.dependencies"], "missing", lambda *_: ("matplotlib",))

    report(desk, tmp_path / "report.html")

    assert "matplotlib" in message(desk.ui.resultsMessage)
    assert not (tmp_path / "report.html").exists()


def test_a_name_without_an_ending_of_a_report_is_refused(desk, tmp_path, message):
    report(desk, tmp_path / "report.docx")

    assert "ends with .html or .pdf" in message(desk.ui.resultsMessage)


@pytest.mark.parametrize("is_anonymous", [False, True])
def test_a_script_writes_the_same_report(desk, tmp_path, contents, is_anonymous):
    desk.ui.patientCheckBox.checked = is_anonymous
    report(desk, tmp_path / "panel.html")
    logic = sys.modules["MuscleSeg"].MuscleSegLogic()

    logic.write_report(
        tmp_path / "script.html",
        desk.parameters.segmentation,
        ff=desk.parameters.ff,
        ff_unit="percent",
        anonymous=is_anonymous,
    )

    by_panel, by_script = contents
    assert by_script.rows == by_panel.rows
    assert by_script.examination == by_panel.examination
    assert (tmp_path / "script.html").exists()


def test_an_unknown_keyword_of_a_script_is_refused(desk, tmp_path):
    from MuscleSegLib.errors import MuscleSegError

    logic = sys.modules["MuscleSeg"].MuscleSegLogic()
    with pytest.raises(MuscleSegError, match="'map'"):
        logic.write_report(tmp_path / "a.html", desk.parameters.segmentation, map=desk.parameters.ff)
