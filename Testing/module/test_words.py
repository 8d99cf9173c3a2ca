"""What the user reads: translated, with units, explained."""

import ast
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2] / "MuscleSeg"
FILES = sorted(path for path in ROOT.rglob("*.py") if path.name != "self_test.py")  # developers read that
UI = ROOT / "Resources" / "UI" / "MuscleSeg.ui"

SHOWN_IN = {"text", "toolTip", "title", "helpText", "acknowledgementText", "placeholderText", "format"}
NAMES = {"Fill between slices", "Level tracing", "The developers of MuscleSeg", "MuscleSeg "}
"""Slicer's identifiers of effects, who made the module, and how a line in a label map begins that programs read."""


def sentences_that_are_not_translated(path):
    """Return strings that begin with a capital, have a space, and are neither docstrings nor inside ``_()``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    translated, documented = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "translate"):
            translated |= {id(one) for argument in node.args for one in ast.walk(argument)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            documented.add(id(node.value))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in translated | documented
        if re.match(r"[A-Z].* ", node.value) and node.value not in NAMES
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sentence_of_the_panel_is_given_to_be_translated(path):
    assert sentences_that_are_not_translated(path) == []


def shown_properties():
    for widget in ElementTree.parse(UI).iter("widget"):
        for given in widget.findall("property"):
            text = given.find("string")
            if given.get("name") in {*SHOWN_IN, "noneDisplay"} and text is not None:
                yield widget.get("name"), given.get("name"), text


def test_every_text_of_the_form_can_be_translated():
    assert [name for name, _, text in shown_properties() if text.get("notr") == "true"] == []


def test_everything_that_can_be_pressed_or_chosen_says_what_it_does():
    kinds = ("QPushButton", "QComboBox", "QCheckBox", "QTableWidget", "qMRMLNodeComboBox")
    set_by_the_panel = {"segmentButton"}
    wanted = {one.get("name") for one in ElementTree.parse(UI).iter("widget") if one.get("class") in kinds}
    explained = {name for name, what, _ in shown_properties() if what == "toolTip"}
    assert wanted - explained - set_by_the_panel == set()


def test_headers_of_numbers_have_units_and_explanations(work):
    table = work.ui.resultsTable
    headers = [table.horizontalHeaderItem(column) for column in range(table.columnCount)]
    assert [item.text() for item in headers[:5]] == ["Volume (cm³)", "FF (%)", "MTR (%)", "T2 (ms)", "Coverage (%)"]
    assert all(item.toolTip() for item in headers)
    assert {item.text() for item in headers} <= work.host.translated


def test_each_shortcut_is_told_in_a_tooltip(work):
    import qt

    told = " ".join(one.toolTip for one in work.widget.parent.findChildren(qt.QWidget) if one.toolTip)
    keys = [one.key.toString() for one in work.widget.parent.findChildren(qt.QShortcut)]
    assert len(keys) == 5
    assert [key for key in keys if key not in told] == []
