"""The panel is one screen: how much room each state takes, what is open, and that all of it can be read."""

import pytest

HEIGHT, WIDTH = 640, 480
"""What a window of 1280 × 800 pixels has for a module's panel, with *Data Probe* closed; half of its width is 640."""

WITH_DATA_PROBE = 440
"""What is left where *Data Probe* is open, as it is at first."""

EDITOR = (600, 190)
"""The Segment Editor's widest and usual effects with their options."""

SECTIONS = ("networkSection", "musclesSection", "improveSection", "mapsSection", "resultsSection")
LIGHT, DARK = ("#efefef", "#000000"), ("#323232", "#ffffff")  # Slicer's windows and their text
MIDDLE = ("#808080", "#000000")


def needed(work):
    """Return the width and height in pixels that the panel's form needs."""
    form = work.ui.MuscleSegPanel
    work.host.work()
    layout, width = form.layout(), form.minimumWidth
    height = max(layout.minimumHeightForWidth(width), layout.totalMinimumSize().height())
    return max(layout.totalMinimumSize().width(), width), height


def bottom_of(work, widget):
    from PySide6.QtCore import QPoint

    form = work.ui.MuscleSegPanel
    form.resize(form.minimumWidth, HEIGHT)
    work.host.work()
    return widget.mapTo(form, QPoint(0, widget.height)).y()


@pytest.fixture
def full(at_desk):
    """True muscles to review, with the Segment Editor as large as in Slicer, and something said in each section."""
    at_desk.ui.segmentEditor.minimumHeight = EDITOR[1]
    at_desk.panel.network.message.tell("Both legs were segmented in 6 s on the processor.")
    return at_desk


def test_at_first_all_sections_are_closed_and_segment_is_in_view(work):
    assert all(getattr(work.ui, name).collapsed for name in SECTIONS)
    assert bottom_of(work, work.ui.segmentButton) < 200


@pytest.mark.parametrize("name", SECTIONS)
def test_each_section_fits_on_one_screen_with_segment_in_view(full, name):
    getattr(full.ui, name).collapsed = False
    width, height = needed(full)
    assert (width <= WIDTH, height <= HEIGHT) == (True, True), (width, height)
    assert bottom_of(full, full.ui.segmentButton) <= WITH_DATA_PROBE


@pytest.mark.parametrize("name", SECTIONS)
def test_the_width_stays_whatever_is_opened_in_the_segment_editor(full, name):
    getattr(full.ui, name).collapsed = False
    before = needed(full)[0]
    from PySide6.QtWidgets import QLabel

    options = QLabel(full.ui.segmentEditor)
    options.minimumWidth = EDITOR[0]
    full.ui.segmentEditor.layout().addWidget(options)
    assert needed(full)[0] == before == full.ui.MuscleSegPanel.minimumWidth


@pytest.mark.parametrize("name", SECTIONS)
def test_one_section_is_open_at_a_time(work, name):
    for other in (*SECTIONS, name):
        work.host.click(getattr(work.ui, other))
        if getattr(work.ui, other).collapsed:  # it was open, and was closed by the click
            work.host.click(getattr(work.ui, other))
    assert [section for section in SECTIONS if not getattr(work.ui, section).collapsed] == [name]


def test_muscles_are_opened_when_there_are_some_for_the_first_time(at_desk):
    assert not at_desk.ui.musclesSection.collapsed
    at_desk.host.click(at_desk.ui.mapsSection)
    at_desk.ui.mtrSelector.setCurrentNode(None)
    at_desk.host.work()
    assert not at_desk.ui.mapsSection.collapsed


@pytest.mark.parametrize(("section", "name"), [("maps", "mapsSection"), ("results", "resultsSection")])
def test_a_warning_opens_the_section_that_it_stands_in(at_desk, section, name):
    panel = at_desk.panel
    {"maps": panel.maps, "results": panel.review.results}[section].message.warn("Something is wrong.")
    assert not getattr(at_desk.ui, name).collapsed


