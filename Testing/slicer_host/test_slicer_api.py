"""Nothing that the panel or this host uses is missing from a real Slicer."""

from pathlib import Path

import pytest


@pytest.fixture
def api(project_root: Path, host):
    from Testing.slicer_host.slicer_api import SlicerApi

    folder = project_root.parent / "shared" / "slicer_api"
    if not folder.is_dir():
        pytest.skip(f"what a real Slicer has is not here: {folder} does not exist")
    return SlicerApi(folder)


@pytest.fixture
def panel_widgets(project_root: Path, host) -> dict[str, str]:
    """The class of each widget of the panel, by its name."""
    from Testing.slicer_host.panel_scan import widgets_of

    files = (project_root / "MuscleSeg").rglob("*.ui")
    return {widget.name: widget.class_name for file in files for widget in widgets_of(file)}


def stand_ins() -> list[type]:
    """Every class of the host that stands in for one of Slicer's."""
    from Testing.slicer_host import (
        application,
        ctk_widgets,
        file_io,
        layout,
        module_parents,
        mrml_widgets,
        node_combo_box,
        segment_editor,
    )

    modules = (application, ctk_widgets, file_io, layout, module_parents, mrml_widgets, node_combo_box, segment_editor)
    kinds = {name: kind for module in modules for name, kind in vars(module).items() if isinstance(kind, type)}
    return [kind for name, kind in sorted(kinds.items()) if name.startswith(("ctk", "qMRML", "qSlicer"))]


def test_every_stand_in_is_a_class_of_slicer(api):
    assert [kind.__name__ for kind in stand_ins() if not api.has_class(kind.__name__)] == []


def test_stand_ins_offer_nothing_that_slicer_lacks(api):
    offered = [
        (kind.__name__, name)
        for kind in stand_ins()
        if kind.__name__ in api.widgets
        for name in vars(kind)
        if not name.startswith("_") and name not in ("SIGNALS", "staticMetaObject")
    ]

    assert len(offered) > 100
    assert [f"{kind}.{name}" for kind, name in offered if not api.has_member(kind, name)] == []


def test_signals_of_stand_ins_are_spelled_as_in_slicer(api):
    declared = [
        (kind.__name__, signature)
        for kind in stand_ins()
        if kind.__name__ in api.widgets
        for signature in vars(kind).get("SIGNALS", {})
    ]

    assert len(declared) > 10
    assert [f"{kind}.{signal}" for kind, signal in declared if not api.has_signal(kind, signal)] == []


def test_ui_files_use_nothing_that_slicer_lacks(api, project_root):
    from Testing.slicer_host.panel_scan import unknown_in_ui

    files = list((project_root / "MuscleSeg").rglob("*.ui"))

    assert files
    assert {file.name: unknown_in_ui(file, api) for file in files} == {file.name: [] for file in files}


def test_the_panel_uses_nothing_that_slicer_lacks(api, project_root, panel_widgets):
    from Testing.slicer_host.panel_scan import unknown_in_python

    files = list((project_root / "MuscleSeg").rglob("*.py"))
    unknown = {file.name: unknown_in_python(file.read_text(encoding="utf-8"), panel_widgets, api) for file in files}

    assert len(files) > 1
    assert {name: names for name, names in unknown.items() if names} == {}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("qt.QPushBotton()", "qt.QPushBotton"),
        ("ctk.ctkWheel()", "ctk.ctkWheel"),
        ("slicer.qMRMLNodeBox()", "slicer.qMRMLNodeBox"),
        ("from qt import QWheel", "qt.QWheel"),
        ("self.ui.go.tooltip = 'x'", "QPushButton.tooltip"),
        ("self.ui.go.connect('click(bool)', f)", "QPushButton.click(bool)"),
        ("self._scan = ui.scan\nself._scan.currentVolume()", "qMRMLNodeComboBox.currentVolume"),
        ("timer = qt.QTimer()\ntimer.begin()", "QTimer.begin"),
        ("slicer.app.layoutManager().showAll()", "qSlicerLayoutManager.showAll"),
        ("self._ui, self._scan = ui, ui.scan\nself._scan.currentVolume()", "qMRMLNodeComboBox.currentVolume"),
        ("def fill(table: qt.QTableWidget):\n    table.addRow()", "QTableWidget.addRow"),
        ("qt.QFileDialog.getOpenFileName(caption='Open')", "QFileDialog.getOpenFileName(caption=)"),
        ("qt.QProcess.Running", None),
        ("qt.QProcess.Walking", "QProcess.Walking"),
        ("self.ui.go.connect('clicked(bool)', f)\nself.ui.go.setText('x')", None),
    ],
)
def test_a_name_that_does_not_exist_is_found(api, code, names):
    from Testing.slicer_host.panel_scan import unknown_in_python

    unknown = unknown_in_python(code, {"go": "QPushButton", "scan": "qMRMLNodeComboBox"}, api)

    assert unknown == ([names] if names else [])


def test_a_property_that_does_not_exist_is_found_in_a_ui_file(api, tmp_path):
    from Testing.slicer_host.panel_scan import unknown_in_ui

    file = tmp_path / "Wrong.ui"
    file.write_text(
        '<ui><widget class="qMRMLNodeComboBox" name="scan"><property name="noneAllowed"/></widget>'
        "<connections><connection><sender>scan</sender><signal>nodeChosen()</signal>"
        "<receiver>scan</receiver><slot>forget()</slot></connection></connections></ui>"
    )

    assert unknown_in_ui(file, api) == [
        "qMRMLNodeComboBox.noneAllowed",
        "qMRMLNodeComboBox.nodeChosen()",
        "qMRMLNodeComboBox.forget()",
    ]


def test_what_a_module_touches_as_it_runs_is_known(host, tmp_path):
    from Testing.slicer_host.fixtures import _unknown

    toy = Path(__file__).parent / "toy" / "Toy.py"
    host.load(toy)

    assert ("QPushButton", "connect") in host.touched
    assert _unknown({("QPushButton", "text"), ("qMRMLNodeComboBox", "currentVolume")}) == [
        "qMRMLNodeComboBox.currentVolume"
    ]
