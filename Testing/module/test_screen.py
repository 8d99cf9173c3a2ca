"""The panel is one screen: how much room each state takes, what is open, and that all of it can be read."""

import sys

import pytest

HEIGHT, WIDTH = 640, 480
"""What a window of 1280 × 800 pixels has for a module's panel, with *Data Probe* closed; half of its width is 640."""

WITH_DATA_PROBE = 440
"""What is left where *Data Probe* is open, as it is at first."""

EDITOR = (600, 190)
"""The Segment Editor's widest and usual effects with their options."""

SECTIONS = ("networkSection", "musclesSection", "mapsSection", "resultsSection")
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
    assert [one for one in SECTIONS if not getattr(work.ui, one).collapsed] == [name]


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


def ratio(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
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
    nodes = ("scan", "segmentation", "ff", "fat", "water", "mtr", "t2")
    controls = [getattr(work.ui, f"{name}Selector") for name in nodes]
    controls += [one for one in vars(work.ui).values() if isinstance(one, kinds)]
    nameless = [one.objectName for one in controls if not (one.accessibleName or one is work.ui.segmentButton)]
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
        ("", ""),
    ],
)
def test_remarks_are_short_and_the_gravest_comes_first(work, sentences, short):
    from MuscleSegPanel.remarks import in_short

    assert in_short(sentences) == short


def test_the_library_s_sentences_about_a_muscle_all_have_a_short_form(work):
    """The sentences are those of a fat, cut, half covered muscle as the library writes them."""
    import numpy as np

    from MuscleSegLib.biomarkers.rows import Row
    from MuscleSegLib.biomarkers.warnings import muscle_warnings
    from MuscleSegPanel.remarks import in_short

    values = dict.fromkeys(Row.__dataclass_fields__)
    values |= {"label": 1, "region": "thigh", "muscle": "gracilis", "abbreviation": "Gr", "warnings": ""}
    values |= {"volume_is_partial": True, "ff_mean_percent": 90.0, "mtr_mean_percent": 20.0, "t2_mean_ms": 60.0}
    values |= {"ff_coverage_percent": 40.0, "t2_excluded_voxels": 3, "ff_eroded_percent": 80.0}
    sentences = muscle_warnings(Row(**values), np.full(10, 90.0))
    assert len(sentences) == 8
    short = "fat–water swap? · FF covers 40 % · cut off · fatty · contour ±10.0 · T2 holes"
    assert in_short(" ".join(sentences)) == short


def test_what_is_said_of_every_muscle_is_said_once_above_the_list(at_desk):
    table, warnings = at_desk.ui.musclesTable, {row[-1] for row in at_desk.table().values()}
    rows = range(table.rowCount)
    shared = "FF taken as percent (assumed). MTR taken as percent (assumed). T2 taken as ms (assumed)."
    assert all(told.endswith(shared) for told in warnings)
    assert at_desk.ui.musclesNote.text.endswith("units assumed")
    assert shared in at_desk.ui.musclesNote.toolTip
    assert not any("assumed" in table.item(row, 3).text() for row in rows)
    assert {table.item(row, 3).toolTip() for row in rows} == warnings
    assert max(len(table.item(row, 3).text()) for row in rows) <= 40


def test_a_corrected_muscle_says_so_first(at_desk):
    at_desk.shrink(3)
    at_desk.host.spin(lambda: at_desk.panel.review.is_corrected)
    at_desk.host.work()
    row = at_desk.panel.review.muscles._values.index(3)
    assert at_desk.ui.musclesTable.item(row, 3).text().partition(" · ")[0] == "corrected"
    assert at_desk.ui.musclesTable.item(row, 3).toolTip().startswith("Corrected. ")


def listed_time(work):
    return work.ui.networkTable.item(0, 2).text()


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "about 4 s"), (3.0, "about 7 s"), (596.0, "about 10 min")])
def test_before_the_first_run_the_time_is_an_estimate_with_all_around_the_network(work, seconds, text):
    work.parameters.region = "thigh"
    work.host.work()
    name = work.panel.network.chosen
    work.panel.network.show_cost({"network": name, "seconds": seconds, "peak_bytes": 4e8})
    assert listed_time(work) == text
    assert work.ui.networkSection.text == f"Network: {name} · DSC 0.96 · {text}"


@pytest.mark.parametrize(("seconds", "text"), [(5.6, "6 s"), (0.3, "1 s"), (240.0, "4 min")])
def test_after_a_run_the_time_is_that_of_the_run_and_is_kept_in_the_settings(work, seconds, text):
    work.parameters.region = "thigh"
    work.host.work()
    name = work.panel.network.chosen
    work.panel.network.show_run(name, seconds)
    assert listed_time(work) == f"{text} last time"
    work.parameters.region = "calf"
    work.host.work()
    work.parameters.region = "thigh"
    work.host.work()
    work.panel.network.show_cost({"network": name, "seconds": 0.2, "peak_bytes": 4e8})
    assert listed_time(work) == f"{text} last time"
    assert text in work.ui.networkSection.text
    last_seconds = sys.modules["MuscleSegPanel.run_times"].last_seconds
    assert (last_seconds(name), last_seconds("another")) == (seconds, None)


def test_muscles_are_shown_in_3d_with_one_click_and_taken_away_with_another(at_desk):
    import slicer

    node, button = at_desk.parameters.segmentation, at_desk.ui.threeDButton
    manager, layouts = slicer.app.layoutManager(), slicer.vtkMRMLLayoutNode
    at_desk.host.click(at_desk.ui.barsButton)
    assert manager.layout == layouts.SlicerLayoutFourUpPlotView
    at_desk.host.click(button)
    assert button.checked
    assert node.GetSegmentation().ContainsRepresentation("Closed surface")
    assert node.GetDisplayNode().GetVisibility3D()
    assert manager.layout == layouts.SlicerLayoutFourUpView
    at_desk.host.click(button)
    assert not button.checked
    assert not node.GetSegmentation().ContainsRepresentation("Closed surface")


def test_3d_is_offered_only_where_there_is_a_segmentation(at_desk):
    assert at_desk.ui.threeDButton.enabled
    at_desk.ui.segmentationSelector.setCurrentNode(None)
    at_desk.host.work()
    assert not at_desk.ui.threeDButton.enabled
    assert not at_desk.ui.threeDButton.checked