def luminance(name):
    """Return the relative luminance by the formula of WCAG 2.2, written out from its definition."""
    parts = [int(name[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(color, other):
    darker, lighter = sorted((luminance(color), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("window", "text"), [LIGHT, DARK, MIDDLE, ("#ffffff", "#202020"), ("#19232d", "#e0e1e3")])
@pytest.mark.parametrize("section", ["scan", "network", "maps"])
def test_a_warning_is_readable_on_any_theme(work, section, window, text):
    from PySide6.QtGui import QColor, QPalette

    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Window, QColor(window))
    palette.setColor(QPalette.ColorRole.WindowText, QColor(text))
    label = {"scan": work.ui.scanMessage, "network": work.ui.segmentMessage, "maps": work.ui.mapsMessage}[section]
    label.setPalette(palette)
    getattr(work.panel, section).message.warn("Something is wrong.")
    color = label.styleSheet.partition("color: ")[2].partition(";")[0]
    assert ratio(color, window) >= 4.5


def test_contrast_is_that_of_known_pairs(work):
    from PySide6.QtGui import QColor

    from MuscleSegPanel.contrast import contrast

    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.005)  # WebAIM's checker
    assert contrast(QColor("#c62828"), QColor("#323232")) == pytest.approx(2.3, abs=0.06)  # what it was


def test_every_control_has_a_name_for_screen_readers(work):
    import qt

    kinds = (qt.QPushButton, qt.QComboBox, qt.QCheckBox, qt.QTableWidget, qt.QProgressBar)
    nodes = ("scan", "companion", "segmentation", "ff", "fat", "water", "mtr", "t2")
    controls = [getattr(work.ui, f"{name}Selector") for name in nodes]
    controls += [control for control in vars(work.ui).values() if isinstance(control, kinds)]
    nameless = [
        control.objectName for control in controls if not (control.accessibleName or control is work.ui.segmentButton)
    ]
    assert len(controls) >= 35
    assert nameless == []
    assert work.ui.segmentButton.text  # its text is its name, since it is Cancel too


@pytest.mark.parametrize(
    ("sentences", "short"),
    [
        ("Cut by the field of view: the volume is that of a part.", "cut off"),
        ("FF taken as percent (assumed). MTR taken as percent (assumed).", "units assumed"),
        (
            "The T2 map covers 47 % of it. 12 voxels of the T2 map excluded: no value, or an impossible one.",
            "T2 covers 47 % · T2 holes",
        ),
        (
            "FF above 20 %: errors of segmentation and of all biomarkers grow. "
            "Its T2 is prolonged by fat: it is not one of muscle.",
            "fatty",
        ),
        (
            "One voxel of contour moves FF by 3.3 points. Fat and water are likely swapped in it: look at the FF map.",
            "fat–water swap? · contour ±3.3",
        ),
        ("FF taken as fraction, as stated, though its values look like percent.", "FF unit?"),
        ("Nobody has thought of this. Cut by the field of view: the volume is that of a part.", "see note · cut off"),
        ("These are likely labels of the calf, not of the thigh: no other value occurs.", "other region?"),
        ("Of different DICOM frames of reference, so that they may not match: labels, FF map.", "not aligned?"),
        ("", ""),
    ],
)
def test_remarks_are_short_and_the_gravest_comes_first(work, sentences, short):
    from MuscleSegPanel.short_remarks import in_short

    assert in_short(sentences) == short


def test_the_library_s_sentences_about_a_muscle_all_have_a_short_form(work):
    """The sentences are those of a fat, cut, half covered muscle as the library writes them."""
    import numpy as np

    from MuscleSegLib.biomarkers.rows import Row
    from MuscleSegLib.biomarkers.warnings import muscle_warnings
    from MuscleSegPanel.short_remarks import in_short

    values = dict.fromkeys(Row.__dataclass_fields__)
    values |= {"label": 1, "region": "thigh", "muscle": "gracilis", "abbreviation": "Gr", "warnings": ""}
    values |= {"volume_is_partial": True, "ff_mean_percent": 90.0, "mtr_mean_percent": 20.0, "t2_mean_ms": 60.0}
    values |= {"ff_coverage_percent": 40.0, "t2_excluded_voxels": 3, "ff_eroded_percent": 80.0}
    sentences = muscle_warnings(Row(**values), np.full(10, 90.0))
    assert len(sentences) == 8
    short = "fat–water swap? · FF covers 40 % · cut off · fatty · contour ±10.0 · T2 holes"
    assert in_short(" ".join(sentences)) == short


UNITS = "FF taken as percent (assumed). MTR taken as percent (assumed). T2 taken as ms (assumed)."
CUT = "Cut by the field of view: the volume is that of a part."
HOLES = "{count} voxels of the T2 map excluded: no value, or an impossible one."


@pytest.mark.parametrize(("table", "note"), [("musclesTable", "musclesNote"), ("resultsTable", "resultsNote")])
def test_what_is_said_of_every_muscle_is_said_once_above_the_table(at_desk, table, note):
    table, note = getattr(at_desk.ui, table), getattr(at_desk.ui, note)
    cells = [table.item(row, table.columnCount - 1) for row in range(table.rowCount)]
    assert len(cells) == 10
    assert not note.isHidden()
    assert note.text.endswith("units assumed")
    assert UNITS in note.toolTip
    assert all(cell.toolTip().endswith(UNITS) for cell in cells)
    assert not any("assumed" in cell.text() for cell in cells)


def rows_with(*warnings):
    from MuscleSegLib.biomarkers.rows import Row
    from MuscleSegLib.review import LiveRow

    fields = dict.fromkeys(Row.__dataclass_fields__) | {"region": "thigh", "muscle": "gracilis", "abbreviation": "Gr"}
    rows = [
        Row(**fields | {"label": 1 + place, "volume_cm3": 50.0, "warnings": sentences})
        for place, sentences in enumerate(warnings)
    ]
    return [LiveRow(row, f"Muscle {row.label}", 100.0, None) for row in rows]


@pytest.mark.parametrize(
    ("warnings", "note", "cells"),
    [
        ((CUT, CUT), "cut off", ["", ""]),
        ((f"{CUT} {HOLES.format(count=3)}", CUT, CUT), "cut off", ["T2 holes", "", ""]),
        # A remark of most rows comes after what sets a row apart, though it is the graver.
        ((f"{CUT} {HOLES.format(count=3)}", CUT, CUT, ""), "", ["T2 holes · cut off", "cut off", "cut off", ""]),
        # The same in short, in every row, with a number of its own.
        ((f"{HOLES.format(count=3)} {CUT}", HOLES.format(count=4)), "", ["cut off · T2 holes", "T2 holes"]),
        ((f"{CUT} {UNITS}",), "", ["cut off · units assumed"]),
    ],
)
def test_a_row_of_results_begins_with_what_sets_it_apart(work, warnings, note, cells):
    results = work.panel.review.results
    results.show(rows_with(*warnings))

    table, label = work.ui.resultsTable, work.ui.resultsNote
    shown = [table.item(row, table.columnCount - 1) for row in range(table.rowCount)]
    assert [cell.text() for cell in shown] == cells
    assert [cell.toolTip() for cell in shown] == list(warnings)
    assert ("" if label.isHidden() else label.text) == (f"All: {note}" if note else "")


def test_a_remark_that_a_correction_takes_from_a_muscle_is_no_longer_said_of_all(work):
    results = work.panel.review.results
    results.show(rows_with(CUT, CUT, CUT))
    results.update({2: rows_with("", "")[1]})

    table = work.ui.resultsTable
    assert [table.item(row, table.columnCount - 1).text() for row in range(3)] == ["cut off", "", "cut off"]
    assert work.ui.resultsNote.isHidden()


def test_the_copied_table_has_every_sentence_in_its_row(work):
    import qt

    results = work.panel.review.results
    results.show(rows_with(f"{HOLES.format(count=3)} {CUT}", CUT))
    results.copy()

    lines = [line.split("\t") for line in qt.QApplication.clipboard().text().splitlines()]
    assert [line[-1] for line in lines] == ["Warnings", f"{HOLES.format(count=3)} {CUT}", CUT]
    assert [line[1] for line in lines[1:]] == ["50.0", "50.0"]
