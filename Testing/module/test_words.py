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
            translated |= {id(part) for argument in node.args for part in ast.walk(argument)}
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


SHOWN_BY_SETTING = {"text", "toolTip", "format", "title", "placeholderText"}
SHOWN_BY_CALLING = {
    *("text_item", "QTableWidgetItem", "setText", "setToolTip", "addItem", "setWindowTitle"),
    *("tell", "warn", "MuscleSegError", "confirmOkCancelDisplay", "getExistingDirectory"),
}
OF_THE_LIBRARY = ("row.name", ".warnings", ".reason", ".accuracy", ".training_data")
"""How expressions end that are English text of MuscleSegLib, which only ``translated`` turns into the user's."""


def shown_untranslated(source):
    """Return what is shown in words, or in the library's, that are not given to be translated."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    shown = [
        argument
        for call in calls
        if ast.unparse(call.func).split(".")[-1] in SHOWN_BY_CALLING
        for argument in call.args
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "attr", "") in SHOWN_BY_SETTING:
            shown.append(node.value)
    words = [part for expression in shown for part in untranslated(expression) if has_words(part)]
    of_the_library = [
        part for part in untranslated(tree) if isinstance(part, ast.Attribute) and is_of_the_library(part)
    ]
    if "from MuscleSegLib.translatable import _" in source:  # texts that are translated with their values when shown
        of_the_library = []
    return [ast.unparse(part) for part in (*words, *of_the_library)]


TAKE_ENGLISH = ("_", "translate", "translated", "common_to", "in_short", "_short_forms")
"""Functions that take English text and show none of it untranslated."""


def untranslated(node):
    """Yield a node and what is in it, but for what is given to be translated."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in TAKE_ENGLISH:
        return
    if isinstance(node, ast.Subscript | ast.FormattedValue):  # a key and a format are no words
        yield from untranslated(node.value)
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from untranslated(child)


def has_words(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(re.search("[A-Za-z]{2}", node.value))


def is_of_the_library(node):
    return ast.unparse(node).endswith(OF_THE_LIBRARY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_word_that_a_widget_shows_is_given_to_be_translated(path):
    assert shown_untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("label.text = 'done'", ["'done'"]),
        ("label.toolTip = f'{size:.0f} slices'", ["' slices'"]),
        ("self.message.warn('no ' + name)", ["'no '"]),
        ("item = text_item(row.name)", ["row.name"]),
        ("remarks = state + row.row.warnings", ["row.row.warnings"]),
        ("from MuscleSegLib.translatable import _\ntell(_('No: {reason}').format(reason=network.reason))", []),
        ("label.text = _('done') + translated(row.name) + answer['device'] + f'{size:.0f} %'", []),
    ],
)
def test_words_that_are_not_given_to_be_translated_are_found(source, words):
    assert shown_untranslated(source) == words


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
    wanted = {widget.get("name") for widget in ElementTree.parse(UI).iter("widget") if widget.get("class") in kinds}
    explained = {name for name, kind, _ in shown_properties() if kind == "toolTip"}
    assert wanted - explained - set_by_the_panel == set()


def test_headers_of_numbers_have_units_and_explanations(work):
    table = work.ui.resultsTable
    headers = [table.horizontalHeaderItem(column) for column in range(table.columnCount)]
    texts = [item.text().replace("\n", " ") for item in headers]
    assert texts[:5] == ["Volume (cm³)", "FF (%)", "MTR (%)", "T2 (ms)", "Coverage (%)"]
    assert all(item.toolTip() for item in headers)
    assert set(texts) <= work.host.translated


def abbreviations(text):
    return set(re.findall(r"[A-Z][A-Z0-9]+", text))


def test_an_abbreviation_on_the_form_is_explained_where_the_mouse_points_at_it():
    tips = {name: text.text for name, kind, text in shown_properties() if kind == "toolTip"}
    short = {name: abbreviations(text.text) for name, kind, text in shown_properties() if kind == "text"}
    unexplained = {
        name
        for name, letters in short.items()
        for abbreviation in letters
        if f"{abbreviation})" not in tips.get(name, "")
    }
    assert {"mtrLabel", "t2Label"} <= {name for name, letters in short.items() if letters}
    assert unexplained == set()


def test_an_abbreviation_in_a_header_is_explained_where_the_mouse_points_at_it(work):
    for table in (work.ui.networkTable, work.ui.musclesTable, work.ui.resultsTable):
        for header in (table.horizontalHeaderItem(column) for column in range(table.columnCount)):
            assert [
                abbreviation
                for abbreviation in abbreviations(header.text())
                if f"{abbreviation})" not in header.toolTip()
            ] == []


def test_each_shortcut_is_told_in_a_tooltip(work):
    import qt

    tips = " ".join(widget.toolTip for widget in work.widget.parent.findChildren(qt.QWidget) if widget.toolTip)
    keys = [shortcut.key.toString() for shortcut in work.widget.parent.findChildren(qt.QShortcut)]
    assert len(keys) == 5
    assert [key for key in keys if key not in tips] == []
